"""Periods are read however files name them; longer ones are never cut into shorter ones, and nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.impact.reading.period_labels import Label, Length, read_label
from clientela.impact.reading.periods import PeriodError, Periods
from clientela.impact.reading.roles import By

MONTH, QUARTER, HALF, YEAR = Length.MONTH, Length.QUARTER, Length.HALF, Length.YEAR


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        (("2024-W09", "2024W9", "W09 2024", "w9/2024"), Label(Length.WEEK, 2024, 9)),
        (("2024-03", "2024/3", "03/2024", "3-2024", "03.2024", "2024M03", "2024-M3", "202403"), Label(MONTH, 2024, 3)),
        (("March 2024", "Mar 2024", "Mar-2024", "2024 mar", "mar. 2024"), Label(MONTH, 2024, 3)),
        (
            ("martie 2024", "marzec 2024", "marca 2024", "marzo de 2024", "März 2024"),
            Label(MONTH, 2024, 3),
        ),
        (
            ("ianuarie 2024", "ian. 2024", "styczeń 2024", "enero de 2024", "ene 2024"),
            Label(MONTH, 2024),
        ),
        (("2024-Q3", "2024Q3", "2024 q3", "Q3 2024", "Q3-2024", "3Q2024", "Q3/2024"), Label(QUARTER, 2024, 3)),
        (
            ("T3 2024", "3T 2024", "III kwartał 2024", "III kw. 2024", "trimestrul III 2024"),
            Label(QUARTER, 2024, 3),
        ),
        (("2024-H2", "H2 2024", "S2 2024", "2024S2", "II półrocze 2024", "semestrul 2 2024"), Label(HALF, 2024, 2)),
        (("2024", " 2024 "), Label(YEAR, 2024)),
        (("2023/24", "2023-24", "2023/2024", "FY2024", "FY 2023/24", "2023–24"), Label(Length.SHIFTED_YEAR, 2023)),
    ],
)
def test_each_way_of_writing_is_the_same_period(labels: tuple[str, ...], read: Label) -> None:
    assert {label: read_label(label) for label in labels} == dict.fromkeys(labels, read)


@pytest.mark.parametrize(
    "label", ["spring", "2024-13", "2024-W54", "Q5 2024", "2024-00", "7", "1.5", "2024-03-01", "Foo 2024", "", "1224"]
)
def test_what_is_no_longer_period_is_none(label: str) -> None:
    assert read_label(label) is None


def read(labels: list[str], *, inside: list[str] | None = None, by: By = By.AUTO) -> tuple[str, list[int], list[int]]:
    found = Periods(labels, by, inside or [])
    return found.name, found.numbers(labels).tolist(), found.numbers(inside or []).tolist()


def test_quarters_of_a_staff_survey_take_the_days_of_cases() -> None:
    days = ["2023-01-31", "2023-04-01", "2024-12-31"]
    assert read(days, inside=["2023-Q1", "Q2 2023", "2024-Q4"]) == ("quarter", [0, 1, 7], [0, 1, 7])


def test_months_are_cut_to_the_years_of_a_survey_and_years_of_cases_take_its_months() -> None:
    assert read(["2023-11", "2024-02"], inside=["2023", "2024"]) == ("year", [0, 1], [0, 1])
    assert read(["2023", "2024"], inside=["2023-11", "2024-02"]) == ("year", [0, 1], [0, 1])
    assert read(["2023", "2024"], inside=["2023", "2025"]) == ("number", [0, 1], [0, 2])


def test_financial_years_are_told_from_months() -> None:
    assert read(["2009-10", "2010-11", "2011-12"]) == ("year", [0, 1, 2], [])
    assert read(["2010-10", "2010-11", "2010-12"]) == ("month", [0, 1, 2], [])
    assert read(["2012/13", "FY2015"], inside=["2013/14"]) == ("year", [0, 2], [1])


def test_days_cannot_be_cut_to_years_that_begin_nobody_says_when() -> None:
    with pytest.raises(PeriodError, match="2018/19"):
        Periods(["2019-03-01", "2019-05-01"], By.AUTO, ["2018/19", "2019/20"])
    with pytest.raises(PeriodError, match="2018/19"):
        Periods(["2018", "2019"], By.AUTO, ["2018/19", "2019/20"])


def test_days_and_months_in_digits_are_no_numbers_that_count() -> None:
    assert read(["20240131", "20240201", "20241231"]) == ("month", [0, 1, 11], [])
    assert read(["202401", "202402", "202501"]) == ("month", [0, 1, 12], [])
    assert read(["202401", "202502"], inside=["2024", "2025"]) == ("year", [0, 1], [0, 1])
    assert read(["100", "101", "113"]) == ("number", [0, 1, 13], [])


def test_what_is_asked_for_lengthens_and_never_shortens() -> None:
    assert read(["2024-01-05", "2024-05-01"], by=By.QUARTER) == ("quarter", [0, 1], [])
    assert read(["2024-01", "2024-05"], by=By.WEEK) == ("month", [0, 4], [])
    assert read(["2024-01", "2024-05"], by=By.YEAR) == ("year", [0, 0], [])


@pytest.mark.parametrize(
    ("labels", "weeks"),
    [
        (["2024-W01", "2024-W02"], 1.0),
        (["2024-01", "2024-02"], 365.25 / 84),
        (["2024-Q1", "2024-Q2"], 365.25 / 28),
        (["2024-H1", "2024-H2"], 365.25 / 14),
        (["2023/24", "2024/25"], 365.25 / 7),
        (["1", "2"], None),
    ],
)
def test_how_many_weeks_a_period_has(labels: list[str], weeks: float | None) -> None:
    assert Periods(labels, By.AUTO).weeks == (weeks if weeks is None else pytest.approx(weeks))


def test_a_mixed_word_is_named() -> None:
    with pytest.raises(PeriodError, match=r"^spring$"):
        Periods(["2024-Q1", "spring"], By.AUTO).numbers(["spring"])


@given(st.text(max_size=12))
def test_any_text_is_read_or_not_and_never_breaks(text: str) -> None:
    found = read_label(text)
    assert found is None or found.day.year in {found.year, found.year - 1}

"""Public holidays: only those the law declares, of the country and the region.

Where the two libraries of the shared file disagree, ours (the `holidays` package) is taken, because:
RO 6 and 7 January from 2024 (Law 52/2023), PL 24 December from 2025 and US 19 June from 2021 are law, and the other one
has not heard of them; GB 8 May 2023 was proclaimed; Easter Sunday is no bank holiday in England; and ES days that fall
on a Sunday may be moved or dropped by each region. A shop that opens on Sundays lists those under `extra`.
"""

import csv
from collections import Counter
from datetime import date

import pytest

from clientela.promises.rules import public_holidays, regions_by_country
from tests.shared_data import needs_shared_data, shared_data

REGION_OF_THE_FILE = {"GB": "ENG"}
COUNTRIES = ("RO", "PL", "ES", "DE", "US", "GB")


def rows_of_the_file() -> list[dict[str, str]]:
    with shared_data("calendars", "holidays_two_libraries_2019_2030.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_shared_data
@pytest.mark.parametrize("country", COUNTRIES)
def test_our_holidays_are_those_of_the_shared_file(country: str) -> None:
    expected = {row["date"] for row in rows_of_the_file() if row["country"] == country and row["in_holidays"] == "1"}
    found = {
        day.isoformat()
        for year in range(2019, 2031)
        for day in public_holidays(country, REGION_OF_THE_FILE.get(country), year)
    }
    assert found == expected


@needs_shared_data
def test_the_two_libraries_disagree_where_we_know_and_nowhere_else() -> None:
    differing = [row for row in rows_of_the_file() if row["in_holidays"] != row["in_workalendar"]]
    assert Counter((row["country"], row["in_holidays"]) for row in differing) == {
        ("RO", "1"): 14,
        ("PL", "1"): 6,
        ("ES", "0"): 15,
        ("US", "1"): 13,
        ("GB", "1"): 1,
        ("GB", "0"): 12,
    }
    assert {row["date"][5:] for row in differing if row["country"] == "RO"} == {"01-06", "01-07"}
    assert {row["date"][5:] for row in differing if row["country"] == "PL"} == {"12-24"}
    assert {row["date"][5:8] for row in differing if row["country"] == "US"} == {"06-"}
    sundays = {date.fromisoformat(row["date"]).weekday() for row in differing if row["in_holidays"] == "0"}
    assert sundays == {6}


def test_the_romanian_year_is_the_one_of_the_law() -> None:
    assert [day.isoformat()[5:] for day in public_holidays("RO", None, 2026)] == [
        *("01-01", "01-02", "01-06", "01-07", "01-24"),
        *("04-10", "04-12", "04-13"),  # Orthodox Easter
        *("05-01", "05-31", "06-01"),
        *("08-15", "11-30", "12-01", "12-25", "12-26"),
    ]


def test_christmas_eve_is_a_holiday_in_poland_since_2025() -> None:
    assert date(2024, 12, 24) not in public_holidays("PL", None, 2024)
    assert date(2025, 12, 24) in public_holidays("PL", None, 2025)


def test_a_region_adds_its_own_days() -> None:
    everywhere, madrid = public_holidays("ES", None, 2026), public_holidays("ES", "MD", 2026)
    assert date(2026, 5, 2) not in everywhere
    assert madrid[date(2026, 5, 2)]
    assert set(everywhere) < set(madrid)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("US", date(2026, 2, 14)),  # Valentine's Day: unofficial
        ("US", date(2026, 10, 31)),  # Halloween: unofficial
        ("US", date(2026, 4, 15)),  # Tax Day: unofficial
        ("SE", date(2026, 12, 24)),  # Christmas Eve: free by custom only
        ("PT", date(2026, 2, 17)),  # Carnival: optional
        ("BR", date(2026, 2, 17)),  # Carnival: optional
        ("DE", date(2026, 12, 24)),
    ],
)
def test_an_unofficial_holiday_does_not_close_anybody(country: str, day: date) -> None:
    assert day not in public_holidays(country, None, day.year)


def test_a_holiday_moved_from_a_sunday_is_off_on_both_days() -> None:
    assert {date(2027, 7, 4), date(2027, 7, 5)} <= set(public_holidays("US", None, 2027))


def test_countries_and_regions_are_listed_for_whoever_chooses() -> None:
    regions = regions_by_country()
    assert {"RO", "PL", "ES", "DE", "GB", "US"} <= set(regions)
    assert regions["RO"] == ()
    assert regions["GB"] == ("ENG", "NIR", "SCT", "WLS")
    assert "MD" in regions["ES"]
    assert list(regions) == sorted(regions)


def test_a_year_before_there_were_holidays_has_none() -> None:
    assert dict(public_holidays("RO", None, 1950)) == {}

"""Days as people write them, and shares in percent, are read as they are meant; what could be either is asked."""

import gzip
from pathlib import Path

import pytest

from clientela.impact.reading.building import read_cases
from clientela.impact.reading.columns import Source
from clientela.impact.reading.contracts import Asked, CasesRead
from clientela.impact.reading.days import day_part
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.rules.cases import Cases

ROLES = {"outcome": "score", "period": "day", "supplier": "who", "weight": "part", "quality": "q", "case": "case"}


def read(tmp_path: Path, days: list[str], *, parts: tuple[str, str] = ("0.6", "0.4")) -> CasesRead:
    lines = ["case;score;day;who;part;q"]
    for number, day in enumerate(days):
        lines += [
            f"{number};{number % 5 + 1};{day};{who};{part};{number % 3}" for who, part in zip("AB", parts, strict=True)
        ]
    path = tmp_path / "cases.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return read_cases(Asked(Source(path, ROLES, "cases.csv")), lambda _bytes: None)


def months(found: CasesRead) -> list[int]:
    assert isinstance(found.cases, Cases)
    return [int(one) for one in found.cases.period]


@pytest.mark.parametrize(
    "days",
    [
        ["2023-01-05", "2023-02-17", "2023-02-28", "2023-12-03"],
        ["5.01.2023", "17.02.2023", "28.02.2023", "3.12.2023"],
        ["05.01.2023 08:15", "17.02.2023 10:40", "28.02.2023 23:59", "03.12.2023 00:00"],
        ["05/01/2023", "17/02/2023", "28/02/2023", "03/12/2023"],
        ["01/05/2023 08:15", "02/17/2023 10:40", "02/28/2023 23:59", "12/03/2023 00:00"],
        ["2023/01/05", "2023/02/17", "2023/02/28", "2023/12/03"],
    ],
)
def test_days_are_months_of_one_year_however_they_are_written(tmp_path: Path, days: list[str]) -> None:
    assert months(read(tmp_path, days)) == [0, 1, 1, 11]


def test_days_that_could_be_either_way_round_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(CasesProblemError, match=r"cases.csv, line 2, period \(day\): “03/04/2023” is no period"):
        read(tmp_path, ["03/04/2023", "05/06/2023", "07/08/2023"])


def test_what_is_no_day_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CasesProblemError, match=r"line 6, period \(day\): “31\.02\.2023” is no period"):
        read(tmp_path, ["5.01.2023", "17.02.2023", "31.02.2023", "28.12.2023"])


def test_only_the_clock_is_cut_off() -> None:
    for value, part in (
        ("2023-01-05T08:15:00", "2023-01-05"),
        ("05.01.2023 08:15", "05.01.2023"),
        ("1/5/23 08:15", "1/5/23"),
        ("2023-W01", "2023-W01"),
        ("Jan 5, 2023 08:15", "Jan 5, 2023 08:15"),
        ("7", "7"),
    ):
        assert day_part(value) == part


def test_percent_are_hundredths(tmp_path: Path) -> None:
    found = read(tmp_path, ["2023-01-05", "2023-12-03"], parts=("60 %", "40,0%"))
    assert isinstance(found.cases, Cases)
    assert found.cases.weights.tolist() == [0.6, 0.4, 0.6, 0.4]


def test_a_percent_sign_alone_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(CasesProblemError, match="“%” is no number"):
        read(tmp_path, ["2023-01-05", "2023-12-03"], parts=("%", "40"))

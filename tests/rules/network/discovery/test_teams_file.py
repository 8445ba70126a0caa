"""A small table of teams and departments: read whole, or refused with every line that is wrong."""

import pytest

from clientela.network.discovery.naming import plain
from clientela.network.discovery.teams_file import MOST_BYTES, TeamsFileError, TeamsProblem, read_teams_file

TEAMS = {"Desk": 1, "G97 2nd": 2, "=SUM": 3, "Łódź": 4}
DEPARTMENTS = {plain("Customer Care"): 10, plain("Dział reklamacji"): 20, "workshop": 30}


def read(text: str, encoding: str = "utf-8") -> dict[int, int | None]:
    return read_teams_file(text.encode(encoding), teams=TEAMS, departments=DEPARTMENTS)


def problems(text: str) -> list[TeamsProblem]:
    with pytest.raises(TeamsFileError) as refused:
        read(text)
    return list(refused.value.problems)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("team,department\nDesk,Customer Care\nG97 2nd,outside\n", "utf-8"),
        ("\n\nDEPARTMENT;events;Team\r\ncustomer-care;9;Desk\r\nNa zewnątrz;1;G97 2nd\r\n", "utf-8-sig"),
        ("Echipă\tDepartament\nDesk\tCUSTOMER CARE\nG97 2nd\tîn afară\n", "utf-16"),
        ('zespół,dział\n" Desk ",customer care\nG97 2nd,zewnętrzny\n', "cp1250"),
    ],
)
def test_teams_and_departments_are_read_however_the_table_was_saved(text: str, encoding: str) -> None:
    assert read(text, encoding) == {1: 10, 2: None}


def test_a_line_without_a_department_leaves_its_team_as_it_is() -> None:
    assert read("team,department\nDesk,\nG97 2nd,workshop\n") == {2: 30}


def test_the_mark_against_formulas_is_no_part_of_a_name() -> None:
    assert read("team,department\n'=SUM,workshop\nŁódź,dzial reklamacji\n") == {3: 30, 4: 20}
    assert [one.code for one in problems("team,department\n'Desk,workshop\n")] == ["unknown_team"]


def test_what_may_be_meant_is_looked_for_only_where_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of another log has nothing but unknown teams: to hold each against each would take minutes."""
    looked_for: list[str] = []

    def near(word: str, *_given: object, **_named: object) -> list[str]:
        looked_for.append(word)
        return ["Desk"]

    monkeypatch.setattr("clientela.network.discovery.teams_file.get_close_matches", near)
    with pytest.raises(TeamsFileError) as refused:
        read("team,department\n" + "".join(f"X{number},Mars\n" for number in range(500)))
    assert (len(looked_for), refused.value.count) == (20, 500)
    assert refused.value.problems[-1] == ("unknown_team", 21, "X19", "Desk")


def test_everything_that_is_wrong_is_said_at_once_with_its_line_and_what_may_be_meant() -> None:
    table = "team,department\nDesc,workshop\nDesk,Customer Car\n\nDesk,workshop\nG97 2nd\nŁódź,Mars base\n"
    assert problems(table) == [
        ("unknown_team", 2, "Desc", "Desk"),
        ("unknown_department", 3, "Customer Car", "customercare"),
        ("twice", 5, "Desk", "3"),
        ("uneven", 6, "1", "2"),
        ("unknown_department", 7, "Mars base", ""),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("team,department\n", "empty"),
        ("team,department\nDesk,\n", "empty"),
        ("x" * (MOST_BYTES + 1), "large"),
    ],
)
def test_a_table_that_says_nothing_is_refused(text: str, code: str) -> None:
    assert [one[0] for one in problems(text)] == [code]


def test_columns_that_are_not_there_are_named_with_those_that_are() -> None:
    assert problems("colour,size\nred,1\n") == [
        ("no_team", 1, "", "“colour”, “size”"),
        ("no_department", 1, "", "“colour”, “size”"),
    ]


def test_of_many_wrong_lines_the_first_twenty_are_said_and_all_are_counted() -> None:
    with pytest.raises(TeamsFileError) as refused:
        read("team,department\n" + "".join(f"X{n},workshop\n" for n in range(30)))
    assert (len(refused.value.problems), refused.value.count) == (20, 30)

"""Which column holds what: told, by its name, by what stands in it; never by luck."""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from clientela.network.discovery import Columns, LogProblemError, Sample
from clientela.network.discovery.guessing import guess_columns
from clientela.network.discovery.naming import plain
from clientela.network.discovery.usual_names import USUAL


def guessed(names: str, rows: Sequence[tuple[str, ...]], told: dict[str, str] | None = None, **more: object) -> Columns:
    return guess_columns(Sample("csv", tuple(names.split()), tuple(rows)), told or {}, where="log.csv", **more)  # type: ignore[arg-type]


ROWS = [(f"T{n // 4}", ["Desk", "Repair"][n % 2], f"2024-03-04 09:{n:02}:00", "7") for n in range(40)]


def test_usual_names_are_enough() -> None:
    found = guessed("ticket_id group timestamp amount", ROWS, None)
    assert found.named == {"case": "ticket_id", "moment": "timestamp", "team": "group"}
    assert set(found.found_by.values()) == {"name"}


@pytest.mark.parametrize(
    "names",
    [
        "Nr_dosar Departament Data_și_ora Sumă",
        "NUMER_SPRAWY Dział Data_i_godzina Kwota",
        "Expediente Área Fecha_y_hora Importe",
        "Vorgang Abteilung Zeitstempel Betrag",
        "Dossier Équipe Horodatage Prix",
    ],
)
def test_usual_names_in_other_languages_are_known_with_or_without_their_marks(names: str) -> None:
    case, team, moment, _amount = names.split()
    assert guessed(names, ROWS).named == {"case": case, "moment": moment, "team": team}
    assert set(guessed(names, ROWS).found_by.values()) == {"name"}
    bare = names.translate(str.maketrans("șţăłÁÉ", "stalAE"))
    assert len(guessed(bare, ROWS).named) == 3


def test_no_name_is_usual_for_two_roles() -> None:
    roles = defaultdict(set)
    for role, names in USUAL.items():
        for name in names:
            roles[plain(name)].add(role)
    assert {name: some for name, some in roles.items() if len(some) > 1} == {}


def test_contents_tell_what_names_do_not() -> None:
    found = guessed("alpha beta gamma delta", ROWS)
    assert found.named == {"case": "alpha", "moment": "gamma", "team": "beta"}
    assert set(found.found_by.values()) == {"contents"}


def test_a_column_of_teams_we_know_is_recognised_among_others() -> None:
    rows = [(*row[:3], ["red", "blue"][n % 2]) for n, row in enumerate(ROWS)]
    with pytest.raises(LogProblemError, match="team"):
        guessed("alpha beta gamma delta", rows)
    assert guessed("alpha beta gamma delta", rows, known_teams=("desk", "Repair")).named["team"] == "beta"


def test_a_usual_name_over_what_is_no_moment_is_not_taken_for_one() -> None:
    rows = [(row[0], row[1], "soon", row[2]) for row in ROWS]
    assert guessed("case team date when", rows).named["moment"] == "when"


def test_what_is_told_is_kept_and_what_is_told_as_none_is_not_looked_for() -> None:
    found = guessed("case team timestamp resource", ROWS, {"team": "resource", "resource": "none"})
    assert found.named == {"case": "case", "moment": "timestamp", "team": "resource"}
    assert found.found_by["team"] == "told"


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(LogProblemError) as caught:
        guessed("case team timestamp amount", ROWS, {"team": "taem"})
    assert str(caught.value) == (
        "log.csv: there is no column “taem” for the role team. Did you mean “team”? "
        "The columns are: “case”, “team”, “timestamp”, “amount”."
    )


def test_what_is_missing_is_said_with_the_remedy() -> None:
    with pytest.raises(LogProblemError) as caught:
        guessed("colour size", [("red", "1"), ("blue", "2"), ("green", "3")])
    assert str(caught.value) == (
        "log.csv: no column was found for case, moment and team (or resource). The columns are: “colour”, “size”. "
        "Tell which is which: --columns case=…,activity=…,team=…,moment=…."
    )

"""Reading event logs: every kind of file, every way of writing, and everything that can be wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from clientela.network.discovery import xes
from clientela.network.discovery.sample import read_sample
from tests.rules.network.discovery.logs import HEADING, HELP, XES, counts, discovered, notes, problem, written

TWO = "1,x,A,2024-03-04 09:00:00\n1,y,B,2024-03-04 10:00:00\n"


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "log.tsv", "log.anything"])
def test_a_table_is_read_plain_or_packed_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert discovered(written(tmp_path, HELP, name=name)).handovers == 9


@pytest.mark.parametrize("sign", [";", "\t", "|", "^", "~"])
def test_the_sign_between_columns_is_found(tmp_path: Path, sign: str) -> None:
    assert discovered(written(tmp_path, HELP.replace(",", sign))).handovers == 9


def test_a_sign_between_columns_can_be_told(tmp_path: Path) -> None:
    path = written(tmp_path, (HEADING + TWO).replace(",", "$"))
    assert problem(path).code == "no_delimiter"
    assert counts(discovered(path, delimiter="$")) == {("A", "B"): 1}


@pytest.mark.parametrize(
    ("encoding", "team", "said"),
    [
        ("utf-8", "Reclamații", None),
        ("utf-8-sig", "Reclamații", None),
        ("utf-16", "Reclamații", "utf-16"),
        ("latin-1", "Dirección de señales y reparación", "cp1252"),
        ("cp1252", "Dirección de señales – reparación", "cp1252"),
        ("cp1250", "Dział reklamacji i części zamiennych, Łódź", "cp1250"),
        ("cp1251", "Отдел гарантийного ремонта и обслуживания", "cp1251"),
    ],
)
def test_the_encoding_is_found_and_said_where_it_is_an_old_one(
    tmp_path: Path, encoding: str, team: str, said: str | None
) -> None:
    rows = "".join(f'{n},x,"{team}",2024-03-04 09:00\n{n},y,B,2024-03-04 10:00\n' for n in range(30))
    found = discovered(written(tmp_path, HEADING + rows, encoding=encoding))
    assert counts(found) == {(team, "B"): 30}
    assert next((note.what for note in found.notes if note.code == "encoding"), None) == said


def test_a_letter_of_an_old_encoding_far_behind_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    plain = "".join(f"c{number},x,Desk,2024-03-04 09:00:00\n" for number in range(60_000))
    late = "z,x,Desk,2024-03-04 09:00:00\nz,y,Réparation à l'atelier,2024-03-04 10:00:00\n"
    path.write_bytes((HEADING + plain).encode() + late.encode("cp1252"))
    assert counts(discovered(path)) == {("Desk", "Réparation à l'atelier"): 1}


def test_quoted_fields_hold_signs_and_lines(tmp_path: Path) -> None:
    text = HEADING + '1,"open, then ""look""\nagain","A, B",2024-03-04\n\n1,x,C,2024-03-05\n1,x,D,gone\n'
    found = discovered(written(tmp_path, text))
    assert counts(found) == {("A, B", "C"): 1}
    assert notes(found)["no_moment"] == (1, (6,))  # the line of the file, not the number of the row


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("2024-03-04T09:00:00Z", "2024-03-04T12:00:00+02:00", 3600),
        ("2024-03-04 09:00:00.123456789+0000", "2024-03-04 09:00:01.123456+00", 1),
        ("2024/03/04 09:00:00.000", "2024/03/04 10:00:00.500", 3600.5),
        ("04.03.2024 09:00", "04.03.2024 09:30", 1800),
        ("13/03/2024 09:00:00", "14/03/2024 09:00:00", 86400),
        ("03/13/2024 9:00:00 AM", "03/13/2024 1:00:00 PM", 14400),
        ("20240304090000", "20240304090010", 10),
        ("20240304T090000Z", "20240304T090010Z", 10),
        ("05-Mar-2024 09:00:00", "05-Mar-2024 09:00:10", 10),
        ("1709542800", "1709542810", 10),
        ("1709542800000", "1709542810000", 10),
        ("1709542800000000", "1709542800500000", 0.5),
        ("1709542800.25", "1709542801.5", 1.25),
        ("2024-03-04", "2024-03-05", 86400),
    ],
)
def test_moments_are_read_as_logs_write_them(tmp_path: Path, first: str, second: str, seconds: float) -> None:
    rows = f'1,x,A,"{first}"\n1,y,B,"{second}"\n'
    (edge,) = discovered(written(tmp_path, HEADING + rows)).edges
    assert (edge.giver, edge.median_wait_seconds) == ("A", seconds)


def test_a_clock_without_a_zone_is_read_in_the_zone_that_is_told(tmp_path: Path) -> None:
    rows = "1,x,A,2024-03-31 01:30:00\n1,y,B,2024-03-31 04:30:00\n"  # the clocks went on an hour between
    path = written(tmp_path, HEADING + rows)
    assert discovered(path).edges[0].median_wait_seconds == 3 * 3600
    assert notes(discovered(path))["no_zone"] == (2, ())
    found = discovered(path, zone="Europe/Bucharest")
    assert (found.edges[0].median_wait_seconds, found.first_at) == (2 * 3600, "2024-03-30T23:30:00Z")
    assert "no_zone" not in notes(found)


def test_day_and_month_are_told_apart_where_the_file_can_and_said_where_not(tmp_path: Path) -> None:
    rows = "1,x,A,03/04/2024 09:00\n1,y,B,03/{:02}/2024 09:00\n"
    assert discovered(written(tmp_path, HEADING + rows.format(25))).edges[0].median_wait_seconds == 21 * 86_400
    assert "day_or_month" in notes(discovered(written(tmp_path, HEADING + rows.format(5))))


def test_what_cannot_be_read_is_left_out_and_counted_with_its_lines(tmp_path: Path) -> None:
    rows = TWO + "2,x,A,soon\n2,y,B,\n,x,A,2024-03-04 09:00:00\n3,x,A\n3,x,A,2024-03-04,more\n"
    found = discovered(written(tmp_path, HEADING + rows))
    assert counts(found) == {("A", "B"): 1}
    told = notes(found)
    assert (told["no_moment"], told["no_case"], told["short_line"]) == ((2, (4, 5)), (1, (6,)), (2, (7, 8)))


# --- XES


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_an_xes_is_read_with_its_defaults_and_without_what_stands_inside_attributes(tmp_path: Path, name: str) -> None:
    found = discovered(written(tmp_path, XES, name=name))
    assert (found.kind, counts(found), found.cases) == ("xes", {("Desk", "Repair"): 1}, 2)
    assert found.edges[0].median_wait_seconds == 3600.0
    assert notes(found) == {"defaults": (1, ()), "nameless_cases": (1, ())}


def test_a_classifier_of_an_xes_can_be_told_as_a_column(tmp_path: Path) -> None:
    path = written(tmp_path, XES, name="log.xes")
    assert discovered(path).activities == 2
    assert discovered(path, columns={"activity": "What and how"}).activities == 3


def test_a_namespace_in_front_of_the_tags_is_no_matter(tmp_path: Path) -> None:
    text = XES.replace("xmlns=", "xmlns:x=")
    for tag in ("log", "trace", "event", "string", "date"):
        for start, end in (("<", " "), ("<", ">"), ("</", ">")):
            text = text.replace(f"{start}{tag}{end}", f"{start}x:{tag}{end}")
    assert counts(discovered(written(tmp_path, text, name="log.xes"))) == {("Desk", "Repair"): 1}


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE log [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE log SYSTEM "http://192.0.2.1/log.dtd">',
    ],
)
def test_an_xes_with_a_document_type_is_refused(tmp_path: Path, doctype: str) -> None:
    text = XES.replace("<log ", f"{doctype}<log ", 1)
    assert problem(written(tmp_path, text, name="log.xes")).code == "doctype"


def test_an_xes_that_is_broken_names_the_line(tmp_path: Path) -> None:
    text = XES.replace("</trace>", "", 1)
    found = problem(written(tmp_path, text, name="log.xes"))
    line = text.count("\n")  # of </log>
    assert str(found) == (
        f"log.xes, line {line}: the XML is broken (mismatched tag), after 3 events. Export the log again."
    )


def test_an_xes_of_endless_depth_is_refused(tmp_path: Path) -> None:
    deep = '<string key="a" value="b">' * 200
    assert problem(written(tmp_path, XES.replace("<trace>", f"<trace>{deep}"), name="log.xes")).code == "xml"


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_an_xes_is_read_the_same_wherever_its_pieces_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    path = written(tmp_path, XES.replace("</trace>", '<string key="late" value="x"/></trace>'), name="log.xes")
    expected = replace(discovered(path), seconds=0.0)
    monkeypatch.setattr(xes, "CHUNK", chunk)
    assert replace(discovered(path), seconds=0.0) == expected


def test_what_a_trace_says_behind_its_events_belongs_to_them_and_what_follows_belongs_to_nobody(tmp_path: Path) -> None:
    event = '<event><string key="org:group" value="{}"/><date key="time:timestamp" value="2024-03-0{}"/></event>'
    both = event.format("A", 1) + event.format("B", 2)
    text = (
        f'<log><trace>{both}<string key="concept:name" value="late"/></trace><string key="concept:name" value="no"/>'
        f'<trace>{both}<list key="l"><string key="concept:name" value="no"/></list></trace>{event.format("C", 3)}'
        '<event><string value="Z"/><string key="org:group"/><foo key="org:group" value="Z"/></event></log>'
    )
    some = list(xes.read_xes(written(tmp_path, text, name="log.xes"), on_bytes=lambda _: None).coming)
    assert [one["org:group"] for part in some for one in part.own] == ["A", "B", "A", "B", "C", ""]
    assert [one for part in some for one in part.trace] == [{"concept:name": "late"}] * 2 + [{}] * 4
    assert [one for part in some for one in part.trace_number] == [1, 1, 2, 2, 0, 0]


def test_an_xes_whose_event_never_ends_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    endless = "".join(f'<string key="k{number}" value="v"/>' for number in range(60_000))
    for place in ("<event>", "<trace>"):
        found = problem(written(tmp_path, XES.replace(place, place + endless, 1), name="log.xes"))
        assert "more than 10,000 attributes" in str(found)


def test_a_trace_without_end_is_read_in_pieces(tmp_path: Path) -> None:
    event = '<event><string key="org:group" value="{}"/><date key="time:timestamp" value="2024-03-01"/></event>'
    events = "".join(event.format("AB"[number % 2]) for number in range(25_000))
    path = written(
        tmp_path, f'<log><trace><string key="concept:name" value="c"/>{events}</trace></log>', name="log.xes"
    )
    some = list(xes.read_xes(path, on_bytes=lambda _: None).coming)
    assert max(len(part.own) for part in some[:-1]) <= 20_000
    assert counts(discovered(path)) == {("A", "B"): 12_500, ("B", "A"): 12_499}


# --- what is no log


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\n\n", "no_heading"),
        (HEADING, "no_event"),
        ("one\ntwo\n", "no_delimiter"),
        ("a,a,b\n1,2,3\n", "twice"),
        ("<html><body>no</body></html>", "foreign"),
        ("PK\x03\x04rest", "foreign"),
        (HEADING + "1,x,A,soon\n1,y,B,later\n", "no_moments"),
        (HEADING + "1,x,A,2024-03-04,9\n1,y,B,2024-03-04,9\n", "uneven"),
        ("colour,size,price\nred,1,2\nblue,2,3\n", "no_role"),
    ],
)
def test_what_is_no_log_is_refused_with_its_reason(tmp_path: Path, text: str, code: str) -> None:
    columns = {"moment": "moment"} if code == "no_moments" else {}
    found = problem(written(tmp_path, text), columns=columns)
    assert found.code == code
    assert str(found).startswith("log.csv")


def test_a_file_that_is_not_there_and_a_packed_one_broken_off_are_named(tmp_path: Path) -> None:
    assert problem(tmp_path / "none.csv").code == "unreadable"
    path = written(tmp_path, HELP * 2000, name="log.csv.gz")
    path.write_bytes(path.read_bytes()[:-2000])
    assert problem(path).code == "packed"


def test_a_quote_that_never_closes_is_named_by_its_line(tmp_path: Path) -> None:
    for more in (100, 500_000):
        found = problem(written(tmp_path, HEADING + TWO + '1,"x,A,2024-03-04\n' + TWO * more))
        assert str(found) == (
            "log.csv, line 4: a quote opens and does not close for more than 100 lines. Mend the line or leave it out."
        )


def test_a_zone_and_an_encoding_that_nobody_knows_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, HELP)
    said = str(problem(path, zone="Mars/Base"))
    assert said == "--zone: there is no zone “Mars/Base”. Write one like Europe/Bucharest."
    assert problem(path, encoding="klingon").code == "no_encoding"


def test_a_sample_shows_the_first_rows(tmp_path: Path) -> None:
    sample = read_sample(written(tmp_path, HELP.replace(",", ";")))
    assert (sample.kind, sample.delimiter, sample.names) == ("csv", ";", ("case", "activity", "team", "moment"))
    assert sample.rows[0] == ("1", "open", "Desk", "2024-03-04T09:00:00")

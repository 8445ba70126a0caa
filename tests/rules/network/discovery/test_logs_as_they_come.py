"""Logs in the shapes in which systems really give them: the same events, always the same counts, or a plain refusal."""

import bz2
import csv
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clientela.network.discovery import Discovered
from clientela.network.discovery.packed import MOST_TIMES
from tests.rules.network.discovery.logs import counts, discovered, discovered_with_teams, notes, problem

BEGAN = datetime(2024, 1, 26, 8, 5, 9)  # noqa: DTZ001 -- a clock on a wall
# (case, what was done, team, person, hours after the beginning): out of order, over the end of a month.
EVENTS = [
    ("1003", "Open", "Desk", "Ion", 1), ("1001", "Open", "Desk", "Ana", 0), ("1001", "Check", "Repair", "Jan", 30),
    ("1002", "Open", "Desk", "Ana", 3), ("1001", "Check", "Repair", "Eva", 55), ("1001", "Pay", "Billing", "Luz", 130),
    ("1002", "Pay", "Billing", "Luz", 410), ("1003", "Check", "Repair", "Jan", 220),
    ("1001", "Close", "Desk", "Ana", 431),
    ("1003", "Open", "Desk", "Ion", 600), ("1003", "Close", "Desk", "Ana", 610), ("1002", "Close", "Desk", "Ion", 1000),
]  # fmt: skip
BY_TEAM = {
    ("Desk", "Repair"): 2, ("Repair", "Billing"): 1, ("Billing", "Desk"): 2, ("Repair", "Desk"): 1,
    ("Desk", "Billing"): 1,
}  # fmt: skip
FIRST_AT, LAST_AT = "2024-01-26T08:05:09Z", "2024-03-08T00:05:09Z"
PLAIN = ("case", "activity", "team", "timestamp")
Row = tuple[str, str, str, str, datetime]


def rows() -> list[Row]:
    return [(case, did, team, who, BEGAN + timedelta(hours=hours)) for case, did, team, who, hours in EVENTS]


def table(heading: Sequence[str], line: Callable[[Row], Sequence[Any]], sign: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, lineterminator=end)
    writer.writerow(heading)
    writer.writerows(line(row) for row in rows())
    return text.getvalue()


def written_as(form: str) -> Callable[[Row], Sequence[Any]]:
    return lambda row: (row[0], row[1], row[2], row[4].strftime(form))


def saved(folder: Path, content: str | bytes, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def is_right(found: Discovered) -> bool:
    return (counts(found), found.events, found.first_at, found.last_at) == (BY_TEAM, 12, FIRST_AT, LAST_AT)


CLOCK = table(PLAIN, written_as("%Y-%m-%d %H:%M:%S"))


@pytest.mark.parametrize(
    "form",
    [
        "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m-%d-%Y %H:%M:%S",
        "%d/%m/%y %H:%M:%S", "%d.%m.%y %H:%M:%S", "%d-%m-%y %H:%M:%S", "%m/%d/%y %I:%M:%S %p", "%y-%m-%d %H:%M:%S",
        "%d-%b-%Y %H:%M:%S", "%d-%b-%y %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p", "%d %B %Y %H:%M:%S",
        "%d.%m.%Y, %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%dT%H%M%S", "%Y-%m-%d %H.%M.%S",
        "%Y/%m/%d %H:%M:%S.000", "%Y-%m-%d %H:%M:%S,000", "%Y-%m-%dT%H:%M:%S.0000000", "%Y-%m-%d %I:%M:%S %p",
    ],
)  # fmt: skip
def test_moments_are_read_in_every_usual_way_of_writing(tmp_path: Path, form: str) -> None:
    found = discovered(saved(tmp_path, table(PLAIN, written_as(form), ";")))
    assert is_right(found)
    assert notes(found)["no_zone"] == (12, ())


@pytest.mark.parametrize("sign", [".", ","])
def test_days_that_a_spreadsheet_numbered_are_moments_and_that_is_said(tmp_path: Path, sign: str) -> None:
    def serial(row: Row) -> Sequence[Any]:
        days = (row[4] - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 -- as spreadsheets count
        return (row[0], row[1], row[2], f"{days:.9f}".replace(".", sign))

    found = discovered(saved(tmp_path, table(PLAIN, serial, ";")))
    assert is_right(found)
    assert "serial" in notes(found)
    assert notes(found)["no_zone"] == (12, ())


@pytest.mark.parametrize("times", [1, 1000])
def test_seconds_and_milliseconds_since_1970_are_moments(tmp_path: Path, times: int) -> None:
    def since(row: Row) -> Sequence[Any]:
        return (row[0], row[1], row[2], int(row[4].replace(tzinfo=UTC).timestamp()) * times)

    assert is_right(discovered(saved(tmp_path, table(PLAIN, since))))


def test_a_date_and_an_hour_in_columns_of_their_own_are_one_moment(tmp_path: Path) -> None:
    for heading, day, hour in (
        (("Nr. cerere", "Etapa", "Secția", "Data", "Ora"), "%d.%m.%Y", "%H:%M:%S"),
        (("Case ID", "Activity", "Team", "Date", "Time"), "%m/%d/%Y", "%I:%M:%S %p"),
        (("OBJECTID", "TCODE", "EKGRP", "UDATE", "UTIME"), "%Y%m%d", "%H%M%S"),
    ):
        text = table(heading, lambda row, day=day, hour=hour: (*row[:3], row[4].strftime(day), row[4].strftime(hour)))  # type: ignore[misc]
        found = discovered(saved(tmp_path, text))
        assert is_right(found), heading
        assert found.columns.named["moment"] == f"{heading[3]} + {heading[4]}"
        told = {"case": heading[0], "team": heading[2], "moment": f"{heading[3]}+{heading[4]}"}
        assert is_right(discovered(saved(tmp_path, text), columns=told))


@pytest.mark.parametrize(
    ("heading", "line", "by"),
    [
        (("_CASE_KEY", "ACTIVITY_EN", "EVENTTIME", "_SORTING", "USER_NAME", "USER_TYPE"),
         lambda row: (row[0], row[1], f"{row[4].isoformat()}.000Z", 1, row[2], "Human"), "resource"),
        (("Case ID", "Activity", "Resource", "Complete Timestamp", "Variant", "service_level", "workgroup"),
         lambda row: (f"Case {row[0]}", row[1], row[2], row[4].strftime("%Y/%m/%d %H:%M:%S.000"), "V 1", "V", "W"),
         "resource"),
        (("Case ID", "Activity", "Resource", "Start Timestamp", "Complete Timestamp", "Role"),
         lambda row: (row[0], row[1], row[3], "2024-01-01 00:00:00", row[4], row[2]), "team"),
        (("case:concept:name", "concept:name", "time:timestamp", "org:resource"),
         lambda row: (row[0], row[1], f"{row[4]}+00:00", row[2]), "resource"),
        (("Action", "org:resource", "concept:name", "lifecycle:transition", "time:timestamp", "case:concept:name"),
         lambda row: ("Created", row[2], row[1], "complete", f"{row[4]}.000000+00:00", row[0]), "resource"),
        (("id", "org:resource", "concept:name", "time:timestamp", "org:role", "case:id", "case:concept:name"),
         lambda row: ("st 1", "STAFF MEMBER", row[1], f"{row[4]}+00:00", row[2], f"d {row[0]}", f"d {row[0]}"), "team"),
        (("eventID ", "case Company", "case concept:name", "event User", "event org:resource", "event concept:name",
          "event time:timestamp"),
         lambda row: (row[0], "C", row[0], "U", row[2], row[1], row[4].strftime("%d-%m-%Y %H:%M:%S.000")), "resource"),
        (("Incident ID", "DateStamp", "IncidentActivity_Number", "IncidentActivity_Type", "Assignment Group"),
         lambda row: (row[0], row[4].strftime("%d-%m-%Y %H:%M:%S"), "001A", row[1], row[2]), "team"),
        (("number", "incident_state", "opened_at", "sys_updated_at", "assignment_group", "assigned_to"),
         lambda row: (f"INC{row[0]}", row[1], "29/2/2016 01:16", row[4].strftime("%d/%m/%Y %H:%M:%S"), row[2], row[3]),
         "team"),
        (("Issue key", "Status", "Assignee", "Updated"),
         lambda row: (f"HELP-{row[0]}", row[1], row[2], row[4].strftime("%d/%b/%y %H:%M:%S")), "resource"),
    ],
)  # fmt: skip
def test_exports_of_well_known_systems_need_no_columns_told(
    tmp_path: Path, heading: Sequence[str], line: Callable[[Row], Sequence[Any]], by: str
) -> None:
    found = discovered(saved(tmp_path, table(heading, line)))
    assert (is_right(found), found.by) == (True, by)
    assert found.columns.named.get("activity") != "Action"


@pytest.mark.parametrize(
    ("heading", "encoding"),
    [
        (("Nº do processo", "Atividade", "Departamento", "Data e hora"), "latin-1"),
        (("Nº de expediente", "Acción", "Unidad", "Fecha y hora"), "utf-8"),
        (("Nr sprawy", "Czynność", "Dział", "Data i godzina"), "cp1250"),
        (("Nr. dosar", "Acțiune", "Compartiment", "Data și ora"), "utf-8-sig"),
        (("Nr. dosar", "Acţiune", "Secţie", "Data şi ora"), "cp1250"),
    ],
)
def test_headings_of_our_languages_keep_their_letters(tmp_path: Path, heading: Sequence[str], encoding: str) -> None:
    found = discovered(saved(tmp_path, table(heading, written_as("%d.%m.%Y %H:%M:%S"), ";").encode(encoding)))
    assert is_right(found)
    assert found.columns.named["case"] == heading[0]


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, data in files.items():
            folder.writestr(name.replace("__", "/"), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.csv", gzip.compress(CLOCK.encode())),
        ("log.csv.gz", CLOCK.encode()),
        ("log.csv.bz2", bz2.compress(CLOCK.encode())),
        ("log.xz", lzma.compress(CLOCK.encode())),
        (
            "log.zip",
            zipped(**{"a__log.csv": CLOCK.encode(), "__MACOSX/._log.csv": b"x", "a__.DS_Store": b""}),
        ),
        ("log.zip", zipped(**{"log.csv.gz": gzip.compress(CLOCK.encode())})),
        ("log.csv", CLOCK.encode("utf-16")),
        ("log.csv", CLOCK.encode("utf-16-le")),
        ("log.csv", CLOCK.encode("utf-16-be")),
        ("log.csv", b"\xef\xbb\xbf" + CLOCK.encode()),
        ("log.tsv", CLOCK.replace(",", "\t").encode()),
        ("log.csv", b"sep=;\r\n" + CLOCK.replace(",", ";").replace("\n", "\r\n").encode()),
        ("log.csv", b"\n\r\n" + CLOCK.encode()),
        ("log.csv", CLOCK.replace("\n", "\r").encode()),
        ("log.csv", CLOCK.replace("\n", ",\n").encode()),
        ("log.csv", CLOCK.replace("\n", ",\n").replace(",\n", "\n", 1).encode()),
        ("log.csv", "".join(f"{n},{line}\n" for n, line in enumerate(CLOCK.splitlines())).replace("0", "", 1).encode()),
    ],
)
def test_how_a_table_was_saved_and_packed_is_no_matter(tmp_path: Path, name: str, content: bytes) -> None:
    assert is_right(discovered(saved(tmp_path, content, name)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(**{"[Content_Types].xml": b"<x/>", "xl__workbook.xml": b"<x/>"}), "a workbook; save the sheet as CSV"),
        (zipped(**{"a.csv": b"x", "b.csv": b"y"}), "a packed folder of 2 files (“a.csv”, “b.csv”); unpack it"),
        (b"PK\x03\x04rest", "a packed folder that cannot be opened"),
        (b'\n[{"case": 1}]', "JSON; write the events out as CSV"),
        (b'{"case": 1}\n{"case": 2}', "JSON; write the events out as CSV"),
        (b"<!DOCTYPE html><html></html>", "a web page; save the table as CSV"),
        (b"Rar!\x1a\x07", "packed by RAR"),
    ],
)
def test_what_is_no_log_is_called_by_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    found = problem(saved(tmp_path, content))
    assert (found.code, str(found).startswith(f"log.csv: this is {said}")) == ("foreign", True)


@pytest.mark.parametrize("cut", [60, 200])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_packed_and_broken_off_is_named(tmp_path: Path, pack: Callable[[bytes], bytes], cut: int) -> None:
    content = pack((CLOCK * 50).encode())
    found = problem(saved(tmp_path, content[:-cut]))
    assert (found.code, "log.csv" in str(found)) == ("packed", True)


def test_a_packed_file_within_packed_files_without_end_is_not_followed(tmp_path: Path) -> None:
    content = CLOCK.encode()
    for _time in range(MOST_TIMES + 1):
        content = gzip.compress(content)
    assert problem(saved(tmp_path, content)).code in {"foreign", "no_delimiter", "no_event", "no_role", "uneven"}


def test_lines_before_the_heading_are_counted_where_a_line_is_named(tmp_path: Path) -> None:
    lines = CLOCK.replace(",", ";").splitlines()
    lines[3] = lines[3].replace("2024", "soon")
    lines[5] += ";too;many"
    found = discovered(saved(tmp_path, "sep=;\n\n" + "\n".join(lines)))
    assert notes(found)["no_moment"] == (1, (6,))
    assert notes(found)["short_line"] == (1, (8,))


def xes(*, traces: str, events: str = "", tag: str = "") -> str:
    by_case: dict[str, list[Row]] = {}
    for row in rows():
        by_case.setdefault(row[0], []).append(row)
    body = "".join(
        f"<trace>{traces.format(case=case)}"
        + "".join(
            f'<event><string key="concept:name" value="{did}"/><string key="org:group" value="{team}"/>'
            f'<date key="time:timestamp" value="{at.isoformat()}.000Z"/>{tag}</event>'
            for _case, did, team, _who, at in some
        )
        + f"{events}</trace>"
        for case, some in by_case.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" ?><log xes.version="1.0">{body}</log>'


def test_traces_without_names_or_with_empty_ones_are_cases_of_their_own(tmp_path: Path) -> None:
    for traces in ("", '<string key="concept:name" value=""/>', '<date key="REG_DATE" value="2011-10-01T00:00:00Z"/>'):
        for columns in ({}, {"case": "concept:name", "team": "org:group", "moment": "time:timestamp"}):
            found = discovered(saved(tmp_path, xes(traces=traces), "log.xes"), columns=columns)
            assert is_right(found)
            assert notes(found)["nameless_cases"] == (3, ())


def test_events_without_a_moment_are_left_out_and_nested_attributes_are_no_matter(tmp_path: Path) -> None:
    text = xes(
        traces='<string key="concept:name" value="{case}"/>',
        events='<event><string key="org:group" value="Nobody"/></event>',
        tag='<list key="l"><values><string key="org:group" value="inner"/></values></list>',
    )
    wide = text.replace("UTF-8", "UTF-16").encode("utf-16")
    for content in (text.encode(), wide, zipped(**{"a.xes": text.encode()})):
        found = discovered(saved(tmp_path, content, "log.xes"))
        assert is_right(found)
        assert notes(found)["no_moment"][0] == 3


def test_day_and_month_are_told_by_what_comes_later_in_the_file(tmp_path: Path) -> None:
    many = [f"{n},x,{'AB'[n % 2]},01/0{1 + n // 300}/2024 09:00" for n in range(1500)]  # the fifth at most
    late = ["z,x,A,01/13/2024 09:00", "z,x,B,01/14/2024 09:00"]
    found = discovered(saved(tmp_path, "\n".join([",".join(PLAIN), *many, *late])))
    assert (counts(found), found.first_at, found.last_at) == (
        {("A", "B"): 1}, "2024-01-01T09:00:00Z", "2024-01-14T09:00:00Z"
    )  # fmt: skip
    assert "day_or_month" not in notes(found)
    told = discovered(saved(tmp_path, "\n".join([",".join(PLAIN), *many, "z,x,A,13/01/2024 09:00"])))
    assert (told.last_at, "day_or_month" in notes(told)) == ("2024-05-01T09:00:00Z", True)


def test_who_tells_the_column_of_the_person_and_none_of_the_team_sees_persons(tmp_path: Path) -> None:
    path = saved(tmp_path, table((*PLAIN, "user"), lambda row: (row[0], row[1], row[2], row[4], row[3])))
    assert discovered(path).by == "team"
    found, suggested = discovered_with_teams(path, columns={"resource": "user"})
    assert (found.by, suggested is not None) == ("resource", True)
    assert discovered(path, columns={"resource": "user", "team": "team"}).by == "team"
    assert is_right(discovered(path, columns={"resource": "user"}, by="team"))


def test_a_hospitals_day_and_hour_are_one_moment_and_an_hour_is_no_case(tmp_path: Path) -> None:
    lines = [f"P{n % 7},look,{'AB'[n % 2]},{1 + n // 9:02} Jan 2026,{9 + n % 9:02}:30" for n in range(60)]
    for case in ("patient_id", "Visit number", "some key"):
        path = saved(tmp_path, "\n".join([f"{case},activity,ward,date,time", *lines]))
        found = discovered(path)
        assert (found.columns.named["case"], found.columns.named["moment"]) == (case, "date + time")
        assert (found.columns.named["team"], found.first_at) == ("ward", "2026-01-01T09:30:00Z")


@pytest.mark.parametrize("columns", [{}, {"resource": "org:resource"}])
@pytest.mark.parametrize("before", [1, 499, 700, 30_000])
def test_an_xes_whose_first_events_nobody_did_is_still_one_of_people(
    tmp_path: Path, before: int, columns: dict[str, str]
) -> None:
    by_machine = '<event><date key="time:timestamp" value="2024-01-01T00:00:00Z"/></event>' * before
    people = xes(traces='<string key="concept:name" value="{case}"/>').replace("org:group", "org:resource")
    text = people.replace("<trace>", f'<trace><string key="concept:name" value="m"/>{by_machine}</trace><trace>', 1)
    found = discovered(saved(tmp_path, text, "log.xes"), columns=columns)
    assert is_right(found)
    assert notes(found)["no_team"] == (before, tuple(range(1, min(before, 5) + 1)))


def test_a_role_that_is_nowhere_in_an_xes_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, xes(traces=""), "log.xes")
    found = problem(path, columns={"team": "org:grop"})
    assert (found.code, "Did you mean “org:group”?" in str(found)) == ("no_column", True)


@pytest.mark.parametrize("encoding", ["ISO-8859-2", "windows-1250", "us-ascii"])
def test_an_xes_in_an_encoding_of_one_byte_a_letter_is_read(tmp_path: Path, encoding: str) -> None:
    text = xes(traces='<string key="concept:name" value="{case}"/>').replace("UTF-8", encoding)
    assert is_right(discovered(saved(tmp_path, text.encode(encoding), "log.xes")))


@pytest.mark.parametrize("encoding", ["GB18030", "Shift_JIS", "klingon"])
def test_an_xes_in_an_encoding_that_cannot_be_read_is_refused_by_its_name(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path, xes(traces="").replace("UTF-8", encoding), "log.xes")
    assert str(problem(path)) == (
        f"log.xes, line 1: the XML says that its encoding is “{encoding}”, which cannot be read here. Export the log "
        "as UTF-8."
    )

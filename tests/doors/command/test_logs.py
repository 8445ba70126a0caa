"""Reading logs: every kind of file, and everything that can be wrong with one. The samples are ours."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from clientela.command.logs import LogProblemError, read_log
from clientela.command.logs.columns import found_columns
from clientela.network.discovery import Wish
from clientela.network.discovery.discovering import discover

HEADING = "case,activity,timestamp,team,priority\n"
ROWS = (
    "a,Check,2024-03-04 09:00:00,IT,High\n"
    "a,Repair,2024-03-04 10:00:00,Workshop,High\n"
    "b,Check,2024-03-04 09:30:00,IT,Low\n"
)
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="unknown"/></global>
  <trace>
    <string key="concept:name" value="a"/><string key="impact" value="High"/>
    <event>
      <string key="concept:name" value="Check"><string key="note" value="inside"/></string>
      <date key="time:timestamp" value="2024-03-04T09:00:00.000+02:00"/>
      <string key="org:group" value="IT"/><string key="lifecycle:transition" value="start"/>
    </event>
    <event>
      <string key="concept:name" value="Check"/>
      <date key="time:timestamp" value="2024-03-04T10:00:00.000+02:00"/>
      <string key="org:group" value="IT"/><string key="lifecycle:transition" value="complete"/>
    </event>
  </trace>
</log>
"""


def written(folder: Path, name: str, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / name
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def problem(path: Path, **options: str) -> str:
    with pytest.raises(LogProblemError) as found:
        read_log(path, **options)
    return str(found.value).replace(str(path), path.name)


def notes(path: Path, **options: str) -> dict[str, int]:
    return {note.code: note.count for note in read_log(path, **options).notes}


@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz"])
def test_a_csv_is_read_plain_or_packed(tmp_path: Path, name: str) -> None:
    log = read_log(written(tmp_path, name, HEADING + ROWS))
    events = log.events
    assert (len(events), events.cases, events.teams) == (3, ["a", "b"], ["IT", "Workshop"])
    assert (events.activities, events.priorities) == (["Check", "Repair"], ["High", "Low"])
    assert events.moment[1] - events.moment[0] == 3600.0
    assert [note.code for note in log.notes] == ["columns", "no_zone"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert len(read_log(written(tmp_path, "log.csv", (HEADING + ROWS).replace(",", delimiter))).events) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    line = "a,Żółta reklamacja pralki źle działającej,2024-03-04 09:{:02},IT,High\n"
    rows = "".join(line.format(minute) for minute in range(60))
    log = read_log(written(tmp_path, "log.csv", HEADING + rows, encoding=encoding))
    assert log.events.activities == ["Żółta reklamacja pralki źle działającej"]


def test_a_letter_of_an_old_encoding_late_in_the_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    plain = "".join(f"c{number},Check,2024-03-04 09:00,IT,High\n" for number in range(20_000))
    late = "z,Réparation très tôt à l'atelier,2024-03-04 10:00,IT,High\n"
    path.write_bytes((HEADING + plain).encode() + late.encode("cp1252"))
    log = read_log(path)
    assert log.events.activities == ["Check", "Réparation très tôt à l'atelier"]
    assert "encoding" in [note.code for note in log.notes]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-03-04T09:00:00Z", 0),
        ("2024-03-04T11:00:00+02:00", 0),
        ("2024-03-04 09:00:00.123456789+0000", 0.123456),
        ("2024/03/04 09:00:00.000", 0),
        ("04.03.2024 09:00", 0),
        ("1709542800", 0),
        ("1709542800000", 0),
    ],
)
def test_a_moment_is_read_as_logs_write_it(tmp_path: Path, text: str, seconds: float) -> None:
    log = read_log(written(tmp_path, "log.csv", f"{HEADING}a,Check,{text},IT,High\n"))
    assert log.events.moment.tolist() == [pytest.approx(1709542800 + seconds, abs=1e-4)]


def test_day_and_month_are_told_apart_by_the_file_where_it_can(tmp_path: Path) -> None:
    american = f"{HEADING}a,Check,03/04/2024 09:00,IT,High\na,Check,03/25/2024 09:00,IT,High\n"
    log = read_log(written(tmp_path, "log.csv", american))
    assert np.diff(log.events.moment).tolist() == [21 * 86_400.0]
    either = read_log(written(tmp_path, "log2.csv", f"{HEADING}a,Check,03/04/2024 09:00,IT,High\n"))
    assert "day_or_month" in [note.code for note in either.notes]


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_an_xes_is_read_plain_or_packed(tmp_path: Path, name: str) -> None:
    log = read_log(written(tmp_path, name, XES))
    events = log.events
    assert (len(events), events.cases, events.activities, events.teams) == (2, ["a"], ["Check"], ["IT"])
    assert (events.priorities, events.transitions) == (["High"], ["start", "complete"])
    assert np.diff(events.moment).tolist() == [3600.0]
    assert [note.code for note in log.notes] == ["columns"]


def test_the_keys_of_an_xes_are_told_like_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "log.xes", XES)
    log = read_log(path, columns="case=concept:name,activity=concept:name,moment=time:timestamp,priority=impact")
    assert (log.events.cases, log.events.priorities, log.events.teams) == (["a"], ["High"], [])


def test_columns_are_told_with_their_roles(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", 'No,What,When,"Who, exactly"\n1,Check,2024-03-04 09:00,IT\n')
    log = read_log(path, columns='case=No,activity=What,moment=When,team="Who, exactly"')
    assert (log.columns["team"], log.events.teams) == ("Who, exactly", ["IT"])
    assert "columns" not in [note.code for note in log.notes]


# --- what cannot be used: one sentence with the file, what is wrong, and what helps


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", HEADING + ROWS)
    assert problem(path, columns="case=case,activity=activity,moment=timestmp") == (
        "log.csv: there is no column “timestmp” for the role moment. Did you mean “timestamp”? "
        "The columns are: “case”, “activity”, “timestamp”, “team”, “priority”."
    )


def test_a_role_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", HEADING + ROWS)
    assert problem(path, columns="cases=case").startswith("--columns: there is no role “cases”. Did you mean case?")
    assert problem(path, columns="case").startswith("--columns: “case” is not role=column.")


def test_a_log_whose_columns_are_not_found_says_how_to_tell_them(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", "x,y\n1,2\n")
    assert problem(path) == (
        "log.csv: no column was found for case, activity and moment. The columns are: “x”, “y”. "
        "Tell which is which: --columns case=…,activity=…,moment=…."
    )


def test_an_empty_file_is_no_log(tmp_path: Path) -> None:
    assert problem(written(tmp_path, "log.csv", "")) == (
        "log.csv: the file is empty. A log needs at least a heading and one event."
    )
    assert problem(written(tmp_path, "log2.csv", HEADING)) == "log2.csv: there is a heading but no event under it."


def test_a_file_that_is_not_there_and_a_kind_that_is_not_known(tmp_path: Path) -> None:
    assert problem(tmp_path / "gone.csv") == "gone.csv: No such file or directory. Check the path and who may read it."
    assert problem(written(tmp_path, "log.docx", "x")).startswith("log.docx: the kind of file is told by its ending")


def test_a_packed_file_that_ends_in_the_middle(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    rows = "".join(f"c{one},Check {one},2024-03-04 09:00,IT,High\n" for one in generator.integers(0, 10**9, 40_000))
    path = written(tmp_path, "log.csv.gz", HEADING + rows)
    path.write_bytes(path.read_bytes()[:-2000])
    assert "the packed file ends in the middle, after " in problem(path)


def test_a_packed_file_that_is_broken(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv.gz", HEADING + ROWS)
    data = bytearray(path.read_bytes())
    data[15] ^= 0xFF
    path.write_bytes(bytes(data))
    assert "the packed file is broken" in problem(path)


def test_broken_xml_is_named_by_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "log.xes", XES.replace("</trace>", "</trase>"))
    assert problem(path) == (
        "log.xes, line 17: the XML is broken (mismatched tag), after 2 events. Export the log again."
    )


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE log [<!ENTITY file SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE log SYSTEM "http://example.test/log.dtd">',
    ],
)
def test_an_xes_with_a_document_type_is_refused(tmp_path: Path, declared: str) -> None:
    path = written(tmp_path, "log.xes", XES.replace("<log ", f"{declared}\n<log ", 1))
    assert problem(path).startswith("log.xes: the file declares a document type")


def test_a_zone_that_nobody_knows(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", HEADING + ROWS)
    assert problem(path, zone="Europe/Bucarest") == (
        "--zone: there is no zone “Europe/Bucarest”. Write one like Europe/Bucharest."
    )


def test_a_log_without_one_readable_moment(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", f"{HEADING}a,Check,soon,IT,High\n")
    assert problem(path) == "log.csv: there is not one event with a case and a moment that can be read."


# --- what can be used, with a note on what was left out and how many


def test_events_out_of_order_are_sorted_and_counted(tmp_path: Path) -> None:
    rows = "a,Late,2024-03-04 12:00,IT,High\na,Early,2024-03-04 09:00,IT,High\na,Middle,2024-03-04 10:00,IT,High\n"
    path = written(tmp_path, "log.csv", HEADING + rows)
    log = read_log(path)
    assert [log.events.activities[one] for one in log.events.activity] == ["Early", "Middle", "Late"]
    (note,) = [note for note in log.notes if note.code == "out_of_order"]
    assert (note.count, note.lines) == (1, (3,))


def test_moments_that_cannot_be_read_are_left_out_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", f"{HEADING}{ROWS}c,Check,yesterday,IT,Low\nc,Check,,IT,Low\n")
    log = read_log(path)
    (note,) = [note for note in log.notes if note.code == "unreadable_moment"]
    assert (len(log.events), note.count, note.lines) == (3, 2, (5, 6))
    assert note.text == "2 events without a moment that can be read were left out: lines 5, 6."


def test_events_without_a_case_and_short_lines_are_left_out_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", f"{HEADING}{ROWS},Check,2024-03-04 09:00,IT,Low\nc,Check\n")
    assert {"no_case": 1, "short_line": 1}.items() <= notes(path).items()


def test_a_clock_without_a_zone_is_taken_as_utc_and_said_or_as_told(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", HEADING + ROWS)
    assert notes(path)["no_zone"] == 3
    told = read_log(path, zone="Europe/Bucharest")
    assert "no_zone" not in [note.code for note in told.notes]
    assert (read_log(path).events.moment - told.events.moment).tolist() == [7200.0] * 3


def test_an_end_before_its_start_is_left_out(tmp_path: Path) -> None:
    text = "case,activity,start,end\na,Check,2024-03-04 09:00,2024-03-04 08:00\n"
    log = read_log(written(tmp_path, "log.csv", text), columns="case=case,activity=activity,moment=start,end=end")
    assert np.isnan(log.events.end).all()
    assert [note.code for note in log.notes] == ["end_before_start", "no_zone"]


def test_progress_tells_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "log.csv", HEADING + ROWS * 1000)
    read: list[int] = []
    read_log(path, on_progress=read.append)
    assert read == sorted(read)
    assert read[-1] == path.stat().st_size


def test_two_moments_in_a_row_are_taken_as_begun_and_done() -> None:
    names = ["case", "activity", "team", "start_timestamp", "end_timestamp"]
    columns, found = found_columns({}, names, where="work.csv")
    assert columns == {
        "moment": "start_timestamp",
        "end": "end_timestamp",
        "case": "case",
        "activity": "activity",
        "team": "team",
    }
    assert found == ("moment", "end", "case", "activity", "team")
    # One of them alone is the moment; what was told is never thought over.
    assert found_columns({}, names[:4], where="work.csv")[0]["moment"] == "start_timestamp"
    only_done = found_columns({}, [*names[:3], names[4]], where="work.csv")[0]
    assert (only_done["moment"], "end" in only_done) == ("end_timestamp", False)
    told, found = found_columns({"moment": "end_timestamp"}, names, where="work.csv")
    assert (told, found) == (
        {"moment": "end_timestamp", "case": "case", "activity": "activity"},
        ("case", "activity"),
    )


@pytest.mark.parametrize(
    ("zone", "clock", "moment"),
    [
        ("Europe/Madrid", "2024-10-27 02:30:00", "2024-10-27T01:30:00Z"),  # comes twice: the second
        ("Europe/Madrid", "2024-03-31 02:30:00", "2024-03-31T01:30:00Z"),  # never was: after the gap
        ("America/New_York", "2024-11-03 01:15:00", "2024-11-03T06:15:00Z"),
        ("Australia/Lord_Howe", "2024-04-07 01:45:00", "2024-04-06T15:15:00Z"),  # half an hour comes twice
        ("Australia/Lord_Howe", "2024-10-06 02:10:00", "2024-10-05T15:40:00Z"),
        ("Europe/Madrid", "2024-07-01 02:30:00", "2024-07-01T00:30:00Z"),
    ],
)
@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"])
def test_a_replay_and_a_discovery_read_the_hour_at_which_clocks_change_alike(
    tmp_path: Path, zone: str, clock: str, moment: str, form: str
) -> None:
    told = datetime.fromisoformat(clock).strftime(form)
    path = written(tmp_path, "log.csv", f"{HEADING}a,Check,{told},IT,High\n")
    replayed = read_log(path, zone=zone).events.moment[0]
    found, _suggested = discover(path, Wish(zone=zone, by="team"))
    assert (datetime.fromtimestamp(replayed, UTC), found.first_at) == (datetime.fromisoformat(moment), moment)

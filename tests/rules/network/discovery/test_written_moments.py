"""Moments as programs and people write them: month names, clocks by twelve, zones by name; and which zone is unsure."""

from functools import partial
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.network.discovery import discovering
from clientela.network.discovery.gathering import Gathering
from clientela.network.discovery.moments import way_of
from clientela.network.discovery.moments_sql import macros_for
from clientela.network.discovery.written import (
    SHAPES,
    UNSURE_ZONES,
    WRITTEN,
    read_clock,
    read_written,
    unsure_zone,
    zones_asked_about,
)
from tests.rules.network.discovery.logs import HEADING, XES, counts, discovered, notes, problem, written

ZONED, WALL, MINUTE, NIGHT = (
    "2026-02-03T08:11:12Z",
    "2026-02-03T10:11:12Z",
    "2026-02-03T10:11:00Z",
    "2026-02-03T22:11:12Z",
)


def log_of(first: str, later: str) -> str:
    return HEADING + f'1,x,A,"{first}"\n1,y,B,"{later}"\n'


@pytest.mark.parametrize(
    ("first", "first_at"),
    [
        ("Tue, 03 Feb 2026 10:11:12 +0200", ZONED), ("Tue, 3 Feb 2026 08:11:12 GMT", ZONED),
        ("Tue Feb 03 09:11:12 CET 2026", ZONED), ("Tue Feb 03 10:11:12 EET 2026", ZONED),
        ("Tue Feb  3 10:11:12 2026", WALL), ("Tue Feb 03 2026 10:11:12 GMT+0200 (Eastern European Time)", ZONED),
        ("03/Feb/2026:10:11:12 +0200", ZONED), ("03FEB2026:10:11:12", WALL),
        ("February 3, 2026 at 10:11 AM", MINUTE), ("Feb 3, 2026 @ 10:11:12.000", WALL),
        ("3 lutego 2026 10:11", MINUTE), ("wtorek, 3 lutego 2026 r. o 10:11:12", WALL),
        ("3 de febrero de 2026, 10:11:12", WALL), ("martes, 3 de febrero de 2026 a las 10:11:12", WALL),
        ("marți, 3 februarie 2026, ora 10:11:12", WALL), ("3 feb. 2026 10:11:12", WALL),
        ("03-FEB-26 10.11.12.000000000 AM", WALL), ("03-FEB-26 10.11.12.000000 PM +00:00", NIGHT),
        ("03.02.2026 10:11 Uhr", MINUTE), ("3/2/2026 10:11:12 h", WALL), ("3 feb 2026 10:11 hs.", MINUTE),
        ("03.02.2026 09:11:12 Uhr CET", ZONED), ("3/2/2026 10:11:12 p. m.", NIGHT),
        ("3/2/2026, 10:11:12\u202fPM", NIGHT), ("3-II-2026 10:11:12", WALL),
        ("03.02.2026 10:11:12 +0200", ZONED), ("03.02.2026 09:11:12 CET", ZONED),
        ("2026-02-03 10:11:12 +0200", ZONED), ("2026-02-03 10:11:12 EET", ZONED),
        ("2026-02-03 10:11:12.000 Europe/Kyiv", ZONED),
        ("2026-02-03T10:11:12+02:00[Europe/Bucharest]", ZONED), ("2026-02-03-10.11.12.000000", WALL),
        ("2026-02-03 10:11:12,123456789", WALL), ("2026-02-03T08:11:12.123456789Z", ZONED),
        ("20260203101112", WALL), ("20260203101112.1234567", WALL), ("202602031011", MINUTE),
        ("20260203101112+0200", ZONED), ("20260203081112Z", ZONED), ("2026-02-03 10:11:12 PM", NIGHT),
        ("1770106272", ZONED), ("1770106272000", ZONED), ("1770106272.123", ZONED), ("/Date(1770106272000)/", ZONED),
    ],
)  # fmt: skip
def test_a_moment_is_read_however_a_program_or_a_person_writes_it(tmp_path: Path, first: str, first_at: str) -> None:
    found = discovered(written(tmp_path, log_of(first, first)))
    assert (found.events, found.first_at, found.last_at) == (2, first_at, first_at)
    assert ("no_zone" in notes(found)) == (first_at != ZONED and "+00:00" not in first)


def test_24_00_is_the_end_of_the_day(tmp_path: Path) -> None:
    for day in ("2026-02-03", "03.02.2026", "3 Feb 2026", "03/02/2026"):
        found = discovered(written(tmp_path, log_of(f"{day} 23:00", f"{day} 24:00")))
        assert (found.last_at, found.edges[0].median_wait_seconds) == ("2026-02-04T00:00:00Z", 3600.0)
    assert notes(discovered(written(tmp_path, log_of("3 Feb 2026 23:00", "3 Feb 2026 24:01"))))["no_moment"] == (
        1,
        (3,),
    )


def test_a_zones_name_that_can_be_several_is_refused_unless_it_is_used_in_the_zone_that_is_told(tmp_path: Path) -> None:
    for text in ("Tue Feb 03 10:11:12 CST 2026", "Tue, 03 Feb 2026 10:11:12 CST", "2026-02-03 10:11:12 CST"):
        path = written(tmp_path, log_of(text, text))
        for zone in ("", "Europe/Bucharest"):
            refused = problem(path, zone=zone)
            assert refused.code == "unsure_zone"
            assert str(refused) == (
                "log.csv, line 2, column “moment”: the moments name the zone “CST”, which can be several. Tell which "
                "is meant, for example --zone America/Chicago."
            )
        assert discovered(path, zone="America/Chicago").first_at == "2026-02-03T16:11:12Z"
        assert discovered(path, zone="Asia/Shanghai").first_at == "2026-02-03T02:11:12Z"


def test_the_hour_that_comes_twice_is_told_apart_by_the_name_of_its_zone(tmp_path: Path) -> None:
    path = written(tmp_path, log_of("Sun Nov 01 01:30:00 CDT 2026", "Sun Nov 01 01:30:00 CST 2026"))
    assert discovered(path, zone="America/Chicago").edges[0].median_wait_seconds == 3600.0


@pytest.fixture(params=["in memory", "by the engine"])
def _counted_either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by the engine":
        monkeypatch.setattr(discovering, "Gathering", partial(Gathering, most_events=0))


@pytest.mark.usefixtures("_counted_either_way")
@pytest.mark.parametrize("pairs", [1, 100, 600])
def test_an_unsure_zone_is_refused_wherever_it_stands(tmp_path: Path, pairs: int) -> None:
    plain = "".join(f"{n},x,A,2026-07-03 10:11:12\n{n},y,B,2026-07-03 11:11:12\n" for n in range(pairs))
    path = written(tmp_path, HEADING + plain + "z,x,A,2026-07-03 10:11:12 BST\nz,y,B,2026-07-03 01:00:00 PM\n")
    for told in ({}, {"case": "case", "team": "team", "moment": "moment"}):
        refused = problem(path, columns=told)
        assert (refused.code, refused.figures) == ("unsure_zone", {"name": "BST", "zone": "Europe/London"})
        assert str(refused) == (
            f"log.csv, line {2 * pairs + 2}, column “moment”: the moments name the zone “BST”, which can be several. "
            "Tell which is meant, for example --zone Europe/London."
        )
    found = discovered(path, zone="Europe/London")
    assert (counts(found), "no_moment" in notes(found)) == ({("A", "B"): pairs + 1}, False)
    assert found.last_at == "2026-07-03T12:00:00Z"


@pytest.mark.parametrize("pairs", [1, 600])
def test_a_zone_is_asked_about_only_in_events_that_count(tmp_path: Path, pairs: int) -> None:
    plain = "".join(f"{n},A,2026-07-03 10:11,complete\n{n},B,2026-07-03 11:11,complete\n" for n in range(pairs))
    path = written(tmp_path, "case,team,moment,transition\n" + plain + "z,A,2026-07-03 10:11 BST,Start\n")
    assert problem(path).code == "unsure_zone"
    assert problem(path, transition="start").code == "unsure_zone"
    assert counts(discovered(path, transition="Complete")) == {("A", "B"): pairs}


@pytest.mark.parametrize("pairs", [1, 600])
def test_a_stray_word_behind_the_hour_is_no_zone(tmp_path: Path, pairs: int) -> None:
    plain = "".join(f"{n},x,A,2026-07-03 10:11:12\n{n},y,B,2026-07-03 11:11:12\n" for n in range(pairs))
    found = discovered(written(tmp_path, HEADING + plain + "z,x,A,2026-07-03 10:11:12 todo\n"))
    assert (counts(found), notes(found)["no_moment"]) == ({("A", "B"): pairs}, (1, (2 * pairs + 2,)))


@pytest.mark.parametrize(("name", "zone"), UNSURE_ZONES.items())
def test_the_zone_that_is_told_as_an_example_settles_the_name(name: str, zone: str) -> None:
    for told in ("", "UTC", "Europe/Bucharest"):
        assert name in zones_asked_about(told)
    assert name not in zones_asked_about(zone)


@pytest.mark.usefixtures("_counted_either_way")
def test_a_name_that_meant_several_distances_in_one_zone_is_its_clock(tmp_path: Path) -> None:
    path = written(tmp_path, log_of("Tue Feb 05 10:11:12 MSK 2013", "Tue Feb 03 10:11:12 MSK 2026"))
    assert str(problem(path)).endswith("for example --zone Europe/Moscow.")
    found = discovered(path, zone="Europe/Moscow")
    assert (found.first_at, found.last_at) == ("2013-02-05T06:11:12Z", "2026-02-03T07:11:12Z")
    assert notes(found) == {}


def test_of_an_xes_the_event_is_named_that_has_the_unsure_zone(tmp_path: Path) -> None:
    path = written(tmp_path, XES.replace("2024-03-05T10:00:00.000Z", "2024-03-05 10:00:00 IST"), name="log.xes")
    assert str(problem(path)) == (
        "log.xes, event 3, column “time:timestamp”: the moments name the zone “IST”, which can be several. Tell which "
        "is meant, for example --zone Asia/Kolkata."
    )


def test_dates_with_points_begin_with_the_day(tmp_path: Path) -> None:
    assert "day_or_month" not in notes(discovered(written(tmp_path, log_of("03.02.2026 24:00", "04.02.2026 24:00"))))
    assert "day_or_month" in notes(discovered(written(tmp_path, log_of("03/02/2026 24:00", "04/02/2026 24:00"))))
    assert (
        discovered(written(tmp_path, log_of("02/03/2026 24:00", "02/13/2026 24:00"))).last_at == "2026-02-14T00:00:00Z"
    )


@pytest.mark.parametrize(
    "text", ["3 Smarch 2026 10:00", "31 Feb 2026 10:00", "3 Feb 2026 25:00", "3 Feb 2026 13:00 PM", "Feb 2026", "Tue"]
)
def test_what_is_no_moment_is_none(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, log_of(text, text))
    assert problem(path, columns={"moment": "moment"}).code == "no_moments"


def test_a_text_without_end_is_no_moment_at_once() -> None:
    for text in ("3" + " " * 200_000 + "x", "a" * 200_000, "3 feb 2026 10:11 " + "a/" * 100_000, "(" * 200_000):
        assert way_of([text] * 5)[0] == "iso"


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, str]:
    """Draw what may be a moment, and a shape."""
    day = str(draw(st.integers(0, 32)))
    month = draw(st.sampled_from(("2", "02", "feb", "lut.", "XII", "sept", "13", "października")))
    year = draw(st.sampled_from(("2026", "26", "99", "1969", "026")))
    sign = draw(st.sampled_from((" ", "/", "-", ".", " de ", "")))
    clocks = ("", " 9:05", " 10:11:12", "T23:59:60", " 24:00:00", " 24:00:01", " 12:00 AM", " 12:30 p.m.", " 0:10 pm")
    clock = draw(st.sampled_from((*clocks, " 10.11.12.123456789", " 7:61", ", 10:11")))
    zone = draw(
        st.sampled_from(
            (
                "",
                "Z",
                " +0530",
                " -03:00",
                " UTC",
                " CEST",
                " GMT+2",
                " (EST)",
                " CST",
                " Uhr",
                " h",
                " hst",
                " hr MSK",
                "h",
                " Iran",
            )
        )
    )
    shape = draw(st.sampled_from(sorted(SHAPES)))
    first, second, third = draw(st.sampled_from(((day, month, year), (month, day, year), (year, month, day))))
    if shape == "program":
        return f"Tue {first} {second}{clock}{zone} {third}", shape
    return sign.join((first, second, third)) + clock + zone, shape


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments())
def test_the_engine_reads_a_shape_as_the_plain_reader_does(
    engine: duckdb.DuckDBPyConnection, drawn: tuple[str, str]
) -> None:
    text, shape = drawn
    for statement in macros_for(WRITTEN + shape, zone="UTC"):
        engine.execute(statement)
    engine.execute("SET TimeZone = 'UTC'")
    row = engine.execute("SELECT moment_of($1), tells_zone($1)", [text]).fetchone()
    assert row is not None
    unsure = engine.execute("SELECT coalesce(unsure_zone_of($1), '')", [text]).fetchone()
    assert unsure == (unsure_zone([text], shape, told="")[1],)
    try:
        seconds = read_written(text, shape)[0]
    except ValueError:
        assert row[0] is None
    else:
        assert row == (round(seconds * 1_000_000), bool(read_clock(text, shape).zone))

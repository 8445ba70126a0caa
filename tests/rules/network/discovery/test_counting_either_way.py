"""Small logs are counted in memory, large ones by an engine that can write to disk: the answers are the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.network.discovery import ROLES, Discovered, Wish
from clientela.network.discovery import discovering as whole
from clientela.network.discovery.batches import SCHEMA
from clientela.network.discovery.counting import Counting, Reading
from clientela.network.discovery.counting_in_memory import CountingInMemory
from clientela.network.discovery.gathering import Gathering
from clientela.network.discovery.moments import ISO, NUMBER
from clientela.network.discovery.quick_moments import plain_moments
from tests.rules.network.discovery.logs import HELP, written
from tests.shared_data import needs_shared_data, shared_data

ZONES = ("UTC", "Europe/Bucharest", "America/New_York", "Asia/Kolkata")
FORMS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S.%f", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ",
         "%Y-%m-%dT%H:%M:%S.%f+02:00", "%Y-%m-%d %H:%M:%S-0530", "%Y-%m-%d %H:%M:%S+01", "%Y%m%dT%H%M%S")  # fmt: skip
ODD = (
    "", " ", "soon", "2024-02-30 09:00:00", "2024-03-04 09", "2024-03-04 24:00:00", "2024-03-04T09:00:60", "2024-03/04",
    "2024-3-4 9:00:00", " 2024-03-04 09:00:00 ", "2024-03-04T09:00:00z", "2024-03-04 09:00:00 UTC", "infinity",
    "2024-03-31 03:30:00", "2024-10-27 03:30:00", "2024-03-04T09:00:00.1234567", "0044-03-15 09:00:00", "2024-03-04\t",
)  # fmt: skip
# Blanks around a name are no part of it, those inside are; what differs in one sign is another.
NAMES = (
    "A",
    " A",
    "A\u00a0",
    "\u3000A",
    "a",
    "B b",
    "B  b",
    "Łódź",
    "Zürich",
    "\t",
    "",
    "  ",
    "\u2003",
    "É",
    "E\u0301",
)

moments = st.datetimes(min_value=datetime(1985, 1, 1), max_value=datetime(2045, 1, 1))  # noqa: DTZ001 -- clocks
rows = st.fixed_dictionaries(
    {
        "case": st.sampled_from(("1", " 1", "2", "3", "", "4")),
        "activity": st.sampled_from(NAMES),
        "team": st.sampled_from(NAMES),
        "resource": st.sampled_from(NAMES),
        "transition": st.sampled_from(("complete", " COMPLETE", "start", "")),
    }
)


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[pa.RecordBatch], Reading]:
    """Draw batches of a log with many ties, and how they are to be read; moments all alike, or each as it likes."""
    some = draw(st.lists(rows, min_size=1, max_size=60))
    forms = draw(st.sampled_from([(form,) for form in FORMS] + [FORMS]))
    odd = draw(st.sampled_from([(), ODD]))
    base = draw(moments)
    for row in some:
        minutes = draw(st.integers(0, 600))
        text = (base + timedelta(minutes=minutes)).strftime(draw(st.sampled_from(forms)))
        row["moment"] = draw(st.sampled_from([text, text, text, *odd[:: draw(st.integers(1, 5))]]))
    zone = draw(st.sampled_from(ZONES))
    reading = Reading(
        way=ISO, zone=zone, has_zone=draw(st.booleans()), by=draw(st.sampled_from(("team", "resource"))),
        transition=draw(st.sampled_from(("", "complete"))),
    )  # fmt: skip
    cut = draw(st.integers(0, len(some)))
    return [batch_of(part, first) for part, first in ((some[:cut], 1), (some[cut:], cut + 1)) if part], reading


def batch_of(some: Sequence[dict[str, Any]], first: int) -> pa.RecordBatch:
    columns = [pa.array([row[role] for row in some], pa.string()) for role in ROLES]
    return pa.RecordBatch.from_arrays([pa.array(range(first, first + len(some))), *columns], schema=SCHEMA)


def answers(counter: Counting | CountingInMemory) -> list[Any]:
    """Ask everything, also after people were put into teams."""
    found: list[Any] = [counter.summary()]
    counter.line_up()
    for team_of in ({}, {"A": "Team 1", "a": "Team 2", "B b": "Team 1"}):
        if team_of:
            counter.regroup(team_of, others="?")
        found += [counter.overview(), counter.nodes(), counter.doings()]
        found += [counter.edges(with_own=own, beta=0.0) for own in (True, False)]
    return found


def answered(folder: Path, batches: Sequence[pa.RecordBatch], reading: Reading, kind: type, **limits: int) -> list[Any]:
    with Gathering(folder, memory_limit_mb=256, **limits) as gathering:
        gathering.begin(reading)
        for batch in batches:
            gathering.take(batch)
        counter = gathering.counter()
        assert type(counter) is kind
        return answers(counter)


@given(logs())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_memory_and_engine_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, log: tuple[list[pa.RecordBatch], Reading]
) -> None:
    folders = [tmp_path_factory.mktemp("log") for _ in range(2)]
    assert answered(folders[0], *log, CountingInMemory) == answered(folders[1], *log, Counting, most_events=0)


@pytest.mark.parametrize("limits", [{"most_events": 20}, {"most_bytes": 1000}])
def test_what_outgrows_the_memory_goes_to_the_engine_with_all_that_came_before(
    tmp_path: Path, limits: dict[str, int]
) -> None:
    some = [
        {"case": f"{n % 7}", "activity": "x", "team": f"T{n % 3}", "resource": "", "transition": "",
         "moment": f"2024-03-04 09:{n:02}"}
        for n in range(60)
    ]  # fmt: skip
    reading = Reading(way=ISO, zone="UTC", has_zone=False, by="team")
    batches = [batch_of(some[first : first + 10], first + 1) for first in range(0, 60, 10)]
    large = answered(tmp_path, batches, reading, Counting, **limits)
    assert large == answered(tmp_path, batches, reading, CountingInMemory)
    assert large[0].rows == 60


def test_numbers_and_other_ways_of_writing_are_asked_of_the_engine(tmp_path: Path) -> None:
    row = {"case": "1", "activity": "x", "resource": "", "transition": ""}
    for way, texts in (
        (NUMBER, ("1709542800", "1709542810000", "1709542800.25", "", "x", "-5")),
        ("%d.%m.%Y %H:%M", ("04.03.2024 09:00", "31.02.2024 09:00", "2024-03-04T09:00:00Z", " ", "04.03.2024 10:00")),
    ):
        some = [{**row, "team": f"T{place}", "moment": text} for place, text in enumerate(texts)]
        reading = Reading(way=way, zone="Europe/Madrid", has_zone=way == NUMBER, by="team")
        small = answered(tmp_path, [batch_of(some, 1)], reading, CountingInMemory)
        assert small == answered(tmp_path, [batch_of(some, 1)], reading, Counting, most_events=0)


@pytest.mark.parametrize("zone", ZONES)
def test_moments_that_are_plain_are_read_without_the_engine(zone: str) -> None:
    for form, tells in (("%Y-%m-%dT%H:%M:%S", False), ("%Y/%m/%d %H:%M", False), ("%Y-%m-%dT%H:%M:%S+00:00", True)):
        text = datetime(2024, 6, 4, 9, 30, tzinfo=UTC).strftime(form)
        found = plain_moments(pa.array([text, text]), zone="UTC" if tells else zone)
        assert found is not None
        offset = {"UTC": 0.0, "Europe/Bucharest": 3, "America/New_York": -4, "Asia/Kolkata": 5.5}[zone]
        expected = 1_717_493_400 - (0 if tells else offset * 3600)
        assert ([moment / 1e6 for moment in found[0].tolist()], found[1]) == ([expected, expected], tells)


@pytest.mark.parametrize("text", [*(text for text in ODD if text != "2024-10-27 03:30:00"), "2024-03-04T09:00:00Z"])
def test_a_moment_that_is_not_like_the_others_is_left_to_the_engine(text: str) -> None:
    assert plain_moments(pa.array(["2024-03-04T09:00:00", text]), zone="Europe/Bucharest") is None


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("bpi2013_incidents.csv.gz", Wish({"resource": "user"}, with_own=True)),
        ("bpi2013_closed_problems_with_teams.csv", Wish({"team": "organization involved"}, zone="Europe/Stockholm")),
    ],
)
def test_real_logs_are_counted_the_same_either_way(name: str, wish: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(**limits: Any) -> Discovered:
        monkeypatch.setattr(whole, "Gathering", partial(Gathering, **limits))
        return replace(whole.discover(shared_data("logs", name), wish)[0], seconds=0.0)

    assert counted() == counted(most_events=0)


def test_a_log_whose_steps_farther_count_goes_to_the_engine_at_once(tmp_path: Path) -> None:
    near = whole.discover(written(tmp_path, HELP), Wish())[0]
    far = whole.discover(written(tmp_path, HELP), Wish(beta=0.5))[0]
    assert {edge[:6] for edge in near.edges} <= {edge[:6] for edge in far.edges}

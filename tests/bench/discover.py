"""Who hands over to whom: counted edge by edge as pm4py does, how much faster, and ten million events.

pm4py is AGPL and no part of the project. To compare with it, give it an environment of its own and name its Python:
`python -m venv FOLDER && FOLDER/bin/pip install pm4py==2.7.23.11`, then `PM4PY_PYTHON=FOLDER/bin/python python -m
tests.bench discover`. Without it that part is skipped with a line.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from clientela.network.discovery import Wish
from clientela.network.discovery.discovering import discover
from tests.rules.network.discovery.logs import agreement
from tests.shared_data import SHARED, shared_data

RUNS = 7
COUNTING_MARKS = 5  # progress is told when the last batch is read, and after each of four steps of counting
TEAMS, STEPS, A_CASE = 200, 20, 8
XES_EVENTS = 200_000
ASKED = (
    ("bpi2013_incidents.csv.gz", "caseid", "task", "end_timestamp", "user"),
    ("bpi2013_closed_problems_with_teams.csv", "Case ID", "Activity", "Complete Timestamp", "organization involved"),
    ("bpi2013_closed_problems_with_teams.csv", "Case ID", "Activity", "Complete Timestamp", "Resource"),
)
THEIRS = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas, pm4py
path, case, activity, moment, who, runs = sys.argv[1:]
seconds = []
for _ in range(int(runs)):
    began = time.process_time()
    read = pandas.read_csv(path)
    frame = pm4py.format_dataframe(read, case_id=case, activity_key=activity, timestamp_key=moment)
    told = time.process_time()
    found = pm4py.discover_handover_of_work_network(frame, resource_key=who)
    seconds.append((time.process_time() - began, time.process_time() - told))
steps = len(frame) - frame["case:concept:name"].nunique()
edges = [[giver, taker, share * steps] for (giver, taker), share in found.connections.items()]
print("\\n" + json.dumps({"seconds": seconds, "edges": edges, "version": pm4py.__version__}))
"""


def discover_lines(events: int) -> Iterator[str]:
    """Tables in Markdown."""
    yield from _compared()
    yield ""
    yield from _suggested()
    yield ""
    yield from _many(events)
    yield ""
    yield from _xes()


def _compared() -> Iterator[str]:
    python = os.environ.get("PM4PY_PYTHON", "")
    if not (SHARED / "data").is_dir():
        yield "The comparison with pm4py is skipped: the real data of ../shared/data is not here."
        return
    if not python:
        yield "The comparison with pm4py is skipped: PM4PY_PYTHON does not name its Python (see discover.py)."
        return
    yield "| log | between | edges | equal | read and counted, s | pm4py | times | counted alone, s | pm4py | times |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, case, activity, moment, who in ASKED:
        path = shared_data("logs", name)
        told = subprocess.run(
            [python, "-c", THEIRS, str(path), case, activity, moment, who, str(RUNS)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        theirs = json.loads(told.stdout.splitlines()[-1])
        wish = Wish(
            {"case": case, "activity": activity, "moment": moment, "resource": who}, by="resource", with_own=True
        )
        whole, counted = [], []
        for _ in range(RUNS):
            marks: list[float] = []
            began = process_time()
            found, _suggested = discover(path, wish, on_progress=lambda _share, _rows: marks.append(process_time()))  # noqa: B023 - heard at once
            whole.append(process_time() - began)
            counted.append(marks[-1] - marks[-COUNTING_MARKS])
        ours = {(edge.giver, edge.taker): edge.handovers for edge in found.edges}
        expected = {(giver, taker): count for giver, taker, count in theirs["edges"]}
        is_equal = ours.keys() == expected.keys() and all(abs(ours[one] - expected[one]) < 1e-6 for one in ours)
        best = min(one for one, _ in theirs["seconds"]), min(one for _, one in theirs["seconds"])
        mine = min(whole), min(counted)
        times = [f"{own:.3f} | {other:.3f} | {other / own:.1f}" for own, other in zip(mine, best, strict=True)]
        yield f"| {name} | {who} | {len(ours):,} | {'yes' if is_equal else 'NO'} | {times[0]} | {times[1]} |"
    yield (
        f"\npm4py {theirs['version']}. Seconds of the processor, the best of {RUNS} in a process that is warm. Counted "
        "alone: from when the file is read to the answer; ours reads the moments in that time, pm4py's before it."
    )


def _suggested() -> Iterator[str]:
    if not (SHARED / "data").is_dir():
        return
    path = shared_data("logs", "bpi2013_closed_problems_with_teams.csv")
    _found, suggested = discover(path, Wish({"team": "none", "resource": "Resource"}))
    if suggested is not None:
        placed = suggested.team_of()
        people = len(placed) + len(suggested.unsure)
        yield (
            f"Suggested teams against the real support teams of the closed problems: {len(placed)} of {people} people "
            f"placed in {len(suggested.teams)} teams, adjusted Rand index {agreement(path, placed):.3f} (chance is 0)."
        )


def _many(events: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.csv"
        _generate(path, events)
        size = path.stat().st_size
        code = f"import tests.bench.discover as bench; bench.measure_one({str(path)!r})"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    yield f"Load of the machine when it ended: {os.getloadavg()[0]:.1f}.\n"
    yield "| events | file, MB | cases | edges | seconds | of a processor | most memory, GB |"
    yield "|---|---|---|---|---|---|---|"
    yield (
        f"| {told['events']:,} | {size / 1e6:,.0f} | {told['cases']:,} | {told['edges']:,} | {told['seconds']:.1f} "
        f"| {told['processor']:.1f} | {told['gigabytes']:.2f} |"
    )


def measure_one(path: str) -> None:
    """Discover one log in this process, and print what that took as JSON."""
    began = perf_counter()
    found, _ = discover(Path(path), Wish(by="team"))
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "events": found.events,
        "cases": found.cases,
        "edges": len(found.edges),
        "seconds": perf_counter() - began,
        "processor": used.ru_utime + used.ru_stime,
        "gigabytes": used.ru_maxrss / 1e6,
    }
    print(json.dumps(told))


def _xes() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.xes"
        with path.open("w", encoding="utf-8") as file:
            file.write('<?xml version="1.0" encoding="UTF-8"?><log>')
            for case in range(XES_EVENTS // A_CASE):
                file.write(f'<trace><string key="concept:name" value="C{case}"/>')
                for step in range(A_CASE):
                    file.write(
                        f'<event><string key="concept:name" value="Step {step}"/>'
                        f'<string key="org:group" value="T{(case * 7 + step * 3) % 50}"/>'
                        f'<date key="time:timestamp" value="2024-03-{1 + case % 28:02}T{step:02}:00:00.000+02:00"/>'
                        '<string key="lifecycle:transition" value="complete"/></event>'
                    )
                file.write("</trace>\n")
            file.write("</log>")
        seconds = []
        for _ in range(3):
            began = process_time()
            discover(path, Wish())
            seconds.append(process_time() - began)
        size = path.stat().st_size
    yield (
        f"XES: {XES_EVENTS:,} events ({size / 1e6:.0f} MB) in {min(seconds):.2f} s of the processor, the best of 3: "
        f"{XES_EVENTS / min(seconds):,.0f} events a second."
    )


def _generate(path: Path, events: int) -> None:
    """Write events of cases of eight on average, of 200 teams over five years, in the order of their moments."""
    generator = np.random.default_rng(1)
    cases = max(1, events // A_CASE)
    moments = np.datetime64("2020-01-01", "s") + np.sort(generator.integers(0, 5 * 365 * 86_400, events))
    table = pa.table(
        {
            "case": pa.array([f"C{number}" for number in range(cases)]).take(generator.integers(0, cases, events)),
            "activity": pa.array([f"Step {n}" for n in range(STEPS)]).take(generator.integers(0, STEPS, events)),
            "team": pa.array([f"Team {n:03}" for n in range(TEAMS)]).take(generator.integers(0, TEAMS, events)),
            "moment": pc.strftime(pa.array(moments), format="%Y-%m-%dT%H:%M:%S"),
        }
    )
    csv.write_csv(table, path)

"""`make bench`: measure, and print tables in Markdown. What is slow is for people to judge; nothing fails on time.

Without words everything is measured, on databases that are made for it and removed again: in an embedded PostgreSQL
of its own in a temporary folder, or on the server that DATABASE_URL names. `--keep FOLDER` keeps the filled databases
for the next time.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from clientela.kernel.postgres import Cluster
from tests.bench.answers import measured_answers
from tests.bench.answers_results import measured_results
from tests.bench.departures import departure_lines
from tests.bench.discover import discover_lines
from tests.bench.encode import measured_encoding
from tests.bench.export import measured_export
from tests.bench.feeling import feeling_lines
from tests.bench.impact_speed import measured_speed
from tests.bench.impact_study import Study, cells_named, study_lines
from tests.bench.intake import measured_intake
from tests.bench.lateness import lateness_lines
from tests.bench.mail import measured_mail
from tests.bench.mailtrace import measured_mail_traces
from tests.bench.map_frames import frame_lines
from tests.bench.map_query import query_lines
from tests.bench.measures import measured_measures
from tests.bench.measuring import Row, Times, table
from tests.bench.order import measured_orders
from tests.bench.recomputing_told import recomputing_lines
from tests.bench.rollouts import rollout_lines
from tests.bench.sides import Side
from tests.bench.starting import measured_starts
from tests.bench.storm import storm_lines
from tests.bench.study import measured_study
from tests.bench.whatif import measured_what_if
from tests.worlds.recipes import CELLS, EFFECTS, SITUATIONS

PARTS = (
    "pages",
    "sweep",
    "clocks",
    "start",
    "whatif",
    "order",
    "study",
    "intake",
    "storm",
    "mail",
    "mailtrace",
    "encode",
    "answers",
    "listen",
    "feeling",
    "export",
    "measures",
    "map",
    "lateness",
    "discover",
    "impact",
    "impactspeed",
    "departures",
    "rollouts",
)
WARM_UP = 5
# A small and a large side, asked the same questions: the title, who asks, how large, and the yardstick of the ratio.
COMPARED = {
    "pages": ("An archive of 100,000 requests against one of 2,000", "tests.bench.archive", (2_000, 100_000), 1.5),
    "sweep": (
        "A sweep of due promises among 1,000,000 open clocks against one among 1,000",
        "tests.bench.open_clocks",
        (1_000, 1_000_000),
        3.0,
    ),
    "listen": ("Listening: 1,000,000 voices against 10,000", "tests.bench.listening", (10_000, 1_000_000), 1.5),
}


def main() -> None:
    """Measure what was asked for."""
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    what = f"what to measure: {', '.join(PARTS)}; default: all but impact and departures, which take hours"
    words.add_argument("parts", nargs="*", metavar="PART", help=what)
    words.add_argument("--runs", type=int, default=50, help="how often each question is asked of each side")
    words.add_argument("--keep", type=Path, metavar="FOLDER", help="a folder to keep the filled databases in")
    words.add_argument("--requests", type=int, default=200_000, help="how many requests `clocks` computes anew")
    words.add_argument("--mails", type=int, default=3_000, help="how many mails each run of `intake` sends")
    words.add_argument("--stored", type=int, default=1_000_000, help="how many messages `intake` has stored; 0: none")
    words.add_argument("--answers", type=int, default=10_000, help="how many people `answers` asks")
    words.add_argument("--results-of", type=int, default=100_000, help="of how many answers `answers` opens results")
    words.add_argument("--storm", type=int, default=10_000, help="how many mails `storm` sends")
    words.add_argument("--worlds", type=int, default=300, help="how many worlds `impact` and `departures` draw")
    words.add_argument("--cells", nargs="+", metavar="DxTxN", help="suppliers, periods and cases a cell for `impact`")
    words.add_argument("--situations", nargs="+", choices=SITUATIONS, metavar="NAME", help="only these for `impact`")
    words.add_argument("--effects", nargs="+", type=float, help="only these true effects for `impact`")
    words.add_argument("--processes", type=int, default=2, help="how many processes `impact` and `departures` work in")
    words.add_argument("--results", type=Path, metavar="FILE", help="where `impact` keeps what it has, to be resumed")
    words.add_argument(
        "--cases", type=int, default=1_000_000, help="how many cases `impactspeed` and `departures` have"
    )
    words.add_argument("--facts", type=int, default=50_000, help="how many facts a round of `export` has")
    words.add_argument("--sample", type=int, default=200_000, help="how many requests `measures` and `export` have")
    words.add_argument("--events", type=int, default=10_000_000, help="how many events `discover` generates")
    words.add_argument("--traced", type=int, default=1_000_000, help="how many mails each record of `mailtrace` has")
    given = words.parse_args()
    parts = given.parts or [part for part in PARTS if part not in {"impact", "departures"}]
    if unknown := set(parts) - set(PARTS):
        words.error(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    if {*COMPARED, "clocks"} & set(parts):
        with _server(given.keep) as (url, home):
            is_kept = given.keep is not None
            for part, (title, module, sizes, yardstick) in COMPARED.items():
                if part in parts:
                    print(f"## {title}\n")
                    _compare(url, home, module, sizes, yardstick, runs=given.runs, is_kept=is_kept)
            if "clocks" in parts:
                print("## Clocks and legs computed anew\n")
                for line in _recomputed(url, home, given.requests, is_kept=is_kept):
                    print(line, flush=True)
    told: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
        "whatif": ("What if", measured_what_if),
        "order": ("Whose turn it is", partial(measured_orders, given.runs)),
        "study": ("Is the order better?", measured_study),
        "start": ("Starting and resting", measured_starts),
        "encode": ("Understanding texts", measured_encoding),
        "map": ("The map of three hundred teams", _map),
        "lateness": ("Whose lateness travels", _lateness),
        "feeling": ("What people feel and what they talk about", feeling_lines),
        "mail": ("Bounces and quotes", measured_mail),
        "mailtrace": ("A mail server's record", partial(measured_mail_traces, given.traced)),
        "storm": ("A storm of mail", partial(storm_lines, given.storm)),
        "answers": ("Asking and answering", partial(_answers, given.answers, given.results_of)),
        "impact": ("Does Impact tell the truth?", partial(study_lines, _study(given))),
        "impactspeed": ("How long Impact takes", partial(measured_speed, given.cases)),
        "departures": (
            "Coming back and leaving, from the house's own requests",
            partial(departure_lines, given.worlds, given.processes, given.cases),
        ),
        "rollouts": ("Rolling out in random order", partial(rollout_lines, given.worlds, given.processes)),
        "discover": ("Who hands over to whom, from a log", partial(discover_lines, given.events)),
        "export": ("The analytics store follows the journal", partial(_export, given.sample, given.facts)),
        "measures": ("Measures against SQL written by hand", partial(measured_measures, given.sample)),
        "intake": ("The intake of mail", partial(_intake, given.mails, given.stored)),
    }
    for part, (title, lines) in told.items():
        if part in parts:
            print(f"## {title}\n")
            for line in lines():
                print(line, flush=True)


def _study(given: argparse.Namespace) -> Study:
    return Study(
        worlds=given.worlds,
        cells=cells_named(given.cells) if given.cells else CELLS,
        situations=tuple(given.situations or SITUATIONS),
        effects=tuple(given.effects or EFFECTS),
        processes=given.processes,
        results=given.results,
    )


def _answers(people: int, stored: int) -> Iterator[str]:
    with _server(None) as (url, home):
        yield from measured_answers(url, home, people=people)
        yield from measured_results(url, home, answers=stored)


def _map() -> Iterator[str]:
    yield from frame_lines()
    with _server(None) as (url, home):
        yield from query_lines(url, home)


def _lateness() -> Iterator[str]:
    with _server(None) as (url, home):
        yield from lateness_lines(url, home)


def _export(requests: int, facts: int) -> Iterator[str]:
    with _server(None) as (url, home):
        yield from measured_export(url, home, requests=requests, facts=facts)


def _intake(mails: int, stored: int) -> Iterator[str]:
    with _server(None) as (url, home):
        yield from measured_intake(url, home, mails=mails, stored=stored)


def _compare(
    url: str, home: Path, module: str, sizes: tuple[int, int], yardstick: float, *, runs: int, is_kept: bool
) -> None:
    """Ask two sides the same questions in turns, and print what that took."""
    kind = module.rpartition(".")[2]
    sides = [Side(url, f"{kind}_{size}", home=home) for size in sizes]
    with ExitStack() as stack:
        missing = [(side, size) for side, size in zip(sides, sizes, strict=True) if not side.note]
        for side in sides:
            if any(side is wanted for wanted, _ in missing):
                side.make()
            if not is_kept:
                stack.callback(side.drop)
            stack.enter_context(side.asked_by(module))
        for side, size in missing:
            _say(f"Filling {kind}: {size:,}. The large one takes some minutes.")
            side.tell("fill", size)
        for side, _ in missing:
            side.leave_note(json.dumps(side.hear() | {"is_filled": True}))
        shown = [side.ask("prepare", _without_mark(side.note)) for side in sides]
        if shown[0] != shown[1]:
            _say(f"The two sides show different things, so the ratios say less: {shown[0]} and {shown[1]}.")
        rows = [_row(sides, name, yardstick, runs=runs) for name in sides[0].ask("names")]
    print(table(rows, f"{sizes[0]:,}", f"{sizes[1]:,}"))
    print(f"\nShown on both sides: {', '.join(f'{count} {what}' for what, count in shown[1].items())}. {runs} runs.\n")


def _recomputed(url: str, home: Path, requests: int, *, is_kept: bool) -> Iterator[str]:
    """Compute every clock and every leg anew, and compare each with what is stored."""
    side = Side(url, f"recomputing_{requests}", home=home)
    with ExitStack() as stack:
        is_filled = bool(side.note)
        if not is_filled:
            side.make()
        if not is_kept:
            stack.callback(side.drop)
        stack.enter_context(side.asked_by("tests.bench.recomputing"))
        if not is_filled:
            _say(f"Filling for the clocks: {requests:,}.")
            side.leave_note(json.dumps(side.ask("fill", requests) | {"is_filled": True}))
        counts = side.ask("prepare", {})
        yield f"{', '.join(f'{count:,} rows of {table}' for table, count in counts.items())}.\n"
        side.ask("measured")  # once to warm up
        yield from recomputing_lines(side.ask("measured"), json.loads(side.note))


def _row(sides: list[Side], name: str, yardstick: float, *, runs: int) -> Row:
    counts = [side.ask("statements", name) for side in sides]
    seconds: list[list[float]] = [[], []]
    for run in range(WARM_UP + runs):
        # Each goes first every other time.
        for place in (0, 1) if run % 2 else (1, 0):
            took = sides[place].ask("seconds", name)
            if run >= WARM_UP:
                seconds[place].append(took)
    small, large = (Times(tuple(some)) for some in seconds)
    return Row(name, (counts[0], counts[1]), small, large, yardstick)


def _without_mark(note: str) -> dict[str, object]:
    return {name: value for name, value in json.loads(note).items() if name != "is_filled"}


@contextmanager
def _server(kept: Path | None) -> Iterator[tuple[str, Path]]:
    """The address of a server on which databases can be made, and a state folder for those who ask it."""
    folder = Path(tempfile.mkdtemp(prefix="clientela-bench-")) if kept is None else kept.resolve()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if kept is None:
        folder.chmod(0o711)  # as root the server runs as another user, who must get through
    try:
        if given := os.environ.get("DATABASE_URL", "").strip():
            yield given, folder
        else:
            with Cluster(folder).borrowed() as url:
                yield url, folder
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    main()

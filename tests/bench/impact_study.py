"""Does Impact tell the truth? Worlds with a known effect, many for each cell of the table, and what is said of them.

`python -m tests.bench impact`. `--worlds 50` for a first look, `--cells 12x24x30`, `--situations "persistent errors"`,
`--processes 2`, `--results FILE` keeps each world's answers there, so that the study can be stopped and resumed; worlds
that are in the file are not tried again. Percentages have their Monte Carlo standard error in brackets.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.bench.impact_pooling import SITUATION as POOLED
from tests.bench.impact_pooling import pooling_lines
from tests.bench.impact_tables import tables
from tests.worlds.recipes import CELLS, EFFECTS, SITUATIONS
from tests.worlds.trying import Told, Trial, tried

WORLDS = 300
AT_ALL_EFFECTS = ("unconfounded", "load measured", "persistent errors")
ZERO_ONLY = ("reverse, weak", "reverse, strong", "load not measured")
SEEN = 0.09
Cell = tuple[int, int, float]


@dataclass(frozen=True)
class Study:
    """What is to be tried."""

    worlds: int = WORLDS
    cells: tuple[Cell, ...] = CELLS
    situations: tuple[str, ...] = tuple(SITUATIONS)
    effects: tuple[float, ...] = EFFECTS  # only these, of those that a situation is tried with
    processes: int = 1
    results: Path | None = None

    def trials(self) -> Iterator[Trial]:
        """All of them, so that a study that is stopped has some of everything."""
        for seed in range(self.worlds):
            for cell in self.cells:
                for situation in self.situations:
                    for effect in effects_of(situation):
                        if effect in self.effects:
                            yield Trial(cell, situation, effect, seed)


def effects_of(situation: str) -> tuple[float, ...]:
    """The true effects that a situation is tried with."""
    if situation in AT_ALL_EFFECTS:
        return EFFECTS
    return (0.0,) if situation in ZERO_ONLY else (0.0, SEEN)


def cells_named(names: Sequence[str]) -> tuple[Cell, ...]:
    """Cells from words like 12x24x30. Raises ValueError for others."""
    cells = []
    for name in names:
        suppliers, periods, cases = name.replace("×", "x").split("x")
        cells.append((int(suppliers), int(periods), float(cases)))
    return tuple(cells)


def study_lines(study: Study) -> Iterator[str]:
    """Try what has not been tried, and tell it all in Markdown."""
    told = _all_tried(study)
    yield f"{study.worlds} worlds for each cell, situation and effect; {len(told):,} in all."
    yield from tables(told, study.cells)
    if POOLED in study.situations:
        yield "\n### Each supplier for itself\n"
        yield from pooling_lines(study.cells, max(1, study.worlds // 5))


def _all_tried(study: Study) -> dict[Trial, Told]:
    wanted = list(study.trials())
    told = _kept(study.results, wanted)
    missing = [trial for trial in wanted if trial not in told]
    if not missing:
        return told
    # Each process computes on one core; numpy's own threads would only get in the way.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with ExitStack() as stack:
        file = None if study.results is None else stack.enter_context(study.results.open("a", encoding="utf-8"))
        pool = stack.enter_context(get_context("spawn").Pool(study.processes))
        progress = stack.enter_context(
            Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True))
        )
        bar = progress.add_task("worlds", total=len(wanted), completed=len(told))
        for trial, answer in pool.imap_unordered(_tried, missing, chunksize=8):
            told[trial] = answer
            if file is not None:
                file.write(json.dumps({"trial": asdict(trial), "told": asdict(answer)}) + "\n")
                file.flush()
            progress.advance(bar)
    return told


def _tried(trial: Trial) -> tuple[Trial, Told]:
    return trial, tried(trial)


def _kept(file: Path | None, wanted: Iterable[Trial]) -> dict[Trial, Told]:
    """What an earlier run has kept. A last line that was cut off when it was stopped is tried again."""
    told: dict[Trial, Told] = {}
    if file is None or not file.exists():
        return told
    among = set(wanted)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        file.write_text("".join(lines[:-1]), encoding="utf-8")
        lines.pop()
    for line in lines:
        row = json.loads(line)
        trial = Trial(**row["trial"] | {"cell": tuple(row["trial"]["cell"])})
        if trial in among:
            interval = row["told"]["interval"]
            told[trial] = Told(**row["told"] | {"interval": None if interval is None else tuple(interval)})
    return told

"""What Ibis costs: measures on DuckDB against the same questions in SQL written by hand, over the same files.

`python -m tests.bench measures`. Both answers are compared first. The SQL reads the newest versions of the rows as
somebody would write it who knows how the store is laid out.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import process_time
from typing import Any, Final

import django

from clientela.kernel.analytics.contracts import Measure
from clientela.kernel.analytics.engines import connect, measured
from clientela.kernel.analytics.manifest import Stored, read_manifest
from clientela.kernel.analytics.parquet import VERSION
from clientela.kernel.environment import AnalyticsEnvironment
from tests.bench.measures_by_hand import BY_HAND, SHARED
from tests.spark.computing import measures

RUNS: Final = 5
AT_MOST: Final = 3.0


def measured_measures(requests: int) -> Iterator[str]:
    """Yield the times as lines of Markdown; over a made-up store of so many requests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clientela.project.settings")
    django.setup()
    from tests.spark.sample import write_sample  # noqa: PLC0415 - it needs Django set up

    with tempfile.TemporaryDirectory(prefix="clientela-bench-store-") as folder:
        home = Path(folder)
        write_sample(home, requests=requests)
        engine = connect(folder, settings=AnalyticsEnvironment("duckdb", home, memory_mb=2048, threads=2))
        stored = read_manifest(home).tables
        yield f"{requests:,} requests with their stays, promises, scores; processor times, the least of {RUNS}.\n"
        yield "| measure | rows | Ibis, ms | SQL by hand, ms | ratio | at most |"
        yield "|---|---|---|---|---|---|"
        for measure in measures():
            yield _line(engine, measure, stored, home)
    yield ""


def _line(engine: Any, measure: Measure, stored: Mapping[str, Stored], home: Path) -> str:
    def by_ibis() -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in measured(engine, measure).to_pylist()]

    rows = by_ibis()
    newest = {name: _newest(one, home) for name, one in stored.items()}
    shared = {name: words.format(**newest) for name, words in SHARED.items()}
    sql = BY_HAND[measure.name].format(**newest, **shared)

    def by_hand() -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in engine.con.sql(sql).to_arrow_table().to_pylist()]

    if sorted(map(_rounded, rows)) != sorted(map(_rounded, by_hand())):
        return f"| {measure.name} | {len(rows):,} | the answers DIFFER | | | |"
    ours, theirs = _least(by_ibis, by_hand)
    return (
        f"| {measure.name} | {len(rows):,} | {ours * 1000:.0f} | {theirs * 1000:.0f} | {ours / theirs:.2f} "
        f"| {AT_MOST:g} |"
    )


def _least(*questions: Callable[[], object]) -> list[float]:
    took: list[list[float]] = [[] for _ in questions]
    for _ in range(RUNS):
        for question, times in zip(questions, took, strict=True):
            begun = process_time()
            question()
            times.append(process_time() - begun)
    return [min(times) for times in took]


def _rounded(row: tuple[object, ...]) -> str:
    return repr(tuple(round(one, 6) if isinstance(one, float) else one for one in row))


# The newest versions, as somebody writes it who knows how the store is laid out.
_BASE: Final = "SELECT {names} FROM read_parquet({base})"
_LATEST: Final = "SELECT {group}, max({version}) AS {version} FROM read_parquet({touched}) GROUP BY 1"
_NEWER: Final = "SELECT {names} FROM read_parquet({newer}) JOIN ({latest}) USING ({group}, {version})"
_BOTH: Final = "({base} WHERE {group} NOT IN (SELECT {group} FROM ({latest})) UNION ALL {newer})"


def _newest(stored: Stored, home: Path) -> str:
    words = {
        "names": ", ".join(column.name for column in stored.table.columns),
        "group": stored.table.group,
        "version": VERSION,
    }
    files = {
        name: [str(home / part.path) for part in parts]
        for name, parts in (("base", stored.base), ("newer", stored.newer), ("touched", stored.touched))
    }
    base = _BASE.format(**words, base=files["base"])
    if not stored.touched:
        return f"({base})"
    latest = _LATEST.format(**words, touched=files["touched"])
    newer = _NEWER.format(**words, newer=files["newer"], latest=latest)
    return _BOTH.format(**words, base=base, latest=latest, newer=newer)

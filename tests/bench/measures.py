"""What Ibis costs: measures on DuckDB against the same questions in SQL written by hand, over the same files.

`python -m tests.bench measures`. Both answers are compared first. The SQL reads the newest versions of the rows as
somebody would write it who knows how the store is laid out. Measures that nobody has written by hand are timed alone.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import django

from clientela.kernel.analytics.contracts import Measure
from clientela.kernel.analytics.engines import connect, measured
from clientela.kernel.analytics.manifest import Stored, read_manifest
from clientela.kernel.analytics.parquet import VERSION
from clientela.kernel.environment import AnalyticsEnvironment
from tests.spark.computing import measures

RUNS: Final = 5
AT_MOST: Final = 3.0
# {legs} and so on: the newest version of each row. Columns in the order of the measure's own.
BY_HAND: Final = {
    "hand_overs_by_edge": """
        SELECT CAST(date_trunc('week', started_at) AS DATE) AS week_on, provider_id, before AS customer_id,
            CAST(NULL AS VARCHAR) AS segment, count(*) AS handed_over
        FROM (
            SELECT *, lag(provider_id) OVER turn AS before, lag(outcome) OVER turn AS how FROM {legs}
            WINDOW turn AS (PARTITION BY request_id ORDER BY position)
        )
        WHERE before <> provider_id AND how = 'handed_over' GROUP BY ALL
    """,
    "outside_cases": """
        SELECT r.request_id, CAST(date_trunc('week', r.opened_at) AS DATE) AS week_on, r.provider_id, r.service_id,
            s.score
        FROM {requests} r LEFT JOIN (
            SELECT request_id, avg(share) AS score FROM {voices}
            WHERE request_id IS NOT NULL AND share IS NOT NULL AND measure IN ('csat', 'stars') AND side = 'outside'
            GROUP BY 1
        ) s USING (request_id)
        WHERE r.side = 'outside' AND r.root_id = r.request_id AND r.resolved_at IS NOT NULL AND r.state <> 'cancelled'
    """,
    "said_of_suppliers": """
        SELECT CAST(date_trunc('week', said_at) AS DATE) AS week_on, provider_id, abs(voice_id) % 2 AS half,
            count(*) AS n, sum(share) AS total
        FROM {voices}
        WHERE side = 'inside' AND provider_id IS NOT NULL AND share IS NOT NULL AND measure IN (
            'csat', 'stars', 'isq:reliability', 'isq:responsiveness', 'isq:assurance', 'isq:empathy'
        ) GROUP BY ALL
    """,
    "clocks_of_suppliers": """
        SELECT CAST(date_trunc('week', r.opened_at) AS DATE) AS week_on, r.provider_id, r.request_id % 2 AS half,
            count(*) AS n, count(*) FILTER (c.broken_at IS NULL) AS total
        FROM {requests} r JOIN {clocks} c USING (request_id)
        WHERE r.side = 'inside' AND r.state <> 'cancelled' AND c.kind <> 'personal'
            AND (c.broken_at IS NOT NULL OR c.kept_at IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM {requests} o WHERE o.side = 'outside' AND o.request_id = r.root_id)
        GROUP BY ALL
    """,
    "work_of_suppliers": """
        SELECT came.week_on, came.provider_id, came.came, s.members
        FROM (
            SELECT CAST(date_trunc('week', started_at) AS DATE) AS week_on, provider_id, count(*) AS came
            FROM {legs} GROUP BY ALL
        ) came LEFT JOIN {staffing} s ON s.week_on = came.week_on AND s.department_id = came.provider_id
    """,
}


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
        yield f"{requests:,} requests with their stays, promises and scores; the middle of {RUNS} runs, in turns.\n"
        yield "| measure | rows | Ibis, ms | SQL by hand, ms | ratio | at most |"
        yield "|---|---|---|---|---|---|"
        for measure in measures():
            yield _line(engine, measure, stored, home)
    yield ""


def _line(engine: object, measure: Measure, stored: dict[str, Stored], home: Path) -> str:
    def by_ibis() -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in measured(engine, measure).to_pylist()]

    rows = by_ibis()
    if measure.name not in BY_HAND:
        return f"| {measure.name} | {len(rows):,} | {_middle(by_ibis)[0] * 1000:.0f} | nobody wrote it | | |"
    sql = BY_HAND[measure.name].format(**{name: _newest(one, home) for name, one in stored.items()})

    def by_hand() -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in engine.con.sql(sql).to_arrow_table().to_pylist()]

    if sorted(map(_rounded, rows)) != sorted(map(_rounded, by_hand())):
        return f"| {measure.name} | {len(rows):,} | the answers DIFFER | | | |"
    ours, theirs = _middle(by_ibis, by_hand)
    return (
        f"| {measure.name} | {len(rows):,} | {ours * 1000:.0f} | {theirs * 1000:.0f} | {ours / theirs:.2f} "
        f"| {AT_MOST:g} |"
    )


def _middle(*questions: Callable[[], object]) -> list[float]:
    took: list[list[float]] = [[] for _ in questions]
    for _ in range(RUNS):
        for question, times in zip(questions, took, strict=True):
            begun = perf_counter()
            question()
            times.append(perf_counter() - begun)
    return [median(times) for times in took]


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

"""Who hands over to whom, counted by DuckDB on a database in a folder of its own. Imported only by processes apart.

A hand-over is a case that goes from one event to the next of the case, in the order of their moments; where two
moments are the same, in the order of the file. That is how process-mining tools count a network of handed-over work;
they also count what stays in the same hands, which is no hand-over to us unless it is wished.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clientela.kernel.late import Late
from clientela.network.discovery.contracts import Edge, Node
from clientela.network.discovery.moments_sql import macros_for

duckdb = Late("duckdb")  # a log that fits in memory is mostly counted without it

FEW = 5
FARTHEST_WEIGHT = 1e-9  # a step that weighs less is not looked at
CREATE_RAW = """
    CREATE TABLE raw (
        row BIGINT, case_name VARCHAR, who VARCHAR, activity VARCHAR, moment BIGINT, is_blank BOOLEAN, tells BOOLEAN,
        unsure VARCHAR
    )
"""
# `batch` is what Arrow hands over; which of team and resource counts is said by a variable. Where no moment could be
# read, the zone is looked for that is named there and can be several.
INSERT_BATCH = """
    INSERT INTO raw
    SELECT * EXCLUDE (text), CASE WHEN moment IS NULL AND NOT is_blank THEN unsure_zone_of(text) END
    FROM (
        SELECT row, nullif(trim("case"), ''),
            nullif(trim(CASE WHEN getvariable('counted_by') = 'team' THEN team ELSE resource END), ''),
            nullif(trim(activity), ''), moment_of(trim(moment)) AS moment, coalesce(trim(moment), '') = '' AS is_blank,
            CASE WHEN getvariable('has_zone') THEN true ELSE tells_zone(trim(moment)) END, trim(moment) AS text
        FROM batch
        WHERE getvariable('transition') = '' OR lower(trim(transition)) = getvariable('transition')
    )
"""
READ_MOMENTS = """
    SELECT moment, is_blank, tells,
        CASE WHEN moment IS NULL AND NOT is_blank THEN unsure_zone_of(text) END AS unsure
    FROM (
        SELECT place, moment_of(trim(moment)) AS moment, coalesce(trim(moment), '') = '' AS is_blank,
            CASE WHEN getvariable('has_zone') THEN true ELSE tells_zone(trim(moment)) END AS tells, trim(moment) AS text
        FROM given
    )
    ORDER BY place
"""
SUMMARY = """
    SELECT count(*),
        count(*) FILTER (case_name IS NULL), min(row, $few) FILTER (case_name IS NULL),
        count(*) FILTER (case_name IS NOT NULL AND moment IS NULL AND is_blank),
        count(*) FILTER (case_name IS NOT NULL AND moment IS NULL AND NOT is_blank),
        min(row, $few) FILTER (case_name IS NOT NULL AND moment IS NULL),
        count(*) FILTER (case_name IS NOT NULL AND moment IS NOT NULL AND who IS NULL),
        min(row, $few) FILTER (case_name IS NOT NULL AND moment IS NOT NULL AND who IS NULL),
        count(*) FILTER (moment IS NOT NULL AND NOT tells),
        coalesce(min(row) FILTER (unsure IS NOT NULL), 0), coalesce(min_by(unsure, row), '')
    FROM raw
"""
# Each event with the one before it in its case; `nth`: for how many-th time its team has the case.
CREATE_STEPS = """
    CREATE OR REPLACE TABLE steps AS
    SELECT case_name, who, lag(who) OVER in_case AS giver, moment - lag(moment) OVER in_case AS wait,
        row_number() OVER in_hands AS nth, row_number() OVER in_case AS place
    FROM raw
    WHERE case_name IS NOT NULL AND moment IS NOT NULL AND who IS NOT NULL
    WINDOW in_case AS (PARTITION BY case_name ORDER BY moment, row),
        in_hands AS (PARTITION BY case_name, who ORDER BY moment, row)
"""
REGROUP = """
    CREATE TABLE regrouped AS
    SELECT raw.* REPLACE (CASE WHEN who IS NOT NULL THEN coalesce(team, $1) END AS who)
    FROM raw LEFT JOIN team_of ON team_of.member = raw.who
"""
OVERVIEW = """
    SELECT count(*), count(DISTINCT case_name), count(DISTINCT activity),
        strftime(make_timestamp(min(moment)), '%Y-%m-%dT%H:%M:%SZ'),
        strftime(make_timestamp(max(moment)), '%Y-%m-%dT%H:%M:%SZ')
    FROM raw WHERE case_name IS NOT NULL AND moment IS NOT NULL AND who IS NOT NULL
"""
NODES = """
    SELECT steps.who, count(*), count(DISTINCT case_name), any_value(coalesce(given.gives, 0)),
        count(*) FILTER (steps.giver <> steps.who)
    FROM steps LEFT JOIN (
        SELECT giver, count(*) AS gives FROM steps WHERE giver <> who GROUP BY giver
    ) AS given ON given.giver = steps.who
    GROUP BY steps.who ORDER BY count(*) DESC, steps.who
"""
EDGES = """
    SELECT giver, who, count(*), count(DISTINCT case_name), median(wait) / 1e6,
        count(*) FILTER (nth > 1 AND giver <> who)
    FROM steps WHERE giver IS NOT NULL AND ($with_own OR giver <> who)
    GROUP BY giver, who ORDER BY count(*) DESC, giver, who
"""
# Also from events farther back: each step farther weighs `beta` times as much.
WEIGHTS = """
    SELECT early.who, late.who, sum($beta ** (late.place - early.place - 1))
    FROM steps AS early JOIN steps AS late
        ON early.case_name = late.case_name AND late.place > early.place AND late.place - early.place <= $farthest
    GROUP BY early.who, late.who
"""
DOINGS = """
    SELECT who, activity, count(*) FROM raw
    WHERE case_name IS NOT NULL AND moment IS NOT NULL AND who IS NOT NULL AND activity IS NOT NULL
    GROUP BY who, activity ORDER BY who, activity
"""


@dataclass(frozen=True)
class Reading:
    """How the columns of a log are to be taken."""

    way: str  # of writing moments, as `moments.way_of` names it
    zone: str  # of clocks that tell none
    has_zone: bool  # nobody needs to be told that they tell none
    by: str  # team or resource
    transition: str = ""  # in small letters; "": every event


@dataclass(frozen=True)
class Read:
    """Moments that were read, in microseconds since 1970; where one could not be, 0 and no mark in `is_read`."""

    moments: NDArray[np.int64]
    is_read: NDArray[np.bool_]
    is_blank: NDArray[np.bool_]
    tells: NDArray[np.bool_]  # its zone
    unsure_place: int = -1  # of the first that names a zone which can be several, and that zone
    unsure_zone: str = ""


@dataclass(frozen=True)
class Summary:
    """What of the log can be used, and what cannot. `…_rows`: the first few, as rows counted from 1."""

    rows: int
    no_case: int
    no_case_rows: tuple[int, ...]
    blank_moments: int
    unreadable_moments: int
    no_moment_rows: tuple[int, ...]
    no_team: int
    no_team_rows: tuple[int, ...]
    local_moments: int
    unsure_row: int  # the first whose moment names a zone that can be several, and that zone; 0: there is none
    unsure_zone: str


class Counting:
    """A database for one log, gone with the folder in which it lies. DuckDB writes to disk what its memory cannot hold.

    `memory_limit_mb` is DuckDB's own; the process needs some three hundred megabytes more. A small log needs no file.
    """

    def __init__(self, folder: Path, *, memory_limit_mb: int, is_small: bool = False, threads: int = 2) -> None:
        settings: dict[str, Any] = {
            "memory_limit": f"{memory_limit_mb}MB",
            "threads": threads,
            "temp_directory": str(folder / "spilled"),
            "preserve_insertion_order": False,  # rows are numbered; keeping their order would cost memory
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self._engine = duckdb.connect(":memory:" if is_small else str(folder / "log.duckdb"), config=settings)
        self._engine.execute("SET enable_progress_bar = false")  # it would stand among what we print

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()

    def begin(self, reading: Reading) -> None:
        """Make ready for the batches of a log."""
        self._engine.execute(f"SET TimeZone = '{reading.zone}'")
        for name, value in (
            ("counted_by", reading.by),
            ("transition", reading.transition),
            ("has_zone", reading.has_zone),
            ("is_utc", reading.zone == "UTC"),
        ):
            self._engine.execute(f"SET VARIABLE {name} = $1", [value])
        for statement in macros_for(reading.way, zone=reading.zone):
            self._engine.execute(statement)
        self._engine.execute("DROP TABLE IF EXISTS raw")
        self._engine.execute(CREATE_RAW)

    def moments(self, texts: pa.Array) -> Read:
        """Read moments alone, for who counts elsewhere."""
        places = pa.array(range(len(texts)), pa.int64())
        self._engine.register("given", pa.table({"place": places, "moment": texts}))
        found = self._engine.execute(READ_MOMENTS).fetchnumpy()
        self._engine.unregister("given")
        moments = found["moment"]
        is_unread = np.ma.getmaskarray(moments)
        unsure = np.flatnonzero(~np.ma.getmaskarray(found["unsure"]))
        return Read(
            moments=np.ma.filled(moments, 0).astype(np.int64),
            is_read=~is_unread,
            is_blank=np.asarray(found["is_blank"], dtype=np.bool_),
            tells=np.ma.filled(found["tells"], fill_value=True).astype(np.bool_),
            unsure_place=int(unsure[0]) if len(unsure) else -1,
            unsure_zone=str(found["unsure"][unsure[0]]) if len(unsure) else "",
        )

    def take(self, batch: pa.RecordBatch) -> None:
        """Take in one batch, with the columns of `batches.SCHEMA`."""
        self._engine.register("batch", pa.Table.from_batches([batch]))
        self._engine.execute(INSERT_BATCH)
        self._engine.unregister("batch")

    def interrupt(self) -> None:
        """Stop what is being computed. May be called by another thread."""
        self._engine.interrupt()

    def summary(self) -> Summary:
        """Say how much of the log can be used."""
        found = self._one(SUMMARY, few=FEW)
        return Summary(
            rows=found[0],
            no_case=found[1],
            no_case_rows=tuple(found[2] or ()),
            blank_moments=found[3],
            unreadable_moments=found[4],
            no_moment_rows=tuple(found[5] or ()),
            no_team=found[6],
            no_team_rows=tuple(found[7] or ()),
            local_moments=found[8],
            unsure_row=found[9],
            unsure_zone=found[10],
        )

    def line_up(self) -> None:
        """Put the events of each case in their order."""
        self._engine.execute(CREATE_STEPS)

    def regroup(self, team_of: Mapping[str, str], *, others: str) -> None:
        """Count by teams instead of by who did the work; who is in none counts as `others`. Then line up again."""
        given = pa.table({"member": list(team_of), "team": list(team_of.values())})
        self._engine.register("team_of", given)
        self._engine.execute(REGROUP, [others])
        self._engine.execute("DROP TABLE raw")
        self._engine.execute("ALTER TABLE regrouped RENAME TO raw")
        self._engine.unregister("team_of")
        self.line_up()

    def overview(self) -> tuple[int, int, int, str, str]:
        """Count events, cases, activities; give the first and the last moment."""
        events, cases, activities, first, last = self._one(OVERVIEW)
        return events, cases, activities, first or "", last or ""

    def nodes(self) -> tuple[Node, ...]:
        """Count what each team did, the busiest first."""
        return tuple(Node(*row) for row in self._all(NODES))

    def edges(self, *, with_own: bool, beta: float) -> tuple[Edge, ...]:
        """Count who handed over to whom, the most frequent first."""
        edges = self._all(EDGES, with_own=with_own)
        if not beta:
            return tuple(_edge(row, float(row[2])) for row in edges)
        weight_of = {
            (giver, taker): weight
            for giver, taker, weight in self._all(WEIGHTS, beta=beta, farthest=_farthest(beta))
            if with_own or giver != taker
        }
        near = {(row[0], row[1]): row for row in edges}
        far = [(giver, taker, 0, 0, 0.0, 0) for giver, taker in sorted(weight_of.keys() - near.keys())]
        return tuple(_edge(row, weight_of[row[0], row[1]]) for row in [*edges, *far])

    def doings(self) -> list[tuple[str, str, int]]:
        """Count who did which activity how often."""
        return self._all(DOINGS)

    def _one(self, statement: str, **given: Any) -> tuple[Any, ...]:
        return self._all(statement, **given)[0]

    def _all(self, statement: str, **given: Any) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._engine.execute(statement, given or None).fetchall()
        return rows


def _edge(row: tuple[Any, ...], weight: float) -> Edge:
    giver, taker, handovers, cases, median_wait_seconds, back = row
    return Edge(giver, taker, handovers, cases, median_wait_seconds, back, weight)


def _farthest(beta: float) -> int:
    return 1 + ceil(log(FARTHEST_WEIGHT) / log(beta)) if beta < 1 else 1_000_000_000

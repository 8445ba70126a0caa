"""A store of made-up rows of every table that measures read: the same for the same seed, of any size, no database.

Some requests, stays, promises and scores were read again later, some of them are gone: the newest versions count.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.conf import settings
from numpy.random import Generator

from clientela.kernel.analytics.contracts import Table
from clientela.kernel.analytics.manifest import Manifest, Place, Stored, write_manifest
from clientela.kernel.analytics.parquet import write_rows

TEAMS: Final = 15  # the first three stand above the others
SERVICES: Final = 30
WEEKS: Final = 30
START: Final = datetime(2026, 4, 6, tzinfo=UTC)
_WEEK: Final = 7 * 24 * 3600 * 1_000_000
_HOUR: Final = 3600 * 1_000_000
_READ_AGAIN: Final = 10  # one in so many
Rows = dict[str, Any]


def write_sample(folder: Path, *, requests: int = 3_000, seed: int = 6) -> None:
    """Write the store."""
    chance = np.random.default_rng(seed)
    contracts = _contracts()
    asked = _requests(chance, requests)
    everything: Mapping[str, Rows] = {
        "requests": asked,
        "legs": _legs(chance, asked),
        "clocks": _clocks(chance, asked),
        "purchases": _purchases(asked),
        "voices": _voices(chance, asked),
        "departments": _departments(),
        "staffing": _staffing(),
        "services": _services(),
        "declared": _declared(),
    }
    manifest = Manifest(house="sample", place=Place(1, 1), step=3, written_at=START.isoformat(), week_on="2026-11-02")
    for name, rows in everything.items():
        whole = _table(contracts[name], rows)
        stored = _in_versions(folder, contracts[name], whole, chance)
        manifest = manifest.with_table(stored, at=START)
    write_manifest(folder, manifest)


def _in_versions(folder: Path, table: Table, whole: pa.Table, chance: Generator) -> Stored:
    """The first version of everything, then some of it read again, twice; of those a few are gone."""
    base = write_rows(folder, table, whole, ids=None, name="all-1_1", version=1)
    if table.month_of is None:
        return Stored(table, base.rows)
    group = whole.column(table.group).to_numpy()
    ids = np.unique(group)
    newer, touched = [], []
    for version in (2, 3):
        again = ids[chance.integers(0, _READ_AGAIN, len(ids)) == 0]
        there = again[chance.integers(0, _READ_AGAIN, len(again)) > 0]
        rows = whole.filter(pa.array(np.isin(group, there)))
        written = write_rows(folder, table, rows, ids=pa.array(again), name=f"{version}_1-{version}_2", version=version)
        newer += written.rows
        touched += written.touched
    return Stored(table, base.rows, tuple(newer), tuple(touched))


def _requests(chance: Generator, count: int) -> Rows:
    ids = np.arange(1, count + 1)
    opened = np.sort(chance.integers(0, WEEKS * _WEEK, count))
    parent = np.where((chance.random(count) < 0.3) & (ids > 10), ids - chance.integers(1, 10, count), 0)
    root = ids.copy()
    for place in np.flatnonzero(parent):
        root[place] = root[parent[place] - 1]
    inside = (parent > 0) | (chance.random(count) < 0.4)
    ended = chance.random(count)
    took = (chance.exponential(60, count) * _HOUR).astype(np.int64)
    is_done = ended < 0.8
    return {
        "request_id": ids,
        "root_id": root,
        "parent_id": _or_none(parent, parent > 0),
        "provider_id": chance.integers(1, TEAMS + 1, count),
        "service_id": chance.integers(1, SERVICES + 1, count),
        "customer_kind": np.where(inside, "department", np.where(ids % 5 == 0, "organisation", "person")),
        "customer_department_id": _or_none(chance.integers(1, TEAMS + 1, count), inside & (ids % 50 > 0)),
        "segment": _or_none(np.where(ids % 5 == 0, "businesses", "households"), ~inside),
        "side": np.where(inside, "inside", "outside"),
        "channel": chance.choice(["email", "portal", "desk", "phone"], count),
        "language": chance.choice(["en", "ro", "pl", "es"], count),
        "is_complaint": chance.random(count) < 0.05,
        "state": np.where(is_done, "closed", np.where(ended < 0.85, "cancelled", "open")),
        "opened_at": opened,
        "resolved_at": _or_none(opened + took, is_done),
        "closed_at": _or_none(opened + took + 7 * 24 * _HOUR, is_done),
        "reopened_count": (chance.random(count) < 0.06).astype(np.int64),
        "_took": took,
        "_inside": inside,
    }


def _purchases(asked: Rows) -> Rows:
    """Every second request from outside, with days that follow from its number: none of chance is used up for it."""
    ids = asked["request_id"]
    bought = ~asked["_inside"] & (ids % 2 == 0)
    last, earlier, following = (
        np.where(bought, ids * step % wide, 0) for step, wide in ((7, 190), (11, 400), (13, 290))
    )
    rows = {
        "request_id": ids,
        "opened_at": asked["opened_at"],
        "resolved_at": asked["resolved_at"],
        "is_alone": ids % 9 > 0,
        "last_days": _or_none(last, ids % 4 > 0),
        "earlier_days": _or_none(last + earlier, ids % 8 > 1),
        "next_days": _or_none(following, ids % 6 > 0),
    }
    return {name: np.asarray(values)[bought] for name, values in rows.items()}


def _legs(chance: Generator, asked: Rows) -> Rows:
    stays = 1 + (chance.random(len(asked["request_id"])) < 0.25).astype(int) * chance.integers(
        1, 3, len(asked["request_id"])
    )
    of = np.repeat(np.arange(len(stays)), stays)
    position = np.concatenate([np.arange(number) for number in stays])
    is_last = position == stays[of] - 1
    opened, took = asked["opened_at"][of], asked["_took"][of]
    part = took // stays[of]
    seconds = {
        name: chance.integers(0, 40_000, len(of)) for name in ("queue", "work", "customer", "department", "date")
    }
    state = asked["state"][of]
    is_open = is_last & (state == "open")
    outcome = np.where(is_last, np.where(state == "closed", "resolved", state), "handed_over")
    return {
        "request_id": asked["request_id"][of],
        "position": position,
        "provider_id": np.where(is_last, asked["provider_id"][of], chance.integers(1, TEAMS + 1, len(of))),
        "service_id": asked["service_id"][of],
        "root_id": asked["root_id"][of],
        "parent_id": [asked["parent_id"][place] for place in of],
        "side": asked["side"][of],
        "started_at": opened + position * part,
        "ended_at": _or_none(opened + (position + 1) * part, ~is_open),
        "outcome": outcome,
        **{f"{name}_seconds": values for name, values in seconds.items()},
    }


def _clocks(chance: Generator, asked: Rows) -> Rows:
    of = np.repeat(np.arange(len(asked["request_id"])), 2)
    kinds = np.tile(["first_reply", "resolution"], len(asked["request_id"]))
    fate = chance.random(len(of))
    started = asked["opened_at"][of]
    is_broken, is_kept = fate < 0.2, (fate >= 0.1) & (fate < 0.9)
    return {
        "clock_id": np.arange(1, len(of) + 1),
        "request_id": _or_none(asked["request_id"][of], fate < 0.98),
        "provider_id": asked["provider_id"][of],
        "kind": np.where(fate > 0.97, "personal", kinds),
        "started_at": started,
        "due_at": _or_none(started + 16 * _HOUR, ~is_kept),
        "kept_at": _or_none(started + (fate * 40 * _HOUR).astype(np.int64), is_kept),
        "broken_at": _or_none(started + 16 * _HOUR, is_broken),
        "is_open": ~is_kept,
        "target_seconds": _or_none(np.full(len(of), 57_600), fate <= 0.97),
    }


def _voices(chance: Generator, asked: Rows) -> Rows:
    of = np.flatnonzero(chance.random(len(asked["request_id"])) < 0.5)
    count = len(of)
    is_anonymous = chance.random(count) < 0.2
    scores = chance.integers(1, 6, count)
    measure = chance.choice(["csat", "stars", "isq:reliability"], count)
    highest = np.where(measure == "isq:reliability", 7, 5)
    said = asked["opened_at"][of] + asked["_took"][of] + _HOUR
    inside = asked["_inside"][of]
    has_score = chance.random(count) < 0.95
    return {
        "voice_id": np.arange(1, count + 1),
        "request_id": _or_none(asked["request_id"][of], ~is_anonymous),
        "provider_id": _or_none(asked["provider_id"][of], chance.random(count) < 0.97),
        "rater_department_id": _or_none(chance.integers(1, TEAMS + 1, count), inside),
        "service_id": _or_none(asked["service_id"][of], ~is_anonymous),
        "side": asked["side"][of],
        "kind": np.where(is_anonymous, "survey", "rating"),
        "measure": np.where(has_score, measure, ""),
        "score": _or_none(scores, has_score),
        "share": _or_none((scores - 1) / (highest - 1), has_score),
        "said_at": np.where(is_anonymous, said // _WEEK * _WEEK, said),
        "is_anonymous": is_anonymous,
    }


def _departments() -> Rows:
    ids = np.arange(1, TEAMS + 1)
    return {
        "department_id": ids,
        "parent_id": _or_none((ids - 1) % 3 + 1, ids > 3),
        "key": [f"team-{number}" for number in ids],
        "serves_outside": ids % 2 == 0,
    }


def _staffing() -> Rows:
    teams, weeks = np.repeat(np.arange(1, TEAMS + 1), WEEKS), np.tile(np.arange(WEEKS), TEAMS)
    first = np.datetime64(START.date(), "D").astype(int)
    return {"department_id": teams, "week_on": first + 7 * weeks, "members": 3 + teams % 7}


def _services() -> Rows:
    ids = np.arange(1, SERVICES + 1)
    return {
        "service_id": ids,
        "key": [f"service-{number}" for number in ids],
        "owner_id": (ids - 1) % TEAMS + 1,
        "audience": np.array(["inside", "outside", "both"])[ids % 3],
        "retired_at": _or_none(np.full(SERVICES, 20 * _WEEK), ids % 11 == 0),
    }


def _declared() -> Rows:
    ids = np.arange(1, SERVICES + 1)
    return {
        "service_id": ids,
        "side": np.where(ids % 3 == 1, "outside", "inside"),
        "position": np.zeros(SERVICES, np.int64),
        "provider_id": (ids - 1) % TEAMS + 1,
        "customer_id": _or_none(ids % TEAMS + 1, ids % 4 == 0),
        "how": ["catalogue"] * SERVICES,
    }


def _or_none(values: Any, is_there: Any) -> list[Any]:
    return [value.item() if there else None for value, there in zip(np.asarray(values), is_there, strict=True)]


def _table(table: Table, rows: Rows) -> pa.Table:
    kinds = {"int64": pa.int64(), "string": pa.string(), "float64": pa.float64(), "bool": pa.bool_()}
    start = int(START.timestamp()) * 1_000_000
    arrays = {}
    for column in table.columns:
        values = rows[column.name]
        if column.type == "timestamp":
            array = pa.array(values, pa.int64())
            moved = pa.array([None if one is None else one + start for one in array.to_pylist()], pa.int64())
            arrays[column.name] = moved.cast(pa.timestamp("us", tz="UTC"))
        elif column.type == "date":
            arrays[column.name] = pa.array(values, pa.int32()).cast(pa.date32())
        else:
            arrays[column.name] = pa.array(values, kinds[column.type])
    return pa.table(arrays)


def _contracts() -> dict[str, Table]:
    return {
        export.table.name: export.table for name in settings.ANALYTICS_EXPORTS for export in import_module(name).TABLES
    }

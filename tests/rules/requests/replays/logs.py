"""Small logs as columns, for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from clientela.requests.rules.replays import NOTHING, Events, Note, Work, WorkingTime, event_hours, work_of

NAN = float("nan")
Row = dict[str, object]


def seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()


def events_of(rows: Sequence[Row]) -> Events:
    """Events from rows with `case`, `activity`, `at`, and what else is told; sorted by case and moment."""
    rows = sorted(rows, key=lambda row: (str(row["case"]), str(row["at"])))
    names: dict[str, dict[str, int]] = {}

    def numbers(role: str) -> np.ndarray:
        known = names.setdefault(role, {})
        return np.array(
            [NOTHING if not row.get(role) else known.setdefault(str(row[role]), len(known)) for row in rows], np.int32
        )

    def moments(role: str) -> np.ndarray:
        return np.array([seconds(str(row[role])) if row.get(role) else NAN for row in rows])

    cases = numbers("case")
    parents = np.array([names["case"].get(str(row.get("parent", "")), NOTHING) for row in rows], np.int32)
    return Events(
        case=cases,
        activity=numbers("activity"),
        moment=moments("at"),
        end=moments("end"),
        team=numbers("team"),
        resource=numbers("resource"),
        priority=numbers("priority"),
        transition=numbers("transition"),
        due=moments("due"),
        parent=parents,
        line=np.arange(len(rows), dtype=np.int64),
        cases=list(names["case"]),
        activities=list(names["activity"]),
        teams=list(names["team"]),
        resources=list(names["resource"]),
        priorities=list(names["priority"]),
        transitions=list(names["transition"]),
    )


def work_in(rows: Sequence[Row]) -> tuple[Work, list[Note]]:
    notes: list[Note] = []
    events = events_of(rows)
    return work_of(events, event_hours(events, WorkingTime()), notes), notes


def told(work: Work) -> list[tuple[str, float, float]]:
    """Each operation: its team, its hands-on hours, the hours of waiting for somebody outside before it."""
    return [
        (work.teams[team], round(hours, 3), round(delay, 3))
        for team, hours, delay in zip(work.team, work.hours, work.delay_hours, strict=True)
    ]

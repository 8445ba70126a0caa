"""From events to work: which operations a log is made of, at which team, and how long each took hands on.

Logs tell of work in three ways, and each is found by what it holds:

- **spans**: an activity has a start and an end (two moments on a line, or a `start` and a `complete` event);
- **states**: an event says how the case stands from then on (queued, in progress, waiting, resolved …);
- **marks**: an event says that something was done, and nothing of when it began.

An operation is a stay of a case at a team up to the next time it waits for somebody outside. Waiting for the customer
or a vendor is no team's work and no team's queue: it is given as the delay before the next operation. Time in work is
what it took, cut at what is longer than usual: nobody works at one thing for days, it was left lying. The fence is
Tukey's, the upper quartile and one and a half times the distance of the quartiles, and never more than four hours.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.replays.events import NOTHING, Events, Note
from clientela.requests.rules.replays.sittings import Marks, Pieces, Row, Spans, States, has_starts
from clientela.requests.rules.replays.states import Standing, standings_of
from clientela.requests.rules.replays.working_time import WorkingTime

STATES_SHARE = 0.6  # a log with so many events that name a state is a log of states


@dataclass(frozen=True)
class Work:
    """The operations of a log, case by case in the order of the cases' arrival, in columns. Hours are working hours.

    `first` has one more row than there are cases: the operations of case c are first[c] up to first[c + 1].
    """

    team: NDArray[np.int32]
    kind: NDArray[np.int32]  # what it was when it came to the team: a number of the log's activities
    hours: NDArray[np.float64]  # hands on
    delay_hours: NDArray[np.float64]  # waiting for somebody outside before it can be worked
    at_hours: NDArray[np.float64]  # when it came to the team in the log
    first: NDArray[np.int64]
    case: NDArray[np.int32]  # a number of the log's cases
    arrives_hours: NDArray[np.float64]
    last_hours: NDArray[np.float64]  # the last event
    priority: NDArray[np.int32]
    due_hours: NDArray[np.float64]
    parent: NDArray[np.int64]  # the place of the case that waits for it, or -1
    teams: list[str]
    manner: str  # spans, states, marks


@dataclass(frozen=True)
class EventHours:
    """The moments of events as working hours on one line: when each happened, when it ended, when its case is due."""

    moment: NDArray[np.float64]
    end: NDArray[np.float64]
    due: NDArray[np.float64]


def event_hours(events: Events, working_time: WorkingTime) -> EventHours:
    """Give the moments of events as working hours."""
    return EventHours(*(working_time.hours_at(moments) for moments in (events.moment, events.end, events.due)))


def work_of(events: Events, hours: EventHours, notes: list[Note]) -> Work:
    """Find the operations. The events are sorted by case and moment."""
    teams, team = _team_of(events, notes)
    standing = standings_of(events)
    told = standing != Standing.UNKNOWN
    pieces: Pieces
    if np.isfinite(hours.end).any() or has_starts(events):
        manner, pieces = "spans", Spans(events, hours.moment, hours.end, team, notes)
    elif told.mean() >= STATES_SHARE and (standing == Standing.WORK).any() and len(np.unique(standing[told])) > 1:
        manner, pieces = "states", States(events, hours.moment, team, standing, notes)
    else:
        manner, pieces = "marks", Marks(events, hours.moment, team)
    work = _gathered(events, hours, list(pieces.rows()), notes)
    return replace(work, teams=teams, manner=manner)


def _team_of(events: Events, notes: list[Note]) -> tuple[list[str], NDArray[np.int32]]:
    names, team = events.teams, events.team
    if not len(names) and len(events.resources):
        names, team = [], np.zeros(len(events), dtype=np.int32)
        notes.append(
            Note("no_team", f"The log names {len(events.resources):,} people and no team; all of them are taken as one "
                            "team. To see each as a team of their own, tell the same column as team=…")
        )  # fmt: skip
    elif len(names) == 1 or not names:
        notes.append(Note("one_team", "The log knows one team only, so nothing is handed over and no chain is seen."))
    if not names:
        return ["everybody"], np.zeros(len(events), dtype=np.int32)
    if (team == NOTHING).any():
        missing = int((team == NOTHING).sum())
        team = _carried_on(events.case, team)
        still = int((team == NOTHING).sum())
        notes.append(
            Note("team_missing", f"{missing:,} events name no team and were taken as of the team that had the case"
                                 f"{f'; {still:,} of them come before any' if still else ''}.", missing)
        )  # fmt: skip
        if still:
            names = [*names, "no team told"]
            team = np.where(team == NOTHING, len(names) - 1, team).astype(np.int32)
    return names, team


def _carried_on(case: NDArray[np.int32], team: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give each event without a team the team of the event before it in its case."""
    places = np.where(team == NOTHING, 0, np.arange(len(team)))
    starts = np.flatnonzero(np.r_[True, case[1:] != case[:-1]])
    places[starts] = starts
    return np.asarray(team[np.maximum.accumulate(places)])


def _gathered(events: Events, hours: EventHours, rows: list[list[Row]], notes: list[Note]) -> Work:
    bounds = np.flatnonzero(np.r_[True, events.case[1:] != events.case[:-1], True])
    starts = bounds[:-1]
    some = np.array([bool(row) for row in rows])
    empty = int((~some).sum())
    if empty:
        notes.append(Note("no_work", f"{empty:,} cases show no work at all and were left out of the replay.", empty))
    order = np.flatnonzero(some)
    order = order[np.argsort(hours.moment[starts[order]], kind="stable")]
    counts = [len(rows[place]) for place in order]
    flat = [row for place in order for row in rows[place]]
    table = np.array(flat, dtype=np.float64).reshape(-1, 5)
    place_of_case = np.full(len(events.cases), -1, dtype=np.int64)
    place_of_case[events.case[starts[order]]] = np.arange(len(order))
    parent = events.parent[starts[order]]
    parent_place = np.where(parent >= 0, place_of_case[np.maximum(parent, 0)], -1)
    parent_place[parent_place == np.arange(len(order))] = -1
    return Work(
        team=table[:, 0].astype(np.int32),
        kind=table[:, 1].astype(np.int32),
        hours=table[:, 2],
        delay_hours=table[:, 3],
        at_hours=table[:, 4],
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        case=events.case[starts[order]],
        arrives_hours=hours.moment[starts[order]],
        last_hours=hours.moment[bounds[1:][order] - 1],
        priority=_first_told(events.priority, bounds)[order],
        due_hours=hours.due[starts[order]],
        parent=parent_place,
        teams=[],
        manner="",
    )


def _first_told(values: NDArray[np.int32], bounds: NDArray[np.int64]) -> NDArray[np.int32]:
    """Give each case's first value: what was known when it came."""
    return np.asarray(values[bounds[:-1]])

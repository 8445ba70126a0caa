"""The house's own history as the work of a replay: legs as operations, what was asked as what was waited for."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from clientela.directory import queries as directory
from clientela.requests.exports import LegRow, legs_between
from clientela.requests.models import Request
from clientela.requests.rules.replays import NOTHING, Note, Work, seen_working_time

LEARNS_FROM = timedelta(days=540)
HOUR = 3600.0
SHORTEST_WORK_HOURS = 0.05  # three minutes


@dataclass(frozen=True)
class PastWork:
    """The work of a replay, with its requests' references and the names of their priorities, in its order."""

    work: Work
    references: list[str]
    priorities: list[str]
    notes: tuple[Note, ...]
    legs: int


def past_work(*, at: datetime) -> PastWork:
    """Give the work that had ended by `at`, of the last year and a half. Three statements.

    Each leg is an operation: its working seconds at work, in its department's hours; before it, after the first, what
    was waited for the customer or a date. One common line is needed for arrivals and ends: the working week that the
    house shows by its beginnings and ends of legs.
    """
    legs: dict[int, list[LegRow]] = defaultdict(list)
    for leg in legs_between(at - LEARNS_FROM, at):
        if leg.ended_at is not None and leg.ended_at <= at:
            legs[leg.request_id].append(leg)
    rows = {
        number: (reference, is_complaint)
        for number, reference, is_complaint in Request.objects.filter(pk__in=legs).values_list(
            "pk", "reference", "is_complaint"
        )
    }
    notes: list[Note] = []
    order = sorted(legs, key=lambda number: (legs[number][0].started_at, number))
    flat = [leg for number in order for leg in legs[number]]
    line = seen_working_time(np.array([leg.started_at.timestamp() for leg in flat]), "UTC")
    departments = sorted({leg.provider_id for leg in flat})
    services = sorted({leg.service_id for leg in flat})
    cards = directory.party_cards(departments)
    place = {number: index for index, number in enumerate(order)}
    counts = [len(legs[number]) for number in order]
    empty = sum(1 for leg in flat if not leg.work_seconds)
    if empty:
        notes.append(
            Note("no_work", f"{empty:,} legs show no hands-on time; each counts as three minutes.", empty)
        )  # fmt: skip

    def hours_at(seconds: list[float]) -> NDArray[np.float64]:
        return line.hours_at(np.array(seconds, dtype=np.float64))

    firsts = [legs[number][0] for number in order]
    lasts = [max(leg.ended_at or at for leg in legs[number]) for number in order]
    work = Work(
        team=np.array([departments.index(leg.provider_id) for leg in flat], dtype=np.int32),
        kind=np.array([services.index(leg.service_id) for leg in flat], dtype=np.int32),
        hours=np.maximum(np.array([leg.work_seconds for leg in flat]) / HOUR, SHORTEST_WORK_HOURS),
        delay_hours=np.array([(leg.customer_seconds + leg.date_seconds) / HOUR for leg in flat]),
        at_hours=hours_at([leg.started_at.timestamp() for leg in flat]),
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        case=np.arange(len(order), dtype=np.int32),
        arrives_hours=hours_at([leg.started_at.timestamp() for leg in firsts]),
        last_hours=hours_at([moment.timestamp() for moment in lasts]),
        priority=np.array([0 if rows[number][1] else 1 for number in order], dtype=np.int32),
        due_hours=np.full(len(order), np.nan),
        parent=np.array([place.get(leg.parent_id or NOTHING, -1) for leg in firsts], dtype=np.int64),
        teams=[cards[number].name for number in departments],
        manner="spans",
    )
    return PastWork(
        work, [rows[number][0] for number in order], ["high: a complaint", "normal"], tuple(notes), len(flat)
    )

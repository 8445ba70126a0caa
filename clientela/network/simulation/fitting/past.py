"""The history sorted out: the stays that can be learned from, what came of each, and what was asked for it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from clientela.network.simulation.fitting.rows import HistoryRows, LegLike
from clientela.network.simulation.house import Assumption

Key = tuple[int, int]  # department, service
HOUR = 3600.0


@dataclass
class Past:
    """Stays by what they are. Cancelled requests are left out."""

    weeks: float
    stays: dict[Key, list[LegLike]] = field(default_factory=lambda: defaultdict(list))  # all of them
    ended: dict[Key, list[LegLike]] = field(default_factory=lambda: defaultdict(list))
    roots: list[LegLike] = field(default_factory=list)  # what a customer asked, or asked again after it was resolved
    asks: dict[Key, dict[Key, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    hand_overs: dict[Key, dict[Key, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    requests: dict[int, list[LegLike]] = field(default_factory=lambda: defaultdict(list))
    assumed: list[Assumption] = field(default_factory=list)


def key_of(leg: LegLike) -> Key:
    """The department and the service."""
    return leg.provider_id, leg.service_id


def past_of(rows: HistoryRows) -> Past:
    """Sort the history out."""
    past = Past((rows.until - rows.since).total_seconds() / (7 * 86_400))
    known = {row.id for row in rows.departments}
    every: dict[int, list[LegLike]] = defaultdict(list)
    for leg in rows.legs:
        every[leg.request_id].append(leg)
    cancelled = strangers = 0
    for request_id, legs in every.items():
        legs.sort(key=lambda leg: leg.position)
        if legs[-1].outcome == "cancelled":
            cancelled += 1
        elif any(leg.provider_id not in known for leg in legs):
            strangers += 1
        else:
            past.requests[request_id] = legs
    reopened = sum(_sorted_in(past, legs) for legs in past.requests.values())
    still_open = sum(legs[-1].ended_at is None for legs in past.requests.values())
    for code, count in (
        ("cancelled_left_out", cancelled),
        ("unknown_departments_left_out", strangers),
        ("open_left_out", still_open),
        ("reopened_as_new", reopened),
    ):
        if count:
            past.assumed.append(Assumption(code, {"requests": count}))
    return past


def _sorted_in(past: Past, legs: Sequence[LegLike]) -> int:
    """Put the stays of one request where they belong; return how often it was opened again."""
    reopened = 0
    before: LegLike | None = None
    for leg in legs:
        past.stays[key_of(leg)].append(leg)
        if leg.ended_at is not None:
            past.ended[key_of(leg)].append(leg)
        if before is not None and before.outcome == "handed_over":
            past.hand_overs[key_of(before)][key_of(leg)] += 1
        elif before is None and leg.parent_id in past.requests:
            _count_ask(past, leg)
        else:
            reopened += before is not None
            past.roots.append(leg)
        before = leg
    return reopened


def _count_ask(past: Past, child: LegLike) -> None:
    parent = _stay_at(past.requests[child.parent_id or 0], child)
    if key_of(parent) != key_of(child):
        past.asks[key_of(parent)][key_of(child)] += 1


def _stay_at(legs: Sequence[LegLike], child: LegLike) -> LegLike:
    """The stay of the waiting request in which the other was asked."""
    for leg in legs:
        if leg.started_at <= child.started_at and (leg.ended_at is None or child.started_at <= leg.ended_at):
            return leg
    return legs[-1]

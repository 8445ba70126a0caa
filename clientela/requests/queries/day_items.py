"""Requests with the reasons why they stand where they stand in a day or a queue."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from clientela.directory.queries import PartyCard
from clientela.kernel.journal import thing
from clientela.promises.queries import ClockSeen
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.queries.forecasts import ForeseenSeen
from clientela.requests.queries.glimpses import RequestGlimpse, party_glimpse, request_glimpse
from clientela.requests.queries.standing.seen import StandingSeen
from clientela.requests.rules import OwedPromise, Reason, ReasonCode, Situation, reasons_of


@dataclass(frozen=True)
class DayItem:
    """A request with its reasons, the weightiest first, the promise that is due first, and where it stands and why.

    `standing` is None for what has ended.
    """

    request: RequestGlimpse
    reasons: tuple[Reason, ...]
    promise: ClockSeen | None
    standing: StandingSeen | None = None


@dataclass(frozen=True)
class Links:
    """What hangs on a request: the requests that wait on it, and those it asked for that have been done."""

    waiting: Mapping[int, Sequence[Request]]
    answered: Mapping[int, Sequence[Request]]

    def requests(self) -> list[Request]:
        """Every request named here."""
        return [row for rows in (*self.waiting.values(), *self.answered.values()) for row in rows]


def subjects_of(requests: Sequence[Request]) -> list[str]:
    """The requests as the promises name them."""
    return [thing("request", request.pk) for request in requests]


def links_of(request_ids: Sequence[int]) -> Links:
    """What hangs on each of these requests. One statement."""
    wanted = set(request_ids)
    rows = Dependency.objects.filter(
        Q(needed__in=wanted, waiting__state__in=LIVE_STATES) | Q(waiting__in=wanted, needed__resolved_at__isnull=False)
    ).select_related("waiting", "needed")
    waiting: dict[int, list[Request]] = defaultdict(list)
    answered: dict[int, list[Request]] = defaultdict(list)
    for row in rows:
        if row.needed_id in wanted and row.waiting.state in LIVE_STATES:
            waiting[row.needed_id].append(row.waiting)
        if row.waiting_id in wanted and row.needed.resolved_at is not None:
            answered[row.waiting_id].append(row.needed)
    return Links(waiting, answered)


def day_item(
    request: Request,
    *,
    cards: Mapping[int, PartyCard],
    clocks: Mapping[str, Sequence[ClockSeen]],
    links: Links,
    standings: Mapping[int, StandingSeen],
    foreseen: Mapping[int, ForeseenSeen],
) -> DayItem:
    """One request with its reasons. `clocks` are the open ones by subject, the earliest due first."""
    owed = clocks.get(thing("request", request.pk), ())
    waiting = sorted(links.waiting.get(request.pk, ()), key=lambda row: row.pk)
    # A department's answer is news until something is said on the request itself.
    answers = [
        row
        for row in links.answered.get(request.pk, ())
        if row.resolved_at is not None and row.resolved_at > request.last_message_at
    ]
    newest = max(answers, key=lambda row: row.pk, default=None)
    first = next((row for row in waiting if _may_be_named(row, standings.get(request.pk))), None)
    likely = still_foreseen(foreseen.get(request.pk), owed)
    situation = Situation(
        promises=[owed_promise(clock) for clock in owed],
        unanswered_since=request.unanswered_since,
        has_been_answered=request.unanswered_since is not None and request.unanswered_since > request.opened_at,
        is_complaint=request.is_complaint,
        is_held=request.holder_id is not None,
        waiting_count=len(waiting) if first else 0,
        waiting_name=party_glimpse(cards, first.provider_id).name if first else "",
        waiting_customer=party_glimpse(cards, first.customer_id).name if first else "",
        answered_by=party_glimpse(cards, newest.provider_id).name if newest else "",
        answered_at=newest.resolved_at if newest else None,
        likely_late=likely_late(likely, cards) if likely else None,
    )
    standing = standings.get(request.pk)
    return DayItem(request_glimpse(request, cards), reasons_of(situation), owed[0] if owed else None, standing)


def in_turn(items: Iterable[DayItem]) -> list[DayItem]:
    """The items in the order of their standings: what was chosen last, what was chosen, then the most urgent."""
    return sorted(items, key=_turn)


def _turn(item: DayItem) -> tuple[float, float, float, int]:
    due_at = item.request.next_due_at
    due = math.inf if due_at is None else due_at.timestamp()
    if item.standing is None:
        return (0.0, 0.0, due, item.request.id)
    choice = item.standing.choice
    chosen = 0.0 if choice is None else -choice.at.timestamp()
    return (chosen, -item.standing.urgency, due, item.request.id)


def _may_be_named(waiting: Request, standing: StandingSeen | None) -> bool:
    """Whether the viewer may know whose request waits: see `policies.may_know_whose_it_is`."""
    if standing is None:
        return True
    return all(one.is_known for one in standing.carried if one.request_id == waiting.pk)


def still_foreseen(foreseen: ForeseenSeen | None, owed: Sequence[ClockSeen]) -> ForeseenSeen | None:
    """What was foreseen counts while its promise is open, due at the same moment, and not late yet."""
    if foreseen is None:
        return None
    for clock in owed:
        if clock.id == foreseen.clock_id and clock.due_at == foreseen.due_at:
            return foreseen if clock.state in {"running", "at_risk"} else None
    return None


def likely_late(foreseen: ForeseenSeen, cards: Mapping[int, PartyCard]) -> Reason:
    """What was foreseen, as a reason: by how much it will be late, who decides it, and by when they promise."""
    provider_id = foreseen.because_provider_id
    return Reason(
        ReasonCode.LATENESS_LIKELY,
        at=foreseen.because_due_at,
        seconds=foreseen.late_seconds,
        name="" if provider_id is None else party_glimpse(cards, provider_id).name,
    )


def owed_promise(clock: ClockSeen) -> OwedPromise:
    """An open promise as the reasons read it."""
    is_late = clock.state == "broken"
    seconds = clock.late_working_seconds if is_late else max(clock.working_seconds_left or 0, 0)
    return OwedPromise(clock.kind, clock.due_at, seconds, is_late, clock.words)

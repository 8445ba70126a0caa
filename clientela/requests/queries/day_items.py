"""Requests with the reasons why they stand where they stand in a day or a queue."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from clientela.directory.queries import PartyCard
from clientela.kernel.journal import thing
from clientela.promises.queries import ClockSeen
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.queries.glimpses import RequestGlimpse, party_glimpse, request_glimpse
from clientela.requests.rules import OwedPromise, Reason, Situation, reasons_of


@dataclass(frozen=True)
class DayItem:
    """A request with its reasons, the weightiest first, and the promise that is due first, if any."""

    request: RequestGlimpse
    reasons: tuple[Reason, ...]
    promise: ClockSeen | None


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
    request: Request, *, cards: Mapping[int, PartyCard], clocks: Mapping[str, Sequence[ClockSeen]], links: Links
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
    situation = Situation(
        promises=[owed_promise(clock) for clock in owed],
        unanswered_since=request.unanswered_since,
        has_been_answered=request.unanswered_since is not None and request.unanswered_since > request.opened_at,
        is_complaint=request.is_complaint,
        is_held=request.holder_id is not None,
        waiting_count=len(waiting),
        waiting_name=party_glimpse(cards, waiting[0].provider_id).name if waiting else "",
        waiting_customer=party_glimpse(cards, waiting[0].customer_id).name if waiting else "",
        answered_by=party_glimpse(cards, newest.provider_id).name if newest else "",
        answered_at=newest.resolved_at if newest else None,
    )
    return DayItem(request_glimpse(request, cards), reasons_of(situation), owed[0] if owed else None)


def owed_promise(clock: ClockSeen) -> OwedPromise:
    """An open promise as the reasons read it."""
    is_late = clock.state == "broken"
    seconds = clock.late_working_seconds if is_late else max(clock.working_seconds_left or 0, 0)
    return OwedPromise(clock.kind, clock.due_at, seconds, is_late, clock.words)

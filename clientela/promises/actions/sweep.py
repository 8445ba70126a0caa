"""Saying what time has done: a promise is now at risk, or broken. Costs what is due, not what is open."""

from datetime import datetime

from django.db import transaction

from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.promises import rules
from clientela.promises.actions.caches import CACHED, set_caches
from clientela.promises.models import Clock, Notice
from clientela.promises.queries.states import events_by_clock, state_of


@transaction.atomic
def sweep_promises(*, at: datetime, limit: int = 1000) -> int:
    """Announce the promises that became at risk or broken by `at`, at most `limit`. Return how many were looked at.

    Safe to run twice and by several workers at once: a worker skips the rows another one holds, and a notice that has
    been given is not given again (unique key).
    """
    due = list(
        Clock.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_notice_at__lte=at)
        .order_by("next_notice_at", "id")[:limit]
    )
    past = events_by_clock(due)
    notices: list[Notice] = []
    for clock in due:
        state = state_of(clock, past[clock.pk], at=at)
        if state.first_broken_at is not None:
            notices.append(Notice(clock=clock, kind=Notice.Kind.BROKEN, due_at=state.first_broken_at, given_at=at))
        elif state.is_at_risk and state.due_at is not None:
            notices.append(Notice(clock=clock, kind=Notice.Kind.AT_RISK, due_at=state.due_at, given_at=at))
        set_caches(clock, state)
        clock.next_notice_at = rules.next_notice_at(state)
    already = set(Notice.objects.filter(clock__in=due).values_list("clock_id", "kind", "due_at"))
    new = [notice for notice in notices if (notice.clock_id, notice.kind, notice.due_at) not in already]
    Notice.objects.bulk_create(new)
    Clock.objects.bulk_update(due, CACHED)
    record_many([_fact_of(notice) for notice in new])
    return len(due)


def _fact_of(notice: Notice) -> FactToRecord:
    clock = notice.clock
    return FactToRecord(
        verb="promise_broken" if notice.kind == Notice.Kind.BROKEN else "promise_at_risk",
        by=None,
        at=notice.given_at,
        about=(
            clock.subject,
            thing("clock", clock.pk),
            thing("party", clock.provider_id),
            thing("party", clock.customer_id),
        ),
        data={"kind": clock.kind, "due_at": notice.due_at.isoformat()},
    )


@transaction.atomic
def rebuild_clocks(*, at: datetime, after_id: int = 0, limit: int = 2000) -> int | None:
    """Compute the caches of the next `limit` clocks anew from their events. Return the last id, None at the end."""
    clocks = list(Clock.objects.select_for_update().filter(pk__gt=after_id).order_by("pk")[:limit])
    past = events_by_clock(clocks)
    for clock in clocks:
        state = state_of(clock, past[clock.pk], at=at)
        set_caches(clock, state)
    Clock.objects.bulk_update(clocks, CACHED, batch_size=500)
    return clocks[-1].pk if clocks else None

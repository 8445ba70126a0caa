"""Personal promises: "I call you on Tuesday at three"."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.promises.actions.caches import CACHED, set_caches
from clientela.promises.actions.clocks import insert_started
from clientela.promises.models import Clock, ClockEvent
from clientela.promises.policies import may_change_promise
from clientela.promises.queries.states import calendar_version_of, events_by_clock, state_of


class PromiseError(Exception):
    """A personal promise that cannot be made, kept or moved. The message says why and what to do."""


@transaction.atomic
def make_promise(
    *, by: Viewer, at: datetime, subject: str, provider_id: int, customer_id: int, words: str, due_at: datetime
) -> int:
    """Promise `words` to the customer by `due_at`, in the name of the person `by`. Return the clock's id."""
    if by.person_id is None:
        raise PromiseError(_("A personal promise is made by a person."))
    if not words.strip():
        raise PromiseError(_("Say what you promise."))
    if due_at <= at:
        raise PromiseError(_("The promised moment has already passed. Choose a later one."))
    clock = Clock(
        kind=Clock.Kind.PERSONAL,
        subject=subject,
        provider_id=provider_id,
        customer_id=customer_id,
        promised_by_id=by.person_id,
        words=words.strip(),
        calendar_version_id=calendar_version_of(provider_id),
        fixed_due_at=due_at,
        started_at=at,
    )
    insert_started([clock], at=at)
    record(
        verb="promise_made",
        by=by.person_id,
        at=at,
        about=[subject, thing("clock", clock.pk), thing("party", customer_id)],
        words=clock.words,
        due_at=due_at.isoformat(),
    )
    return clock.pk


@transaction.atomic
def keep_promise(*, by: Viewer, at: datetime, clock_id: int) -> None:
    """Note that a personal promise has been done."""
    _change(by=by, at=at, clock_id=clock_id, kind=ClockEvent.Kind.KEEP, verb="promise_kept", data={})


@transaction.atomic
def move_promise(*, by: Viewer, at: datetime, clock_id: int, due_at: datetime) -> None:
    """Agree another moment for a personal promise. The first one stays in its history."""
    if due_at <= at:
        raise PromiseError(_("The promised moment has already passed. Choose a later one."))
    data = {"due_at": due_at.isoformat()}
    _change(by=by, at=at, clock_id=clock_id, kind=ClockEvent.Kind.MOVE, verb="promise_moved", data=data)


def _change(*, by: Viewer, at: datetime, clock_id: int, kind: str, verb: str, data: dict[str, str]) -> None:
    # The row lock lets two people who press the button at once take turns; the second finds the promise ended.
    clock = Clock.objects.select_for_update().filter(pk=clock_id, kind=Clock.Kind.PERSONAL).first()
    if clock is None:
        raise HiddenError
    require(may_change_promise(by, promised_by_id=clock.promised_by_id, provider_id=clock.provider_id))
    if not clock.is_open:
        raise PromiseError(_("This promise has already ended."))
    event = ClockEvent(clock=clock, at=at, kind=kind, data=data)
    set_caches(clock, state_of(clock, [*events_by_clock([clock])[clock.pk], event], at=at))
    event.save(force_insert=True)
    clock.save(update_fields=CACHED)
    record(
        verb=verb,
        by=by.person_id,
        at=at,
        about=[clock.subject, thing("clock", clock.pk), thing("party", clock.customer_id)],
        words=clock.words,
        **data,
    )

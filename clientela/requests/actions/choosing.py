"""Doing another request first than the order says, for a reason. The reasons are counted: see `queries.turns`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.journal import FactSeen
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.promises.actions import NoCalendarError
from clientela.requests.actions.facts import tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.refusals import ChoiceError, HeldError
from clientela.requests.actions.turns import save, take_if_free
from clientela.requests.models import OwnChoice, Request
from clientela.requests.rules import Verb, storable_line

LONGEST_WORDS = 500
WITHOUT_HOURS = timedelta(hours=8)
# What ends a choice before its day does: the request is no longer with who chose it.
ENDS_A_CHOICE = frozenset({"request_resolved", "request_cancelled", "request_handed_over", "request_assigned"})


@transaction.atomic
def choose_otherwise(
    *, by: Viewer, at: datetime, request_id: int, instead_of_id: int | None, why: str, words: str = ""
) -> None:
    """Put a request first in one's own day until the working day ends, whatever stands before it.

    `why` is one of OwnChoice.Why; another reason is told in `words`. What nobody has is taken. `instead_of_id`: what
    stood first. Choosing the same again gives a new reason. Raises HeldError when a colleague has the request,
    ChoiceError, HiddenError, NotAllowedError, StateError.
    """
    told = storable_line(words, LONGEST_WORDS).strip()
    request = hold_request(Verb.CHOOSE, by=by, at=at, request_id=request_id).request
    if by.person_id is None:
        raise ChoiceError(_("Only a person chooses what to do first."))
    if why not in OwnChoice.Why.values:
        raise ChoiceError(_("Choose why this one goes first."))
    if why == OwnChoice.Why.OTHER and not told:
        raise ChoiceError(_("Say in a few words why this one goes first."))
    if request.holder_id not in {None, by.person_id}:
        raise HeldError(_("A colleague has this request. Ask them, or choose one of yours."))
    _require_seen(instead_of_id, by=by)
    take_if_free(request, by=by, at=at)
    save(request)
    _end(by.person_id, request_id, at=at)
    OwnChoice.objects.create(
        request=request,
        instead_of_id=None if instead_of_id == request_id else instead_of_id,
        provider_id=request.provider_id,
        person_id=by.person_id,
        why=why,
        words=told,
        at=at,
        until=_end_of_the_day(request.provider_id, at=at),
    )
    tell("chosen_otherwise", request, by=by, at=at, why=why, instead_of=instead_of_id)


@transaction.atomic
def follow_order_again(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Take one's choice back: the request stands again where the order puts it. Without a choice nothing happens."""
    hold_request(Verb.NOTE, by=by, at=at, request_id=request_id)
    if by.person_id is not None:
        _end(by.person_id, request_id, at=at)


def end_choices(facts: Sequence[FactSeen]) -> None:
    """End the choices of requests that are resolved, or with somebody else, at the moment of the fact."""
    for fact in facts:
        if fact.verb in ENDS_A_CHOICE:
            request_id = int(fact.about[0].partition(":")[2])
            OwnChoice.objects.filter(request=request_id, at__lt=fact.at, until__gt=fact.at).update(until=fact.at)


def _end(person_id: int, request_id: int, *, at: datetime) -> None:
    mine = OwnChoice.objects.filter(person=person_id, request=request_id, until__gt=at)
    mine.filter(at__lt=at).update(until=at)
    mine.filter(at__gte=at).delete()  # chosen and taken back in the same moment


def _require_seen(instead_of_id: int | None, *, by: Viewer) -> None:
    if instead_of_id is None:
        return
    if not Request.objects.filter(pk=instead_of_id, provider__in=by.department_ids).exists():
        raise HiddenError(f"There is no request {instead_of_id} for this viewer.")


def _end_of_the_day(department_id: int, *, at: datetime) -> datetime:
    """The end of the working day, or outside of it, of the next one."""
    try:
        today = promises.hours_today(department_id, at=at)
        if today.closes_at is None and today.opens_at is not None:
            today = promises.hours_today(department_id, at=today.opens_at)
    except NoCalendarError:
        return at + WITHOUT_HOURS
    return today.closes_at if today.closes_at is not None and today.closes_at > at else at + WITHOUT_HOURS

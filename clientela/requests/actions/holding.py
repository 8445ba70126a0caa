"""Who has a request: taken, given to a colleague, handed over to another department."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import HiddenError
from clientela.promises import actions as promises
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.refusals import AssigneeError, HandOverError, HeldError
from clientela.requests.actions.turns import end_waiting, save
from clientela.requests.models import Request
from clientela.requests.rules import State, Verb, storable


@transaction.atomic
def take_request(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Make it one's own. Raises HeldError naming the colleague when somebody has it already; twice is once."""
    request = hold_request(Verb.TAKE, by=by, at=at, request_id=request_id).request
    if request.holder_id == by.person_id:
        return
    if request.holder_id is not None:
        holder = directory.party_cards([request.holder_id])[request.holder_id]
        raise HeldError(_("%(name)s has taken this request already.") % {"name": holder.name})
    request.holder_id = by.person_id
    tell("request_taken", request, by=by, at=at)
    save(request)


@transaction.atomic
def assign_request(*, by: Viewer, at: datetime, request_id: int, person_id: int | None) -> None:
    """Give it to a colleague of the department that answers it, or back to the department (None).

    Raises AssigneeError when the person does not work there today.
    """
    request = hold_request(Verb.ASSIGN, by=by, at=at, request_id=request_id).request
    if request.holder_id == person_id:
        return
    if person_id is not None and not _works_in(person_id, request, at):
        raise AssigneeError(_("This person does not work in the department that answers the request. Choose another."))
    tell("request_assigned", request, by=by, at=at, also=_parties(person_id), to=person_id, was=request.holder_id)
    request.holder_id = person_id
    save(request)


@transaction.atomic
def hand_over_request(*, by: Viewer, at: datetime, request_id: int, department_id: int, reason: str) -> None:
    """Give it to another department, which answers for it from now on, by clocks of its own that start now.

    What waited for the customer or for a date goes on, so that the new department looks at it. Raises HandOverError.
    """
    why = storable(reason).strip()
    if not why:
        raise HandOverError(_("Say why, so that the other department knows what to do."))
    request = hold_request(Verb.HAND_OVER, by=by, at=at, request_id=request_id).request
    target = directory.department_by_id(department_id)
    if target is None:
        raise HandOverError(_("There is no such department. Choose one from the list."))
    if target.id == request.provider_id:
        raise HandOverError(_("The request is in this department already. Give it to a colleague instead."))
    was = request.provider_id
    if request.state in {State.WAITING_CUSTOMER, State.WAITING_DATE}:
        end_waiting(request, by=by, at=at, because="handed_over")
    request.provider_id = target.id
    request.holder_id = None
    request.next_due_at = promises.move_clocks_to(at=at, subject=subject_of(request.pk), provider_id=target.id)
    tell(
        "request_handed_over",
        request,
        by=by,
        at=at,
        also=_parties(was),
        was=was,
        to=target.id,
        reason=why[:1000],
    )
    save(request)


def _parties(party_id: int | None) -> tuple[str, ...]:
    return () if party_id is None else (thing("party", party_id),)


def _works_in(person_id: int, request: Request, at: datetime) -> bool:
    try:
        return request.provider_id in directory.viewer_of(person_id, at=at).department_ids
    except HiddenError:
        return False

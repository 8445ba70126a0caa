"""Waiting: for the customer, for a date; and going on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.refusals import MomentError
from clientela.requests.actions.turns import end_waiting, save, start_waiting, take_if_free
from clientela.requests.rules import State, Verb


@transaction.atomic
def wait_for_customer(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Wait until the customer writes."""
    request = hold_request(Verb.WAIT, by=by, at=at, request_id=request_id).request
    take_if_free(request, by=by, at=at)
    start_waiting(request, State.WAITING_CUSTOMER, by=by, at=at)
    save(request)


@transaction.atomic
def wait_until(*, by: Viewer, at: datetime, request_id: int, until: datetime) -> None:
    """Wait until a moment; then the request comes back by itself. Raises MomentError when it has passed already."""
    if until <= at:
        raise MomentError(_("That moment has already passed. Choose a later one."))
    request = hold_request(Verb.WAIT, by=by, at=at, request_id=request_id).request
    take_if_free(request, by=by, at=at)
    start_waiting(request, State.WAITING_DATE, by=by, at=at, until=until)
    save(request)


@transaction.atomic
def resume_request(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Go on before what it waited for has come."""
    request = hold_request(Verb.RESUME, by=by, at=at, request_id=request_id).request
    end_waiting(request, by=by, at=at, because="agent")
    save(request)

"""Personal promises on a request: "I call you on Tuesday at three"."""

from datetime import datetime

from django.db import transaction

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError
from clientela.promises import actions as promises
from clientela.promises import queries as promises_made
from clientela.requests.actions.facts import subject_of
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.turns import save
from clientela.requests.models import Request
from clientela.requests.rules import ENDED, Verb


@transaction.atomic
def promise_to_customer(*, by: Viewer, at: datetime, request_id: int, words: str, due_at: datetime) -> int:
    """Promise the customer something by a moment; return the promise's id. Raises promises' PromiseError."""
    request = hold_request(Verb.PROMISE, by=by, at=at, request_id=request_id).request
    clock_id = promises.make_promise(
        by=by,
        at=at,
        subject=subject_of(request_id),
        provider_id=request.provider_id,
        customer_id=request.customer_id,
        words=words,
        due_at=due_at,
    )
    _cache_due(request)
    return clock_id


@transaction.atomic
def keep_promise_to_customer(*, by: Viewer, at: datetime, request_id: int, promise_id: int) -> None:
    """It is done. Possible after the request has ended, too: a promise outlives it."""
    request = _held_with_promise(by=by, at=at, request_id=request_id, promise_id=promise_id)
    promises.keep_promise(by=by, at=at, clock_id=promise_id)
    _cache_due(request)


@transaction.atomic
def move_promise_to_customer(*, by: Viewer, at: datetime, request_id: int, promise_id: int, due_at: datetime) -> None:
    """Agree another moment. The first one stays in the history."""
    request = _held_with_promise(by=by, at=at, request_id=request_id, promise_id=promise_id)
    promises.move_promise(by=by, at=at, clock_id=promise_id, due_at=due_at)
    _cache_due(request)


def _held_with_promise(*, by: Viewer, at: datetime, request_id: int, promise_id: int) -> Request:
    request = hold_request(Verb.NOTE, by=by, at=at, request_id=request_id).request
    clock = promises_made.clock_seen(promise_id, at=at)
    if clock is None or clock.subject != subject_of(request_id):
        raise HiddenError(f"There is no promise {promise_id} on request {request_id}.")
    return request


def _cache_due(request: Request) -> None:
    if request.state not in ENDED:
        request.next_due_at = promises.next_due_at(subject_of(request.pk))
        save(request)

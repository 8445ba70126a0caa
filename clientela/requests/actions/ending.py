"""How a request ends, and how it opens again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clientela.directory.policies import Viewer
from clientela.requests.actions.conversation import reply_to_customer
from clientela.requests.actions.facts import tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.messages import IncomingFile, require_words, write_message
from clientela.requests.actions.receiving import hear_customer
from clientela.requests.actions.travelling import cancel, reopen, resolve
from clientela.requests.actions.turns import save, take_if_free
from clientela.requests.models import Message, Request
from clientela.requests.policies import is_customer
from clientela.requests.rules import State, Verb, storable_line


@transaction.atomic
def resolve_request(*, by: Viewer, at: datetime, request_id: int, text: str = "", language: str = "en") -> None:
    """Everything asked for is done. With `text` the customer is told so in a reply first.

    Raises StateError while a department that was asked still works on its part, or when somebody was faster.
    """
    if text.strip():
        reply_to_customer(by=by, at=at, request_id=request_id, text=text, language=language, then="resolve")
        return
    held = hold_request(Verb.RESOLVE, by=by, at=at, request_id=request_id, with_chain=True)
    take_if_free(held.request, by=by, at=at)
    resolve(held.chain, held.request, by=by, at=at)


@transaction.atomic
def close_request(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Nothing more is to be said: by the customer who is content, by an agent, or by the house after seven days."""
    request = hold_request(Verb.CLOSE, by=by, at=at, request_id=request_id).request
    close(request, by=by, at=at)


def close(request: Request, *, by: Viewer | None, at: datetime) -> None:
    """Close a held request and save it."""
    request.state = State.CLOSED
    request.closed_at = at
    request.next_due_at = None
    tell("request_closed", request, by=by, at=at)
    save(request)


@transaction.atomic
def reopen_request(*, by: Viewer, at: datetime, request_id: int) -> None:
    """It was not done after all, and what waited on it waits again. A customer opens it by writing: receive_message."""
    held = hold_request(Verb.REOPEN, by=by, at=at, request_id=request_id, with_chain=True)
    reopen(held.chain, held.request, by=by, at=at, because="agent")


@transaction.atomic
def cancel_request(*, by: Viewer, at: datetime, request_id: int, reason: str = "") -> None:
    """It is not wanted any more. Nothing is owed; whoever waited on it goes on without it.

    What was asked of others only for it is cancelled too, however deep; see `rules.chains`.
    """
    held = hold_request(Verb.CANCEL, by=by, at=at, request_id=request_id, with_chain=True)
    cancel(held.chain, held.request, by=by, at=at, reason=storable_line(reason, 1000))


@transaction.atomic
def complain(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    text: str,
    language: str,
    channel: str = Request.Channel.PORTAL,
    attachments: Sequence[IncomingFile] = (),
) -> int:
    """Say that something went wrong with this request; return the message's row id.

    The customer says it, or an agent writes down what the customer said. What was resolved opens again.
    """
    require_words(text, attachments)
    held = hold_request(Verb.COMPLAIN, by=by, at=at, request_id=request_id, with_chain=True)
    request = held.request
    message = write_message(
        request,
        kind=Message.Kind.FROM_CUSTOMER,
        author_id=by.person_id if is_customer(by, request) else request.asker_id,
        channel=channel,
        language=language,
        text=text,
        at=at,
        attachments=attachments,
    )
    request.is_complaint = True
    tell("complaint_made", request, by=by, at=at, message=message.pk)
    hear_customer(held, by=by, at=at)
    save(request)
    return message.pk

"""What is said on a request: by its customer, to its customer, and among colleagues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import HOUSE, Viewer
from clientela.promises import actions as promises
from clientela.requests import letters
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import Held, hold_request
from clientela.requests.actions.messages import IncomingFile, new_id, require_words, write_message
from clientela.requests.actions.refusals import StateError
from clientela.requests.actions.travelling import reopen, resolve
from clientela.requests.actions.turns import end_waiting, save, start_waiting, take_if_free
from clientela.requests.models import Message, Request
from clientela.requests.policies import refusal_words
from clientela.requests.rules import ENDED, Refusal, State, Verb

THEN = frozenset({"stay", "wait", "resolve"})


@dataclass(frozen=True)
class ReceivedMessage:
    """What became of a message from the customer. `message_id` is its row id."""

    message_id: int
    has_reopened: bool


@dataclass(frozen=True)
class SentReply:
    """A reply just written. `letter_id` is its letter; the post says whether it was held back and why."""

    message_id: int
    letter_id: int


@transaction.atomic
def receive_message(
    *,
    at: datetime,
    request_id: int,
    author_id: int | None,
    channel: str,
    text: str,
    language: str,
    attachments: Sequence[IncomingFile] = (),
    message_id: str = "",
    quoted: str = "",
    html: str = "",
    is_automatic: bool = False,
) -> ReceivedMessage:
    """Take in what the customer wrote on a request that is already open; a door has made sure who it is.

    The request goes on if it waited for the customer, and opens again if it was resolved, or closed not long ago.
    A promise to answer starts, unless one is running. Automatic mail (out of office, a bounce) is only kept.
    Raises StateError when the request was cancelled or closed too long ago: then open a new one; see `may_reopen`.
    """
    return _receive(
        by=HOUSE,
        at=at,
        request_id=request_id,
        author_id=author_id,
        channel=channel,
        text=text,
        language=language,
        attachments=attachments,
        message_id=message_id,
        quoted=quoted,
        html=html,
        is_automatic=is_automatic,
    )


@transaction.atomic
def write_as_customer(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    text: str,
    language: str,
    channel: str = Request.Channel.PORTAL,
    attachments: Sequence[IncomingFile] = (),
) -> ReceivedMessage:
    """Write as the customer of the request: from the portal, or a colleague on behalf of the asking department.

    Raises HiddenError, NotAllowedError, StateError, EmptyMessageError, MessageTooLargeError.
    """
    require_words(text, attachments)
    return _receive(
        by=by,
        at=at,
        request_id=request_id,
        author_id=by.person_id,
        channel=channel,
        text=text,
        language=language,
        attachments=attachments,
    )


@transaction.atomic
def reply_to_customer(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    text: str,
    language: str,
    then: str = "stay",
    attachments: Sequence[IncomingFile] = (),
) -> SentReply:
    """Answer the customer by a letter in `language`, and keep the promised first or next reply.

    `then`: stay (as it is), wait (for the customer's answer), resolve. Who answers takes the request if nobody has it.
    Raises HiddenError, NotAllowedError, StateError, EmptyMessageError, MessageTooLargeError.
    """
    require_words(text, attachments)
    if then not in THEN:
        raise ValueError(f"then is {then!r}; it is one of {sorted(THEN)}.")
    verb = Verb.RESOLVE if then == "resolve" else Verb.WAIT if then == "wait" else Verb.REPLY
    held = hold_request(verb, by=by, at=at, request_id=request_id, with_chain=then == "resolve")
    request = held.request
    number = new_id(Message)
    message = write_message(
        request,
        kind=Message.Kind.TO_CUSTOMER,
        author_id=by.person_id,
        channel=Request.Channel.EMAIL,
        language=language,
        text=text,
        at=at,
        attachments=attachments,
        message_id=letters.message_id_of_reply(request, number),
        pk=number,
    )
    request.last_message_at = at
    request.unanswered_since = None
    request.next_due_at = promises.keep_clocks(
        at=at, subject=subject_of(request.pk), kinds=("first_reply", "next_reply")
    )
    take_if_free(request, by=by, at=at)
    tell("reply_sent", request, by=by, at=at, message=message.pk, language=language)
    if then == "wait":
        start_waiting(request, State.WAITING_CUSTOMER, by=by, at=at)
    if then == "resolve":
        resolve(held.chain, request, by=by, at=at)
    else:
        save(request)
    return SentReply(message.pk, letters.send_reply(request, message, by=by, at=at))


@transaction.atomic
def write_note(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    text: str,
    language: str,
    attachments: Sequence[IncomingFile] = (),
) -> int:
    """Write a note for colleagues only, and return its row id. The customer never sees it."""
    require_words(text, attachments)
    request = hold_request(Verb.NOTE, by=by, at=at, request_id=request_id).request
    message = write_message(
        request,
        kind=Message.Kind.NOTE,
        author_id=by.person_id,
        channel=Request.Channel.DESK,
        language=language,
        text=text,
        at=at,
        attachments=attachments,
    )
    tell("note_written", request, by=by, at=at, message=message.pk)
    return message.pk


def _receive(
    *,
    by: Viewer,
    at: datetime,
    request_id: int,
    author_id: int | None,
    channel: str,
    text: str,
    language: str,
    attachments: Sequence[IncomingFile] = (),
    message_id: str = "",
    quoted: str = "",
    html: str = "",
    is_automatic: bool = False,
) -> ReceivedMessage:
    verb = Verb.LOOK if is_automatic else Verb.WRITE  # an automatic mail changes nothing, so any state will do
    held = hold_request(verb, by=by, at=at, request_id=request_id, with_chain=not is_automatic)
    request = held.request
    message = write_message(
        request,
        kind=Message.Kind.AUTOMATIC if is_automatic else Message.Kind.FROM_CUSTOMER,
        author_id=author_id,
        channel=channel,
        language=language,
        text=text,
        at=at,
        attachments=attachments,
        message_id=message_id,
        quoted=quoted,
        html=html,
    )
    tell("message_received", request, by=by, at=at, message=message.pk, channel=channel, is_automatic=is_automatic)
    if is_automatic:
        return ReceivedMessage(message.pk, has_reopened=False)
    has_reopened = hear_customer(held, by=by, at=at)
    save(request)
    return ReceivedMessage(message.pk, has_reopened=has_reopened)


def hear_customer(held: Held, *, by: Viewer, at: datetime) -> bool:
    """Let a held request react to its customer's words: go on, open again, owe an answer. True if it opened again."""
    request = held.request
    has_reopened = request.state in ENDED or request.state == State.RESOLVED
    if request.state == State.CANCELLED:
        raise StateError(refusal_words(Refusal.ALREADY_CANCELLED))
    if has_reopened:
        reopen(held.chain, request, by=by, at=at, because="customer_wrote")
    elif request.state == State.WAITING_CUSTOMER:
        end_waiting(request, by=by, at=at, because="customer_wrote")
    request.last_message_at = at
    if request.unanswered_since is None:
        request.unanswered_since = at
        request.next_due_at = promises.start_clocks(
            at=at,
            subject=subject_of(request.pk),
            provider_id=request.provider_id,
            customer_id=request.customer_id,
            terms_id=catalogue.terms_of_version(request.service_version_id),
            kinds=("next_reply",),
        )
    return has_reopened

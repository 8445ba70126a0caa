"""What is said on a request: by its customer, to its customer, and among colleagues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clientela.directory.policies import Viewer
from clientela.promises import actions as promises
from clientela.requests import letters
from clientela.requests.actions.facts import subject_of, tell
from clientela.requests.actions.locks import hold_request
from clientela.requests.actions.messages import IncomingFile, new_id, require_words, write_message
from clientela.requests.actions.receiving import MessageToReceive, ReceivedMessage, hear
from clientela.requests.actions.travelling import resolve
from clientela.requests.actions.turns import save, start_waiting, take_if_free
from clientela.requests.models import Message, Request
from clientela.requests.rules import State, Verb

THEN = frozenset({"stay", "wait", "resolve"})


@dataclass(frozen=True)
class SentReply:
    """A reply just written. `letter_id` is its letter; the post says whether it was held back and why."""

    message_id: int
    letter_id: int


@dataclass(frozen=True)
class NoteByMail:
    """What a note has besides when a colleague wrote it as a mail."""

    message_id: str
    quoted: str
    signature: str
    html: str


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
    message = MessageToReceive(
        request_id=request_id,
        author_id=by.person_id,
        channel=channel,
        text=text,
        language=language,
        attachments=attachments,
    )
    return hear(by=by, at=at, items=[message])[0]


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
        message_id=letters.message_id_of_reply(request, number, at=at),
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
    mail: NoteByMail | None = None,
) -> int:
    """Write a note for colleagues only, and return its row id. The customer never sees it."""
    require_words(text, attachments)
    request = hold_request(Verb.NOTE, by=by, at=at, request_id=request_id).request
    message = write_message(
        request,
        kind=Message.Kind.NOTE,
        author_id=by.person_id,
        channel=Request.Channel.DESK if mail is None else Request.Channel.EMAIL,
        language=language,
        text=text,
        at=at,
        attachments=attachments,
        message_id="" if mail is None else mail.message_id,
        quoted="" if mail is None else mail.quoted,
        signature="" if mail is None else mail.signature,
        html="" if mail is None else mail.html,
    )
    tell("note_written", request, by=by, at=at, message=message.pk)
    return message.pk

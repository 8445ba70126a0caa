"""Taking in what customers say on requests that are open already: one message or many, by the same steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from clientela.catalogue import queries as catalogue
from clientela.directory.policies import HOUSE, Viewer
from clientela.kernel.journal import record_many
from clientela.promises import actions as promises
from clientela.requests.actions.facts import fact_of, subject_of
from clientela.requests.actions.locks import Held, hold_for_words
from clientela.requests.actions.messages import IncomingFile, MessageToWrite, write_messages
from clientela.requests.actions.refusals import StateError
from clientela.requests.actions.travelling import reopen
from clientela.requests.actions.turns import end_waiting, save
from clientela.requests.models import Message, Request
from clientela.requests.policies import refusal_words
from clientela.requests.rules import ENDED, Refusal, State, Verb

_HEARD = """
UPDATE requests_request AS request
SET last_message_at = heard.last_message_at, unanswered_since = heard.unanswered_since, next_due_at = heard.next_due_at
FROM unnest(%(ids)s::bigint[], %(last)s::timestamptz[], %(unanswered)s::timestamptz[], %(due)s::timestamptz[])
    AS heard (id, last_message_at, unanswered_since, next_due_at)
WHERE request.id = heard.id
"""


@dataclass(frozen=True)
class MessageToReceive:
    """What a customer, or a machine (`is_automatic`), wrote on a request; see `receive_messages`."""

    request_id: int
    author_id: int | None
    channel: str
    text: str
    language: str
    attachments: Sequence[IncomingFile] = ()
    message_id: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""
    is_automatic: bool = False


@dataclass(frozen=True)
class ReceivedMessage:
    """What became of a message from the customer. `message_id` is its row id."""

    message_id: int
    has_reopened: bool


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
    signature: str = "",
    html: str = "",
    is_automatic: bool = False,
) -> ReceivedMessage:
    """Take in one message; see `receive_messages`."""
    message = MessageToReceive(
        request_id=request_id,
        author_id=author_id,
        channel=channel,
        text=text,
        language=language,
        attachments=attachments,
        message_id=message_id,
        quoted=quoted,
        signature=signature,
        html=html,
        is_automatic=is_automatic,
    )
    return receive_messages(at=at, items=[message])[0]


def receive_messages(*, at: datetime, items: Sequence[MessageToReceive]) -> list[ReceivedMessage]:
    """Take in what customers wrote on requests that are open already: all of it, or none; doors made sure who they are.

    A request goes on if it waited for the customer, and opens again if it was resolved, or closed not long ago.
    A promise to answer starts, unless one is running. Automatic mail (out of office, a bounce) is only kept.
    Raises StateError when a request was cancelled or closed too long ago: then open a new one; see `may_reopen`.
    """
    return hear(by=HOUSE, at=at, items=items)


@transaction.atomic
def hear(*, by: Viewer, at: datetime, items: Sequence[MessageToReceive]) -> list[ReceivedMessage]:
    """As `receive_messages`, by whoever may write there. Raises HiddenError, NotAllowedError besides."""
    if not items:
        return []
    received: dict[int, ReceivedMessage] = {}
    left = list(range(len(items)))
    # All rows are held before anything is written. What is said twice on one request is heard one after the other.
    verbs = {item.request_id: Verb.LOOK for item in items if item.is_automatic}
    verbs |= {item.request_id: Verb.WRITE for item in items if not item.is_automatic}
    held = hold_for_words(verbs, by=by, at=at)
    while left:
        now: dict[int, int] = {}
        for place in left:
            now.setdefault(items[place].request_id, place)
        places = sorted(now.values())
        heard = _heard([items[place] for place in places], held, by=by, at=at)
        received |= dict(zip(places, heard, strict=True))
        left = [place for place in left if place not in received]
    return [received[place] for place in range(len(items))]


def hear_customer(held: Held, *, by: Viewer, at: datetime) -> bool:
    """Let a held request react to its customer's words: go on, open again, owe an answer. True if it opened again.

    Saving the request is the caller's.
    """
    return _react([held], by=by, at=at)[0]


def _heard(
    items: Sequence[MessageToReceive], held: dict[int, Held], *, by: Viewer, at: datetime
) -> list[ReceivedMessage]:
    """Write the messages, each on another request, and let the requests react."""
    messages = write_messages(
        [
            MessageToWrite(
                request_id=item.request_id,
                kind=Message.Kind.AUTOMATIC if item.is_automatic else Message.Kind.FROM_CUSTOMER,
                author_id=item.author_id,
                channel=item.channel,
                language=item.language,
                text=item.text,
                attachments=item.attachments,
                message_id=item.message_id,
                quoted=item.quoted,
                signature=item.signature,
                html=item.html,
            )
            for item in items
        ],
        at=at,
    )
    record_many(
        [
            fact_of(
                "message_received",
                held[item.request_id].request,
                by=by.person_id,
                at=at,
                message=message.pk,
                channel=item.channel,
                is_automatic=item.is_automatic,
            )
            for item, message in zip(items, messages, strict=True)
        ]
    )
    spoken = [held[item.request_id] for item in items if not item.is_automatic]
    states = {one.request.pk: one.request.state for one in spoken}
    reopened = dict(zip(states, _react(spoken, by=by, at=at), strict=True))
    turned = [one.request for one in spoken if one.request.state != states[one.request.pk]]
    for request in turned:
        save(request)
    _save_heard([one.request for one in spoken if one.request.state == states[one.request.pk]])
    return [
        ReceivedMessage(message.pk, has_reopened=not item.is_automatic and reopened[item.request_id])
        for item, message in zip(items, messages, strict=True)
    ]


def _react(spoken: Sequence[Held], *, by: Viewer, at: datetime) -> list[bool]:
    """Let held requests react to their customers' words. A turn of state is written one by one, the rest together."""
    reopened = []
    for held in spoken:
        request = held.request
        has_reopened = request.state in ENDED or request.state == State.RESOLVED
        if request.state == State.CANCELLED:
            raise StateError(refusal_words(Refusal.ALREADY_CANCELLED))
        if has_reopened:
            reopen(held.chain, request, by=by, at=at, because="customer_wrote")
        elif request.state == State.WAITING_CUSTOMER:
            end_waiting(request, by=by, at=at, because="customer_wrote")
        request.last_message_at = at
        reopened.append(has_reopened)
    _owe_answers([held.request for held in spoken if held.request.unanswered_since is None], at=at)
    return reopened


def _owe_answers(requests: Sequence[Request], *, at: datetime) -> None:
    """Note that words are unanswered from now on, and start the promise of a next reply."""
    terms = {version: catalogue.terms_of_version(version) for version in {row.service_version_id for row in requests}}
    due = promises.start_clocks_of_many(
        at=at,
        starts=[
            promises.ClocksToStart(
                subject=subject_of(request.pk),
                provider_id=request.provider_id,
                customer_id=request.customer_id,
                terms_id=terms[request.service_version_id],
                kinds=("next_reply",),
            )
            for request in requests
        ],
    )
    for request, next_due_at in zip(requests, due, strict=True):
        request.unanswered_since = at
        request.next_due_at = next_due_at


def _save_heard(requests: Sequence[Request]) -> None:
    """Write what words change of requests that stand as they stood. One statement."""
    if not requests:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _HEARD,
            {
                "ids": [request.pk for request in requests],
                "last": [request.last_message_at for request in requests],
                "unanswered": [request.unanswered_since for request in requests],
                "due": [request.next_due_at for request in requests],
            },
        )

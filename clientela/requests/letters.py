"""The letters of requests: the acknowledgement when one is opened, and every reply.

A letter carries a link that shows its reader how the request stands, without a login. The link's path is named here
and answered by the portal; it opens the customer's view only, of the person it was written to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.actions import LetterToPerson, write_to_people
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.policies import HiddenError
from clientela.kernel.post import LetterAttachment, LetterDraft
from clientela.kernel.signing import signed_message_id
from clientela.promises import queries as promises
from clientela.requests.models import Attachment, Message, Request
from clientela.requests.rules import State

FOLDER = Path(__file__).parent / "letters"
STATUS_PATH = "/p/{token}"
LINK_LASTS = timedelta(days=90)
MOST_REFERENCES = 20
PUBLIC_KINDS = (Message.Kind.FROM_CUSTOMER, Message.Kind.TO_CUSTOMER)
_NEWEST_MAILS = """
SELECT asked.request_id, mail.message_id
FROM unnest(%s::bigint[], %s::bigint[]) AS asked (request_id, besides), LATERAL (
    SELECT message.message_id, message.at, message.id FROM requests_message AS message
    WHERE message.request_id = asked.request_id AND message.kind = ANY(%s)
        AND message.message_id <> '' AND message.id <> asked.besides
    ORDER BY message.at DESC, message.id DESC LIMIT %s
) AS mail
ORDER BY asked.request_id, mail.at, mail.id
"""
# How a moment is written in a sentence; Babel knows the forms of the months (in Polish the genitive).
MOMENT_FORMS = {
    "en": "EEEE, d MMMM, HH:mm",
    "ro": "EEEE, d MMMM, HH:mm",
    "pl": "EEEE, d MMMM, HH:mm",
    "es": "EEEE, d 'de' MMMM, HH:mm",
}


_Card = TypeVar("_Card", PartyCard, DepartmentCard)


@dataclass(frozen=True)
class StatusLink:
    """What a link in a letter lets in: one person, to the status page of one request."""

    person_id: int
    request_id: int


def status_token(*, person_id: int, request_id: int, at: datetime) -> str:
    """The token of a link that works for 90 days from `at`."""
    return _signer().sign_object([person_id, request_id, int(at.timestamp())], compress=False)


def read_status_token(token: str, *, at: datetime) -> StatusLink | None:
    """What the token lets in at `at`; None if it is not ours, was changed, or is older than 90 days."""
    try:
        person_id, request_id, written = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    if at - datetime.fromtimestamp(written, UTC) > LINK_LASTS:
        return None
    return StatusLink(person_id, request_id)


def status_address(*, person_id: int, request_id: int, at: datetime) -> str:
    """The whole address of the status page, for a letter."""
    token = status_token(person_id=person_id, request_id=request_id, at=at)
    return settings.PUBLIC_URL + STATUS_PATH.format(token=token)


def message_id_of_reply(request: Request, number: int, *, at: datetime) -> str:
    """The Message-ID of the reply with row id `number`, written at `at`."""
    return signed_message_id(request_reference=request.reference, letter_key=f"reply-{number}", at=at)


def send_acknowledgements(requests: Sequence[Request], *, at: datetime) -> list[int]:
    """Thank for new requests: the number, what is promised by when, what is still missing. Returns the letters' ids.

    The number of statements grows with the services and languages only, not with the letters.
    """
    if not requests:
        return []
    readers = directory.party_cards({request.asker_id for request in requests})
    promised = promises.due_moments_of([thing("request", request.pk) for request in requests])
    services: dict[tuple[int, str], catalogue.ServiceSeen] = {}
    letters = []
    for request in requests:
        reader = _one_of(readers, request.asker_id)
        language = product_language(request.language)
        due = promised.get(thing("request", request.pk), {})
        asked = (request.service_version_id, language)
        if asked not in services:
            services[asked] = catalogue.service_seen(version_id=request.service_version_id, language=language)
        missing = [
            field.label for field in services[asked].fields if field.is_required and field.key not in request.answers
        ]
        letters.append(
            _Letter(
                request,
                name="acknowledgement",
                message_id=signed_message_id(
                    request_reference=request.reference, letter_key="acknowledgement", at=request.opened_at
                ),
                reader=reader,
                language=language,
                words={
                    "first_reply_by": moment_in_words(due.get("first_reply"), reader.zone, language),
                    "resolution_by": moment_in_words(due.get("resolution"), reader.zone, language),
                },
                context={"missing": tuple(missing)},
            )
        )
    return _send(letters, at=at)


def send_reply(request: Request, message: Message, *, by: Viewer, at: datetime) -> int:
    """Send a reply to who asked, in its language, with its files and what happens next. Returns the letter's id."""
    reader = _one_of(directory.party_cards([request.asker_id]), request.asker_id)
    language = product_language(message.language)
    clocks = promises.open_clocks_of([thing("request", request.pk)], at=at).get(thing("request", request.pk), [])
    resolution = next((clock.due_at for clock in clocks if clock.kind == "resolution"), None)
    letter = _Letter(
        request,
        name="reply",
        message_id=message.message_id,
        reader=reader,
        author=by.name,
        by_party_id=by.person_id,
        language=language,
        context={
            "text": message.text,
            "is_their_turn": request.state == State.WAITING_CUSTOMER,
            "is_resolved": request.state == State.RESOLVED,
            "resolution_by": moment_in_words(resolution, reader.zone, language),
        },
        besides=message.pk,
        attachments=[
            LetterAttachment(file.name, file.media_type, file.sha256, file.size_bytes)
            for file in Attachment.objects.filter(message=message).order_by("pk")
        ],
    )
    return _send([letter], at=at)[0]


@lru_cache(maxsize=256)  # many requests of one batch are due at the same moment
def moment_in_words(at: datetime | None, zone: str, language: str) -> str:
    """The moment for a sentence, in the reader's zone: "Tuesday, 24 November, 12:00". "" for None."""
    if at is None:
        return ""
    return format_datetime(at, MOMENT_FORMS[language], tzinfo=ZoneInfo(zone), locale=language)


@dataclass(frozen=True)
class _Letter:
    """A letter that is about to be worded. `besides`: the message that it carries, which is no part of its thread."""

    request: Request
    name: str
    message_id: str
    reader: PartyCard
    language: str
    context: Mapping[str, object]
    words: Mapping[str, str] | None = None  # as `render_letter` takes them, for letters that are all alike
    author: str = ""
    by_party_id: int | None = None
    besides: int = 0
    attachments: Sequence[LetterAttachment] = ()


def _send(letters: Sequence[_Letter], *, at: datetime) -> list[int]:
    departments = {department.id: department for department in directory.departments()}
    threads = _threads({letter.request.pk: letter.besides for letter in letters})
    written = []
    for letter in letters:
        department = _one_of(departments, letter.request.provider_id)
        draft = _draft(letter, department, threads[letter.request.pk], at=at)
        written.append(LetterToPerson(person_id=letter.reader.id, draft=draft, subject="service"))
    return write_to_people(at=at, letters=written)


def _draft(letter: _Letter, department: DepartmentCard, thread: list[str], *, at: datetime) -> LetterDraft:
    request, reader = letter.request, letter.reader
    from_department = department.name_in(letter.language)
    words = {
        "reference": request.reference,
        "title": request.title,
        "department": from_department,
        "link": status_address(person_id=reader.id, request_id=request.pk, at=at),
    }
    rendered = render_letter(
        FOLDER,
        letter.name,
        language=letter.language,
        zone=reader.zone,
        context=letter.context if letter.words is not None else {**letter.context, **words},
        words=None if letter.words is None else {**letter.words, **words},
    )
    return LetterDraft(
        kind=letter.name,
        to_party_id=request.customer_id if request.side == Request.Side.OUTSIDE else reader.id,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=f"{letter.author}, {from_department}" if letter.author else from_department,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=letter.language,
        message_id=letter.message_id,
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        attachments=letter.attachments,
        about=(thing("request", request.pk), thing("party", request.customer_id)),
        by_party_id=letter.by_party_id,
    )


def _threads(besides: Mapping[int, int]) -> dict[int, list[str]]:
    """The Message-IDs of the mails of each request (`besides` left out), oldest first, the last twenty; no notes."""
    found: dict[int, list[str]] = {request_id: [] for request_id in besides}
    with connection.cursor() as cursor:
        cursor.execute(
            _NEWEST_MAILS,
            [list(besides), list(besides.values()), list(PUBLIC_KINDS), MOST_REFERENCES],
        )
        for request_id, message_id in cursor.fetchall():
            found[request_id].append(message_id)
    return found


def _one_of(cards: Mapping[int, _Card], party_id: int) -> _Card:
    if party_id not in cards:
        raise HiddenError(f"There is no party {party_id}.")
    return cards[party_id]


def _signer() -> Signer:
    return Signer(salt="clientela.requests.letters.status")

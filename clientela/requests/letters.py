"""The letters of requests: the acknowledgement when one is opened, and every reply.

A letter carries a link that shows its reader how the request stands, without a login. The link's path is named here
and answered by the portal; it opens the customer's view only, of the person it was written to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.core.signing import BadSignature, Signer

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.actions import write_to_person
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
# How a moment is written in a sentence; Babel knows the forms of the months (in Polish the genitive).
MOMENT_FORMS = {
    "en": "EEEE, d MMMM, HH:mm",
    "ro": "EEEE, d MMMM, HH:mm",
    "pl": "EEEE, d MMMM, HH:mm",
    "es": "EEEE, d 'de' MMMM, HH:mm",
}


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


def message_id_of_reply(request: Request, number: int) -> str:
    """The Message-ID of the reply with row id `number`."""
    return signed_message_id(request_reference=request.reference, letter_key=f"reply-{number}")


def send_acknowledgement(request: Request, *, at: datetime) -> int:
    """Thank for a new request: its number, what is promised by when, what is still missing. Returns the letter's id."""
    reader = _reader(request)
    language = product_language(request.language)
    clocks = promises.open_clocks_of([thing("request", request.pk)], at=at).get(thing("request", request.pk), [])
    due = {clock.kind: clock.due_at for clock in clocks}
    service = catalogue.service_seen(version_id=request.service_version_id, language=language)
    return _send(
        request,
        name="acknowledgement",
        message_id=signed_message_id(request_reference=request.reference, letter_key="acknowledgement"),
        reader=reader,
        author="",
        language=language,
        at=at,
        words={
            "first_reply_by": moment_in_words(due.get("first_reply"), reader.zone, language),
            "resolution_by": moment_in_words(due.get("resolution"), reader.zone, language),
            "missing": [
                field.label for field in service.fields if field.is_required and field.key not in request.answers
            ],
        },
    )


def send_reply(request: Request, message: Message, *, by: Viewer, at: datetime) -> int:
    """Send a reply to who asked, in its language, with its files and what happens next. Returns the letter's id."""
    reader = _reader(request)
    language = product_language(message.language)
    clocks = promises.open_clocks_of([thing("request", request.pk)], at=at).get(thing("request", request.pk), [])
    resolution = next((clock.due_at for clock in clocks if clock.kind == "resolution"), None)
    return _send(
        request,
        name="reply",
        message_id=message.message_id,
        reader=reader,
        author=by.name,
        language=language,
        at=at,
        words={
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


def moment_in_words(at: datetime | None, zone: str, language: str) -> str:
    """The moment for a sentence, in the reader's zone: "Tuesday, 24 November, 12:00". "" for None."""
    if at is None:
        return ""
    return format_datetime(at, MOMENT_FORMS[language], tzinfo=ZoneInfo(zone), locale=language)


def _send(
    request: Request,
    *,
    name: str,
    message_id: str,
    reader: PartyCard,
    author: str,
    language: str,
    at: datetime,
    words: dict[str, object],
    besides: int = 0,
    attachments: Sequence[LetterAttachment] = (),
) -> int:
    department = _department(request)
    from_department = department.name_in(language)
    thread = _thread(request, besides=besides)
    rendered = render_letter(
        FOLDER,
        name,
        language=language,
        zone=reader.zone,
        context={
            **words,
            "reference": request.reference,
            "title": request.title,
            "department": from_department,
            "link": status_address(person_id=reader.id, request_id=request.pk, at=at),
        },
    )
    draft = LetterDraft(
        kind=name,
        to_party_id=request.customer_id if request.side == Request.Side.OUTSIDE else reader.id,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=f"{author}, {from_department}" if author else from_department,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=message_id,
        in_reply_to=thread[-1] if thread else "",
        references=thread,
        attachments=attachments,
        about=(thing("request", request.pk), thing("party", request.customer_id)),
    )
    return write_to_person(at=at, person_id=reader.id, draft=draft, subject="service")


def _thread(request: Request, *, besides: int) -> list[str]:
    """The Message-IDs of the mails of this request, oldest first, the last twenty. Notes are no part of it."""
    newest = (
        Message.objects.filter(request=request, kind__in=PUBLIC_KINDS)
        .exclude(message_id="")
        .exclude(pk=besides)
        .order_by("-at", "-pk")
        .values_list("message_id", flat=True)[:MOST_REFERENCES]
    )
    return list(newest)[::-1]


def _reader(request: Request) -> PartyCard:
    reader = directory.party_cards([request.asker_id]).get(request.asker_id)
    if reader is None:
        raise HiddenError(f"There is no person {request.asker_id}.")
    return reader


def _department(request: Request) -> DepartmentCard:
    department = directory.department_by_id(request.provider_id)
    if department is None:
        raise HiddenError(f"There is no department {request.provider_id}.")
    return department


def _signer() -> Signer:
    return Signer(salt="clientela.requests.letters.status")

"""What we answer to a message that we cannot take in."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from clientela.directory.actions import write_to_person
from clientela.directory.queries import department_by_id, party_cards
from clientela.inbox.reading.read import ReadMessage
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.policies import HiddenError
from clientela.kernel.post import LetterDraft
from clientela.kernel.signing import signed_message_id

FOLDER = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class PutAside:
    """A message that nobody could understand by machine: who sent it when, and what may be said of it.

    `request_id`: the request that it is about, so that the letter counts among those about it.
    """

    raw_id: int
    received_at: datetime
    address: str
    subject: str
    mail_id: str
    request_id: int | None = None


def send_too_large(
    *, person_id: int, department_id: int, read: ReadMessage, at: datetime, request_id: int | None = None
) -> int:
    """Tell the sender that their message was too large, and what to do. Return the letter's id.

    `request_id`: the request that it is about. Raises HiddenError if there is no such department.
    """
    department = department_by_id(department_id)
    if department is None:
        raise HiddenError
    reader = party_cards([person_id])[person_id]
    language = product_language(reader.language)
    rendered = render_letter(
        FOLDER,
        "too_large",
        language=language,
        zone=reader.zone,
        context={
            "title": read.subject,
            "limit_megabytes": settings.MESSAGE_LIMIT_BYTES // (1024 * 1024),
            "department": department.name_in(language),
        },
    )
    key = sha256((read.message_id or read.subject).encode("utf-8", "replace")).hexdigest()[:24]
    draft = LetterDraft(
        kind="notice",
        to_party_id=person_id,
        to_address=read.from_address,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=department.name_in(language),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(request_reference="", letter_key=f"too-large-{person_id}-{key}", at=at),
        in_reply_to=read.message_id or "",
        references=(read.message_id,) if read.message_id else (),
        about=(thing("party", person_id), *_about(request_id)),
    )
    return write_to_person(at=at, person_id=person_id, draft=draft, subject="service")


def send_put_aside(*, person_id: int, department_id: int, aside: PutAside, at: datetime) -> int:
    """Tell the sender that a person will look at their message. Return the letter's id; one message gets one letter.

    Raises HiddenError if there is no such department.
    """
    department = department_by_id(department_id)
    if department is None:
        raise HiddenError
    reader = party_cards([person_id])[person_id]
    language = product_language(reader.language)
    rendered = render_letter(
        FOLDER,
        "put_aside",
        language=language,
        zone=reader.zone,
        context={"title": aside.subject, "department": department.name_in(language)},
    )
    draft = LetterDraft(
        kind="notice",
        to_party_id=person_id,
        to_address=aside.address,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=department.name_in(language),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        # The moment it came, not the one of this try: however often it is tried, it is one letter.
        message_id=signed_message_id(
            request_reference="", letter_key=f"put-aside-{aside.raw_id}", at=aside.received_at
        ),
        in_reply_to=aside.mail_id,
        references=(aside.mail_id,) if aside.mail_id else (),
        about=(thing("party", person_id), thing("mail", aside.raw_id), *_about(aside.request_id)),
    )
    return write_to_person(at=at, person_id=person_id, draft=draft, subject="service")


def _about(request_id: int | None) -> tuple[str, ...]:
    return () if request_id is None else (thing("request", request_id),)

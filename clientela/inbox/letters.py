"""What we answer to a message that we cannot take in."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from clientela.directory.actions import write_to_person
from clientela.directory.queries import DepartmentCard, party_cards
from clientela.inbox.reading.read import ReadMessage
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.post import LetterDraft
from clientela.kernel.signing import signed_message_id

FOLDER = Path(__file__).parent / "letters"


def send_too_large(*, person_id: int, department: DepartmentCard, read: ReadMessage, at: datetime) -> int:
    """Tell the sender that their message was too large, and what to do. Return the letter's id."""
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
        message_id=signed_message_id(request_reference="", letter_key=f"too-large-{person_id}-{key}"),
        in_reply_to=read.message_id or "",
        references=(read.message_id,) if read.message_id else (),
        about=(thing("party", person_id),),
    )
    return write_to_person(at=at, person_id=person_id, draft=draft, subject="service")

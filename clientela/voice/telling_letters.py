"""The letter that tells people what was done about what they said."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings

from clientela.directory.actions import LetterToPerson, refusal_headers
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.post import TO_MANY, LetterDraft
from clientela.kernel.signing import signed_message_id

FOLDER = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class Said:
    """What a person said, when, and in what language: quoted to them, so they know what the letter is about."""

    voice_id: int
    words: str
    language: str
    said_at: datetime


def telling(
    *,
    improvement_id: int,
    words: str,
    language: str,
    said: Said,
    reader: PartyCard,
    department: DepartmentCard,
    at: datetime,
) -> LetterToPerson:
    """Write to one person, in `language`: you said this, we did that. It is news, so who wants none gets none."""
    local = said.said_at.astimezone(ZoneInfo(reader.zone))
    rendered = render_letter(
        FOLDER,
        "telling",
        language=language,
        zone=reader.zone,
        context={
            "words": words,
            "quote": said.words,
            "quote_language": product_language(said.language),
            "said_on": format_date(local, "long", locale=language),
            "department": department.name_in(language),
        },
    )
    draft = LetterDraft(
        kind="telling",
        to_party_id=reader.id,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=department.name_in(language),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(request_reference="", letter_key=f"telling-{improvement_id}-{reader.id}", at=at),
        headers=refusal_headers(person_id=reader.id, subject="news"),
        about=(thing("improvement", improvement_id), thing("voice", said.voice_id)),
        priority=TO_MANY,
    )
    return LetterToPerson(reader.id, draft, "news")

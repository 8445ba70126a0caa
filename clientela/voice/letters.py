"""The letter that closes a request and asks how it went."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext, override

from clientela.directory.actions import refusal_headers, refuses_letters, write_to_person
from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.post import LetterDraft
from clientela.kernel.signing import signed_message_id
from clientela.requests.letters import status_address
from clientela.requests.queries import ResolvedRequest
from clientela.voice.policies import rating_token

FOLDER = Path(__file__).parent / "letters"
RATING_PATH = "/r/{token}/{score}"


@dataclass(frozen=True)
class RatingLink:
    """One of the five answers."""

    score: int
    words: str
    address: str


def send_closing(
    request: ResolvedRequest,
    *,
    invitation_id: int,
    reader: PartyCard,
    department: DepartmentCard,
    at: datetime,
    is_asked: bool = True,
) -> int:
    """Say that the request is done, and ask how it went by five links. Return the letter's id.

    Who does not want to be asked, or was asked enough lately, is told that it is done, and not asked.
    """
    language = product_language(request.last_reply_language)
    written_for = request.customer_id if request.side == "outside" else reader.id
    is_asked = is_asked and not refuses_letters(
        reader.id, subject="surveys", at=at, zone=reader.zone, party_id=written_for
    )
    rendered = render_letter(
        FOLDER,
        "closing",
        language=language,
        zone=reader.zone,
        context={
            "title": request.title,
            "reference": request.reference,
            "department": department.name_in(language),
            "links": rating_links(invitation_id, language=language) if is_asked else [],
            "status": status_address(person_id=reader.id, request_id=request.id, at=at),
        },
    )
    draft = LetterDraft(
        kind="closing",
        to_party_id=written_for,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=department.name_in(language),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(request_reference=request.reference, letter_key=f"closing-{invitation_id}", at=at),
        in_reply_to=request.message_ids[-1] if request.message_ids else "",
        references=request.message_ids,
        headers=refusal_headers(person_id=reader.id, subject="surveys") if is_asked else {},
        about=(thing("request", request.id), thing("party", request.customer_id)),
    )
    # Who says "no more of these" while it waits does not get it; without the question it is theirs all the same.
    return write_to_person(at=at, person_id=reader.id, draft=draft, subject="surveys" if is_asked else "service")


def rating_links(invitation_id: int, *, language: str) -> list[RatingLink]:
    """Return the five links, the best first."""
    token = rating_token(invitation_id)
    with override(language):
        words = {
            5: gettext("very well"),
            4: gettext("well"),
            3: gettext("so-so"),
            2: gettext("not well"),
            1: gettext("badly"),
        }
    return [
        RatingLink(score, meaning, settings.PUBLIC_URL + RATING_PATH.format(token=token, score=score))
        for score, meaning in words.items()
    ]

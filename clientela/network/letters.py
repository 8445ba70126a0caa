"""The letter that asks somebody on whom they depend, and reminds them once."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.conf import settings

from clientela.directory.actions import refusal_headers
from clientela.directory.queries import PartyCard
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.post import TO_MANY, LetterDraft
from clientela.kernel.signing import signed_message_id
from clientela.network.models import DependenceInvitation
from clientela.network.policies import dependence_token

FOLDER = Path(__file__).parent / "letters"
ANSWER_PATH = "/map/asking/{token}"


def dependence_letter(
    invitation: DependenceInvitation, *, reader: PartyCard, at: datetime, is_reminder: bool
) -> LetterDraft:
    """The letter to one person, in their language; the invitation's round must have been fetched."""
    name = "dependence_reminder" if is_reminder else "dependence"
    language = product_language(reader.language)
    ends = invitation.round.closes_at.astimezone(ZoneInfo(reader.zone)).date()
    rendered = render_letter(
        FOLDER,
        name,
        language=language,
        zone=reader.zone,
        context={
            "words": invitation.round.words,
            "address": settings.PUBLIC_URL + ANSWER_PATH.format(token=dependence_token(invitation.pk)),
            "ends_on": str(format_skeleton("MMMMd", ends, locale="en_GB" if language == "en" else language)),
        },
    )
    return LetterDraft(
        kind=name,
        to_party_id=reader.id,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"post@{settings.MAIL_DOMAIN}",
        from_name=settings.ORGANISATION_NAME,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(
            request_reference="", letter_key=f"{name.replace('_', '-')}-{invitation.pk}", at=at
        ),
        headers=refusal_headers(person_id=reader.id, subject="surveys"),
        about=(thing("dependence_round", invitation.round_id),),
        priority=TO_MANY,
    )

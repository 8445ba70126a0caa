"""The letter that tells a head that their department's day in a roll-out has come."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from clientela.directory.queries import DepartmentCard, PartyCard
from clientela.impact.models import Rollout
from clientela.kernel.journal import thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.post import LetterDraft
from clientela.kernel.signing import signed_message_id

FOLDER = Path(__file__).parent / "letters"
ROLLOUT_PATH = "/insight/roll-outs/{number}"


def rollout_turn_letter(
    rollout: Rollout, *, place_id: int, department: DepartmentCard, reader: PartyCard, at: datetime
) -> LetterDraft:
    """The letter to one head, in their language. It comes on the day itself, not before: waiting must stay waiting."""
    language = product_language(reader.language)
    rendered = render_letter(
        FOLDER,
        "rollout_turn",
        language=language,
        zone=reader.zone,
        context={
            "title": rollout.title,
            "what": rollout.what,
            "department": department.name_in(language),
            "address": settings.PUBLIC_URL + ROLLOUT_PATH.format(number=rollout.pk),
        },
    )
    return LetterDraft(
        kind="rollout_turn",
        to_party_id=reader.id,
        to_address=reader.email,
        to_name=reader.name,
        from_address=f"{department.key}@{settings.MAIL_DOMAIN}",
        from_name=department.name_in(language),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(request_reference="", letter_key=f"rollout-turn-{place_id}-{reader.id}", at=at),
        about=(thing("rollout", rollout.pk), thing("party", department.id)),
    )

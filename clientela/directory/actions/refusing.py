"""A link in a letter by which its reader says: no more of these. It opens nothing else and works for ever."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.wishes import set_boundary
from clientela.directory.queries.boundaries import wishes_of
from clientela.directory.queries.viewers import customer_viewer_of

REFUSAL_PATH: Final = "/u/{token}"


@dataclass(frozen=True)
class Refusal:
    """What a link lets its reader refuse: letters to one person about one subject ("surveys", "offers", "news")."""

    person_id: int
    subject: str


def refusal_token(*, person_id: int, subject: str) -> str:
    """The token of the link. It never runs out: a reader may find the letter years later."""
    return _signer().sign_object([person_id, subject], compress=False)


def read_refusal_token(token: str) -> Refusal | None:
    """What the token lets its reader refuse; None if it is not ours or was changed."""
    try:
        person_id, subject = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Refusal(int(person_id), str(subject)) if subject in rules.SUBJECTS_TO_REFUSE else None


def refusal_headers(*, person_id: int, subject: str) -> dict[str, str]:
    """The headers by which a mail program offers "unsubscribe" (RFC 2369, and by one click RFC 8058).

    The one click is promised only where the pages are served over HTTPS, as that standard wants it.
    """
    address = settings.PUBLIC_URL + REFUSAL_PATH.format(token=refusal_token(person_id=person_id, subject=subject))
    headers = {"List-Unsubscribe": f"<{address}>"}
    if address.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def refuses_letters(person_id: int, *, subject: str, at: datetime, zone: str, party_id: int | None = None) -> bool:
    """Whether the person wants no letters about this subject today, by their own calendar. One statement.

    `party_id`: for whom they would be written to, an organisation perhaps; what it does not want counts too.
    """
    today = rules.day_in_zone(at, zone)
    return any(
        wish.kind == "subject" and wish.rule.get("subject") == subject and rules.is_in_force(wish, on=today)
        for wish in wishes_of([person_id, party_id or person_id])
    )


@transaction.atomic
def refuse_letters(refusal: Refusal, *, at: datetime) -> None:
    """Write the wish of who holds the link down as their boundary; twice is once.

    Raises HiddenError if there is no such person any more.
    """
    with translation.override(settings.LANGUAGE_CODE):
        source = _("by the link in a letter")
    set_boundary(
        by=customer_viewer_of(refusal.person_id, at=at),
        at=at,
        party_id=refusal.person_id,
        kind="subject",
        rule={"subject": refusal.subject},
        source=source,
    )


def _signer() -> Signer:
    return Signer(salt="clientela.directory.refusing")

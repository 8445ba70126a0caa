"""A link that lets a customer in without an account, sent to the address we know them by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from clientela.directory import rules
from clientela.directory.actions.letters import write_to_person
from clientela.directory.models import ContactPoint, Person
from clientela.directory.queries.addresses import person_of_address
from clientela.kernel.journal import facts_about, record, thing
from clientela.kernel.languages import product_language
from clientela.kernel.letters import render_letter
from clientela.kernel.post import LetterDraft
from clientela.kernel.signing import signed_message_id

FOLDER = Path(__file__).parents[1] / "letters"
SENT = "access_link_sent"
LINK_PATH = "/p/{token}"
LINK_LASTS = timedelta(days=30)
CLOCKS_APART = timedelta(minutes=5)  # the clock of the machine that wrote a link may be ahead of ours
PAUSE = timedelta(minutes=2)  # between two links to one person, so that nobody's mailbox is filled by a stranger


@transaction.atomic
def send_access_link(*, at: datetime, address: str) -> bool:
    """Send a link to the person behind an address. Return whether there is one; a door must not tell.

    Asked again within two minutes it sends nothing more.
    """
    known = person_of_address(address)
    if known is None:
        return False
    # The lock lets two requests at once take turns; the second finds the first one's letter.
    person = Person.objects.select_for_update().get(pk=known.id)
    if any(fact.verb == SENT and at - fact.at < PAUSE for fact in facts_about(thing("party", person.pk), limit=20)):
        return True
    # To the address on file, never to the one that was typed: the database compares without regard to case, and there
    # are letters of other alphabets whose capital is a plain one ("ı" and "I"), in domains that a stranger may own.
    on_file = (
        ContactPoint.objects.filter(
            party_id=known.id, kind=ContactPoint.Kind.EMAIL, value__iexact=rules.email_key(address)
        )
        .values_list("value", flat=True)
        .first()
    )
    language = product_language(known.language)
    link = settings.PUBLIC_URL + LINK_PATH.format(token=access_token(known.id, at=at))
    rendered = render_letter(FOLDER, "access", language=language, zone=known.zone, context={"link": link})
    draft = LetterDraft(
        kind="access",
        to_party_id=known.id,
        to_address=on_file or "",
        to_name=known.name,
        from_address=f"post@{settings.MAIL_DOMAIN}",
        from_name="",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        message_id=signed_message_id(
            request_reference="", letter_key=f"access-{known.id}-{int(at.timestamp())}", at=at
        ),
        about=(thing("party", known.id),),
    )
    write_to_person(at=at, person_id=known.id, draft=draft, subject="access")
    record(verb=SENT, by=None, at=at, about=[thing("party", known.id)])
    return True


def access_token(person_id: int, *, at: datetime) -> str:
    """Return the token of a link that lets a person in as a customer for 30 days from `at`."""
    return _signer().sign_object([person_id, int(at.timestamp())], compress=False)


def person_of_access_token(token: str, *, at: datetime) -> int | None:
    """Return whom a token lets in at `at`; None if it is not ours, was changed, or has run out."""
    try:
        person_id, written = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    age = at - datetime.fromtimestamp(written, UTC)
    return int(person_id) if -CLOCKS_APART <= age <= LINK_LASTS else None


def _signer() -> Signer:
    return Signer(salt="clientela.directory.access")

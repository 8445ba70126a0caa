"""The last word of a reader on a letter that is about to go; the post asks for it (settings, ASKED_BEFORE_SENDING)."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import translation

from clientela.directory import rules
from clientela.directory.models import Boundary, ContactPoint, Party
from clientela.directory.queries.boundaries import hold_reason
from clientela.directory.rules import BoundaryInForce, LetterSubject
from clientela.kernel.post import LastWord


def last_word_on_letter(*, party_id: int | None, address: str, topic: str, at: datetime) -> LastWord:
    """What the wishes of now make of a letter about `topic` to this party, at this address.

    As when it was written: the wishes of whom it is for and of whose address it is, on the calendar of the latter. One
    statement where nobody wishes anything, else two.
    """
    reader = ContactPoint.objects.annotate(key=Lower("value")).filter(kind=ContactPoint.Kind.EMAIL, key=address.lower())
    theirs = Q(party_id=party_id) | Q(party_id__in=reader.values("party_id"))
    rows = list(Boundary.objects.filter(theirs, lifted_at__isnull=True).select_related("party").order_by("id"))
    if not rows:
        return LastWord()
    party = Party.objects.filter(contact_points__in=reader).first() or rows[0].party
    subject: LetterSubject = next((one for one in rules.SUBJECTS if one == topic), "service")
    wishes = [
        (BoundaryInForce(row.kind, dict(row.rule), row.source, row.starts_on, row.ends_on), row.party.name)
        for row in rows
    ]
    decision = rules.delivery([wish for wish, _name in wishes], at=at, zone=party.zone, subject=subject)
    if decision.held_by is None:
        return LastWord(not_before=decision.not_before)
    name = next(name for wish, name in wishes if wish is decision.held_by)
    with translation.override(settings.LANGUAGE_CODE):  # for agents, as every reason why a letter is held
        return LastWord(hold_reason(name, decision.held_by))

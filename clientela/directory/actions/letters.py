"""Writing to people: the one way letters leave, so that what a reader does not want is respected everywhere."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.models import ContactPoint, Person
from clientela.directory.queries.boundaries import hold_reason, wishes_of
from clientela.kernel.policies import HiddenError
from clientela.kernel.post import LetterDraft, post_letter


@transaction.atomic
def write_to_person(*, at: datetime, person_id: int, draft: LetterDraft, subject: rules.LetterSubject) -> int:
    """Post a letter to a person as far as their boundaries allow, and return the letter's id.

    `subject` says what it is for: "service" answers their own request and is held only by do-not-contact or no-e-mail;
    "offers", "surveys" and "news" are held by a refusal of that subject too; "access", a link asked for this very
    moment, is always sent at once. Quiet hours put a letter off to their end, in the reader's zone. If the draft goes
    to a person for an organisation (`to_party_id`), the organisation's boundaries count as well. An empty `to_address`
    is filled with the person's main address. A held letter is kept with a sentence that says why.
    Raises HiddenError if there is no such person.
    """
    if subject not in rules.SUBJECTS:
        raise ValueError(f"A letter is about one of {', '.join(rules.SUBJECTS)}, not {subject}.")
    person = Person.objects.select_related("party").filter(party_id=person_id, party__erased_at__isnull=True).first()
    if person is None:
        raise HiddenError(f"There is no person {person_id}.")
    draft = replace(
        draft,
        to_party_id=draft.to_party_id or person_id,
        to_address=draft.to_address or _main_address(person_id),
        to_name=draft.to_name or person.party.name,
    )
    wishes = wishes_of({person_id, draft.to_party_id or person_id})
    decision = rules.delivery(wishes, at=at, zone=person.party.zone, subject=subject)
    reason = ""
    # The sentence is for agents, not for the reader, so it is in the installation's language, not the letter's.
    with translation.override(settings.LANGUAGE_CODE):
        if not draft.to_address:
            reason = _("We know no e-mail address of %(name)s.") % {"name": person.short_name}
        elif decision.held_by is not None:
            reason = hold_reason(person.short_name, decision.held_by)
    return post_letter(draft, at=at, hold_reason=reason, not_before=decision.not_before)


def _main_address(person_id: int) -> str:
    return (
        ContactPoint.objects.filter(party_id=person_id, kind=ContactPoint.Kind.EMAIL)
        .order_by("-is_main", "added_at", "id")
        .values_list("value", flat=True)
        .first()
        or ""
    )

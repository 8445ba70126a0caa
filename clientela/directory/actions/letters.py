"""Writing to people: the one way letters leave, so that what a reader does not want is respected everywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.models import ContactPoint, Person
from clientela.directory.queries.boundaries import hold_reason, wishes_among, wishes_by_party
from clientela.kernel.policies import HiddenError
from clientela.kernel.post import LetterDraft, LetterToPost, QuietHours, post_letters


@dataclass(frozen=True)
class LetterToPerson:
    """A letter to a person; see `write_to_people`."""

    person_id: int
    draft: LetterDraft
    subject: rules.LetterSubject


def write_to_person(*, at: datetime, person_id: int, draft: LetterDraft, subject: rules.LetterSubject) -> int:
    """Post a letter to a person as far as their boundaries allow, and return its id; see `write_to_people`."""
    return write_to_people(at=at, letters=[LetterToPerson(person_id, draft, subject)])[0]


@transaction.atomic
def write_to_people(*, at: datetime, letters: Sequence[LetterToPerson]) -> list[int]:
    """Post letters to people as far as their boundaries allow, and return the letters' ids in the same order.

    `subject` says what one is for: "service" answers their own request and is held only by do-not-contact or no-e-mail;
    "offers", "surveys" and "news" are held by a refusal of that subject too; "access", a link asked for this very
    moment, is always sent at once. Quiet hours put a letter off to their end, in the reader's zone. If the draft goes
    to a person for an organisation (`to_party_id`), the organisation's boundaries count as well. An empty `to_address`
    is filled with the person's main address. A held letter is kept with a sentence that says why. The number of
    statements does not grow with the number of letters. Raises HiddenError if there is no such person.
    """
    people = _people({letter.person_id for letter in letters})
    wishes = wishes_by_party(
        {letter.person_id for letter in letters} | {letter.draft.to_party_id or letter.person_id for letter in letters}
    )
    addresses = _main_addresses({letter.person_id for letter in letters if not letter.draft.to_address})
    posted = []
    for letter in letters:
        if letter.subject not in rules.SUBJECTS:
            raise ValueError(f"A letter is about one of {', '.join(rules.SUBJECTS)}, not {letter.subject}.")
        person = people.get(letter.person_id)
        if person is None:
            raise HiddenError(f"There is no person {letter.person_id}.")
        draft = replace(
            letter.draft,
            to_party_id=letter.draft.to_party_id or letter.person_id,
            to_address=letter.draft.to_address or addresses.get(letter.person_id, ""),
            to_name=letter.draft.to_name or person.party.name,
            topic=letter.subject,
        )
        in_force = wishes_among(wishes, {letter.person_id, draft.to_party_id or letter.person_id})
        zone = person.party.zone
        decision = rules.delivery(in_force, at=at, zone=zone, subject=letter.subject)
        # A letter that is put off by a mail server must not ring in the night either.
        windows = rules.quiet_windows(in_force, at=at, zone=zone, subject=letter.subject)
        if windows:
            draft = replace(draft, quiet_hours=[QuietHours(starts, ends, zone) for starts, ends in windows])
        reason = _hold_reason(person, draft, decision)
        posted.append(LetterToPost(draft, hold_reason=reason, not_before=decision.not_before))
    return post_letters(posted, at=at)


def _people(person_ids: Collection[int]) -> dict[int, Person]:
    rows = Person.objects.select_related("party").filter(party_id__in=person_ids, party__erased_at__isnull=True)
    return {row.party_id: row for row in rows}


def _hold_reason(person: Person, draft: LetterDraft, decision: rules.Delivery) -> str:
    if draft.to_address and decision.held_by is None:
        return ""
    # The sentence is for agents, not for the reader, so it is in the installation's language, not the letter's.
    with translation.override(settings.LANGUAGE_CODE):
        if not draft.to_address or decision.held_by is None:
            return _("We know no e-mail address of %(name)s.") % {"name": person.short_name}
        return hold_reason(person.short_name, decision.held_by)


def _main_addresses(person_ids: Collection[int]) -> dict[int, str]:
    if not person_ids:
        return {}
    rows = ContactPoint.objects.filter(party_id__in=person_ids, kind=ContactPoint.Kind.EMAIL)
    first = rows.order_by("party_id", "-is_main", "added_at", "id").distinct("party_id")
    return dict(first.values_list("party_id", "value"))

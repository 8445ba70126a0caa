"""Answering: saved as one goes, changed as often as one likes until the round ends; or not at all."""

from collections import defaultdict
from datetime import UTC, datetime

from django.db import transaction

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError
from clientela.network.actions.asking_dependence.refusing import AskingRefusal, AskingRefusedError
from clientela.network.models import DependenceInvitation, DependenceRound, DependenceSheet
from clientela.network.rules.sheets import Sheet, checked, sheet_as_json


@transaction.atomic
def save_sheet(*, at: datetime, invitation_id: int, sheet: Sheet) -> None:
    """Keep what somebody has answered so far, in place of what they had answered before.

    The link in their letter is the right to do it, so there is no `by`. The journal tells that they answered, once, and
    nothing else. Raises HiddenError, AskingRefusedError when the round is over, SheetError.
    """
    invitation = _locked(invitation_id, at=at)
    kept = checked(sheet, own=invitation.department_id, services_of=services_by_department())
    DependenceSheet.objects.update_or_create(invitation=invitation, defaults=sheet_as_json(kept))
    is_first = invitation.answered_on is None
    # An emptied sheet is no answer.
    invitation.answered_on = None if kept.is_empty else invitation.answered_on or at.astimezone(UTC).date()
    invitation.declined_on = None
    invitation.save(update_fields=["answered_on", "declined_on"])
    if is_first and not kept.is_empty:
        about = [thing("dependence_round", invitation.round_id)]
        record(verb="dependence_answered", by=invitation.person_id, at=at, about=about)


@transaction.atomic
def decline_dependence(*, at: datetime, invitation_id: int) -> None:
    """Somebody would rather not answer: what they had answered is destroyed, and they are not reminded.

    Raises HiddenError, AskingRefusedError when the round is over.
    """
    invitation = _locked(invitation_id, at=at)
    DependenceSheet.objects.filter(invitation=invitation).delete()
    invitation.answered_on, invitation.declined_on = None, at.astimezone(UTC).date()
    invitation.save(update_fields=["answered_on", "declined_on"])
    about = [thing("dependence_round", invitation.round_id)]
    record(verb="dependence_declined", by=invitation.person_id, at=at, about=about)


def services_by_department() -> dict[int, frozenset[int]]:
    """Return what each department at the top of its branch offers colleagues, itself or by a team. Three statements."""
    cards = {card.id: card for card in directory.departments()}
    found: dict[int, set[int]] = defaultdict(set)
    for card in cards.values():
        if card.parent_id is None:
            found[card.id] = set()
    for offer in catalogue.offers():
        if offer.is_for_inside or offer.department_ids:
            above = cards[offer.owner_id]
            while above.parent_id is not None:
                above = cards[above.parent_id]
            found[above.id].add(offer.service_id)
    return {number: frozenset(services) for number, services in found.items()}


def _locked(invitation_id: int, *, at: datetime) -> DependenceInvitation:
    """The invitation; its round cannot be counted until this transaction ends."""
    found = DependenceInvitation.objects.select_for_update().filter(pk=invitation_id).first()
    if found is None:
        raise HiddenError(f"There is no invitation {invitation_id}.")
    # Read only now: whoever counted the round held this invitation until it was done.
    asking = DependenceRound.objects.get(pk=found.round_id)
    if not asking.is_open or at >= asking.closes_at:
        raise AskingRefusedError(AskingRefusal.OVER)
    return found

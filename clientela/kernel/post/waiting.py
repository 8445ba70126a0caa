"""Letters that wait when their reader's wishes change: a wish holds from the moment it is said, for those too."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from clientela.kernel.journal import FactToRecord, record_many
from clientela.kernel.models import Letter
from clientela.kernel.post.drafts import QuietHours
from clientela.kernel.post.quiet import after_quiet_hours
from clientela.kernel.post.writing import LONGEST_REASON, about_letter


@transaction.atomic
def hold_letters_to(*, at: datetime, party_id: int, addresses: Collection[str], reason: str) -> int:
    """Hold back what waits for a party, or for one of their addresses; `reason` says why. Return how many.

    A link to come in, asked for this very moment, goes all the same, and so does what a worker has in hand.
    """
    held = list(_waiting(party_id, addresses))
    for letter in held:
        letter.due_at, letter.hold_reason = None, reason[:LONGEST_REASON]
    Letter.objects.bulk_update(held, ["due_at", "hold_reason"])
    record_many([FactToRecord("letter_held", None, at, about_letter(row), {"reason": row.hold_reason}) for row in held])
    return len(held)


@transaction.atomic
def quieten_letters_to(*, party_id: int, addresses: Collection[str], hours: QuietHours) -> int:
    """Let what waits for a party wait for the end of these hours too, if its next try falls into them. Return how many.

    Everything that waits for them keeps the hours, for its later tries.
    """
    window = {"from": hours.starts, "to": hours.ends, "zone": hours.zone}
    quiet = list(_waiting(party_id, addresses))
    moved = 0
    for letter in quiet:
        if letter.due_at is None:
            continue
        letter.quiet_hours = [*letter.quiet_hours, window]
        wakes_at = after_quiet_hours(letter.quiet_hours, at=letter.due_at)
        if wakes_at != letter.due_at:
            letter.due_at = letter.not_before = wakes_at
            moved += 1
    Letter.objects.bulk_update(quiet, ["quiet_hours", "due_at", "not_before"])
    return moved


def _waiting(party_id: int, addresses: Collection[str]) -> QuerySet[Letter]:
    theirs = Q(to_party_id=party_id) | Q(address_key__in=[address.lower() for address in addresses])
    waiting = Letter.objects.filter(due_at__isnull=False, handing_over_since=None, priority__gt=Letter.Priority.ACCESS)
    return waiting.annotate(address_key=Lower("to_address")).filter(theirs).order_by("pk").select_for_update()

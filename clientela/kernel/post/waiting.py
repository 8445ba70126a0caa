"""Letters that wait when their reader's wishes change: a wish holds from the moment it is said, for those too.

And once more, before a letter is handed over, it is asked what its reader wishes by now: a wish may have been for a
later day, and a letter that failed may be sent again years after it was written.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.module_loading import import_string

from clientela.kernel.journal import FactToRecord, record_many
from clientela.kernel.models import Letter
from clientela.kernel.post.drafts import LastWord, QuietHours
from clientela.kernel.post.quiet import after_quiet_hours
from clientela.kernel.post.writing import LONGEST_REASON, about_letter


@transaction.atomic
def hold_letters_to(
    *, at: datetime, party_id: int, addresses: Collection[str], reason: str, topic: str | None = None
) -> int:
    """Hold back what waits for a party, or for one of their addresses; `reason` says why. Return how many.

    Only what is about `topic`, if one is given. A link to come in, asked for this very moment, goes all the same, and
    so does what a worker has in hand.
    """
    waiting = _waiting(party_id, addresses)
    held = list(waiting if topic is None else waiting.filter(topic=topic))
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


def waits_for_its_reader(letter: Letter, *, at: datetime) -> bool:
    """Ask for the last word on a letter that is about to go; hold it, or put it off, as its reader wishes by now."""
    if letter.priority == Letter.Priority.ACCESS:
        return False
    # The reader's wishes are known above the kernel, so who knows them is named in the settings.
    ask: Callable[..., LastWord] = import_string(settings.ASKED_BEFORE_SENDING)
    word = ask(party_id=letter.to_party_id, address=letter.to_address, topic=letter.topic, at=at)
    if word.hold_reason:
        letter.due_at, letter.hold_reason = None, word.hold_reason[:LONGEST_REASON]
        record_many([FactToRecord("letter_held", None, at, about_letter(letter), {"reason": letter.hold_reason})])
    elif word.not_before is not None and word.not_before > at:
        letter.due_at = letter.not_before = word.not_before
    else:
        return False
    letter.save(update_fields=["due_at", "not_before", "hold_reason"])
    return True


def _waiting(party_id: int, addresses: Collection[str]) -> QuerySet[Letter]:
    theirs = Q(to_party_id=party_id) | Q(address_key__in=[address.lower() for address in addresses])
    waiting = Letter.objects.filter(due_at__isnull=False, handing_over_since=None, priority__gt=Letter.Priority.ACCESS)
    return waiting.annotate(address_key=Lower("to_address")).filter(theirs).order_by("pk").select_for_update()

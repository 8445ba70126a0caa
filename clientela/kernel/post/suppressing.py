"""What comes back: noting that a letter bounced, suppressing an address that will never work, and lifting that.

Anybody can send us a report that says anything, so a report counts only for a letter of ours that it names by its
signed Message-ID, and the address that is suppressed is the one we wrote to, whatever the report calls it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from clientela.kernel.journal import record, thing
from clientela.kernel.models import Letter, SuppressedAddress
from clientela.kernel.post.suppressed import address_key, letters_to, suppression_reasons
from clientela.kernel.post.writing import LONGEST_REASON, about_letter, call_for_the_post

LONGEST_WORDS = 500
LONGEST_STATUS = 20
LONGEST_BOUNCE_REASON = 40
# A mailbox that is full, or a server that is away: after so many in a row, over so long, somebody should ring them up.
MANY_SOFT_BOUNCES = 3
OVER_AT_LEAST = timedelta(days=2)
REPORTS_COME_WITHIN = timedelta(days=14)


class NotSuppressedError(Exception):
    """There is no such address among those that nothing is sent to."""


@dataclass(frozen=True)
class NotedBounce:
    """What a report did. `about` are the letter's things ("request:12"), `address` the one that we wrote to."""

    letter_id: int
    address: str
    about: tuple[str, ...]
    is_suppressed: bool  # its address takes nothing more from now on, or already before
    soft_in_a_row: int  # letters to this address that came back for now, one after the other, this one included
    is_new: bool  # False: this letter was known to have bounced in the same way


@transaction.atomic
def note_bounce(
    *, at: datetime, message_id: str, status: str, reason: str, hard: bool, words: str
) -> NotedBounce | None:
    """Note that our letter with this Message-ID came back. None if it is not a letter of ours that was handed over.

    `hard`: the address will never work. Then it is suppressed, and what still waits for it is held. A soft one only
    marks the letter; the third soft one in a row over two days or more is recorded as "address_keeps_bouncing".
    `reason` is one of our classes, `words` are their mail server's. The same report twice changes nothing.
    """
    letter = Letter.objects.select_for_update().filter(message_id=message_id.strip().strip("<>")).first()
    if letter is None or (letter.sent_at is None and letter.perhaps_sent_at is None):
        return None
    was_known = letter.bounced_at is not None and (letter.bounce_is_hard or not hard)
    if not was_known:
        letter.bounced_at = at
        letter.bounce_is_hard = hard
        letter.bounce_status = status[:LONGEST_STATUS]
        letter.bounce_reason = reason[:LONGEST_BOUNCE_REASON]
        letter.bounce_words = _storable(words)
        letter.save(update_fields=["bounced_at", "bounce_is_hard", "bounce_status", "bounce_reason", "bounce_words"])
        record(
            verb="letter_bounced",
            by=None,
            at=at,
            about=about_letter(letter),
            status=letter.bounce_status,
            bounce_reason=letter.bounce_reason,
            is_hard=hard,
        )
    soft = 0 if hard else _soft_in_a_row(letter, at=at, is_new=not was_known)
    if hard:
        suppress_address(letter.to_address, at=at, status=status, words=words, letter_id=letter.pk)
    return NotedBounce(
        letter_id=letter.pk,
        address=letter.to_address,
        about=tuple(letter.about),
        is_suppressed=bool(suppression_reasons([letter.to_address])),
        soft_in_a_row=soft,
        is_new=not was_known,
    )


def note_bounce_about(
    *, at: datetime, about: str, recipient: str, status: str, reason: str, hard: bool, words: str
) -> NotedBounce | None:
    """As `note_bounce`, for a report that names no Message-ID but came to our signed address of `about`.

    It is taken for the newest letter about that thing ("request:12") to `recipient` of the last fourteen days.
    """
    newest = (
        Letter.objects.filter(
            about__contains=[about], to_address__iexact=recipient.strip(), written_at__gt=at - REPORTS_COME_WITHIN
        )
        .exclude(sent_at=None, perhaps_sent_at=None)
        .order_by("-written_at", "-pk")
        .values_list("message_id", flat=True)
        .first()
    )
    if newest is None:
        return None
    return note_bounce(at=at, message_id=newest, status=status, reason=reason, hard=hard, words=words)


@transaction.atomic
def suppress_address(
    address: str, *, at: datetime, status: str, words: str, letter_id: int | None = None, by: int | None = None
) -> int:
    """Send nothing more to `address` until it is lifted, hold what still waits for it, and return the row's id.

    `letter_id` is the letter that came back; `by` the party who decided it, None for the house itself. One that is
    suppressed already stays as it is. Raises ValueError for what is no address. Whether `by` may is for the caller.
    """
    key = address_key(address)
    if "@" not in key:
        raise ValueError(f"«{address}» is not an address.")
    known = SuppressedAddress.objects.filter(address=key, lifted_at=None).values_list("pk", flat=True).first()
    if known is None:
        try:
            with transaction.atomic():
                row = SuppressedAddress.objects.create(
                    address=key,
                    since=at,
                    status=status[:LONGEST_STATUS],
                    words=_storable(words),
                    letter_id=letter_id,
                    by_party_id=by,
                )
        except IntegrityError:  # another worker read another report of the same address
            return SuppressedAddress.objects.get(address=key, lifted_at=None).pk
        known = row.pk
        record(verb="address_suppressed", by=by, at=at, about=_about(row), address=key, status=row.status)
    _hold_what_waits(key, at=at)
    return known


@transaction.atomic
def lift_suppression(suppressed_id: int, *, by: int | None, at: datetime, sends_held: bool = False) -> int:
    """Let letters go to an address again; return how many that were held for it are sent now (with `sends_held`).

    Otherwise they stay held, and a person may send each again. Raises NotSuppressedError if it is not
    suppressed. Whether `by` may do this is for the caller to decide.
    """
    row = SuppressedAddress.objects.select_for_update().filter(pk=suppressed_id, lifted_at=None).first()
    if row is None:
        raise NotSuppressedError(f"Nothing is suppressed by the number {suppressed_id}.")
    row.lifted_at, row.lifted_by_party_id = at, by
    row.save(update_fields=["lifted_at", "lifted_by_party_id"])
    record(verb="suppression_lifted", by=by, at=at, about=_about(row), address=row.address)
    if not sends_held:
        return 0
    held = letters_to(row.address).filter(is_held_by_address=True)
    sent = held.update(due_at=at, hold_reason="", is_held_by_address=False, failed_tries=0)
    call_for_the_post()
    return sent


def hold_for_address(letter: Letter, *, reason: str, at: datetime) -> None:
    """Hold a waiting letter back, because its address is suppressed. The caller has locked its row."""
    letter.due_at, letter.hold_reason, letter.is_held_by_address = None, reason[:LONGEST_REASON], True
    letter.save(update_fields=["due_at", "hold_reason", "is_held_by_address"])
    record(verb="letter_held", by=None, at=at, about=about_letter(letter), reason=letter.hold_reason)


def _hold_what_waits(key: str, *, at: datetime) -> None:
    # One that a worker holds in its hands right now is not stopped: whoever comes next to it looks here.
    reason = next(iter(suppression_reasons([key]).values()))
    waiting = letters_to(key).filter(due_at__isnull=False, handing_over_since=None)
    for letter in waiting.select_for_update().order_by("pk"):
        hold_for_address(letter, reason=reason, at=at)


def _soft_in_a_row(letter: Letter, *, at: datetime, is_new: bool) -> int:
    """Count the soft bounces since the last letter that arrived there as far as we know, and record the third."""
    to_address = letters_to(address_key(letter.to_address))
    arrived = (
        to_address.filter(sent_at__lt=letter.sent_at or at, bounced_at=None).order_by("-written_at").first()
        if letter.sent_at
        else None
    )
    since = Q(written_at__gt=arrived.written_at) if arrived else Q()
    bounced = to_address.filter(since, bounced_at__isnull=False, bounce_is_hard=False)
    count = bounced.count()
    first = bounced.order_by("bounced_at").values_list("bounced_at", flat=True).first()
    if is_new and count >= MANY_SOFT_BOUNCES and first is not None and at - first >= OVER_AT_LEAST:
        record(verb="address_keeps_bouncing", by=None, at=at, about=about_letter(letter), count=count)
    return count


def _about(row: SuppressedAddress) -> list[str]:
    things = [thing("suppressed_address", row.pk)]
    return [*things, *about_letter(row.letter)] if row.letter else things


def _storable(words: str) -> str:
    return " ".join(words.replace("\0", "").split())[:LONGEST_WORDS]

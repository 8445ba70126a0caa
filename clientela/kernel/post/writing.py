"""Writing letters into the outbox, and sending one again because a person says so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.kernel.models import Letter
from clientela.kernel.post.drafts import LetterDraft, is_usable_message_id, one_line
from clientela.kernel.post.suppressed import domain_of, suppression_reasons
from clientela.kernel.rows import write_rows
from clientela.kernel.signing import reply_address, request_of_message_id

# Whoever hands letters over listens here. One call for any number of letters of a transaction.
CHANNEL = "clientela_post"
LONGEST_SUBJECT = 400
LONGEST_NAME = 200
LONGEST_REASON = 200
_STANDS_NOWHERE: Mapping[str, object] = {
    "kept_at": None,
    "sent_at": None,
    "failed_at": None,
    "perhaps_sent_at": None,
    "hold_reason": "",
    "is_held_by_address": False,
    "bounced_at": None,
    "trouble_settled_at": None,
    "failed_tries": 0,
}
TO_MANY: Final = int(Letter.Priority.MANY)  # the priority of a letter that goes to many at once
PRIORITIES = {"access": Letter.Priority.ACCESS, "reply": Letter.Priority.REPLY}  # the others: AUTOMATIC


class LetterCannotBeSentAgainError(Exception):
    """The letter stands where sending it again would be wrong. The message says why, in the reader's language."""


@dataclass(frozen=True)
class LetterToPost:
    """A draft with what its reader's boundaries make of it; see `post_letters`."""

    draft: LetterDraft
    hold_reason: str = ""
    not_before: datetime | None = None


def post_letter(draft: LetterDraft, *, at: datetime, hold_reason: str = "", not_before: datetime | None = None) -> int:
    """Put `draft` into the outbox, in the caller's transaction, and return the letter's id; see `post_letters`."""
    return post_letters([LetterToPost(draft, hold_reason, not_before)], at=at)[0]


@transaction.atomic
def post_letters(letters: Sequence[LetterToPost], *, at: datetime) -> list[int]:
    """Put drafts into the outbox, in the caller's transaction, and return the letters' ids in the same order.

    Who hands letters over is called when the transaction commits. `hold_reason` says in words why one must not be sent
    at all; `not_before` makes it wait for the reader's hours. A letter to an address that is suppressed is held. A
    draft whose `message_id` was posted before is the same letter: its id comes back and nothing is written. Raises
    ValueError for a `message_id` that no header can hold.
    """
    for letter in letters:
        if not is_usable_message_id(letter.draft.message_id):
            raise ValueError(f"«{letter.draft.message_id}» cannot be a Message-ID.")
    suppressed = suppression_reasons([letter.draft.to_address for letter in letters if not letter.hold_reason])
    rows: dict[str, Letter] = {}
    for letter in letters:
        held_by_address = "" if letter.hold_reason else suppressed.get(letter.draft.to_address, "")
        rows.setdefault(letter.draft.message_id, _row_of(letter, held_by_address, at=at))
    posted = _posted(rows)
    new = [row for message_id, row in rows.items() if message_id not in posted]
    try:
        with transaction.atomic():
            write_rows(new)
    except IntegrityError:
        # The unique key on message_id: another worker wrote one of them at the same moment, and has committed.
        posted = _posted(rows)
        new = [row for message_id, row in rows.items() if message_id not in posted]
        for row in new:
            row.pk = None
        write_rows(new)
    record_many(
        [
            FactToRecord("letter_held", None, at, about_letter(row), {"reason": row.hold_reason})
            for row in new
            if row.hold_reason
        ]
    )
    if any(row.due_at == at for row in new):
        call_for_the_post()
    ids = posted | {row.message_id: row.pk for row in new}
    return [ids[letter.draft.message_id] for letter in letters]


def _posted(message_ids: Collection[str]) -> dict[str, int]:
    rows = Letter.objects.filter(message_id__in=list(message_ids))
    return dict(rows.values_list("message_id", "pk"))


def _row_of(letter: LetterToPost, held_by_address: str, *, at: datetime) -> Letter:
    draft, not_before = letter.draft, letter.not_before
    hold_reason = letter.hold_reason or held_by_address
    return Letter(
        kind=draft.kind,
        topic=draft.topic,
        priority=PRIORITIES.get(draft.kind, Letter.Priority.AUTOMATIC) if draft.priority is None else draft.priority,
        by_party_id=draft.by_party_id,
        to_party_id=draft.to_party_id,
        to_address=one_line(draft.to_address),
        to_domain=domain_of(draft.to_address),
        to_name=one_line(draft.to_name)[:LONGEST_NAME],
        from_address=one_line(draft.from_address),
        from_name=one_line(draft.from_name)[:LONGEST_NAME],
        reply_to=draft.reply_to or _reply_address(draft, at=at),
        subject=one_line(draft.subject)[:LONGEST_SUBJECT],
        text=draft.text,
        html=draft.html,
        language=draft.language,
        message_id=draft.message_id,
        # These may come from a stranger's mail; one that no header can hold threads nothing and is left out.
        in_reply_to=draft.in_reply_to if is_usable_message_id(draft.in_reply_to) else "",
        references=" ".join(one for one in draft.references if is_usable_message_id(one)),
        headers=dict(draft.headers),
        attachments=[
            {"name": file.name, "media_type": file.media_type, "sha256": file.sha256, "bytes": file.size_bytes}
            for file in draft.attachments
        ],
        about=list(draft.about),
        written_at=at,
        not_before=not_before,
        quiet_hours=[{"from": one.starts, "to": one.ends, "zone": one.zone} for one in draft.quiet_hours],
        hold_reason=hold_reason[:LONGEST_REASON],
        is_held_by_address=bool(held_by_address),
        due_at=None if hold_reason else max(at, not_before or at),
    )


@transaction.atomic
def send_letter_again(letter_id: int, *, by: int | None, at: datetime) -> None:
    """Hand a letter over anew because the party `by` decided so.

    That is one that failed, came back, is kept, was perhaps sent, or was held for its address and may go there again.
    For one that waits for its next try, the next try is now. Its count of tries begins again. Raises
    Letter.DoesNotExist, and LetterCannotBeSentAgainError for a letter that is held, was sent and did not come back, is
    being handed over at this moment, or waits for the reader's hours. Whether `by` may do this is for the caller.
    """
    letter = Letter.objects.select_for_update().get(pk=letter_id)
    reason = _why_not_again(letter, at=at)
    if reason:
        raise LetterCannotBeSentAgainError(reason)
    Letter.objects.filter(pk=letter_id).update(due_at=at, **_STANDS_NOWHERE)
    record(verb="letter_sent_again", by=by, at=at, about=about_letter(letter))
    call_for_the_post()


def about_letter(letter: Letter) -> list[str]:
    """What a fact about this letter is about: the letter, and what the letter is about."""
    return [thing("letter", letter.pk), *letter.about]


def _why_not_again(letter: Letter, *, at: datetime) -> str:
    suppressed = suppression_reasons([letter.to_address]).get(letter.to_address, "")
    held = suppressed or ("" if letter.is_held_by_address else letter.hold_reason)
    if held:
        return _("This letter is held back: %(reason)s") % {"reason": held}
    if letter.sent_at and letter.bounced_at is None:
        return _("The mail server has taken this letter; a second one would reach the reader twice.")
    if letter.handing_over_since:
        return _("This letter is being handed over right now.")
    if letter.due_at and letter.not_before and letter.not_before > at:
        return _("This letter waits for the hours in which its reader wants to get mail.")
    return ""


def call_for_the_post() -> None:
    """Call whoever hands letters over, when the caller's transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def _reply_address(draft: LetterDraft, *, at: datetime) -> str:
    """Where an answer to a letter about a request goes: the sender's address with the request's token in it."""
    reference = request_of_message_id(draft.message_id, at=at)
    return reply_address(draft.from_address, reference=reference, at=at) if reference else ""

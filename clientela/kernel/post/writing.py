"""Writing letters into the outbox, and sending one again because a person says so."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from clientela.kernel.journal import record, thing
from clientela.kernel.models import Letter
from clientela.kernel.post.drafts import LetterDraft, is_usable_message_id, one_line

# The job's name, by which it is deferred: it lives in `clientela.kernel.jobs`, which stands above this module.
HAND_OVER_JOB = "clientela.kernel.jobs.hand_over_one_letter"
LONGEST_SUBJECT = 400
LONGEST_NAME = 200
LONGEST_REASON = 200


class LetterCannotBeSentAgainError(Exception):
    """The letter stands where sending it again would be wrong. The message says why, in the reader's language."""


@transaction.atomic
def post_letter(draft: LetterDraft, *, at: datetime, hold_reason: str = "", not_before: datetime | None = None) -> int:
    """Put `draft` into the outbox, in the caller's transaction, and return the letter's id.

    The job that hands it over is deferred in the same transaction: both exist or neither. `hold_reason` says in words
    why it must not be sent at all; `not_before` makes it wait for the reader's hours. A draft whose `message_id` was
    posted before is the same letter: its id comes back and nothing is written. Raises ValueError for a `message_id`
    that no header can hold.
    """
    if not is_usable_message_id(draft.message_id):
        raise ValueError(f"«{draft.message_id}» cannot be a Message-ID.")
    letter = Letter(
        kind=draft.kind,
        to_party_id=draft.to_party_id,
        to_address=one_line(draft.to_address),
        to_name=one_line(draft.to_name)[:LONGEST_NAME],
        from_address=one_line(draft.from_address),
        from_name=one_line(draft.from_name)[:LONGEST_NAME],
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
        hold_reason=hold_reason[:LONGEST_REASON],
        due_at=None if hold_reason else max(at, not_before or at),
    )
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        # The unique key on message_id: a job that runs a second time, or two workers at once.
        posted = Letter.objects.filter(message_id=draft.message_id).values_list("pk", flat=True).first()
        if posted is None:
            raise
        return posted
    if hold_reason:
        record(verb="letter_held", by=None, at=at, about=about_letter(letter), reason=letter.hold_reason)
    elif letter.due_at == at:
        _defer_handing_over(letter.pk)
    return letter.pk


@transaction.atomic
def send_letter_again(letter_id: int, *, by: int | None, at: datetime) -> None:
    """Hand a letter over anew because the party `by` decided so: one that failed, is kept, or was perhaps sent.

    For one that waits for its next try, the next try is now. Its count of tries begins again. Raises
    Letter.DoesNotExist, and LetterCannotBeSentAgainError for a letter that is held, was sent, is being handed over at
    this moment, or waits for the reader's hours. Whether `by` may do this is for the caller to decide.
    """
    letter = Letter.objects.select_for_update().get(pk=letter_id)
    reason = _why_not_again(letter, at=at)
    if reason:
        raise LetterCannotBeSentAgainError(reason)
    letter.due_at = at
    letter.kept_at = letter.failed_at = letter.perhaps_sent_at = None
    letter.failed_tries = 0
    letter.save(update_fields=["due_at", "kept_at", "failed_at", "perhaps_sent_at", "failed_tries"])
    record(verb="letter_sent_again", by=by, at=at, about=about_letter(letter))
    _defer_handing_over(letter_id)


def about_letter(letter: Letter) -> list[str]:
    """What a fact about this letter is about: the letter, and what the letter is about."""
    return [thing("letter", letter.pk), *letter.about]


def _why_not_again(letter: Letter, *, at: datetime) -> str:
    if letter.hold_reason:
        return _("This letter is held back: %(reason)s") % {"reason": letter.hold_reason}
    if letter.sent_at:
        return _("The mail server has taken this letter; a second one would reach the reader twice.")
    if letter.handing_over_since:
        return _("This letter is being handed over right now.")
    if letter.due_at and letter.not_before and letter.not_before > at:
        return _("This letter waits for the hours in which its reader wants to get mail.")
    return ""


def _defer_handing_over(letter_id: int) -> None:
    app.configure_task(HAND_OVER_JOB, queue="post").defer(letter_id=letter_id)

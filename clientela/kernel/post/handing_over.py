"""Handing letters over to the mail server: the phases, and what each kind of failure means.

The phases are committed one by one, so that whoever comes after a dead worker knows how far it had come:

1. claimed: an attempt STARTED is written before the connection is opened;
2. ENDING is written when all but the final dot has been given;
3. the mail server's answer.

A worker that dies in phase 1 has sent nothing: the letter is tried again. One that dies in phase 2 may have sent it:
the letter is "perhaps sent", and only a person sends it again.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.db import Error, connection, transaction

from clientela.kernel.journal import record
from clientela.kernel.models import Letter, LetterAttempt
from clientela.kernel.post.mime import UnusableLetterError, letter_bytes, wire_address
from clientela.kernel.post.transport import Answer, MailServer, give, mail_server
from clientela.kernel.post.writing import about_letter

logger = logging.getLogger(__name__)
Outcome = LetterAttempt.Outcome

# After each failed try in a row the next one waits longer; after the last the letter has failed.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
LETTERS_A_SWEEP = 200
LONGEST_ANSWER = 500


class _TakenOverError(Exception):
    """Another worker has settled this attempt: this one was taken for dead, and must not give the end of the text."""


def hand_over_letter(letter_id: int, *, at: datetime) -> LetterAttempt.Outcome | None:
    """Hand a letter over if it is due at `at`. Return what came of it, None if there was nothing to do.

    Safe to call at any time, twice, and by several workers at once: one of them speaks to the mail server, the others
    return at once. What a dead worker left is settled first. Must not be called inside a transaction, because its
    phases are committed one by one; raises RuntimeError there.
    """
    if connection.in_atomic_block:
        raise RuntimeError("A letter is handed over outside a transaction: its phases are committed one by one.")
    with _the_only_worker_on(letter_id) as is_the_only_one:
        if not is_the_only_one:
            return None
        server = mail_server()
        attempt = _claim(letter_id, server, at=at)
        if attempt is None:
            return None
        if server is not None and attempt.outcome == Outcome.STARTED:
            _settle(attempt, _answer_to(attempt, server), at=at)
        return Outcome(attempt.outcome)


def hand_over_due_letters(*, at: datetime, limit: int = LETTERS_A_SWEEP) -> int:
    """Hand over at most `limit` letters that are due at `at`, the longest due first. Return how many were tried.

    Finds every letter whose own job was lost, whose pause is over, or whose worker died. Stops at the first that meets
    no mail server, because the others would meet the same.
    """
    due = Letter.objects.filter(due_at__lte=at).order_by("due_at", "pk").values_list("pk", flat=True)[:limit]
    tried = 0
    for letter_id in list(due):
        outcome = hand_over_letter(letter_id, at=at)
        tried += outcome is not None
        if outcome == Outcome.UNREACHABLE:
            break
    return tried


@contextmanager
def _the_only_worker_on(letter_id: int) -> Iterator[bool]:
    # A lock of the session rather than a row lock, because it must outlive the commits of the phases; and unlike a
    # moment in a column it ends by itself, and at once, when the worker dies.
    name = f"letter:{letter_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        # If the database went away, the lock went with the session.
        with suppress(Error):
            if is_ours:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@transaction.atomic
def _claim(letter_id: int, server: MailServer | None, *, at: datetime) -> LetterAttempt | None:
    """Take the letter in hand: the attempt that was begun or, after a dead worker, the one that was settled."""
    letter = Letter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        return None
    if letter.handing_over_since is not None:
        return _settle_after_a_dead_worker(letter, at=at)
    if letter.due_at is None or letter.due_at > at:
        return None
    if server is None:
        letter.kept_at, letter.due_at = at, None
        letter.save(update_fields=["kept_at", "due_at"])
        return LetterAttempt.objects.create(letter=letter, at=at, outcome=Outcome.KEPT)
    letter.handing_over_since = at
    letter.save(update_fields=["handing_over_since"])
    return LetterAttempt.objects.create(letter=letter, at=at, outcome=Outcome.STARTED)


def _answer_to(attempt: LetterAttempt, server: MailServer) -> Answer:
    letter = attempt.letter
    try:
        sender, recipient = wire_address(letter.from_address), wire_address(letter.to_address)
        content = letter_bytes(letter)
    except UnusableLetterError as error:
        return Answer(Outcome.REFUSED, str(error))
    try:
        return give(
            server,
            sender=sender,
            recipient=recipient,
            content=content,
            before_the_end=lambda: _note_the_end(attempt),
        )
    except _TakenOverError as error:
        return Answer(Outcome.BROKEN_OFF, str(error))


def _note_the_end(attempt: LetterAttempt) -> None:
    # If the database restarted in the meantime, our lock is gone and another worker may have settled this attempt.
    moved = LetterAttempt.objects.filter(pk=attempt.pk, outcome=Outcome.STARTED).update(outcome=Outcome.ENDING)
    if not moved:
        raise _TakenOverError("Another worker has taken this letter over.")


def _settle_after_a_dead_worker(letter: Letter, *, at: datetime) -> LetterAttempt | None:
    # We hold the lock on this letter, so whoever began the attempt is gone.
    attempt = letter.attempts.filter(outcome__in=[Outcome.STARTED, Outcome.ENDING]).order_by("-pk").first()
    if attempt is None:
        raise RuntimeError(f"Letter {letter.pk} is being handed over, and has no attempt under way.")
    if attempt.outcome == Outcome.ENDING:
        words = "The worker died when the end of the text had been given; no answer is known."
        _settle(attempt, Answer(Outcome.UNKNOWN, words), at=at)
    else:
        words = "The worker died before the end of the text had been given."
        _settle(attempt, Answer(Outcome.BROKEN_OFF, words), at=at)
    return attempt


@transaction.atomic
def _settle(attempt: LetterAttempt, answer: Answer, *, at: datetime) -> None:
    """Write down what came of the attempt, and where the letter stands now."""
    letter = Letter.objects.select_for_update().get(pk=attempt.letter_id)
    under_way = LetterAttempt.objects.filter(pk=attempt.pk, outcome__in=[Outcome.STARTED, Outcome.ENDING])
    words = answer.words.replace("\0", "")[:LONGEST_ANSWER]
    if not under_way.update(outcome=answer.outcome, answer=words):
        attempt.refresh_from_db()  # another worker settled it; what it wrote stands
        return
    attempt.outcome, attempt.answer = answer.outcome, words
    letter.handing_over_since = None
    letter.due_at = None
    if answer.outcome == Outcome.SENT:
        letter.sent_at = at
    elif answer.outcome == Outcome.UNKNOWN:
        letter.perhaps_sent_at = at
        record(verb="letter_perhaps_sent", by=None, at=at, about=about_letter(letter), reason=words)
    elif answer.outcome == Outcome.REFUSED or letter.failed_tries >= len(PAUSES):
        letter.failed_at = at
        record(verb="letter_failed", by=None, at=at, about=about_letter(letter), reason=words)
    else:
        letter.due_at = at + PAUSES[letter.failed_tries]
        letter.failed_tries += 1
    letter.save(
        update_fields=["handing_over_since", "due_at", "sent_at", "perhaps_sent_at", "failed_at", "failed_tries"]
    )
    logger.info("Letter %s to %s: %s %s", letter.pk, letter.to_address, answer.outcome, words)

"""Handing letters over to the mail server: the phases, and what each kind of failure means.

The phases are committed one by one, so that whoever comes after a dead worker knows how far it had come:

1. claimed: an attempt STARTED is written before the connection is opened;
2. ENDING is written when all but the final dot has been given;
3. the mail server's answer.

A worker that dies in phase 1 has sent nothing: the letter is tried again. One that dies in phase 2 may have sent it:
the letter is "perhaps sent", and only a person sends it again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, connection, transaction

from clientela.kernel.journal import record
from clientela.kernel.models import Letter, LetterAttempt
from clientela.kernel.post.dkim import UnusableKeyError
from clientela.kernel.post.mime import UnusableLetterError, letter_bytes, wire_address
from clientela.kernel.post.pace import letters_to_try, note_put_off, note_taken, note_try, takes_more
from clientela.kernel.post.quiet import after_quiet_hours
from clientela.kernel.post.suppressed import suppression_reasons
from clientela.kernel.post.suppressing import hold_for_address, suppress_address
from clientela.kernel.post.transport import Answer, Line, mail_server
from clientela.kernel.post.trouble import is_hard_refusal, status_in
from clientela.kernel.post.waiting import waits_for_its_reader
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
ALL_PRIORITIES = frozenset(Letter.Priority.values)


@dataclass(frozen=True)
class Round:
    """What one round through the due letters did. `is_server_away`: it stopped, because all would meet the same."""

    tried: int
    is_server_away: bool


class _TakenOverError(Exception):
    """Another worker has settled this attempt: this one was taken for dead, and must not give the end of the text."""


def hand_over_letter(letter_id: int, *, at: datetime) -> LetterAttempt.Outcome | None:
    """Hand a letter over if it is due at `at`. Return what came of it, None if there was nothing to do.

    Safe to call at any time, twice, and by several workers at once: one of them speaks to the mail server, the others
    return at once. What a dead worker left is settled first. Must not be called inside a transaction, because its
    phases are committed one by one; raises RuntimeError there.
    """
    _must_be_outside_a_transaction()
    with _line() as line:
        tried = _hand_over(letter_id, line, at=at)
    return None if tried is None else tried.outcome


def hand_over_due_letters(*, at: datetime, limit: int = LETTERS_A_SWEEP) -> int:
    """Hand over at most `limit` letters that are due at `at`, the most urgent first. Return how many were tried.

    Finds every letter whose call was not heard, whose pause is over, or whose worker died. Stops at the first that
    meets no mail server, because the others would meet the same.
    """
    with _line() as line:
        return hand_over_round(line, moment=lambda: at, limit=limit).tried


def hand_over_round(
    line: Line | None,
    *,
    moment: Callable[[], datetime],
    limit: int,
    priorities: frozenset[int] = ALL_PRIORITIES,
    goes_on: Callable[[], bool] = lambda: True,
) -> Round:
    """Hand over at most `limit` due letters of these priorities over one `line`; None: no mail server is set.

    `moment` gives the time for each letter: a round may take minutes. Between two letters it ends if not `goes_on()`.
    """
    _must_be_outside_a_transaction()
    if line is None:
        kept = _keep_due_letters(at=moment(), limit=limit, priorities=priorities)
        if kept:
            return Round(kept, is_server_away=False)
    tried = 0
    for letter_id in letters_to_try(at=moment(), priorities=priorities, limit=limit):
        if not goes_on():
            break
        result = _hand_over(letter_id, line, at=moment())
        tried += result is not None
        if result is not None and result.is_server_away:
            return Round(tried, is_server_away=True)
    return Round(tried, is_server_away=False)


@dataclass(frozen=True)
class _Tried:
    outcome: LetterAttempt.Outcome
    is_server_away: bool


def _hand_over(letter_id: int, line: Line | None, *, at: datetime) -> _Tried | None:
    with _the_only_worker_on(letter_id) as is_the_only_one:
        if not is_the_only_one:
            return None
        attempt = _claim(letter_id, has_server=line is not None, at=at)
        if attempt is None:
            return None
        is_server_away = False
        if line is not None and attempt.outcome == Outcome.STARTED:
            answer = _answer_to(attempt, line)
            is_server_away = answer.is_the_servers
            _settle(attempt, answer, at=at)
        return _Tried(Outcome(attempt.outcome), is_server_away)


def _line() -> AbstractContextManager[Line | None]:
    server = mail_server()
    return nullcontext() if server is None else Line(server)


def _must_be_outside_a_transaction() -> None:
    if connection.in_atomic_block:
        raise RuntimeError("A letter is handed over outside a transaction: its phases are committed one by one.")


@transaction.atomic
def _keep_due_letters(*, at: datetime, limit: int, priorities: frozenset[int]) -> int:
    """Keep letters that are due and cannot go, because no mail server is set; all in one. Return how many."""
    due = Letter.objects.filter(due_at__lte=at, handing_over_since=None, priority__in=priorities)
    ids = list(due.select_for_update(skip_locked=True).order_by("priority", "due_at", "pk").values_list("pk")[:limit])
    numbers = [number for (number,) in ids]
    Letter.objects.filter(pk__in=numbers).update(kept_at=at, due_at=None)
    LetterAttempt.objects.bulk_create(
        [LetterAttempt(letter_id=number, at=at, outcome=Outcome.KEPT) for number in numbers]
    )
    return len(numbers)


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
def _claim(letter_id: int, *, has_server: bool, at: datetime) -> LetterAttempt | None:
    """Take the letter in hand: the attempt that was begun or, after a dead worker, the one that was settled."""
    letter = Letter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        return None
    if letter.handing_over_since is not None:
        return _settle_after_a_dead_worker(letter, at=at)
    if letter.due_at is None or letter.due_at > at:
        return None
    if not has_server:
        letter.kept_at, letter.due_at = at, None
        letter.save(update_fields=["kept_at", "due_at"])
        return LetterAttempt.objects.create(letter=letter, at=at, outcome=Outcome.KEPT)
    if not _may_go_now(letter, at=at):
        return None
    note_try(letter.to_domain, at=at)
    letter.handing_over_since = at
    letter.save(update_fields=["handing_over_since"])
    return LetterAttempt.objects.create(letter=letter, at=at, outcome=Outcome.STARTED)


def _may_go_now(letter: Letter, *, at: datetime) -> bool:
    """Look once more at what may have changed since the letter was written: its address, the hour, its reader's wishes,
    its domain.
    """
    suppressed = suppression_reasons([letter.to_address])
    if suppressed:
        hold_for_address(letter, reason=suppressed[letter.to_address], at=at)
        return False
    wakes_at = after_quiet_hours(letter.quiet_hours, at=at)
    if wakes_at > at:
        letter.due_at = wakes_at
        letter.save(update_fields=["due_at"])
        return False
    return not waits_for_its_reader(letter, at=at) and takes_more(letter, at=at)


def _answer_to(attempt: LetterAttempt, line: Line) -> Answer:
    letter = attempt.letter
    try:
        # What cannot be delivered comes back to the address with the request's token, so it finds its request.
        sender, recipient = wire_address(letter.reply_to or letter.from_address), wire_address(letter.to_address)
        content = letter_bytes(letter, at=attempt.at)
    except UnusableLetterError as error:
        return Answer(Outcome.REFUSED, str(error))
    except UnusableKeyError as error:
        # The house's trouble: no letter ends because of it, and each would meet the same.
        return Answer(Outcome.REFUSED_FOR_NOW, str(error), is_the_servers=True)
    try:
        return line.give(
            sender=sender, recipient=recipient, content=content, before_the_end=lambda: _note_the_end(attempt)
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
        note_taken(letter.to_domain)
    elif answer.outcome == Outcome.UNKNOWN:
        letter.perhaps_sent_at = at
        record(verb="letter_perhaps_sent", by=None, at=at, about=about_letter(letter), reason=words)
    elif answer.outcome == Outcome.REFUSED or letter.failed_tries >= len(PAUSES):
        letter.failed_at = at
        record(verb="letter_failed", by=None, at=at, about=about_letter(letter), reason=words)
        if answer.outcome == Outcome.REFUSED and is_hard_refusal(words):
            suppress_address(letter.to_address, at=at, status=status_in(words), words=words, letter_id=letter.pk)
    else:
        letter.due_at = after_quiet_hours(letter.quiet_hours, at=at + PAUSES[letter.failed_tries])
        letter.failed_tries += 1
        if answer.outcome == Outcome.REFUSED_FOR_NOW and not answer.is_the_servers:
            note_put_off(letter.to_domain, at=at, words=words)
    letter.save(
        update_fields=["handing_over_since", "due_at", "sent_at", "perhaps_sent_at", "failed_at", "failed_tries"]
    )
    logger.info("Letter %s to %s: %s %s", letter.pk, letter.to_address, answer.outcome, words)

"""Understanding mail in the background: in batches, and one by one where a batch failed."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from procrastinate.contrib.django import app

from clientela.inbox import queries
from clientela.inbox.actions import (
    BatchFailedError,
    note_failed_try,
    quarantine_message,
    understand_batch,
    understand_message,
)
from clientela.inbox.marks import Mark, marking, marks_left
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(hours=1)  # while the database is the trouble
LEFT_BEHIND = timedelta(minutes=1)
LONGEST_READING_SECONDS = 2.0  # of one batch; then what was read is acted on, and the rest comes with the next
MOST_DEATHS = 4  # of a worker over one message: once with its batch, then alone


@app.task(name="clientela.inbox.jobs.understand_one_message")
def understand_one_message(raw_id: int) -> None:
    """Understand one stored message. A fault of ours puts it aside with the reason, and the next one is not held up.

    Trouble with the database (it went away, two transactions stood in each other's way) is not the mail's: it stays as
    it is, and the sweep tries again, for an hour.
    """
    at = now()
    try:
        understand_message(at=at, raw_id=raw_id)
    except OperationalError as error:
        logger.exception("The database was in trouble over message %s.", raw_id)
        if queries.has_waited(raw_id, since=at - TRIED_FOR):
            quarantine_message(at=at, raw_id=raw_id, reason=f"{type(error).__name__}: {error}")
        else:
            note_failed_try(raw_ids=[raw_id])
    except Exception as error:  # whatever it is, this mail must not stand in the way of the others
        logger.exception("Message %s could not be understood.", raw_id)
        quarantine_message(at=at, raw_id=raw_id, reason=f"{type(error).__name__}: {error}")


def understand_mail(goes_on: Callable[[], bool] = lambda: True) -> int:
    """Understand everything that waits and that nobody has tried yet; return how many. `goes_on` ends it early."""
    total = 0
    with marking(_marks()) as mark:
        while goes_on() and (done := _understand_next(mark)):
            total += done
    return total


def understand_what_waits() -> int:
    """Understand what was left behind: by a process that died, by a failure, by a call that was lost; return how many.

    That is what was stored more than a minute ago; what failed before, or was there when a worker died, one by one.
    """
    take_up_what_was_lost()
    total = 0
    with marking(_marks()) as mark:
        while done := _understand_next(mark, is_left_behind=True):
            total += done
        tried = queries.messages_to_understand(before=now())
        _one_by_one(tried, mark)
    return total + len(tried)


def take_up_what_was_lost() -> None:
    """Understand the messages at which a process died on this machine, one by one; the one that kills is put aside."""
    for raw_ids in marks_left(_marks()):
        logger.warning("A worker died over %s messages; they are tried one by one.", len(raw_ids))
        left = note_failed_try(raw_ids=raw_ids)
        if len(raw_ids) == 1 and left.get(raw_ids[0], 0) >= MOST_DEATHS:
            reason = f"The worker died {left[raw_ids[0]]} times over this message."
            quarantine_message(at=now(), raw_id=raw_ids[0], reason=reason)
            left = {}
        with marking(_marks()) as mark:
            _one_by_one(list(left), mark)


def _understand_next(mark: Mark, *, is_left_behind: bool = False) -> int:
    at = now()
    began = time.monotonic()
    try:
        return understand_batch(
            at=at,
            before=at - LEFT_BEHIND if is_left_behind else None,
            on_taken=mark.note,
            is_enough=lambda: time.monotonic() - began > LONGEST_READING_SECONDS,
        )
    except BatchFailedError as error:
        logger.warning("A batch of mail failed, and is understood one by one: %s", error.__cause__)
        _one_by_one(error.raw_ids, mark)
        return len(error.raw_ids)


def _one_by_one(raw_ids: Sequence[int], mark: Mark) -> None:
    for raw_id in raw_ids:
        mark.note([raw_id])
        understand_one_message(raw_id)
    mark.note([])


def _marks() -> Path:
    return Path(settings.STATE_FOLDER) / "intake"

"""Understanding mail in the background: in batches, and in small groups, then one by one, where a batch failed."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from math import isqrt
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
    understand_given,
    understand_message,
)
from clientela.inbox.marks import Mark, marking, marks_left
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(hours=1)  # while the database is the trouble
LEFT_BEHIND = timedelta(minutes=1)
LONGEST_READING_SECONDS = 2.0  # of one batch; then what was read is acted on, and the rest comes with the next
MOST_DEATHS = 4  # of a worker over one message: with its batch, twice with ever fewer, then alone


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


def understand_mail(goes_on: Callable[[int], bool] = lambda _done: True) -> int:
    """Understand everything that waits and that nobody has tried yet; return how many.

    `goes_on` is asked before each batch, told how many the last one was (0 before the first), and ends it early.
    """
    total = done = 0
    with marking(_marks()) as mark:
        while goes_on(done) and (done := _understand_next(mark)):
            total += done
    return total


def understand_what_waits() -> int:
    """Understand what was left behind: by a process that died, by a failure, by a call that was lost; return how many.

    That is what was stored more than a minute ago, and what failed before, one by one.
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
    """Understand the messages at which a process died on this machine; the one that kills is put aside.

    Most processes are killed by something else, so the messages come in small groups: a group over which one dies again
    is tried one by one. What was only in hand for afterwards comes first, so that nothing waits for what kills.
    """
    innocent: list[Sequence[int]] = []
    suspected: list[Sequence[int]] = []
    for left in marks_left(_marks()):
        logger.warning("A worker died; what it was at is tried again in small groups. Messages: %s.", len(left.at))
        tried = note_failed_try(raw_ids=left.at)
        innocent += left.then
        if len(left.at) == 1 and tried.get(left.at[0], 0) >= MOST_DEATHS:
            reason = f"The worker died {tried[left.at[0]]} times over this message."
            quarantine_message(at=now(), raw_id=left.at[0], reason=reason)
        else:
            suspected += _small_groups(list(tried))
    if innocent or suspected:
        with marking(_marks()) as mark:
            _in_groups([*innocent, *suspected], mark)


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
        logger.warning("A batch of mail failed, and is understood in small groups: %s", error.__cause__)
        _in_groups(_small_groups(error.raw_ids), mark)
        return len(error.raw_ids)


def _small_groups(raw_ids: Sequence[int]) -> list[Sequence[int]]:
    """As many groups as each holds messages: so the one at fault is found with the fewest tries, and soon."""
    size = isqrt(len(raw_ids)) or 1
    return [raw_ids[place : place + size] for place in range(0, len(raw_ids), size)]


def _in_groups(groups: Sequence[Sequence[int]], mark: Mark) -> None:
    """Understand groups of messages, one after another; what a group leaves, or one that fails, one by one."""
    for place, group in enumerate(groups, start=1):
        mark.note(group, groups[place:])
        alone = group if len(group) == 1 else _left_of(group)
        for alone_place, raw_id in enumerate(alone, start=1):
            mark.note([raw_id], [*([one] for one in alone[alone_place:]), *groups[place:]])
            understand_one_message(raw_id)
    mark.note([])


def _left_of(group: Sequence[int]) -> list[int]:
    try:
        understood = understand_given(at=now(), raw_ids=group)
    except BatchFailedError as error:
        logger.warning("A group of mail failed, and is understood one by one: %s", error.__cause__)
        understood = {}
    return [raw_id for raw_id in group if raw_id not in understood]


def _one_by_one(raw_ids: Sequence[int], mark: Mark) -> None:
    _in_groups([[raw_id] for raw_id in raw_ids], mark)


def _marks() -> Path:
    return Path(settings.STATE_FOLDER) / "intake"

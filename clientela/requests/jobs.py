"""The work of requests in the background."""

from collections.abc import Callable
from datetime import datetime

from clientela.kernel.clock import now
from clientela.requests import actions

BATCH = 200


def resume_what_waited_for_a_date() -> int:
    """Let every request go on whose date has come; return how many."""
    return _all(lambda at: actions.resume_due_requests(at=at, limit=BATCH))


def close_what_was_resolved() -> int:
    """Close every request resolved seven days ago and left alone since; return how many."""
    return _all(lambda at: actions.close_resolved_requests(at=at, limit=BATCH))


def forget_who_looked() -> int:
    """Remove those who closed their page without a word; return how many."""
    return actions.forget_lookers(at=now())


def _all(batch: Callable[[datetime], int]) -> int:
    total = 0
    while (done := batch(now())) == BATCH:
        total += done
    return total + done

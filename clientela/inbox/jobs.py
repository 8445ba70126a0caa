"""Understanding mail in the background."""

import logging
from datetime import timedelta

from django.db import OperationalError
from procrastinate.contrib.django import app

from clientela.inbox import queries
from clientela.inbox.actions import quarantine_message, understand_message
from clientela.inbox.actions.storing import UNDERSTAND_JOB
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

TRIED_FOR = timedelta(hours=1)  # while the database is the trouble


@app.task(name=UNDERSTAND_JOB)
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
    except Exception as error:  # whatever it is, this mail must not stand in the way of the others
        logger.exception("Message %s could not be understood.", raw_id)
        quarantine_message(at=at, raw_id=raw_id, reason=f"{type(error).__name__}: {error}")


def understand_what_waits() -> int:
    """Understand what a lost job left behind: stored more than a minute ago and not understood. Return how many."""
    waiting = queries.messages_to_understand(before=now())
    for raw_id in waiting:
        understand_one_message(raw_id)
    return len(waiting)

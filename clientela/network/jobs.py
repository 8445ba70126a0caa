"""The network's work in the background: simulating what was asked."""

from django.db import Error
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.kernel.clock import now
from clientela.network import actions
from clientela.network.actions.asking import QUEUE, RUN_JOB

# Only for trouble with the database: everything else ends the question itself, with the reason.
TRIED_AGAIN = RetryStrategy(max_attempts=5, wait=10, retry_exceptions=[Error])


@app.task(name=RUN_JOB, queue=QUEUE, retry=TRIED_AGAIN)
def run_one_what_if(what_if_id: int) -> None:
    """Simulate a question, from the beginning or from where a lost worker stopped."""
    actions.run_what_if(at=now(), what_if_id=what_if_id, now=now)


def give_up_lost_what_ifs() -> int:
    """End the questions that nobody works on any more, so that nobody waits for them; return how many."""
    return actions.give_up_what_ifs(at=now())

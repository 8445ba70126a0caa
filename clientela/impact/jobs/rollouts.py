"""Roll-outs by the clock: who is reminded, what ends, and what came of it."""

from django.db import Error
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.impact.actions.analysing import analyse_rollout, end_rollouts, remind_heads
from clientela.impact.actions.rollouts import ANALYSE_JOB
from clientela.kernel.clock import now

TRIED_AGAIN = RetryStrategy(max_attempts=5, wait=10, retry_exceptions=[Error])


@app.task(name=ANALYSE_JOB, retry=TRIED_AGAIN)
def work_out_rollout(rollout_id: int) -> None:
    """Work out what came of a roll-out; it takes a second or two, so it needs no process of its own."""
    analyse_rollout(at=now(), rollout_id=rollout_id)


def mind_rollouts() -> int:
    """Tell heads that their day has come, and end what has run its time; return how many of both."""
    at = now()
    return remind_heads(at=at) + end_rollouts(at=at)

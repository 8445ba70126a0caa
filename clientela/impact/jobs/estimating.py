"""Impact by the clock, and when somebody asks."""

from django.db import Error
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.directory.policies import HOUSE
from clientela.impact.actions.estimating import (
    ESTIMATE_JOB,
    ask_for_estimation,
    ask_for_first_estimation,
    give_up_estimations,
    run_estimation,
)
from clientela.kernel.clock import now

# Only for trouble with the database: everything else ends the working out itself, with the reason.
TRIED_AGAIN = RetryStrategy(max_attempts=5, wait=10, retry_exceptions=[Error])


@app.task(name=ESTIMATE_JOB, queue="what_if", lock="network.what_if", retry=TRIED_AGAIN)
def estimate_impact(estimation_id: int) -> None:
    """Work out one."""
    run_estimation(at=now(), estimation_id=estimation_id, now=now)


def estimate_impact_anew() -> int:
    """Ask for a new working out: what was said and done since the last one counts too."""
    return ask_for_estimation(by=HOUSE, at=now())


def estimate_impact_first() -> int | None:
    """Ask for the first working out of a house, so that its page says something before the first week is over."""
    return ask_for_first_estimation(by=HOUSE, at=now())


def give_up_lost_estimations() -> int:
    """End those that nobody works on any more; return how many."""
    return give_up_estimations(at=now())

"""Files of cases in the background: worked out, given up, swept."""

from django.db import Error
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.impact.actions.case_files import (
    ESTIMATE_CASES_JOB,
    give_up_case_files,
    run_case_estimation,
    sweep_case_files,
)
from clientela.kernel.clock import now
from clientela.network.actions.asking import QUEUE

# Only for trouble with the database: everything else ends the working out itself, with the reason.
TRIED_AGAIN = RetryStrategy(max_attempts=5, wait=10, retry_exceptions=[Error])


@app.task(name=ESTIMATE_CASES_JOB, queue=QUEUE, retry=TRIED_AGAIN)
def estimate_cases(case_file_id: int) -> None:
    """Work out one file; one whose worker was lost is worked out from the beginning."""
    run_case_estimation(at=now(), number=case_file_id, now=now)


def give_up_lost_case_files() -> int:
    """End those that nobody works on any more, so that nobody waits for them; return how many."""
    return give_up_case_files(at=now())


def sweep_files_of_cases() -> int:
    """Remove the bytes of files that are gone; return how many."""
    return sweep_case_files(at=now())

"""The kernel's work in the background: the post, and keeping the house tidy."""

import logging

from asgiref.sync import async_to_sync
from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from clientela.kernel import journal, post
from clientela.kernel.analytics.keeping import is_begun, keep_up
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

MOST_STARTS = 5
KEEP_FINISHED_JOBS_HOURS = 24 * 30


@app.task(name="clientela.kernel.jobs.hand_over_one_letter", queue="post")
def hand_over_one_letter(letter_id: int) -> None:
    """Hand over a letter whose job an earlier version of Clientela deferred; now `post.run_post` is called instead."""
    post.hand_over_letter(letter_id, at=now())


def hand_over_due_letters() -> int:
    """Hand over every letter that is due: a next try, or one whose own job or worker was lost."""
    return post.hand_over_due_letters(at=now())


def prepare_journal_months() -> list[str]:
    """Make the journal's parts for the months to come."""
    return journal.prepare_months(at=now())


def begin_analytics() -> int:
    """Fill the analytics store of a house that has none yet, so that nobody waits five minutes for a first picture."""
    return 0 if is_begun() else keep_analytics_up()


def keep_analytics_up() -> int:
    """Write into the analytics store what happened since the last time; return how many facts were read."""
    return keep_up(at=now()).facts


def recover_stalled_jobs() -> None:
    """Start the jobs whose worker died again. One that was started five times is given up: it may be what kills."""
    async_to_sync(_recover_stalled_jobs)()


async def _recover_stalled_jobs() -> None:
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts < MOST_STARTS:
            await app.job_manager.retry_job(job)
        else:
            logger.error("Job %s, %s, was given up: its worker died %s times.", job.id, job.task_name, job.attempts)
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)


def forget_old_sessions() -> None:
    """Delete the sessions that have run out."""
    SessionStore.clear_expired()


def forget_old_jobs() -> None:
    """Delete the jobs that ended more than thirty days ago, failed ones too."""
    async_to_sync(app.job_manager.delete_old_jobs)(
        nb_hours=KEEP_FINISHED_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )

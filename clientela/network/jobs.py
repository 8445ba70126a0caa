"""The network's work in the background: simulating what was asked."""

from time import monotonic

from django.db import Error
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from clientela.kernel.clock import now
from clientela.network import actions
from clientela.network.actions.asking import QUEUE, RUN_JOB
from clientela.network.actions.logs import COUNT_JOB
from clientela.network.actions.logs import QUEUE as LOGS
from clientela.network.actions.mail_traces import COUNT_MAIL_JOB, MAIL_QUEUE

COUNTS_SECONDS = 50.0  # then the next minute's run goes on, so that other jobs have their turn
# Only for trouble with the database: everything else ends the question itself, with the reason.
TRIED_AGAIN = RetryStrategy(max_attempts=5, wait=10, retry_exceptions=[Error])


@app.task(name=RUN_JOB, queue=QUEUE, retry=TRIED_AGAIN)
def run_one_what_if(what_if_id: int) -> None:
    """Simulate a question, from the beginning or from where a lost worker stopped."""
    actions.run_what_if(at=now(), what_if_id=what_if_id, now=now)


def give_up_lost_what_ifs() -> int:
    """End the questions that nobody works on any more, so that nobody waits for them; return how many."""
    return actions.give_up_what_ifs(at=now())


def draw_first_map() -> int:
    """Draw the map of a house that has none yet; return how many weeks it has."""
    return actions.draw_first_map(at=now())


def draw_map() -> int:
    """Replace the weeks of the service map that have changed in the analytics store; return how many."""
    return actions.draw_map(at=now())


def count_lateness() -> int:
    """Count the ended cases that changed, and for a while those of the past; return how many were counted."""
    until = monotonic() + COUNTS_SECONDS
    return actions.count_lateness(at=now(), goes_on=lambda: monotonic() < until)


def ask_on_whom_people_depend() -> int:
    """End the round whose time is over, write to who may be asked now, remind who was; return how many of all."""
    ended = actions.count_what_has_ended(at=now())
    written = 0
    while some := actions.ask_who_may_be_asked(at=now()) + actions.remind_who_has_not_answered(at=now()):
        written += some
    return ended + written


@app.task(name=COUNT_JOB, queue=LOGS, retry=TRIED_AGAIN)
def count_one_log(log_id: int) -> None:
    """Count an event log; one whose worker was lost is counted from the beginning."""
    actions.run_log(at=now(), log_id=log_id, now=now)


def give_up_lost_logs() -> int:
    """End the logs that nobody counts any more, so that nobody waits for them; return how many."""
    return actions.give_up_logs(at=now())


def sweep_log_files() -> int:
    """Remove files of logs that are gone; return how many."""
    return actions.sweep_log_files(at=now())


@app.task(name=COUNT_MAIL_JOB, queue=MAIL_QUEUE, retry=TRIED_AGAIN)
def count_one_mail_trace(trace_id: int) -> None:
    """Count a mail server's record; one whose worker was lost is counted from the beginning."""
    actions.run_mail_trace(at=now(), trace_id=trace_id, now=now)


def give_up_lost_mail_traces() -> int:
    """End the records that nobody counts any more, and delete their files; return how many."""
    return actions.give_up_mail_traces(at=now())


def sweep_mail_files() -> int:
    """Delete records that nobody confirmed for a day, and files that a crash left behind; return how many."""
    return actions.sweep_mail_files(at=now())

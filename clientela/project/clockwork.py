"""The clockwork, on one page: everything that runs by the clock, and everybody who follows the journal."""

from collections.abc import Callable
from dataclasses import dataclass

from procrastinate import App

from clientela.impact import jobs as impact
from clientela.inbox import jobs as inbox
from clientela.kernel import jobs as kernel
from clientela.kernel.journal import Follower
from clientela.network import jobs as network
from clientela.promises import jobs as promises
from clientela.requests import jobs as requests
from clientela.voice import jobs as voice

EVERY_MINUTE = "* * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_HOUR = "17 * * * *"
EVERY_NIGHT = "40 2 * * *"  # UTC
EVERY_WEEK = "10 3 * * 1"  # UTC


@dataclass(frozen=True)
class Schedule:
    """A job of a context's `jobs.py` that takes nothing, and when it runs (cron, in UTC)."""

    cron: str
    job: Callable[[], object]


# One line each, in the order of the contexts. A job is safe to run twice and late: after a time without a worker it
# runs once, not once for every time it was missed.
SCHEDULES = (
    Schedule(EVERY_MINUTE, kernel.hand_over_due_letters),
    Schedule(EVERY_MINUTE, kernel.recover_stalled_jobs),
    Schedule(EVERY_HOUR, kernel.prepare_journal_months),
    Schedule(EVERY_MINUTE, kernel.begin_analytics),
    Schedule(EVERY_FIVE_MINUTES, kernel.keep_analytics_up),
    Schedule(EVERY_NIGHT, kernel.forget_old_sessions),
    Schedule(EVERY_NIGHT, kernel.forget_old_jobs),
    Schedule(EVERY_MINUTE, promises.sweep_due_promises),
    Schedule(EVERY_MINUTE, requests.resume_what_waited_for_a_date),
    Schedule(EVERY_FIVE_MINUTES, requests.rank_again),
    Schedule(EVERY_FIVE_MINUTES, requests.foresee_what_will_be_late),
    Schedule(EVERY_NIGHT, requests.learn_what_to_expect),
    Schedule(EVERY_HOUR, requests.close_what_was_resolved),
    Schedule(EVERY_HOUR, requests.forget_who_looked),
    Schedule(EVERY_MINUTE, network.give_up_lost_what_ifs),
    Schedule(EVERY_MINUTE, network.give_up_lost_logs),
    Schedule(EVERY_NIGHT, network.sweep_log_files),
    Schedule(EVERY_MINUTE, network.give_up_lost_mail_traces),
    Schedule(EVERY_HOUR, network.sweep_mail_files),
    Schedule(EVERY_MINUTE, network.draw_first_map),
    Schedule(EVERY_HOUR, network.draw_map),
    Schedule(EVERY_MINUTE, network.count_lateness),
    Schedule(EVERY_FIVE_MINUTES, network.ask_on_whom_people_depend),
    Schedule(EVERY_MINUTE, voice.turn_rounds),
    Schedule(EVERY_FIVE_MINUTES, voice.remind_who_was_asked),
    Schedule(EVERY_MINUTE, voice.read_review_sites),
    Schedule(EVERY_NIGHT, voice.propose_what_grows),
    Schedule(EVERY_MINUTE, voice.read_what_was_said),
    Schedule(EVERY_NIGHT, voice.learn_from_what_was_scored),
    Schedule(EVERY_NIGHT, voice.read_again_what_others_read),
    Schedule(EVERY_NIGHT, voice.group_who_said_the_same),
    Schedule(EVERY_NIGHT, voice.find_new_subjects),
    Schedule(EVERY_HOUR, impact.mind_rollouts),
    Schedule(EVERY_MINUTE, impact.draw_both_sides_first),
    Schedule(EVERY_HOUR, impact.draw_both_sides),
    Schedule(EVERY_MINUTE, impact.estimate_impact_first),
    Schedule(EVERY_MINUTE, impact.give_up_lost_estimations),
    Schedule(EVERY_WEEK, impact.estimate_impact_anew),
    Schedule(EVERY_MINUTE, impact.give_up_lost_case_files),
    Schedule(EVERY_NIGHT, impact.sweep_files_of_cases),
    Schedule(EVERY_MINUTE, inbox.understand_what_waits),
)

# One line each: a context's FOLLOWERS, from its `jobs.py`, unpacked. Their names are their places in the journal:
# never change one.
FOLLOWERS: tuple[Follower, ...] = (*requests.FOLLOWERS, *voice.FOLLOWERS)


def on_app_ready(app: App) -> None:
    """Give the schedules to the job queue. Django calls this once, when every model is loaded."""
    for schedule in SCHEDULES:
        _schedule(app, schedule)


def _schedule(app: App, schedule: Schedule) -> None:
    name = f"{schedule.job.__module__}.{schedule.job.__name__}"

    # The queueing lock lets at most one run wait, however long no worker was there.
    @app.periodic(cron=schedule.cron, periodic_id=name)
    @app.task(name=name, queueing_lock=name)
    def run(timestamp: int) -> None:  # noqa: ARG001 - the job queue passes the moment it was due; jobs read the clock
        schedule.job()

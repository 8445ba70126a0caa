"""The worker and its clockwork: jobs, schedules and followers run, and no death of anybody stops them for long."""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app

from clientela.kernel import jobs
from clientela.kernel.journal import FactSeen, Follower, record
from clientela.kernel.models import Letter
from clientela.project import worker
from clientela.project.clockwork import FOLLOWERS, SCHEDULES
from tests.contexts.kernel.conftest import OtherProcess
from tests.contexts.kernel.drafts import AT, posted, state
from tests.contexts.kernel.mail_server import WAIT, ScriptedMailServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_jobs_of_other_tests(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def becomes_true(question: Callable[[], object], *, within_seconds: float = 20) -> bool:
    """Ask until the answer is yes, or so much time has passed."""
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.05)
    return False


def job_states() -> dict[str, str]:
    """Each job's state by its name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def states_of_tests_jobs() -> dict[str, str]:
    """The same, without those of the house."""
    return {name: status for name, status in job_states().items() if name.startswith("tests.")}


def stop(process: object) -> float:
    """Ask the process to stop; how many seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    return time.monotonic() - began


def test_the_worker_hands_letters_over_and_stops_when_asked(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    letter_id = posted()
    process = other_process("-m", "clientela.project.worker", CLIENTELA_MAIL_SERVER=mail_server.url)
    assert becomes_true(lambda: state(letter_id) == "sent")
    # And at once when it is there, by a call of the database and not by looking now and then.
    second = posted(message_id="second@clientela.test")
    assert becomes_true(lambda: state(second) == "sent", within_seconds=4)
    assert len(mail_server.letters) == 2
    assert stop(process) < 5


def test_the_worker_hands_a_link_to_come_in_over_while_letters_to_many_are_stuck(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    mail_server.script_of_letter[1] = {"rcpt": WAIT}  # the first of many, at a mail server that thinks for long
    numbers = [posted(message_id=f"many-{number}@clientela.test", priority=3) for number in range(3)]
    process = other_process("-m", "clientela.project.worker", CLIENTELA_MAIL_SERVER=mail_server.url)
    assert mail_server.reached["rcpt"].wait(20)
    link = posted(message_id="link@clientela.test", kind="access")
    assert becomes_true(lambda: state(link) == "sent", within_seconds=4)
    # The one that is stuck: the others may have been taken by the sweep of each minute, which is in no lane.
    assert state(numbers[0]) == "waiting"
    mail_server.go_on.set()
    assert becomes_true(lambda: [state(number) for number in numbers] == ["sent"] * 3)
    assert stop(process) < 5


def test_the_worker_stops_in_time_even_in_the_middle_of_a_job(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    mail_server.script["rcpt"] = WAIT
    letter_id = posted()
    process = other_process("-m", "clientela.project.worker", CLIENTELA_MAIL_SERVER=mail_server.url)
    assert mail_server.reached["rcpt"].wait(20)
    assert stop(process) < 5
    assert state(letter_id) == "waiting"


def test_the_worker_goes_on_after_it_lost_the_database(
    mail_server: ScriptedMailServer, other_process: OtherProcess
) -> None:
    first = posted()
    process = other_process("-m", "clientela.project.worker", CLIENTELA_MAIL_SERVER=mail_server.url)
    assert becomes_true(lambda: state(first) == "sent")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        assert cursor.fetchone()[0] >= 2
    connections.close_all()
    connection.close_pool()  # those of the tests have died too
    second = posted(message_id="second@clientela.test")
    assert becomes_true(lambda: state(second) == "sent")
    assert stop(process) < 5


def test_what_a_job_defers_goes_with_the_job_that_failed(other_process: OtherProcess) -> None:
    app.configure_task("tests.fails_after_posting").defer()
    app.configure_task("tests.succeeds").defer()
    other_process(
        "-c",
        """
import django
django.setup()
from django.db import transaction
from procrastinate.contrib.django import app
from tests.contexts.kernel.drafts import AT, draft
from clientela.kernel.post import post_letter

@app.task(name="tests.fails_after_posting")
def fail_after_posting():
    with transaction.atomic():
        post_letter(draft(), at=AT)
        app.configure_task("tests.goes_with_the_job_that_failed").defer()
        raise ZeroDivisionError

@app.task(name="tests.succeeds")
def succeed():
    with transaction.atomic():
        post_letter(draft(message_id="second@clientela.test", subject="Second"), at=AT)

from clientela.project import worker
worker.main()
""",
    )
    assert becomes_true(lambda: job_states().get("tests.fails_after_posting") == "failed")
    assert becomes_true(lambda: Letter.objects.filter(kept_at__isnull=False).exists())
    assert [letter.subject for letter in Letter.objects.all()] == ["Second"]
    assert becomes_true(lambda: states_of_tests_jobs() == {"tests.fails_after_posting": "failed"})


def test_the_worker_lets_the_followers_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    called = threading.Event()

    def follow(facts: Sequence[FactSeen]) -> None:
        seen.extend(fact.verb for fact in facts)
        called.set()

    monkeypatch.setattr(worker, "FOLLOWERS", (Follower("tests.worker", frozenset({"seen"}), follow),))
    end = threading.Event()
    thread = threading.Thread(target=worker._follow_until, args=[end, threading.Event()])
    thread.start()
    try:
        for _ in range(2):
            called.clear()
            with transaction.atomic():
                record(verb="seen", by=None, at=AT, about=["request:1"])
            assert called.wait(20)
    finally:
        end.set()
        thread.join(5)
    assert not thread.is_alive()
    assert seen == ["seen", "seen"]


def test_every_schedule_is_known_to_the_job_queue_and_runs_in_an_empty_house() -> None:
    names = {f"{schedule.job.__module__}.{schedule.job.__name__}" for schedule in SCHEDULES}
    assert len(names) == len(SCHEDULES)
    assert {name for name, _id in app.periodic_registry.periodic_tasks} == names
    assert all(app.tasks[name].queueing_lock == name for name in names)
    for schedule in SCHEDULES:
        schedule.job()


def test_every_follower_has_a_name_of_its_own() -> None:
    assert len({follower.name for follower in FOLLOWERS}) == len(FOLLOWERS)


@pytest.mark.parametrize(("attempts", "becomes"), [(1, "todo"), (4, "todo"), (5, "failed")])
def test_a_job_whose_worker_died_runs_again_until_it_looks_guilty(attempts: int, becomes: str) -> None:
    jobs.hand_over_one_letter.defer(letter_id=posted())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [attempts])
    jobs.recover_stalled_jobs()
    assert job_states() == {"clientela.kernel.jobs.hand_over_one_letter": becomes}


def test_a_killed_worker_loses_no_letter(mail_server: ScriptedMailServer, other_process: OtherProcess) -> None:
    mail_server.script["rcpt"] = WAIT
    letter_id = posted()
    process = other_process("-m", "clientela.project.worker", CLIENTELA_MAIL_SERVER=mail_server.url)
    assert mail_server.reached["rcpt"].wait(20)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    mail_server.script.clear()

    def is_settled() -> bool:
        jobs.hand_over_due_letters()
        return Letter.objects.get(pk=letter_id).failed_tries == 1

    assert becomes_true(is_settled, within_seconds=10)
    Letter.objects.filter(pk=letter_id).update(due_at=AT)  # the pause is over
    assert jobs.hand_over_due_letters() == 1
    assert (state(letter_id), len(mail_server.letters)) == ("sent", 1)


def test_followers_let_mail_pass_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LONGEST_COURTESY_SECONDS", 0.3)
    end, mail_waits = threading.Event(), threading.Event()
    assert not worker._let_mail_pass(end, mail_waits)
    mail_waits.set()
    began = time.monotonic()
    assert worker._let_mail_pass(end, mail_waits)
    assert 0.3 <= time.monotonic() - began < 2
    monkeypatch.setattr(worker, "LONGEST_COURTESY_SECONDS", 60)
    threading.Timer(0.2, mail_waits.clear).start()
    assert worker._let_mail_pass(end, mail_waits)
    assert time.monotonic() - began < 10
    mail_waits.set()
    end.set()  # and not when the worker is to stop
    assert not worker._let_mail_pass(end, mail_waits)


@pytest.mark.parametrize(
    ("done", "rests"), [(0, False), (1, True), (worker.FEW_MAILS - 1, True), (worker.FEW_MAILS, False)]
)
def test_the_next_batch_begins_at_once_but_after_one_of_a_few_mails(
    monkeypatch: pytest.MonkeyPatch, *, done: int, rests: bool
) -> None:
    monkeypatch.setattr(worker, "GATHERING_SECONDS", 0.4)
    began = time.monotonic()
    assert worker._may_go_on(threading.Event(), done)
    assert (time.monotonic() - began >= 0.4) == rests
    is_over = threading.Event()
    is_over.set()
    assert not worker._may_go_on(is_over, done)

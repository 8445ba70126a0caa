"""A worker killed for good in the middle of a file of cases: the next one works it out, and finds the same."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from clientela.impact.models import CaseFile
from clientela.kernel import jobs
from tests.case_rows import as_csv, long_rows
from tests.contexts.impact.brought import NAMES, ask, bring, run, verbs
from tests.contexts.kernel.conftest import OtherProcess, other_process  # noqa: F401 - a real worker
from tests.rules.impact.organisation import organisation
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files")]

LONG = as_csv(NAMES, long_rows(*organisation(cases_each=600)))


def becomes_true(question: Callable[[], object], *, within_seconds: float = 60) -> bool:
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        if question():
            return True
        time.sleep(0.05)
    return False


def family_of(pid: int) -> list[int]:
    """All processes that this one began, and theirs."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    threads = Path(f"/proc/{pid}/task").glob("*/children") if path.exists() else ()
    children = [int(child) for thread in threads for child in thread.read_text().split()]
    return [one for child in children for one in (child, *family_of(child))]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def half_a_minute_passes() -> None:
    """The dead worker shows itself no more: nobody waits for that here."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '5 minutes'")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Only Linux tells which process began which.")
def test_a_file_whose_worker_was_killed_is_worked_out_by_the_next_one(
    world: World,
    files: Path,
    other_process: OtherProcess,  # noqa: F811 - the fixture imported above
) -> None:
    forget_jobs()
    number = bring(world, LONG)
    ask(world, number)
    home = str(files.parent)
    worker = other_process("-m", "clientela.project.worker", CLIENTELA_HOME=home)
    assert becomes_true(lambda: CaseFile.objects.get().progress > 0)
    family = family_of(worker.pid)
    assert family  # what reads the file and estimates is a process of its own
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    assert becomes_true(lambda: not any(map(is_alive, family)), within_seconds=10)
    left = CaseFile.objects.get()
    assert (left.state, left.result) == ("running", None)

    half_a_minute_passes()
    jobs.recover_stalled_jobs()  # the clock does so every minute
    following = other_process("-m", "clientela.project.worker", CLIENTELA_HOME=home)
    assert becomes_true(lambda: CaseFile.objects.get().state == "done")
    following.terminate()  # or it would take the file that is asked for again below
    assert following.wait(30) == 0
    found = CaseFile.objects.get().result
    assert verbs(number) == ["case_file.brought", "case_file.asked", "case_file.estimated"]

    ask(world, number)
    world.at += timedelta(minutes=1)
    run(world, number)
    assert CaseFile.objects.get().result == found

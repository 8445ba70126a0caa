"""The worker: runs the deferred jobs and the schedules, and lets the followers follow the journal.

Any number of workers, on any number of machines, share the work through the database. One survives a restart of the
database (it tries again with growing pauses) and stops within five seconds of SIGTERM or SIGINT: a job that needs
longer is cut off, which does no harm because every job is safe to run twice.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import partial

import django
import psycopg
from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from clientela.kernel.clock import now

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clientela.project.settings")
django.setup()

from clientela.inbox import jobs as inbox  # noqa: E402 - tables need Django set up
from clientela.inbox.actions.storing import MAIL_CHANNEL  # noqa: E402 - tables need Django set up
from clientela.kernel import post  # noqa: E402 - tables need Django set up
from clientela.kernel.journal import FACTS_AT_ONCE, follow_all, settle_after_restore  # noqa: E402 - tables need Django set up
from clientela.project.clockwork import FOLLOWERS  # noqa: E402 - tables need Django set up

logger = logging.getLogger(__name__)

CONCURRENCY = 3  # jobs at once, each in a thread with a connection
LOOK_SECONDS = 1.0
STOP_SECONDS = 4.5
JOBS_STOP_SECONDS = 3.0
SHORTEST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 10.0
# While mail waits, the followers let it pass: they go in fewer and larger steps, but are never longer behind than this.
LONGEST_COURTESY_SECONDS = 3.0
GLANCE_SECONDS = 0.05
FACTS_AT_ONCE_AFTER_COURTESY = 4000
# Half of what a batch of a few mails costs, it would cost for two hundred too. So after a small one there is a rest.
FEW_MAILS = 100
GATHERING_SECONDS = 0.1
SWITCH_SECONDS = 0.0005
RUBBISH_AT = 20_000  # new things at once; Python's own 700 is for programs that make few


class Pauses:
    """Pauses that grow while the database is away: 0.5 s, 1 s, 2 s… up to ten."""

    def __init__(self) -> None:
        self._next = 0.5

    def next_seconds(self) -> float:
        """The next pause, twice the last one."""
        seconds, self._next = self._next, min(self._next * 2, LONGEST_PAUSE_SECONDS)
        return seconds


def main() -> int:
    """Work until SIGTERM or SIGINT. Return the exit status."""
    _prepare_for_long_work()
    stop, mail_waits = threading.Event(), threading.Event()
    followers = threading.Thread(target=_follow_until, args=[stop, mail_waits], name="followers", daemon=True)
    followers.start()
    threading.Thread(target=_understand_until, args=[stop, mail_waits], name="mail", daemon=True).start()
    for lane in post.LANES:
        threading.Thread(target=_post_until, args=[stop, lane], name=f"post: {lane.name}", daemon=True).start()
    asyncio.run(_run_jobs_until_a_signal(stop))
    followers.join(timeout=1)
    return 0


def _prepare_for_long_work() -> None:
    # What is loaded now stays until the end: looking through it for rubbish, again and again, is a sixth of the work.
    gc.collect()
    gc.freeze()
    gc.set_threshold(RUBBISH_AT)
    # A thread that has its answer from the database waits so long, at most, for one that is computing.
    sys.setswitchinterval(SWITCH_SECONDS)


async def _run_jobs_until_a_signal(stop: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    jobs = asyncio.ensure_future(_run_jobs_for_ever())

    def stop_everything() -> None:
        if not stop.is_set():
            stop.set()
            # A job in a thread cannot be interrupted: what still runs after this time ends with the process.
            last_bell = threading.Timer(STOP_SECONDS, os._exit, [0])
            last_bell.daemon = True
            last_bell.start()
            jobs.cancel()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop_everything)
    try:
        await jobs
    except asyncio.CancelledError:
        logger.info("The worker has stopped.")


async def _run_jobs_for_ever() -> None:
    pauses = Pauses()
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await sync_to_async(settle_after_restore)()
            await _run_jobs()
        except (ConnectorException, Error, psycopg.Error, OSError) as error:
            logger.warning("The jobs wait for the database: %s", error)
        except Exception:
            logger.exception("The jobs stopped.")
        # It also comes back by itself when one of its parts has lost the database.
        await sync_to_async(_forget_connections)()
        if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
            pauses = Pauses()
        await asyncio.sleep(pauses.next_seconds())


async def _run_jobs() -> None:
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3, timeout=5)
    # A second app over the same tasks, for the worker alone. `replace_connector` would put its connector under the app
    # of everybody in this process, and a job that defers another would no longer do so in its own transaction.
    async with app.with_connector(connector).open_async() as worker_app:
        await worker_app.run_worker_async(
            concurrency=CONCURRENCY,
            # A job inserted just while the worker looks for one is not called out again (procrastinate 3.10), so it
            # looks by itself too.
            fetch_job_polling_interval=LOOK_SECONDS,
            install_signal_handlers=False,
            shutdown_graceful_timeout=JOBS_STOP_SECONDS,
            delete_jobs="successful",
        )


def _follow_until(stop: threading.Event, mail_waits: threading.Event) -> None:
    pauses = Pauses()
    while not stop.is_set():
        try:
            settle_after_restore()
            with psycopg.connect(**connector_params(), autocommit=True) as ear:
                ear.execute("LISTEN clientela_journal")
                pauses = Pauses()
                _follow(ear, stop, mail_waits)
        except (Error, psycopg.Error, OSError) as error:
            logger.warning("The followers wait for the database: %s", error)
        except Exception:
            logger.exception("The followers stopped.")
        _forget_connections()
        stop.wait(pauses.next_seconds())


def _follow(ear: psycopg.Connection, stop: threading.Event, mail_waits: threading.Event) -> None:
    wait = SHORTEST_WAIT_SECONDS
    while not stop.is_set():
        has_waited = _let_mail_pass(stop, mail_waits)
        passed = follow_all(FOLLOWERS, at=now(), limit=FACTS_AT_ONCE_AFTER_COURTESY if has_waited else FACTS_AT_ONCE)
        close_old_connections()
        was_called = _listen(ear, stop, seconds=0 if passed else wait)
        # After a call the fact may still lie above the oldest running transaction, so the next looks come soon; then
        # less and less often, down to a glance every five seconds for whatever no call told of.
        wait = SHORTEST_WAIT_SECONDS if passed or was_called else min(wait * 2, LONGEST_WAIT_SECONDS)


def _let_mail_pass(stop: threading.Event, mail_waits: threading.Event) -> bool:
    """Wait until no mail waits in this process, but not for ever. Whether there was any."""
    end = time.monotonic() + LONGEST_COURTESY_SECONDS
    has_waited = False
    while mail_waits.is_set() and time.monotonic() < end and not stop.wait(GLANCE_SECONDS):
        has_waited = True
    return has_waited


def _post_until(stop: threading.Event, lane: post.Lane) -> None:
    """Hand letters of one lane over as soon as they are written. The sweep of the clockwork finds what this misses."""
    pauses = Pauses()
    while not stop.is_set():
        try:
            with psycopg.connect(**connector_params(), autocommit=True) as ear:
                ear.execute(f"LISTEN {post.CHANNEL}")
                pauses = Pauses()
                while not stop.is_set():
                    seconds = post.hand_over_lane(lane, moment=now, goes_on=lambda: not stop.is_set())
                    close_old_connections()
                    _listen(ear, stop, seconds=seconds)
        except (Error, psycopg.Error, OSError) as error:
            logger.warning("The post waits for the database: %s", error)
        except Exception:
            logger.exception("The post stopped.")
        _forget_connections()
        stop.wait(pauses.next_seconds())


def _understand_until(stop: threading.Event, mail_waits: threading.Event) -> None:
    """Understand mail as soon as it is stored, in batches. The sweep of the clockwork finds what this misses."""
    pauses = Pauses()
    while not stop.is_set():
        try:
            with psycopg.connect(**connector_params(), autocommit=True) as ear:
                ear.execute(f"LISTEN {MAIL_CHANNEL}")
                pauses = Pauses()
                inbox.take_up_what_was_lost()
                while not stop.is_set():
                    mail_waits.set()
                    inbox.understand_mail(goes_on=partial(_may_go_on, stop))
                    mail_waits.clear()
                    close_old_connections()
                    _listen(ear, stop, seconds=LONGEST_WAIT_SECONDS)
        except (Error, psycopg.Error, OSError) as error:
            logger.warning("Understanding mail waits for the database: %s", error)
        except Exception:
            logger.exception("Understanding mail stopped.")
        mail_waits.clear()
        _forget_connections()
        stop.wait(pauses.next_seconds())


def _may_go_on(stop: threading.Event, done: int) -> bool:
    """Whether the next batch may begin, after one of `done` mails: at once, or when a few more have come."""
    return not stop.wait(GATHERING_SECONDS if 0 < done < FEW_MAILS else 0)


def _listen(ear: psycopg.Connection, stop: threading.Event, *, seconds: float) -> bool:
    """Wait for a call, at most so long; in small steps, to notice the end of the day."""
    left = seconds
    while left >= 0 and not stop.is_set():
        step = min(left, 0.5)
        for _call in ear.notifies(timeout=step, stop_after=1):
            return True
        left -= step or 1
    return False


def _forget_connections() -> None:
    # Those in the pool have died with the database too, and trying them one after another takes ever longer pauses.
    connections.close_all()
    default = connections["default"]
    if isinstance(default, DatabaseWrapper):
        with suppress(KeyError):  # the jobs and the followers may both throw the pool away at once
            default.close_pool()


if __name__ == "__main__":
    sys.exit(main())

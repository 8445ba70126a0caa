"""The process that reads the mailboxes. As long as there is none, it stays small: it only waits for the first one."""

import importlib
import signal
import threading

import psycopg

from clientela.kernel.environment import read_environment

# Both are named in `actions.mailboxes` and `models`, which would bring all of Django along.
CHANNEL = "clientela_mailboxes"
LOOK_SECONDS = 60.0
STEP_SECONDS = 0.5
HOUSEHOLD = "clientela.inbox.mailboxes.household"


def main() -> int:
    """Read mailboxes until SIGTERM or SIGINT. Return the exit status."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    url = read_environment().database_url
    while not stop.is_set() and not _there_is_one(url, stop):
        stop.wait(STEP_SECONDS * 2)
    if not stop.is_set():
        importlib.import_module(HOUSEHOLD).watch_mailboxes(stop, database_url=url)
    return 0


def _there_is_one(url: str, stop: threading.Event) -> bool:
    """Wait for a mailbox to read; false when the database went away meanwhile, or it is time to end."""
    try:
        with psycopg.connect(url, autocommit=True) as ear:
            ear.execute(f"LISTEN {CHANNEL}")
            while not stop.is_set():
                row = ear.execute("SELECT EXISTS (SELECT 1 FROM inbox_mailbox WHERE paused_at IS NULL)").fetchone()
                if row is not None and row[0]:
                    return True
                _wait_for_a_call(ear, stop)
    except (psycopg.Error, OSError):
        return False
    return False


def _wait_for_a_call(ear: psycopg.Connection, stop: threading.Event) -> None:
    waited = 0.0
    while waited < LOOK_SECONDS and not stop.is_set():
        for _call in ear.notifies(timeout=STEP_SECONDS, stop_after=1):
            return
        waited += STEP_SECONDS

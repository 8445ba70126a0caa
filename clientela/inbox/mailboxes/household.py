"""All mailboxes of an installation, each with its own watcher; changed ones begin anew, removed ones end."""

import logging
import os
import threading

import django
import psycopg
from django.db import Error, connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clientela.project.settings")
django.setup()

from clientela.inbox.actions.mailboxes import MAILBOXES_CHANNEL  # noqa: E402 - tables need Django set up
from clientela.inbox.mailboxes.getting_in import Keys  # noqa: E402 - the same
from clientela.inbox.mailboxes.watching import Watcher  # noqa: E402 - the same
from clientela.inbox.models import Mailbox  # noqa: E402 - the same

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
STEP_SECONDS = 0.5
STOP_SECONDS = 3.0
# Held by the process that reads the mailboxes: a second one on the same database waits until this one has ended.
LOCK = "clientela mailboxes"


def watch_mailboxes(stop: threading.Event, *, database_url: str) -> None:
    """Watch every mailbox until `stop`. A database that is away is waited for; the watchers wait by themselves."""
    watchers: dict[int, Watcher] = {}
    keys = Keys()
    while not stop.is_set():
        try:
            with psycopg.connect(database_url, autocommit=True) as ear:
                _listen_and_tend(ear, watchers, keys, stop)
        except (psycopg.Error, Error, OSError) as error:
            logger.warning("The mailboxes wait for the database: %s", error)
        stop.wait(STEP_SECONDS * 2)
    for watcher in watchers.values():
        watcher.stop()
    for watcher in watchers.values():
        watcher.join(timeout=STOP_SECONDS)


def _listen_and_tend(ear: psycopg.Connection, watchers: dict[int, Watcher], keys: Keys, stop: threading.Event) -> None:
    while not stop.is_set() and not _is_ours(ear):
        stop.wait(STEP_SECONDS * 4)
    ear.execute(f"LISTEN {MAILBOXES_CHANNEL}")
    while not stop.is_set():
        _tend(watchers, keys)
        called = _called(ear, stop)
        for payload in called:
            if payload.isdecimal() and int(payload) in watchers:
                watchers[int(payload)].look_now()


def _is_ours(ear: psycopg.Connection) -> bool:
    row = ear.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK]).fetchone()
    return row is not None and bool(row[0])


def _tend(watchers: dict[int, Watcher], keys: Keys) -> None:
    """Start who is missing; end who is no longer wanted as they are."""
    try:
        wanted = dict(Mailbox.objects.filter(paused_at=None).values_list("pk", "settings_version"))
    finally:
        connection.close()
    for mailbox_id, watcher in list(watchers.items()):
        if wanted.get(mailbox_id) != watcher.settings_version or not watcher.is_alive():
            watcher.stop()
            del watchers[mailbox_id]
    for mailbox_id, version in wanted.items():
        if mailbox_id not in watchers:
            watchers[mailbox_id] = Watcher(mailbox_id, version, keys)
            watchers[mailbox_id].start()


def _called(ear: psycopg.Connection, stop: threading.Event) -> list[str]:
    """Wait for a call, at most so long; in small steps, to notice the end of the day."""
    waited = 0.0
    while waited < LOOK_SECONDS and not stop.is_set():
        calls = [call.payload for call in ear.notifies(timeout=STEP_SECONDS, stop_after=1)]
        if calls:
            return calls
        waited += STEP_SECONDS
    return []

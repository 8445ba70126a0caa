"""Watching one mailbox: told at once where the server can (IDLE), else by looking every minute."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import Error, connection
from imapclient import IMAPClient

from clientela.inbox.actions.mailbox_reading import (
    MailboxChangedError,
    begin_life,
    note_looked,
    note_trouble,
)
from clientela.inbox.mailboxes.connecting import BROKEN, connected, open_folders
from clientela.inbox.mailboxes.fetching import Reader
from clientela.inbox.mailboxes.getting_in import Keys
from clientela.inbox.mailboxes.trouble import MailboxError, Trouble, trouble_of
from clientela.inbox.models import Mailbox
from clientela.kernel.clock import now

logger = logging.getLogger(__name__)

# Told at once, we still look now and then: news between a search and the next IDLE may have been said to nobody.
LOOK_ANYWAY_SECONDS = 120.0
LOOK_SECONDS = 60.0
STEP_SECONDS = 0.5
DATABASE_PAUSE_SECONDS = 2.0
NEWS = frozenset({b"EXISTS", b"RECENT"})


class Watcher(threading.Thread):
    """Reads one mailbox until `stop`. Whatever goes wrong stays here: it is written down, and tried again later."""

    def __init__(self, mailbox_id: int, settings_version: int, keys: Keys) -> None:
        super().__init__(name=f"mailbox {mailbox_id}", daemon=True)
        self.mailbox_id = mailbox_id
        self.settings_version = settings_version
        self._keys = keys
        self._stop_event = threading.Event()
        self._woken = threading.Event()
        self._is_careful = False

    def stop(self) -> None:
        """Ask it to end; it does so within a step, or when the server has answered."""
        self._stop_event.set()
        self._woken.set()

    def look_now(self) -> None:
        """End a pause."""
        self._woken.set()

    def run(self) -> None:
        """Read, and after a failure wait and begin again."""
        while not self._stop_event.is_set():
            try:
                self._read_until_it_breaks()
            except MailboxChangedError:
                return
            except Error as error:
                logger.warning("The mailboxes wait for the database: %s", error)
                self._wait(DATABASE_PAUSE_SECONDS)
            except (MailboxError, *BROKEN) as error:
                self._is_careful = True
                self._wait(self._noted(trouble_of(error)))
            except Exception as error:
                logger.exception("Mailbox %s could not be read.", self.mailbox_id)
                self._is_careful = True
                self._wait(self._noted(MailboxError(Trouble.OURS, f"{type(error).__name__}: {error}"[:300])))

    def _read_until_it_breaks(self) -> None:
        with _database():
            row = Mailbox.objects.filter(pk=self.mailbox_id, settings_version=self.settings_version).first()
            if row is None or row.paused_at is not None:
                raise MailboxChangedError
            way = self._keys.way_into(row)
        try:
            with connected(way) as client:
                client.normalise_times = False
                self._read(client, row)
        except MailboxError as error:
            if error.trouble == Trouble.WRONG_LOGIN:
                self._keys.forget(row)
            raise

    def _read(self, client: IMAPClient, row: Mailbox) -> None:
        folders = open_folders(client, folder=row.folder, done=row.done_folder, unreadable=row.unreadable_folder)
        with _database():
            row = begin_life(
                mailbox_id=row.pk, settings_version=row.settings_version, uid_validity=folders.uid_validity
            )
        reader = Reader(client, row, folders, settings.MESSAGE_LIMIT_BYTES, is_careful=self._is_careful)
        is_told = client.has_capability("IDLE")
        while not self._stop_event.is_set():
            self._woken.clear()  # before looking: who wakes us from now on wants another look
            with _database():
                looked_at = reader.take_in()
                self._move(reader, is_told_at_once=is_told)
            if looked_at:
                continue  # there may be more, or more may have come meanwhile
            reader.is_careful = self._is_careful = False
            if is_told:
                self._wait_for_news(client)
            else:
                self._wait(LOOK_SECONDS)
                client.noop()

    def _move(self, reader: Reader, *, is_told_at_once: bool) -> None:
        row = reader.row
        try:
            reader.move()
        except MailboxError as error:
            note_trouble(
                at=now(),
                mailbox_id=row.pk,
                settings_version=row.settings_version,
                trouble=error.trouble,
                detail=error.detail,
                is_read=True,
            )
            return
        note_looked(
            at=now(),
            mailbox_id=row.pk,
            settings_version=row.settings_version,
            is_told_at_once=is_told_at_once,
        )

    def _wait_for_news(self, client: IMAPClient) -> None:
        """Wait until the server tells of new mail, somebody wakes us, or it is time to look anyway."""
        client.idle()
        until = time.monotonic() + LOOK_ANYWAY_SECONDS
        while time.monotonic() < until and not self._is_wanted_elsewhere():
            began = time.monotonic()
            said = client.idle_check(timeout=STEP_SECONDS)
            if any(NEWS.intersection(one) for one in said):
                break
            if not said and time.monotonic() - began < STEP_SECONDS / 2:
                break  # the connection has something, and it is nothing: it has ended, and the next command says so
        client.idle_done()

    def _noted(self, error: MailboxError) -> float:
        logger.warning("Mailbox %s: %s", self.mailbox_id, error)
        try:
            with _database():
                pause = note_trouble(
                    at=now(),
                    mailbox_id=self.mailbox_id,
                    settings_version=self.settings_version,
                    trouble=error.trouble,
                    detail=error.detail,
                )
        except Error:
            return DATABASE_PAUSE_SECONDS
        return pause.total_seconds()

    def _wait(self, seconds: float) -> None:
        if not self._is_wanted_elsewhere():
            self._woken.wait(seconds)
        self._woken.clear()

    def _is_wanted_elsewhere(self) -> bool:
        return self._stop_event.is_set() or self._woken.is_set()


@contextmanager
def _database() -> Iterator[None]:
    """Use the database for a while, and give the connection back: waiting for mail holds none."""
    try:
        yield
    finally:
        with suppress(Error):
            connection.close()

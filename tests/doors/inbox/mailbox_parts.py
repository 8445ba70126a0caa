"""What the tests of mailboxes share: a mailbox of ours on a real dovecot, and a reader of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from clientela.directory.policies import HOUSE
from clientela.inbox.actions.mailboxes import MailboxSettings, define_mailbox
from clientela.inbox.mailboxes.getting_in import Keys
from clientela.inbox.mailboxes.watching import Watcher
from clientela.inbox.models import Mailbox, RawMessage
from clientela.kernel.clock import now
from tests.mail_servers.dovecot import PASSWORD, Dovecot

DONE = "Clientela done"
UNREADABLE = "Clientela unreadable"
LONGEST_SECONDS = 20.0


def mail(number: int, *, text: str = "Pralka przecieka.") -> bytes:
    """A mail of a customer, as a mail server keeps it."""
    return (
        f"From: zofia@example.test\r\nTo: care@casa-lavora.test\r\nSubject: Pralka {number}\r\n"
        f"Message-ID: <number-{number}@example.test>\r\n\r\n{text}\r\n"
    ).encode()


def settings_of(server: Dovecot, **changed: Any) -> MailboxSettings:
    """How the mailbox care on this server is read."""
    given: dict[str, Any] = {
        "address": "care@casa-lavora.test",
        "server": "localhost",
        "port": server.tls_port,
        "security": "tls",
        "certificate": server.certificate.path.read_text(),
        "user_name": "care",
        "password": PASSWORD,
    }
    return MailboxSettings(**{**given, **changed})


def mailbox_on(server: Dovecot, *, takes_what_is_there: bool = True, **changed: Any) -> int:
    """Define that mailbox, and return its id."""
    settings = settings_of(server, **changed)
    return define_mailbox(by=HOUSE, at=now(), settings=settings, takes_what_is_there=takes_what_is_there)


@contextmanager
def reading(*mailbox_ids: int) -> Iterator[list[Watcher]]:
    """Read these mailboxes for the length of a block."""
    keys = Keys()
    versions = dict(Mailbox.objects.filter(pk__in=mailbox_ids).values_list("pk", "settings_version"))
    watchers = [Watcher(mailbox_id, versions[mailbox_id], keys) for mailbox_id in mailbox_ids]
    for watcher in watchers:
        watcher.start()
    try:
        yield watchers
    finally:
        for watcher in watchers:
            watcher.stop()
        for watcher in watchers:
            watcher.join(LONGEST_SECONDS)
            assert not watcher.is_alive()


def until(what: Callable[[], object], *, seconds: float = LONGEST_SECONDS) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "It did not come to hold in time."
        time.sleep(0.05)


def stored() -> list[bytes]:
    """Every mail that was stored, in order."""
    return [bytes(content) for content in RawMessage.objects.order_by("pk").values_list("content", flat=True)]

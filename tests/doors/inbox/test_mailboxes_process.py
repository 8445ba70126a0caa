"""The process that reads mailboxes: killed again and again, it loses and doubles nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from clientela.inbox.models import Mailbox, MailToMove
from clientela.kernel.clock import now
from tests.doors.inbox.mailbox_parts import mail, mailbox_on, stored, until
from tests.mail_servers.dovecot import dovecot

CHECKOUT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-P", "-m", "clientela.inbox.mailboxes"]
MAILS = 24
KILLS = 4
START_SECONDS = 30.0

pytestmark = pytest.mark.django_db(transaction=True)


def address_of_database() -> str:
    """The tests' database, as DATABASE_URL names it."""
    info = connection.get_connection_params()
    host = info.get("host", "")
    return f"postgresql://{info['user']}:{info.get('password', '')}@/{info['dbname']}?host={host}&port={info['port']}"


@contextmanager
def process(home: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that reads the mailboxes of the tests' database; ended, and never only left behind."""
    environment = {**os.environ, "DATABASE_URL": address_of_database(), "CLIENTELA_HOME": str(home)}
    environment |= {"CLIENTELA_SECRET_KEY": settings.SECRET_KEY, "PYTHONPATH": str(CHECKOUT)}
    started = subprocess.Popen(COMMAND, cwd=CHECKOUT, env=environment, stderr=subprocess.PIPE)
    try:
        yield started
    finally:
        started.kill()
        started.wait(10)
        assert started.stderr is not None
        started.stderr.close()


def test_it_stays_small_until_there_is_a_mailbox_then_reads_it_and_ends_when_asked_to(tmp_path: Path) -> None:
    with dovecot() as server, process(tmp_path) as reader:
        time.sleep(2)
        assert _megabytes(reader.pid) < 45
        server.deliver("care", mail(1))
        mailbox_on(server)
        until(lambda: stored() == [mail(1)], seconds=START_SECONDS)
        until(lambda: not MailToMove.objects.exists())
        reader.send_signal(signal.SIGTERM)
        assert reader.wait(5) == 0


def test_killed_again_and_again_between_storing_and_moving_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(4)
    with dovecot() as server:
        mailbox_on(server)
        delivered = 0
        for _kill in range(KILLS):
            with process(tmp_path):
                begun_at = now()
                until(Mailbox.objects.filter(looked_at__gt=begun_at).exists, seconds=START_SECONDS)
                for number in range(delivered, delivered + MAILS // KILLS):
                    server.deliver("care", mail(number))
                delivered += MAILS // KILLS
                time.sleep(chance.uniform(0.0, 0.15))
        with process(tmp_path):
            until(lambda: server.folders("care")["INBOX"] == [], seconds=START_SECONDS)
            until(lambda: not MailToMove.objects.exists())
        wanted = sorted(mail(number) for number in range(delivered))
        assert sorted(stored()) == wanted
        assert sorted(server.folders("care")["Clientela done"]) == wanted
        assert Mailbox.objects.get().taken_count == delivered


def _megabytes(pid: int) -> float:
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(rows["VmRSS"].split()[0]) / 1024

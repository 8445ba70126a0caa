"""What the measurement of the intake asks of its database: a house, mails to send, a yardstick, and how far it is."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from clientela.inbox import jobs
from clientela.inbox.actions import IncomingMail, store_raw_messages
from clientela.inbox.actions.storing import MAIL_CHANNEL
from clientela.kernel.clock import now
from clientela.kernel.journal import prepare_months, skip_history
from clientela.kernel.models import Letter
from clientela.project.clockwork import FOLLOWERS
from tests.bench.filling import tidy
from tests.bench.house import furnish
from tests.bench.intake_mails import answer, new_mail

_STANDING = """
SELECT (SELECT count(*) FROM inbox_rawmessage WHERE received_at >= %(since)s),
    (SELECT count(*) FROM inbox_rawmessage WHERE understood_at IS NULL),
    (SELECT count(*) FROM kernel_followercursor AS place WHERE EXISTS (
        SELECT FROM kernel_fact AS fact WHERE (fact.xid, fact.id) > (place.xid, place.fact_id)
    ))
"""
# Rows that look like those of mails that were understood long ago, straight into the tables.
_STORED = """
WITH customer AS (
    SELECT array_agg(party_id ORDER BY party_id) AS ids, count(*)::int AS many
    FROM directory_person JOIN directory_contactpoint USING (party_id) WHERE value LIKE 'customer%%@example.test'
), place AS (
    SELECT version.id AS version_id, service.owner_id FROM catalogue_serviceversion AS version
    JOIN catalogue_service AS service ON service.id = version.service_id WHERE service.key = 'care'
), request AS (
    INSERT INTO requests_request (reference, service_version_id, provider_id, customer_id, asker_id, side, channel,
        title, language, answers, state, is_complaint, people_affected, opened_at, closed_at, resolved_at,
        last_message_at)
    SELECT 'R-OLD' || number, version_id, owner_id, ids[1 + number %% many], ids[1 + number %% many], 'outside',
        'email', 'An old matter number ' || number, 'en', '{}', 'closed', false, 1, at, at, at, at
    FROM generate_series(%(first)s, %(last)s) AS number, customer, place,
        LATERAL (SELECT %(at)s::timestamptz - number * interval '1 minute' AS at) AS moment
    RETURNING id, asker_id, opened_at, title
), message AS (
    INSERT INTO requests_message (request_id, kind, author_id, channel, language, text, quoted, html, message_id, at)
    SELECT request.id, 'from_customer', asker_id, 'email', 'en',
        'The ' || part || ' of the old machine with the number ' || request.id || ' is still not here. Please help.',
        '', '', 'old-' || request.id || '-' || part || '@example.test', opened_at
    FROM request, generate_series(1, 4) AS part
    RETURNING id, request_id, message_id, at, text
)
INSERT INTO inbox_rawmessage (received_at, came_by, envelope_from, envelope_to, content, sha256, size_bytes,
    understood_at, outcome, reason, mail_id, from_address, subject, request_id, message_id)
SELECT message.at, 'smtp', 'customer1@example.test', ARRAY['care@clientela.test'],
    convert_to(repeat(message.text, 8), 'UTF8'),
    encode(sha256(message_id::bytea), 'hex'), 800, message.at, 'opened', 'It is new.', message.message_id,
    'customer1@example.test', 'An old matter', request_id, message.id
FROM message
"""
_STORED_FACTS = """
INSERT INTO kernel_fact (at, verb, about, data)
SELECT received_at, 'mail_understood', ARRAY['mail:' || id, 'request:' || request_id], '{"outcome": "opened"}'
FROM inbox_rawmessage
"""
AT_ONCE = 25_000


def ready(stored: int) -> None:
    """Make the tables, the house, and so many messages that were understood long ago."""
    call_command("migrate", interactive=False, verbosity=0)
    furnish(2000)
    prepare_months(at=now())
    at = datetime.now(UTC) - timedelta(days=400)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for first in range(0, stored // 4, AT_ONCE):
            last = min(first + AT_ONCE, stored // 4) - 1
            cursor.execute(_STORED, {"first": first, "last": last, "at": at})
        if stored:
            cursor.execute(_STORED_FACTS)
        cursor.execute("RESET synchronous_commit")
    _pass_the_journal()
    tidy()


def _pass_the_journal() -> None:
    """What was written to fill the database is no news to the followers."""
    for follower in FOLLOWERS:
        skip_history(follower)


def mails(kind: str, count: int, run: str) -> list[tuple[str, bytes]]:
    """Return so many mails to send, with their senders: "new" ones, or "replies" to our letters."""
    if kind == "new":
        return [new_mail(number, run, domain=settings.MAIL_DOMAIN) for number in range(count)]
    opened = [new_mail(number, f"{run}-first", domain=settings.MAIL_DOMAIN) for number in range(count)]
    store_raw_messages([IncomingMail(now(), "smtp", raw, sender, ("care@clientela.test",)) for sender, raw in opened])
    jobs.understand_mail()
    letters = Letter.objects.filter(kind="acknowledgement", message_id__isnull=False).order_by("-pk")[:count]
    return [
        answer(
            number, run, sender=letter.to_address, letter=letter.message_id, subject=letter.subject, to=letter.reply_to
        )
        for number, letter in enumerate(letters)
    ]


def store(count: int, run: str) -> None:
    """Store so many new mails, all to be seen at one moment, when this returns."""
    store_raw_messages(
        [IncomingMail(now(), "smtp", raw, sender, ("care@clientela.test",)) for sender, raw in mails("new", count, run)]
    )


def yardstick(seconds: float) -> float:
    """Return how many transactions of three rows a second this PostgreSQL makes durable, asked by one connection."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_yardstick (id bigserial PRIMARY KEY, words text)")
        cursor.execute("SHOW synchronous_commit")
        durable = cursor.fetchone()
        cursor.execute("SHOW fsync")
        if (*durable, *cursor.fetchone()) != ("on", "on"):
            raise RuntimeError("This PostgreSQL does not wait for the disk, so its rate says nothing.")
        count, began = 0, time.monotonic()
        while time.monotonic() - began < seconds:
            with transaction.atomic():
                for part in range(3):
                    cursor.execute("INSERT INTO bench_yardstick (words) VALUES (%s)", [f"row {part}" * 10])
            count += 1
        return count / (time.monotonic() - began)


def waiting_workers() -> int:
    """Return how many workers have found nothing to do and wait to be called for mail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state = 'idle' AND query = %s",
            [f"LISTEN {MAIL_CHANNEL}"],
        )
        return int(cursor.fetchone()[0])


def postmaster_pid() -> int:
    """Return the first process of this PostgreSQL, which runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours: Any = cursor.fetchone()
    return int((Path("/proc") / str(ours[0]) / "stat").read_text().rpartition(")")[2].split()[1])


def standing(since: datetime) -> tuple[int, int, int]:
    """Return how many mails were stored since then, how many wait, and how many followers are behind."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"since": since})
        row: Any = cursor.fetchone()
        return row[0], row[1], row[2]

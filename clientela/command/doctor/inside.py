"""Whether mail moves inside the house: understood soon, put aside seldom, letters on their way, clocks that agree."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from clientela.command.doctor.links import Link, broken, fine, weak
from clientela.directory.policies import HOUSE
from clientela.inbox.queries import mail_addresses
from clientela.inbox.queries.flow import MailFlow, mail_flow
from clientela.kernel.environment import Environment
from clientela.kernel.post.flow import PostFlow, post_flow
from clientela.kernel.workers import worker_last_seen_at

SILENT = timedelta(minutes=2)
CLOCKS_APART = timedelta(seconds=5)
LITTLE_SPACE_BYTES = 1_000_000_000


def inside_links(environment: Environment, *, at: datetime) -> Iterator[Link]:
    """Look at what moves inside."""
    mail = mail_flow(at)
    yield _worker(at)
    yield _understanding(mail)
    yield _put_aside(mail)
    yield _places()
    yield from _letters(post_flow(at))
    yield _clock(at)
    yield _space(environment)


def _worker(at: datetime) -> Link:
    name = "The worker"
    seen_at = worker_last_seen_at()
    if seen_at is not None and seen_at > at - SILENT:
        return fine(name, "It is at work.")
    since = f" since {seen_at:%Y-%m-%d %H:%M} UTC" if seen_at else ""
    return broken(
        name,
        f"No worker has shown itself{since}: nothing is understood, no letter leaves, no promise is watched.",
        "Start `clientela run`. If it runs, look what it says of the worker.",
    )


def _understanding(flow: MailFlow) -> Link:
    name = "Mail is understood"
    if flow.oldest_late_at is None:
        return fine(name, f"Nothing waits for long; {flow.waiting_count} just came in.")
    return broken(
        name,
        f"{flow.late_count} mails wait to be understood, the oldest since {flow.oldest_late_at:%Y-%m-%d %H:%M} UTC.",
        "See whether the worker runs and what it says.",
    )


def _put_aside(flow: MailFlow) -> Link:
    name = "Mail put aside"
    if not flow.put_aside_count:
        return fine(name, "Everything that came in was understood.")
    return weak(
        name,
        f"{flow.put_aside_count} mails could not be understood and wait for a person. The newest: {flow.newest_reason}",
        "Look at them in Settings, Mail; each says why, and can be tried again.",
    )


def _places() -> Link:
    name = "Where mail leads"
    rows = mail_addresses(HOUSE)
    lost = [row.address for row in rows if not row.takes_mail]
    if not rows:
        return broken(name, "There is no department, so there is no address.", "Add a department and its services.")
    if lost:
        return weak(
            name,
            f"Mail to {', '.join(lost)} is put aside: nothing is offered there that mail could open.",
            "Choose the service that takes mail in Settings, Services.",
        )
    return fine(name, "Every address of ours leads to a service.")


def _letters(flow: PostFlow) -> Iterator[Link]:
    name = "Letters on their way"
    if flow.late_count:
        yield broken(
            name,
            f"{flow.late_count} letters should have left a quarter of an hour ago and were never tried.",
            "See whether the worker runs and what it says.",
        )
    elif flow.tried_again_count:
        yield weak(
            name,
            f"{flow.tried_again_count} letters were refused for now and are tried again by themselves.",
            "Letters says what the mail server answered.",
        )
    else:
        yield fine(name, "None is late.")
    if flow.failed_count or flow.perhaps_sent_count:
        yield weak(
            "Letters that did not arrive",
            f"In the last week {flow.failed_count} letters were given up, and of {flow.perhaps_sent_count} nobody "
            "knows whether they were sent.",
            "Letters says of each what happened and what to do.",
        )


def _clock(at: datetime) -> Link:
    name = "The clock"
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    apart = abs(row[0] - at)
    if apart > CLOCKS_APART:
        return broken(
            name,
            f"The clocks of this machine and of the database are {apart.total_seconds():.0f} s apart.",
            "Let both machines ask a time server (NTP): promises are counted by them.",
        )
    return fine(name, f"It agrees with the database's; it is {at:%Y-%m-%d %H:%M} UTC.")


def _space(environment: Environment) -> Link:
    name = "Space on the disk"
    free = shutil.disk_usage(environment.home).free
    words = f"{free / 1_000_000_000:.1f} GB are free where {environment.home} lies."
    if free < LITTLE_SPACE_BYTES:
        return broken(name, words, "Make space: when there is none, no mail is taken any more.")
    return fine(name, words)

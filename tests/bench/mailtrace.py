"""A mail server's record of a million mails, in each form: seconds, beside reading the same file, and peak memory.

The yardstick is what no reader can do without: reading the file line by line and splitting each line. Either runs in a
process of its own. A log of Postfix goes through a content filter, so each mail stands there twice.
"""

import gc
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from clientela.network.discovery.mail.contracts import HOUSEHOLDS, Addresses, MailWish
from clientela.network.discovery.mail.counting import count_mail

DEPARTMENTS, PEOPLE = 60, 20  # so many people in each
CUSTOMERS, STRANGERS = 20_000, 50_000
BEGAN = datetime(2025, 6, 2, tzinfo=UTC)
DAYS = 300
LATEST_ON = date(2026, 4, 1)  # a log without years runs over a new year
Writer = Callable[[int, datetime, str, str], str]


def measured_mail_traces(mails: int) -> Iterator[str]:
    """A table in Markdown."""
    yield f"{mails:,} mails, {DEPARTMENTS} departments of {PEOPLE}, {CUSTOMERS:,} customers known, over {DAYS} days."
    yield f"Load of the machine when it began: {os.getloadavg()[0]:.1f}.\n"
    yield "| record | MB | lines | seconds | of a processor | line by line and split | ratio | memory, GB | kept asks |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, (heading, write) in FORMS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ("record.gz" if "packed" in name else "record")
            lines = _generate(path, mails, heading, write)
            told, plain = _apart("measure_one", path), _apart("read_plainly", path)
            yield (
                f"| {name} | {path.stat().st_size / 1e6:,.0f} | {lines:,} | {told['seconds']:.1f} "
                f"| {told['processor']:.1f} | {plain['processor']:.1f} | {told['processor'] / plain['processor']:.1f} "
                f"| {told['gigabytes']:.2f} "
                f"| {told['asked']:,.0f} |"
            )


def measure_one(path: str) -> None:
    """Count one record in this process, and print what that took as JSON."""
    addresses = _addresses()
    gc.disable()  # as the process apart does that counts
    began = perf_counter()
    found = count_mail(Path(path), MailWish(zone="UTC", latest_on=LATEST_ON.isoformat()), addresses)
    _tell(perf_counter() - began, found.asked)


def read_plainly(path: str) -> None:
    """Read one record line by line, split each line, and print what that took as JSON."""
    began, words = perf_counter(), 0
    with gzip.open(path, "rb") if path.endswith(".gz") else Path(path).open("rb") as stream:
        for line in stream:
            words += len(line.split())
    _tell(perf_counter() - began, words)


def _tell(seconds: float, asked: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"seconds": seconds, "processor": used.ru_utime + used.ru_stime, "gigabytes": used.ru_maxrss / 1e6}
    print(json.dumps({**told, "asked": asked}))


def _apart(what: str, path: Path) -> dict[str, float]:
    code = f"import tests.bench.mailtrace as bench; bench.{what}({str(path)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _addresses() -> Addresses:
    ours = [
        (_colleague(number), number + 1, 1 + number // PEOPLE)
        for number in range(DEPARTMENTS * PEOPLE)
    ]  # fmt: skip
    theirs = [(_customer(number), 1_000_000 + number, HOUSEHOLDS) for number in range(CUSTOMERS)]
    return Addresses(known=(*ours, *theirs), domains=frozenset({"casa.test"}))


def _colleague(number: int) -> str:
    return f"colleague{number}@casa.test"


def _customer(number: int) -> str:
    return f"customer{number}@home.test"


def _generate(path: Path, mails: int, heading: str, write: Writer) -> int:
    """Write the record, in the order of its moments; return how many lines it has."""
    draw = random.Random(6)  # the same mails every time
    step = timedelta(days=DAYS) / mails
    lines = 0
    with gzip.open(path, "wt", compresslevel=5) if path.suffix == ".gz" else path.open("w") as file:
        file.write(heading)
        for number in range(mails):
            one = _colleague(draw.randrange(DEPARTMENTS * PEOPLE))
            other = _colleague(draw.randrange(DEPARTMENTS * PEOPLE))
            outside = draw.random()
            if outside < 0.2:  # a fifth comes in, a fifth goes out
                one = _customer(draw.randrange(CUSTOMERS + STRANGERS))
            elif outside < 0.4:
                other = _customer(draw.randrange(CUSTOMERS + STRANGERS))
            text = write(number, BEGAN + number * step, one, other)
            lines += text.count("\n")
            file.write(text)
    return lines


def _postfix(number: int, at: datetime, sender: str, reader: str) -> str:
    head = f"{at:%b %d %H:%M:%S} mx postfix"
    return _postfix_lines(head, number, sender, reader)


def _postfix_iso(number: int, at: datetime, sender: str, reader: str) -> str:
    return _postfix_lines(f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06}+00:00 mx postfix", number, sender, reader)


def _postfix_lines(head: str, number: int, sender: str, reader: str) -> str:
    first, second = f"4{number:07X}Bz", f"5{number:07X}Cz"
    return (
        f"{head}/smtpd[11]: connect from pc.casa.test[10.0.0.7]\n"
        f"{head}/smtpd[11]: {first}: client=pc.casa.test[10.0.0.7]\n"
        f"{head}/cleanup[12]: {first}: message-id=<{number}.7f3@pc.casa.test>\n"
        f"{head}/qmgr[13]: {first}: from=<{sender}>, size=8110, nrcpt=1 (queue active)\n"
        f"{head}/cleanup[12]: {second}: message-id=<{number}.7f3@pc.casa.test>\n"
        f"{head}/qmgr[13]: {second}: from=<{sender}>, size=8610, nrcpt=1 (queue active)\n"
        f"{head}/smtp[14]: {first}: to=<{reader}>, relay=127.0.0.1[127.0.0.1]:10024, delay=0.4, delays=0/0/0/0.4, "
        f"dsn=2.0.0, status=sent (250 2.0.0 from MTA: 250 2.0.0 Ok: queued as {second})\n"
        f"{head}/qmgr[13]: {first}: removed\n"
        f"{head}/lmtp[15]: {second}: to=<{reader}>, relay=mx[private/lmtp], delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, "
        "status=sent (250 2.0.0 Saved)\n"
        f"{head}/qmgr[13]: {second}: removed\n"
    )


def _exim(number: int, at: datetime, sender: str, reader: str) -> str:
    head = f"{at:%Y-%m-%d %H:%M:%S} 1t{number // 10**6:04}-{number % 10**6:06}-Xy"
    return (
        f"{head} <= {sender} H=pc.casa.test [10.0.0.7] P=esmtps S=8110 id={number}.7f3@pc.casa.test\n"
        f"{head} => {reader.partition('@')[0]} <{reader}> R=localuser T=local_delivery\n"
        f"{head} Completed\n"
    )


def _microsoft(number: int, at: datetime, sender: str, reader: str) -> str:
    return (
        f'{at:%Y-%m-%dT%H:%M:%S}.0000000Z,{sender},"{reader}##Receive, Deliver",About something,8110,'
        f"<{number}.7f3@pc.casa.test>\n"
    )


def _google(number: int, at: datetime, sender: str, reader: str) -> str:
    return (
        f"<{number}.7f3@pc.casa.test>,{at:%Y-%m-%dT%H:%M:%S}+00:00,{sender},8110,About something,Mixed,0,{reader},"
        "GMAIL_INBOX,Delivered\n"
    )


GOOGLE = (
    "Message ID", "Start date", "Sender", "Message size", "Subject", "Direction", "Attachments", "Recipient address",
    "Event target", "Event status",
)  # fmt: skip
FORMS: dict[str, tuple[str, Writer]] = {
    "Postfix, without years, through a filter": ("", _postfix),
    "the same, packed by gzip": ("", _postfix),
    "Postfix, RFC 3339, through a filter": ("", _postfix_iso),
    "Exim": ("", _exim),
    "Microsoft 365": (
        "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id\n", _microsoft,
    ),
    "Google Workspace": (
        ",".join(GOOGLE) + "\n",
        _google,
    ),
}  # fmt: skip

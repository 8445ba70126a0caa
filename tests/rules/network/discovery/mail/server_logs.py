"""Logs of mail servers as they write them, of the same mails that `traces` has as tables."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from clientela.network.discovery.mail import MailFound, MailWish, logs
from clientela.network.discovery.mail.counting import count_mail
from tests.rules.network.discovery.mail.traces import ADDRESSES, LATER, MONDAY, Mail

EARLIER: Mail = (-7 * 24.0, "a@elsewhere.test", "b@elsewhere.test")


def bsd(at: datetime) -> str:
    return f"{at:%b} {at.day:2d} {at:%H:%M:%S}"


def iso(at: datetime) -> str:
    return f"{at.isoformat()}.123456+00:00"


def each(mails: Sequence[Mail]) -> Iterator[tuple[int, datetime, str, list[str]]]:
    for number, (hours, sender, readers) in enumerate([EARLIER, *mails, LATER]):
        at = MONDAY + timedelta(seconds=round(3600 * hours))
        yield number, at, sender, [reader.partition("##")[0] for reader in readers.split(";")]


def postfix(mails: Sequence[Mail], *, moment: Callable[[datetime], str] = bsd, tag: str = "[77]:") -> str:
    """A log of Postfix: five lines and more a mail."""
    lines = []
    for number, at, sender, readers in each(mails):
        start, name = moment(at), f"4XyZq{number:04d}Bz"
        lines += [
            f"{start} mx postfix/smtpd{tag} {name}: client=pc.casa.test[10.0.0.7]",
            f"{start} mx postfix/cleanup{tag} {name}: message-id=<{number}@pc.casa.test>",
            f"{start} mx postfix/qmgr{tag} {name}: from=<{sender}>, size=811, nrcpt={len(readers)} (queue active)",
            *(
                f"{start} mx postfix/lmtp{tag} {name}: to=<{reader}>, relay=mx[private/dovecot-lmtp], delay=0.1, "
                "delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 <x> Saved)"
                for reader in readers
            ),
            f"{start} mx postfix/qmgr{tag} {name}: removed",
        ]
    return "\n".join(lines) + "\n"


def exim(mails: Sequence[Mail]) -> str:
    """A main log of Exim."""
    lines = []
    for number, at, sender, readers in each(mails):
        start, name = f"{at:%Y-%m-%d %H:%M:%S}", f"1tAbC{number % 10}-00{number:04d}-Xy"
        lines += [
            f'{start} {name} <= {sender} H=pc [10.0.0.7] P=esmtps S=811 id={number}@pc.casa.test T="Secret words id=1"',
            *(
                f"{start} {name} {'=>' if place == 0 else '->'} {reader.partition('@')[0]} <{reader}> R=local T=maildir"
                for place, reader in enumerate(readers)
            ),
            f"{start} {name} Completed",
        ]
    return "\n".join(lines) + "\n"


def counted_log(folder: Path, *texts: str | bytes, latest_on: str = "2024-11-22", **wish: object) -> MailFound:
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"mail.log.{number}"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        paths.append(path)
    more = [logs.LogFile(path, path.name) for path in paths[1:]]
    found = MailWish(latest_on=latest_on, **wish)  # type: ignore[arg-type]  # a wish's own fields
    return count_mail(paths[0], found, ADDRESSES, name=paths[0].name, more=more)

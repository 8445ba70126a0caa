"""Small records of our own: two departments of five people, a department's address, people outside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from clientela.network.discovery.mail import Addresses, MailFound, MailWish
from clientela.network.discovery.mail.counting import count_mail

HEADING = "origin_timestamp_utc,sender_address,recipient_status,message_subject\n"
SHOP, DESK, SMALL = 1, 2, 3
MONDAY = datetime(2024, 3, 4)  # noqa: DTZ001 - as records write it: UTC, without saying so

# shop1@ … shop5@ work in the shop, desk1@ … desk5@ at the desk; desk@ is the desk's own address.
ADDRESSES = Addresses(
    known=(
        *((f"shop{number}@casa.test", 10 + number, SHOP) for number in range(1, 7)),
        *((f"desk{number}@casa.test", 20 + number, DESK) for number in range(1, 7)),
        ("desk@casa.test", 2, DESK),
        ("boss@casa.test", 31, -4),
    ),
    mailboxes=frozenset({2}),
    domains=frozenset({"casa.test"}),
)

Mail = tuple[float, str, str]  # hours after MONDAY at midnight, sender, recipients


def record(mails: Sequence[Mail], heading: str = HEADING) -> str:
    """A record as Microsoft 365 writes it, from a week before MONDAY on: what its first days ask is not kept."""
    lines = [(-7 * 24.0, "a@elsewhere.test", "b@elsewhere.test"), *mails]
    return heading + "".join(
        f'{(MONDAY + timedelta(seconds=round(3600 * hours))).isoformat()}.0000000,{sender},"{readers}",Secret words\n'
        for hours, sender, readers in lines
    )


def address(name: str) -> str:
    """shop1 for shop1@casa.test; what has an @ stays as it is."""
    return name if "@" in name or not name else f"{name}@casa.test"


def mail(hours: float, sender: str, *readers: str) -> Mail:
    """A mail between people of the house, by the beginnings of their addresses."""
    return hours, address(sender), ";".join(f"{address(one)}##Receive, Deliver" for one in readers)


def asks_of_five(hours: float = 9.0, *, answer_after: float | None = 1.0) -> list[Mail]:
    """Five of the shop ask five of the desk, each another one; each is answered so many hours later, or never."""
    found = []
    for number in range(1, 6):
        at = hours + number / 100
        found.append(mail(at, f"shop{number}", f"desk{number}"))
        if answer_after is not None:
            found.append(mail(at + answer_after, f"desk{number}", f"shop{number}"))
    return found


# So that what was asked before is decided.
LATER = mail(14 * 24, "a@elsewhere.test", "b@elsewhere.test")


def written(folder: Path, text: str, name: str = "trace.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def counted(folder: Path, mails: Sequence[Mail], *, later: bool = True, **wish: object) -> MailFound:
    path = written(folder, record([*mails, LATER] if later else mails))
    return count_mail(path, MailWish(**wish), ADDRESSES)  # type: ignore[arg-type]  # a wish's own fields

"""Records of mail for tests: colleagues who write to each other, what is brought in and counted of it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from clientela.directory import queries as directory
from clientela.directory.models import ContactPoint, Party, Person
from clientela.directory.policies import Viewer
from clientela.kernel.own_files import receive_file
from clientela.network import actions
from clientela.network.models import MailTrace
from clientela.network.queries import MailLines
from clientela.network.queries.mail_lines import mail_lines
from tests.contexts.network.people import hire
from tests.world import DOMAIN, LONG_AGO, World

COLUMNS = {"sender": "sender_address", "recipients": "recipient_status", "moment": "origin_timestamp_utc"}
FIRST = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday
HEADING = "origin_timestamp_utc,sender_address,recipient_status,message_subject\n"

House = dict[str, list[str]]  # addresses by department


def hire_house(world: World) -> House:
    """Hire six more colleagues in Care and in IT, whose addresses are at our domain; return their addresses."""
    found = {}
    for key in ("care", "it"):
        people = hire(world, key, 6)
        found[key] = [f"{key}.{number}@{DOMAIN}" for number in range(6)]
        for person_id, address in zip(people, found[key], strict=True):
            ContactPoint.objects.filter(party_id=person_id).update(value=address)
    return found


def all_lines() -> MailLines:
    """What mail shows in all weeks there are, each department by itself."""
    departments = {card.id: card.id for card in directory.departments()}
    return mail_lines(departments, first_week=date(2026, 1, 5), last_week=date(2026, 12, 28))


def text_of(house: House, *, week: int = 1) -> str:
    """Six of Care ask six of IT in the week so many after the first, and are answered after an hour."""
    lines = [(FIRST + timedelta(weeks=week - 1), "a@else.test", "b@else.test")]
    for number, (one, other) in enumerate(zip(house["care"], house["it"], strict=True)):
        at = FIRST + timedelta(weeks=week, hours=9, minutes=number)
        lines += [(at, one, other), (at + timedelta(hours=1), other, one)]
    lines.append((FIRST + timedelta(weeks=week, days=6), "a@else.test", "b@else.test"))
    return "origin_timestamp_utc,sender_address,recipient_status,message_subject\n" + "".join(
        f"{at.isoformat()},{sender},{reader},Private matters\n" for at, sender, reader in lines
    )


def bring(world: World, by: Viewer, text: str, name: str = "mails.csv") -> int:
    received = receive_file([text.encode()])
    return actions.bring_mail_trace(by=by, at=world.at, file_name=name, received=received)


def count(world: World, number: int, *, columns: dict[str, str] | None = None) -> None:
    actions.count_mail_trace(
        by=world.carmen, at=world.at, trace_id=number, columns=columns or COLUMNS, zone="Europe/Bucharest"
    )
    actions.run_mail_trace(at=world.at, trace_id=number, now=lambda: world.at)


def allow(world: World) -> None:
    actions.allow_mail_counting(by=world.carmen, at=world.at)


def kept(files: Path) -> list[Path]:
    return sorted(path.relative_to(files) for path in files.rglob("*") if path.is_file())


def state(number: int) -> str:
    return MailTrace.objects.get(pk=number).state


def postfix_of(text: str) -> str:
    """The same mails as the log of a Postfix, which writes no year."""
    lines = []
    for number, line in enumerate(text.splitlines()[1:]):
        moment, sender, reader, _subject = line.split(",")
        head = f"{datetime.fromisoformat(moment):%b %d %H:%M:%S} mx postfix"
        lines += [
            f"{head}/cleanup[7]: 4XyZq{number:05d}: message-id=<{number}@pc.test>",
            f"{head}/qmgr[7]: 4XyZq{number:05d}: from=<{sender}>, size=811, nrcpt=1 (queue active)",
            f"{head}/lmtp[7]: 4XyZq{number:05d}: to=<{reader}>, relay=mx, delay=0.1, status=sent (250 Saved)",
            f"{head}/qmgr[7]: 4XyZq{number:05d}: removed",
        ]
    return "\n".join(lines) + "\n"


def households(count: int) -> list[int]:
    """People who never worked for us nor act for a business; return their ids."""
    found = []
    for number in range(count):
        party = Party.objects.create(
            kind="person",
            name=f"Customer {number}",
            name_key=f"customer {number}",
            language="en",
            zone="UTC",
            created_at=LONG_AGO,
        )
        Person.objects.create(party=party, short_name=f"C{number}")
        found.append(party.pk)
    return found

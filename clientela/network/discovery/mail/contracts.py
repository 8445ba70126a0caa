"""What is asked of a mail server's record and what comes of it: plain data, without any engine and without Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from clientela.network.discovery.contracts import Note

ROLES: Final = ("sender", "recipients", "moment", "status", "message")
NEEDED: Final = ("sender", "recipients", "moment")

# Where an address belongs that is no department's: numbers of departments are over 0.
OUTSIDE: Final = -1  # nobody we know
UNKNOWN: Final = -2  # at a domain of ours, and nobody's we know
MACHINE: Final = -3
TOO_SMALL: Final = -4  # a department of fewer than five people, with none above it that would hold them

HOUSEHOLDS: Final = -5  # customers outside whom the directory knows
BUSINESSES: Final = -6
SEGMENTS: Final = {HOUSEHOLDS: "households", BUSINESSES: "businesses"}  # as the service map calls them
OUTSIDERS: Final = frozenset({OUTSIDE, *SEGMENTS})

MOST_RECIPIENTS: Final = 10
FEWEST: Final = 5  # people on either side; of fewer nothing is kept
FIRST_OUTSIDE: Final = 1 << 62  # who is not ours is a number from here on, made from a hash with a salt of the hour


@dataclass(frozen=True)
class MailColumns:
    """Which column holds which role, and how each was found: "told" or "name"."""

    named: Mapping[str, str]
    found_by: Mapping[str, str]


@dataclass(frozen=True)
class MailWish:
    """How a record is to be read. `columns`: role to column; what is missing is guessed by its name.

    `zone`: where working days are counted, and of clocks that tell none; "" takes UTC and says so. A mail to more than
    `most_recipients` is an announcement and left out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    delimiter: str = ""
    encoding: str = ""
    latest_on: str = ""  # no mail of a server's log is of a later day, ISO 8601; "" takes the day the file was written
    most_recipients: int = MOST_RECIPIENTS


@dataclass(frozen=True)
class Addresses:
    """Whose an address is. `known`: address in small letters, a number for whose it is, and the department's number.

    A department's number may be TOO_SMALL, or one of SEGMENTS for a customer whom we know (all of a business are one).
    `mailboxes`: the numbers that are a department's own address, and no person. `domains`: in small letters, where
    every address that nobody knows is still one of ours.
    """

    known: tuple[tuple[str, int, int], ...]
    mailboxes: frozenset[int] = frozenset()
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MailWeek:
    """What the people of one department asked of another in a week; `customer` may be one of OUTSIDERS.

    `answered` of the `asked` were answered in time. `waits`: their working time by bucket of `network.rules.waits`;
    empty where fewer than five people answered.
    """

    provider: int
    customer: int
    week_on: str  # the Monday, in UTC, ISO 8601
    asked: int
    answered: int
    waits: Mapping[int, int]


@dataclass(frozen=True)
class MailPair:
    """All weeks of one department asking another. `median_wait_seconds`: working time; None: too few answered."""

    customer: int
    provider: int
    asked: int
    answered: int
    median_wait_seconds: int | None


@dataclass(frozen=True)
class MailFound:
    """What a record shows. Moments are ISO 8601 in UTC.

    `deliveries`: a mail to three readers counts as three. `left_out` says of how many of them each reason was the
    first: machines, many, own, unknown, too_small, outside_only, within. The rest are `asks`, `answers` and
    `follow_ups`. Of the asks, `not_kept` says: first_days, undecided, to_outside, few_people.
    """

    columns: MailColumns  # of a CSV
    rows: int  # of a server's log: deliveries
    deliveries: int
    first_at: str
    last_at: str
    asks: int
    answers: int
    follow_ups: int
    weeks: tuple[MailWeek, ...]
    pairs: tuple[MailPair, ...]  # the same over all weeks, the most asks first
    left_out: Mapping[str, int]
    not_kept: Mapping[str, int]
    notes: tuple[Note, ...]
    seconds: float
    kind: str = "csv"  # or postfix, exim

    @property
    def asked(self) -> int:
        """How many asks are kept."""
        return sum(week.asked for week in self.weeks)

"""Events of a log in XML as its readers give them, whichever of the two formats it is, and how much no log has."""

from dataclasses import dataclass, field
from typing import Protocol

DEEPEST = 100
MOST_ATTRIBUTES = 10_000  # of one event
MOST_WAITING = 10_000  # events of one trace that wait for its name


@dataclass
class Some:
    """Events as they stand in the file, in three columns: what each says, what its trace says, and which trace it is.

    Events of one trace share what it says. Trace 0: the event stands in none.
    """

    own: list[dict[str, str]]
    trace: list[dict[str, str]]
    trace_number: list[int]


@dataclass
class Heading:
    """What stands before the events, and which format it is: xes or mxml."""

    kind: str = "xes"
    event_defaults: dict[str, str] = field(default_factory=dict)
    trace_defaults: dict[str, str] = field(default_factory=dict)
    classifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)


class EventsReading(Protocol):
    """Where in the document we are, and which events have ended."""

    done: Some
    saw_log: bool

    @property
    def count(self) -> int:
        """How many events have ended."""

    def look(self, line: int) -> None:
        """Between two chunks: refuse what has no end."""

    def end(self) -> None:
        """Nothing more comes."""

    def taken(self) -> Some:
        """Hand out what is done."""

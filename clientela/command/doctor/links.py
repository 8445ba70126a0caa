"""What a check of one link of the chain found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a link stands. A weak one holds, but somebody should look at it; a broken one loses or delays mail."""

    FINE = "fine"
    WEAK = "weak"
    BROKEN = "broken"
    UNTRIED = "untried"  # it could not be looked at from here


@dataclass(frozen=True)
class Link:
    """One link: its name, how it stands, what was found, and how to mend it ("" where there is nothing to do)."""

    name: str
    state: State
    found: str
    remedy: str = ""


def fine(name: str, found: str) -> Link:
    """All is well with it."""
    return Link(name, State.FINE, found)


def weak(name: str, found: str, remedy: str) -> Link:
    """It holds, but."""
    return Link(name, State.WEAK, found, remedy)


def broken(name: str, found: str, remedy: str) -> Link:
    """Mail is lost, refused or late because of it."""
    return Link(name, State.BROKEN, found, remedy)


def untried(name: str, found: str, remedy: str = "") -> Link:
    """It could not be looked at."""
    return Link(name, State.UNTRIED, found, remedy)

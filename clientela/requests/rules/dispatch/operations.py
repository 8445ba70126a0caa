"""What is dispatched: operations that wait for a team, and the teams that work them. Hours are working hours."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Operation:
    """One stay of one request at one team: everything a rule may know of it, and no more.

    How long it will really take is not here: `replayed` is given that beside the operations, and shows it to nobody
    before it has happened. Hours are working hours on one common line, mapped by the caller.
    """

    id: int
    team: str
    arrives_hours: float  # when it is opened; it can be worked from then on, once what it needs is done
    expected_hours: float = 1.0  # the work that may be expected of it, > 0; a learner overrules it
    due_hours: float | None = None  # when it is promised for, on the same line
    cost_per_hour: float = (
        1.0  # what an hour of its own lateness costs, >= 0; nothing is carried for what costs nothing
    )
    priority: int = 3  # 1 goes first; only the rule `priority` reads it
    needs: tuple[int, ...] = ()  # what must be done before it, as everybody knows from the moment both are there
    after: tuple[int, ...] = ()  # what must be done before it, although nobody knew that this would follow: a log

    def __post_init__(self) -> None:
        due = 0.0 if self.due_hours is None else self.due_hours
        if not (isfinite(self.arrives_hours) and isfinite(due) and 0.0 < self.expected_hours < inf):
            raise ValueError(f"Operation {self.id}: its hours must be finite, and its expected work more than nothing.")
        if not 0.0 <= self.cost_per_hour < inf:
            raise ValueError(f"Operation {self.id}: what an hour of lateness costs must be finite and not negative.")


@dataclass(frozen=True, slots=True)
class Team:
    """Who works: so many operations at a time, the same all the time or by a timetable.

    The timetable holds (from this hour on, so many), in order; before its first row `servers` holds. Whoever leaves
    finishes what is in hand.
    """

    name: str
    servers: int
    timetable: tuple[tuple[float, int], ...] = ()


class Learner(Protocol):
    """Tells what work to expect, from what was done before."""

    def expected_hours(self, operation: Operation, /) -> float:
        """Say what work to expect of it, > 0. Asked once, in the moment from which it is known."""
        ...

    def learn(self, operation: Operation, work_hours: float, /) -> None:
        """Take in what it really took. Told in the moment it is done, before anything else is asked at that hour."""
        ...


class UnknownNeedError(ValueError):
    """An operation needs one that is not there, or belongs to a team that is not there."""


class NeverReadyError(ValueError):
    """Operations that wait for each other in a circle, or for a team that nobody works in."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        super().__init__(f"{len(ids)} operations can never be worked, among them {ids[:10]}.")

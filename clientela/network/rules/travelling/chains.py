"""The critical chain of a case: which department had the ball, on the one path that determined when the case ended.

Read backwards from the end. What a request waited for came back last: until then that had the ball, from its coming
back on the request itself had it; before it was asked, the same question again. So a request that was asked side by
side with a slower one is not on the chain, nor is what was still going on when the case ended without it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a request at a department. Moments are whole seconds on one clock.

    `moving_seconds`: working seconds in which it lay in the queue or was worked on; `still_seconds`: in which it waited
    for its customer or a date; `waiting_seconds`: for other departments. Of these a leg says how long, not when.
    """

    provider_id: int
    service_id: int
    started_at: int
    ended_at: int
    is_cancelled: bool = False
    has_waited: bool = True  # for another department, at some time of this stay
    moving_seconds: int = 1
    still_seconds: int = 0
    waiting_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of a critical chain, and the stay that had the ball in it."""

    request_id: int
    stay: Stay
    since: int
    until: int


@dataclass(frozen=True)
class Family:
    """A case, everything asked on its behalf, and what asked for what. Nothing needs to be free of circles.

    `stays`: of each request; those of one never overlap. `asked`: for each request those it asked for or waited on.
    """

    root_id: int
    stays: Mapping[int, Sequence[Stay]]
    asked: Mapping[int, Sequence[int]]

    @cached_property
    def runs(self) -> dict[int, tuple[tuple[Stay, ...], ...]]:
        """The stays of each request, parted where it was resolved and reopened later."""
        return {number: _runs(stays) for number, stays in self.stays.items()}


def critical_chain(family: Family, *, since: int | None = None, until: int | None = None) -> tuple[Held, ...]:
    """Return who had the ball from `since` to `until`, the earliest first; by default over the whole open life.

    The stretches never overlap, and together they are exactly the time in which the case was open: a time between
    resolving and reopening belongs to nobody.
    """
    found: list[Held] = []
    for run in family.runs.get(family.root_id, ()):
        lower = run[0].started_at if since is None else max(run[0].started_at, since)
        upper = run[-1].ended_at if until is None else min(run[-1].ended_at, until)
        _walk(_Run(family, (family.root_id,), run), lower, upper, found)
    return tuple(sorted(found, key=lambda held: held.since))


@dataclass(frozen=True)
class _Run:
    """A request open without a break. `path`: the requests that led to it, itself last: no circle goes on for ever."""

    family: Family
    path: tuple[int, ...]
    stays: tuple[Stay, ...]

    @property
    def started_at(self) -> int:
        return self.stays[0].started_at

    @property
    def ended_at(self) -> int:
        return self.stays[-1].ended_at

    def came_back(self) -> "list[_Run]":
        """What it waited for, what came back last first; of what came back together what was done, then what began."""
        back = [
            _Run(self.family, (*self.path, child), stays)
            for child in dict.fromkeys(self.family.asked.get(self.path[-1], ()))
            if child not in self.path
            for stays in self.family.runs.get(child, ())
        ]
        waited = [one for one in back if one.started_at < one.ended_at and self._waited_at(one.ended_at)]
        return sorted(waited, key=lambda one: (-one.ended_at, one.stays[-1].is_cancelled, one.started_at, one.path[-1]))

    def _waited_at(self, moment: int) -> bool:
        return any(stay.started_at < moment <= stay.ended_at and stay.has_waited for stay in self.stays)


def _walk(run: _Run, lower: int, upper: int, found: list[Held]) -> None:
    """Add the stretches of a run between two moments, from its end backwards."""
    upto = upper
    for child in run.came_back():
        if lower < child.ended_at <= upto:
            _add(run, child.ended_at, upto, found)
            upto = max(child.started_at, lower)
            _walk(child, upto, child.ended_at, found)
    _add(run, lower, upto, found)


def _add(run: _Run, since: int, until: int, found: list[Held]) -> None:
    for stay in run.stays:
        begins, ends = max(stay.started_at, since), min(stay.ended_at, until)
        if begins < ends:
            found.append(Held(run.path[-1], stay, begins, ends))


def _runs(stays: Sequence[Stay]) -> tuple[tuple[Stay, ...], ...]:
    if not stays:
        return ()
    in_order = sorted(stays, key=lambda stay: (stay.started_at, stay.ended_at))
    breaks = [place for place, (one, other) in enumerate(pairwise(in_order), 1) if one.ended_at < other.started_at]
    return tuple(tuple(in_order[begin:end]) for begin, end in zip([0, *breaks], [*breaks, len(in_order)], strict=True))

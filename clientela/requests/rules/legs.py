"""Where the time of a request went: which department had it, from when to when, at work or waiting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PastChange:
    """One change of who has a request and how it stands, in the words of the journal. None: unchanged."""

    at: datetime
    state: str | None = None
    provider_id: int | None = None
    is_held: bool | None = None


@dataclass(frozen=True)
class Leg:
    """A span of a request's life in one department. Waiting: on the customer, on a date, or until somebody took it."""

    provider_id: int
    starts_at: datetime
    ends_at: datetime
    is_waiting: bool


_OVER = frozenset({"resolved", "closed", "cancelled"})


def legs_of(changes: Sequence[PastChange], *, until: datetime) -> tuple[Leg, ...]:
    """The legs of one request, oldest first, up to `until`.

    The first change is the opening and names the provider. Time spent waiting for another department is left out: it
    is that department's own leg, on its own request. Neighbouring spans of one kind are joined; empty ones dropped.
    """
    legs: list[Leg] = []
    state, provider_id, is_held = "open", 0, False
    for index, change in enumerate(changes):
        state = change.state or state
        provider_id = change.provider_id or provider_id
        is_held = is_held if change.is_held is None else change.is_held
        ends_at = changes[index + 1].at if index + 1 < len(changes) else until
        if ends_at <= change.at or state in _OVER or state == "waiting_department":
            continue
        is_waiting = state != "open" or not is_held
        last = legs[-1] if legs else None
        if last and (last.provider_id, last.is_waiting, last.ends_at) == (provider_id, is_waiting, change.at):
            legs[-1] = Leg(provider_id, last.starts_at, ends_at, is_waiting)
        else:
            legs.append(Leg(provider_id, change.at, ends_at, is_waiting))
    return tuple(legs)

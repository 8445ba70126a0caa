"""What travels along a chain: when enough is done, who goes on, what is cancelled and opened again with what.

The table of these rules in words is in the manual, docs/manual/agents.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clientela.requests.rules.states import LIVE, State


class Manner(StrEnum):
    """How several departments are asked together."""

    SIDE_BY_SIDE = "side_by_side"
    IN_ORDER = "in_order"


class PartState(StrEnum):
    """How one part of what was asked together stands."""

    PLANNED = "planned"  # its turn has not come
    LIVE = "live"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"
    DROPPED = "dropped"  # never asked, and not needed any more


class Course(StrEnum):
    """How what was asked together goes on."""

    GOES_ON = "goes_on"
    ASKS_NEXT = "asks_next"
    IS_ENOUGH = "is_enough"
    STOPPED = "stopped"  # a part was cancelled; somebody decides whether the next is asked
    OUT_OF_REACH = "out_of_reach"  # enough can no longer be done


class Fate(StrEnum):
    """What becomes of a needed request when what waits on it needs it no longer."""

    STAYS = "stays"
    RELEASED = "released"  # it goes on, and nobody waits for it here
    CANCELLED = "cancelled"


class Finish(StrEnum):
    """What becomes of a waiting request when the last it waited for has ended."""

    GOES_ON = "goes_on"  # back to its agent
    BY_ITSELF = "by_itself"


class Wake(StrEnum):
    """What a needed request that opens again does to what waits on it."""

    NOTHING = "nothing"
    WAITS_AGAIN = "waits_again"
    REOPENS = "reopens"
    IS_TOLD = "is_told"


def part_state(state: str | None, *, is_dropped: bool) -> PartState:
    """How a part stands, from the state of its request (None: never asked)."""
    if state is None:
        return PartState.DROPPED if is_dropped else PartState.PLANNED
    if state == State.CANCELLED:
        return PartState.CANCELLED
    return PartState.LIVE if State(state) in LIVE else PartState.RESOLVED


def course_of(manner: str, enough: int, parts: Sequence[PartState]) -> Course:
    """How it goes on, as the parts stand, in their order.

    In order, the next is asked when the one before is done; when that was cancelled, somebody decides.
    """
    done = sum(part is PartState.RESOLVED for part in parts)
    hoped = sum(part in {PartState.RESOLVED, PartState.LIVE, PartState.PLANNED} for part in parts)
    if done >= enough:
        return Course.IS_ENOUGH
    if hoped < enough:
        return Course.OUT_OF_REACH
    if manner != Manner.IN_ORDER or PartState.LIVE in parts:
        return Course.GOES_ON
    asked = [part for part in parts if part not in {PartState.PLANNED, PartState.DROPPED}]
    if PartState.PLANNED not in parts:
        return Course.GOES_ON
    return Course.STOPPED if asked and asked[-1] is PartState.CANCELLED else Course.ASKS_NEXT


def fate_when_enough(*, is_live: bool, is_taken: bool, was_opened_for_it: bool, others_wait: bool) -> Fate:
    """What becomes of a part that is no longer needed because enough others are done: work begun is not thrown away."""
    if not is_live:
        return Fate.STAYS
    return Fate.CANCELLED if was_opened_for_it and not is_taken and not others_wait else Fate.RELEASED


def fate_when_cancelled(*, is_live: bool, was_opened_for_it: bool, others_wait: bool) -> Fate:
    """What becomes of what a cancelled request waited on, taken or not: it is cancelled unless others wait on it too.

    `was_opened_for_it`: it was asked for this one or for another that waits on it; not found and linked.
    """
    return Fate.CANCELLED if is_live and was_opened_for_it and not others_wait else Fate.STAYS


@dataclass(frozen=True)
class Owed:
    """What may still be owed to the customer of a request when all it waited on has ended."""

    has_unanswered_words: bool  # written after the request itself
    has_own_promises: bool  # somebody's personal promises that are not kept
    has_open_steps: bool  # of its plan


def finish_of(*, by_itself: bool, needs: Sequence[PartState], owed: Owed) -> Finish:
    """Whether a request that waited ends by itself. `by_itself`: its service says so; `needs`: what blocked it.

    Nothing was cancelled among what was needed (where several were asked together, those beyond enough are left out by
    the caller), and nothing else is owed to the customer.
    """
    is_done = bool(needs) and all(need is PartState.RESOLVED for need in needs)
    owes_nothing = not (owed.has_unanswered_words or owed.has_own_promises or owed.has_open_steps)
    return Finish.BY_ITSELF if by_itself and is_done and owes_nothing else Finish.GOES_ON


def wake_of(state: str, *, is_blocking: bool, finished_by_itself: bool, may_reopen: bool) -> Wake:
    """What becomes of a waiting request in `state` when what it needed opens again.

    `finished_by_itself`: no hand resolved it. `may_reopen`: it was not closed too long ago.
    """
    if state == State.CANCELLED or not is_blocking:
        return Wake.NOTHING
    if State(state) in LIVE:
        return Wake.WAITS_AGAIN if state == State.OPEN else Wake.NOTHING
    return Wake.REOPENS if finished_by_itself and may_reopen else Wake.IS_TOLD

"""The lateness of cases, shared out to the second over the departments on their critical chains."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from clientela.network.rules.travelling.chains import Family, Held, critical_chain

SecondsBetween = Callable[[int, int], int]
Key = TypeVar("Key", bound=Hashable)
FEWEST = 5


@dataclass(frozen=True)
class LateCase:
    """A case of an outside customer that came late.

    `started_at`, `ended_at`: of the promise to the customer, whole seconds on the clock of the stays. `late_seconds`:
    working seconds by the calendar of `promiser_id`, who made that promise. `past_own`: when a stay's department broke
    its own promise about the request: (request, department) → that moment.
    """

    family: Family
    promiser_id: int
    started_at: int
    ended_at: int
    late_seconds: int
    past_own: Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Part:
    """A department's part in the lateness of one case, in seconds; `past_own_seconds` of it past its own promise."""

    seconds: int = 0
    past_own_seconds: int = 0


def parts_of_lateness(case: LateCase, working_seconds: SecondsBetween) -> dict[int, Part]:
    """Return each department's part; all parts together are `late_seconds`, to the second.

    The lateness is shared in proportion to the working time that each department had the ball on the critical chain,
    for an hour lost early delays the end as much as an hour lost late. Time in which it waited for its customer or a
    date is left out, as the promise stood still then. `working_seconds(since, until)` counts by the calendar by which
    the case was promised; a chain without any working time is shared by the clock on the wall, and where nothing is
    known of the chain all of it stays with whoever promised. Raises ValueError for a negative lateness.
    """
    if case.late_seconds < 0:
        raise ValueError(f"A case is late by some seconds, not by {case.late_seconds}.")
    chain = critical_chain(case.family, since=case.started_at, until=case.ended_at)
    weights = (
        _weights(chain, case, working_seconds, is_scaled=True)
        or _weights(chain, case, working_seconds, is_scaled=False)
        or _weights(chain, case, lambda since, until: until - since, is_scaled=False)
        or {(case.promiser_id, False): 1}
    )
    shared = shared_exactly(case.late_seconds, weights)
    parts: dict[int, Part] = {}
    for (provider_id, is_past), seconds in shared.items():
        before = parts.get(provider_id, Part())
        parts[provider_id] = Part(before.seconds + seconds, before.past_own_seconds + (seconds if is_past else 0))
    return parts


def parts_of_time(family: Family, working_seconds: SecondsBetween) -> dict[int, float]:
    """Return what part of a case's time each department had it on its critical chain; together they make one.

    By working time, or by the clock on the wall where there was none; nothing for a case without stays. This is what
    the exposure of later cases is learned from (see `rules.exposure`).
    """
    chain = critical_chain(family)
    for seconds_between in (working_seconds, lambda since, until: until - since):
        held: dict[int, int] = defaultdict(int)
        for one in chain:
            held[one.stay.provider_id] += seconds_between(one.since, one.until)
        whole = sum(held.values())
        if whole > 0:
            return {provider_id: seconds / whole for provider_id, seconds in held.items() if seconds > 0}
    return {}


def _weights(
    chain: Sequence[Held], case: LateCase, seconds_between: SecondsBetween, *, is_scaled: bool
) -> dict[tuple[int, bool], int]:
    """Return how long each department had the ball, within its own promise (False) and past it (True)."""
    weights: dict[tuple[int, bool], int] = defaultdict(int)
    for held in chain:
        provider_id = held.stay.provider_id
        broken = case.past_own.get((held.request_id, provider_id), held.until)
        turn = min(max(broken, held.since), held.until)
        for since, until, is_past in ((held.since, turn, False), (turn, held.until, True)):
            if since < until:
                seconds = seconds_between(since, until)
                weights[provider_id, is_past] += _moving(seconds, held) if is_scaled else seconds
    return {key: weight for key, weight in weights.items() if weight > 0}


def _moving(seconds: int, held: Held) -> int:
    """Return the part of a stretch in which its stay did not wait for the customer or a date."""
    whole = held.stay.moving_seconds + held.stay.still_seconds
    return seconds if whole == 0 else seconds * held.stay.moving_seconds // whole


def shared_exactly(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """Share a whole number out in proportion to weights; the shares add up to it exactly (largest remainders).

    Weights are whole numbers of zero or more, one of them above zero. Equal remainders go by the order of `weights`.
    """
    whole = sum(weights.values())
    if whole <= 0 or min(weights.values()) < 0:
        raise ValueError("Weights are zero or more, and not all of them zero.")
    shares = {key: total * weight // whole for key, weight in weights.items()}
    left = total - sum(shares.values())
    by_remainder = sorted(weights, key=lambda key: -(total * weights[key] % whole))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares

"""The lateness of cases, shared out to the second over the departments on their critical chains."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from clientela.network.rules.travelling.chains import Family, Held, critical_chain

SecondsBetween = Callable[[int, int], int]
Key = TypeVar("Key", bound=Hashable)
FEWEST = 5
FEWEST_LATE = 20  # resampled from fewer cases, an interval comes out far too narrow
RESAMPLES = 400
LOW, HIGH = 2.5, 97.5  # percentiles of a 95 % interval


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


@dataclass(frozen=True)
class Contribution:
    """A department's part in the lateness of all cases, in seconds and as a share with its 95 % interval.

    `cases`: in how many late cases it had a part. The interval resamples cases; None: too few late cases to say.
    """

    provider_id: int
    cases: int
    seconds: int
    past_own_seconds: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Travelled:
    """All contributions, the largest first: their seconds add up to `late_seconds` exactly."""

    late_cases: int
    late_seconds: int
    contributions: tuple[Contribution, ...]


def travelled(parts: Sequence[Mapping[int, Part]], *, seed: int = 1, fewest: int = FEWEST_LATE) -> Travelled:
    """Sum the parts of late cases. Shares get an interval from `fewest` late cases on; the same seed, the same one."""
    provider_ids = sorted({provider_id for one in parts for provider_id in one})
    total = sum(part.seconds for one in parts for part in one.values())
    intervals = _intervals(parts, provider_ids, seed=seed) if len(parts) >= fewest and total else {}
    found = []
    for provider_id in provider_ids:
        own = [one[provider_id] for one in parts if provider_id in one]
        seconds = sum(part.seconds for part in own)
        low, high = intervals.get(provider_id, (None, None))
        found.append(
            Contribution(
                provider_id=provider_id,
                cases=sum(part.seconds > 0 for part in own),
                seconds=seconds,
                past_own_seconds=sum(part.past_own_seconds for part in own),
                share=seconds / total if total else 0.0,
                low=low,
                high=high,
            )
        )
    in_order = sorted(found, key=lambda one: (-one.seconds, one.provider_id))
    return Travelled(late_cases=len(parts), late_seconds=total, contributions=tuple(in_order))


def _intervals(
    parts: Sequence[Mapping[int, Part]], provider_ids: Sequence[int], *, seed: int
) -> dict[int, tuple[float, float]]:
    """Return percentile intervals of each department's share, cases drawn again with replacement (Efron 1979)."""
    place = {provider_id: column for column, provider_id in enumerate(provider_ids)}
    seconds = np.zeros((len(parts), len(provider_ids)))
    for row, one in enumerate(parts):
        for provider_id, part in one.items():
            seconds[row, place[provider_id]] = part.seconds
    drawn = np.random.default_rng(seed).multinomial(len(parts), np.full(len(parts), 1 / len(parts)), size=RESAMPLES)
    sums = drawn @ seconds
    totals = sums.sum(axis=1, keepdims=True)
    shares = np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0)
    lows, highs = np.percentile(shares, [LOW, HIGH], axis=0)
    return {provider_id: (float(lows[column]), float(highs[column])) for provider_id, column in place.items()}

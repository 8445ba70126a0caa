"""Houses of open requests for the tests of the order: made by hypothesis, told in arrays, and walked path by path."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from clientela.requests.rules.order import PRICED, SAFETY, WAITED_LONGEST, Waiting, urgencies

House = dict[int, Waiting]
MEAN_WORK = 1.5
LOOK_AHEAD = 2.0
PACE: dict[str, float] = {"mean_work_hours": MEAN_WORK, "look_ahead": LOOK_AHEAD}

COSTS = st.one_of(st.sampled_from((0.5, 1.0, 2.0, 3.0)), st.floats(0.01, 100.0))
LEFT = st.one_of(st.integers(-8, 24).map(float), st.floats(-100.0, 400.0))
WORK = st.one_of(st.sampled_from((0.25, 0.5, 1.0, 4.0)), st.floats(0.02, 40.0))
TIERS = st.sampled_from((PRICED,) * 12 + (WAITED_LONGEST, SAFETY))


@st.composite
def houses(draw: st.DrawFn, *, most: int = 9, tiers: st.SearchStrategy[int] = TIERS) -> House:
    """Up to `most` requests, each needing some of those with a larger number, in any order of ids and rows."""
    count = draw(st.integers(1, most))
    ids = draw(st.permutations(range(1, count + 1)))
    found = []
    for place, each in enumerate(ids):
        needs = draw(st.sets(st.sampled_from(ids[place + 1 :]))) if place + 1 < count else set()
        found.append(
            Waiting(
                id=each,
                cost_per_hour=draw(COSTS),
                tier=draw(tiers),
                hours_left=draw(LEFT),
                work_hours=draw(WORK),
                needs=tuple(needs),
                waited_hours=draw(st.floats(0, 500.0)),
                is_past_floor=draw(st.booleans()) if draw(st.integers(0, 9)) == 0 else False,
            )
        )
    return {one.id: one for one in draw(st.permutations(found))}


def in_arrays(house: Mapping[int, Waiting]) -> dict[str, Any]:
    """The house as `urgencies` takes it, a row a request in the order of the mapping."""
    places = {each: place for place, each in enumerate(house)}
    links = [(places[one.id], places[each]) for one in house.values() for each in one.needs if each in places]
    return {
        "cost_per_hour": [one.cost_per_hour for one in house.values()],
        "tier": [one.tier for one in house.values()],
        "hours_left": [one.hours_left for one in house.values()],
        "work_hours": [one.work_hours for one in house.values()],
        "waited_hours": [one.waited_hours for one in house.values()],
        "is_past_floor": [one.is_past_floor for one in house.values()],
        "waiting": [waiting for waiting, _ in links],
        "needed": [needed for _, needed in links],
    }


def ranked(house: Mapping[int, Waiting], **more: Any) -> dict[int, float]:
    """The urgencies of the whole house by id."""
    found = urgencies(**(in_arrays(house) | PACE | more))
    return dict(zip(house, found.tolist(), strict=True))


def changed(house: House, each: int, **figures: Any) -> House:
    return house | {each: replace(house[each], **figures)}


def paths_up(house: House, own: int) -> Iterator[tuple[int, ...]]:
    """Every path from a request to one that waits on it, one link at a time; the first is itself alone."""
    yield (own,)
    for one in house.values():
        if own in one.needs:
            for path in paths_up(house, one.id):
                yield (own, *path)


def all_below(house: House, own: int) -> set[int]:
    """Itself and all that it waits on."""
    return {own}.union(*(all_below(house, each) for each in house[own].needs if each in house))


def term(house: House, path: tuple[int, ...]) -> float:
    """The page's formula for one path, as it is written there, without logarithms of our own."""
    own, last = house[path[0]], house[path[-1]]
    slack = last.hours_left - sum(house[each].work_hours for each in path)
    return math.log(last.cost_per_hour / own.work_hours) - max(slack, 0.0) / (LOOK_AHEAD * MEAN_WORK)


def random_house(seed: int, *, count: int, levels: int, links: int, kinds: int | None = None) -> House:
    """A larger one, from a seed; with `kinds` only so many different costs, works and due moments."""
    draws = np.random.default_rng(seed)

    def figures(low: float, high: float) -> list[float]:
        if kinds is None:
            return draws.uniform(low, high, count).tolist()
        return draws.choice(draws.uniform(low, high, kinds), count).tolist()

    costs, works, left = figures(0.2, 8.0), figures(0.1, 3.0), figures(-8.0, 40.0)
    level = draws.integers(0, levels, count)
    needs: list[set[int]] = [set() for _ in range(count)]
    for one, other in draws.integers(0, count, (links, 2)).tolist():
        if level[one] < level[other]:
            needs[one].add(other)
    tiers = draws.choice((PRICED, WAITED_LONGEST, SAFETY), count, p=(0.96, 0.02, 0.02)).tolist()
    waited = draws.integers(0, 300, count).tolist()
    return {
        each: Waiting(
            each, costs[each], tiers[each], left[each], works[each], tuple(needs[each]), waited_hours=waited[each]
        )
        for each in draws.permutation(count).tolist()
    }

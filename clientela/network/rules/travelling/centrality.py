"""Centrality in plain words: whom most of what is done for customers outside passes, and without whom it would stop."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from clientela.network.rules.lines import Interval, wilson
from clientela.network.rules.travelling.sharing import FEWEST

LEAST_SHARE = 0.05  # who does less of a service than this is no replacement for who does the rest


@dataclass(frozen=True)
class CasePassed:
    """One case: who serves the customer, and which department did which service in it."""

    fronts: frozenset[int]
    done: frozenset[tuple[int, int]]  # (service, department)


@dataclass(frozen=True)
class Passed:
    """How much passes a department. Shares are of all cases, with Wilson intervals; None: too few to say.

    `behind_cases`: those of its cases in which it stands behind another. `cut_off_cases`: those that would stop with
    it, because nobody else does what it did there. `stranded`: departments whose work reaches no customer without it.
    """

    provider_id: int
    of_cases: int
    cases: int
    share: Interval | None
    behind_cases: int
    cut_off_cases: int
    cut_off: Interval | None
    stranded: tuple[int, ...]


def passes(
    cases: Sequence[CasePassed], asked: Mapping[tuple[int, int], float], *, fewest: int = FEWEST
) -> tuple[Passed, ...]:
    """Return for each department what passes it, the most first.

    `asked`: (who asks, who is asked) → how often, among departments, whatever it was for.
    """
    alone = irreplaceable(cases, fewest=fewest)
    through: dict[int, int] = defaultdict(int)
    behind: dict[int, int] = defaultdict(int)
    cut_off: dict[int, int] = defaultdict(int)
    for case in cases:
        for provider_id in {provider_id for _, provider_id in case.done}:
            through[provider_id] += 1
            behind[provider_id] += provider_id not in case.fronts
        for provider_id in {
            provider_id for service_id, provider_id in case.done if alone.get(service_id) == provider_id
        }:
            cut_off[provider_id] += 1
    fronts = {provider_id for case in cases for provider_id in case.fronts}
    number = len(cases)
    found = [
        Passed(
            provider_id=provider_id,
            of_cases=number,
            cases=count,
            share=wilson(count, number) if number >= fewest else None,
            behind_cases=behind[provider_id],
            cut_off_cases=cut_off[provider_id],
            cut_off=wilson(cut_off[provider_id], number) if number >= fewest else None,
            stranded=stranded_without(provider_id, asked, fronts),
        )
        for provider_id, count in through.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.provider_id)))


def irreplaceable(cases: Sequence[CasePassed], *, fewest: int = FEWEST) -> dict[int, int]:
    """Return the services that, as far as these cases tell, only one department can do, and which that is.

    Others count as able to take over when together they did a service in at least `fewest` cases and in one of twenty.
    A service seen in fewer than `fewest` cases is left out: too few to say.
    """
    done: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for case in cases:
        for service_id, provider_id in case.done:
            done[service_id][provider_id] += 1
    found = {}
    for service_id, by_provider in done.items():
        total = sum(by_provider.values())
        provider_id = max(by_provider, key=lambda one: (by_provider[one], -one))
        others = total - by_provider[provider_id]
        if total >= fewest and (others < fewest or others < LEAST_SHARE * total):
            found[service_id] = provider_id
    return found


def stranded_without(
    provider_id: int, asked: Mapping[tuple[int, int], float], fronts: AbstractSet[int]
) -> tuple[int, ...]:
    """Return whom no way leads from to a customer outside once a department is gone, and one did before.

    It has any exactly when it is an articulation point on the ways outside.
    """
    before = _reaching_outside(asked, fronts)
    after = _reaching_outside(
        {pair: amount for pair, amount in asked.items() if provider_id not in pair}, fronts - {provider_id}
    )
    return tuple(sorted(before - after - {provider_id}))


def _reaching_outside(asked: Mapping[tuple[int, int], float], fronts: AbstractSet[int]) -> frozenset[int]:
    suppliers: dict[int, list[int]] = defaultdict(list)
    for (customer, provider), amount in asked.items():
        if amount > 0:
            suppliers[customer].append(provider)
    seen, waiting = set(fronts), deque(sorted(fronts))
    while waiting:
        for supplier in suppliers[waiting.popleft()]:
            if supplier not in seen:
                seen.add(supplier)
                waiting.append(supplier)
    return frozenset(seen)

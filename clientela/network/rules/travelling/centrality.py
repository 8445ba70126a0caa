"""Centrality in plain words: whom most of what is done for customers outside passes, and without whom it would stop."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from clientela.network.rules.lines import Interval, wilson
from clientela.network.rules.travelling.sharing import FEWEST

BEHIND = "behind"
LEAST_SHARE = 0.05  # who does less of a service than this is no replacement for who does the rest


@dataclass(frozen=True)
class CasePassed:
    """One case: who serves the customer, who of them had it last, and which department did which service in it."""

    fronts: frozenset[int]
    done: frozenset[tuple[int, int]]  # (service, department)
    last: int | None = None


@dataclass(frozen=True)
class Passage:
    """In how many cases a department did just these services, in one role: "last", "front" or "behind".

    "front": it served the customer; "last": and had the case when it ended. Passages of any cases add up.
    """

    provider_id: int
    role: str
    services: tuple[int, ...]  # rising
    cases: int = 1


def passages_of(case: CasePassed) -> tuple[Passage, ...]:
    """Return what a case says of each department that it passes, each once."""
    services: dict[int, list[int]] = defaultdict(list)
    for service_id, provider_id in sorted(case.done):
        services[provider_id].append(service_id)
    return tuple(
        Passage(
            provider_id,
            "last" if provider_id == case.last else "front" if provider_id in case.fronts else BEHIND,
            tuple(own),
        )
        for provider_id, own in services.items()
    )


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
    passages: Sequence[Passage], asked: Mapping[tuple[int, int], float], *, of_cases: int, fewest: int = FEWEST
) -> tuple[Passed, ...]:
    """Return for each department what passes it, of so many cases, the most first.

    `asked`: (who asks, who is asked) → how often, among departments, whatever it was for.
    """
    alone = irreplaceable(passages, fewest=fewest)
    through: dict[int, int] = defaultdict(int)
    behind: dict[int, int] = defaultdict(int)
    cut_off: dict[int, int] = defaultdict(int)
    for one in passages:
        through[one.provider_id] += one.cases
        behind[one.provider_id] += one.cases if one.role == BEHIND else 0
        is_missed = any(alone.get(service_id) == one.provider_id for service_id in one.services)
        cut_off[one.provider_id] += one.cases if is_missed else 0
    fronts = {one.provider_id for one in passages if one.role != BEHIND}
    found = [
        Passed(
            provider_id=provider_id,
            of_cases=of_cases,
            cases=count,
            share=wilson(count, of_cases) if of_cases >= fewest else None,
            behind_cases=behind[provider_id],
            cut_off_cases=cut_off[provider_id],
            cut_off=wilson(cut_off[provider_id], of_cases) if of_cases >= fewest else None,
            stranded=stranded_without(provider_id, asked, fronts),
        )
        for provider_id, count in through.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.provider_id)))


def irreplaceable(passages: Sequence[Passage], *, fewest: int = FEWEST) -> dict[int, int]:
    """Return the services that, as far as these cases tell, only one department can do, and which that is.

    Others count as able to take over when together they did a service in at least `fewest` cases and in one of twenty.
    A service seen in fewer than `fewest` cases is left out: too few to say.
    """
    done: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in passages:
        for service_id in one.services:
            done[service_id][one.provider_id] += one.cases
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

"""Which runs an answer needs."""

from dataclasses import dataclass, replace

from clientela.network.simulation.house import House

WORK_FACTORS = {"more_work": 1.1, "less_work": 0.9}
ARRIVAL_FACTORS = {"more_arrivals": 1.1, "fewer_arrivals": 0.9}
VARIANTS = (*WORK_FACTORS, *ARRIVAL_FACTORS)


@dataclass(frozen=True, slots=True)
class Wish:
    """One run to be made. `key` is unique in its plan and stable: keep it with the outcome to go on from there."""

    key: str  # "today:3", "whatif:3", "today:3-" (antithetic), "more_work:whatif:3", …
    variant: str  # "" is the house as it was fitted; else a code of VARIANTS
    is_whatif: bool
    seed: int
    is_antithetic: bool


def wished_runs(*, runs: int = 20, seed: int = 1, variant_runs: int = 4) -> tuple[Wish, ...]:
    """The runs that an answer needs: `runs` of today and as many of what if, then a few of each variant of both.

    Runs come in antithetic pairs of one seed. Every prefix is usable: today and what if take turns.
    """
    wishes = _paired("", runs=runs, seed=seed)
    for variant in VARIANTS:
        wishes += _paired(variant, runs=variant_runs, seed=seed)
    return tuple(wishes)


def _paired(variant: str, *, runs: int, seed: int) -> list[Wish]:
    found = []
    for number in range(runs):
        chance, is_antithetic = seed + number // 2, number % 2 == 1
        for is_whatif in (False, True):
            name = f"{'whatif' if is_whatif else 'today'}:{chance}{'-' if is_antithetic else ''}"
            key = f"{variant}:{name}" if variant else name
            found.append(Wish(key, variant, is_whatif, chance, is_antithetic))
    return found


def varied(house: House, variant: str) -> House:
    """The house if an assumption were ten per cent off: the hands-on work, or what comes in. "" leaves it as it is."""
    if variant in WORK_FACTORS:
        factor = WORK_FACTORS[variant]
        services = (replace(service, hands=service.hands.times(factor)) for service in house.services)
        return replace(house, services=tuple(services))
    if variant in ARRIVAL_FACTORS:
        factor = ARRIVAL_FACTORS[variant]
        streams = (replace(stream, a_week=stream.a_week * factor) for stream in house.streams)
        return replace(house, streams=tuple(streams))
    return house

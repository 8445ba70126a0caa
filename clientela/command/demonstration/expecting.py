"""How much work a set of arrivals will make, before it is told: requests asked in turn, and touches for each team."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache

from clientela.command.demonstration.arrivals import Arrival
from clientela.command.demonstration.cases import MOST_HOPS
from clientela.command.demonstration.content import House, Scenario, scenarios, work_kinds

ANSWERS_A_CASE = 0.3  # touches that only answer what a customer writes meanwhile


@cache
def children_of(key: str, hop: int = 0) -> float:
    """How many requests one of this scenario leads to, on average."""
    scenario = scenarios()[key]
    if hop >= MOST_HOPS:
        return 0.0
    return sum(share * (1 + children_of(child, hop + 1)) for child, share in _asked(scenario))


def touches_by_team(house: House, arrivals: Iterable[Arrival]) -> dict[str, int]:
    """How often each team will have a request in its hands."""
    found: dict[str, float] = defaultdict(float)
    roots = Counter((arrival.scenario.key, arrival.asker.branch) for arrival in arrivals)
    for (key, branch), many in roots.items():
        _count(house, scenarios()[key], branch, many=many, hop=0, found=found)
    return {team: round(touches) for team, touches in found.items()}


def _count(house: House, scenario: Scenario, branch: str, *, many: float, hop: int, found: dict[str, float]) -> None:
    owner = house.services[scenario.service].owner
    found[house.team_for(owner, branch).key] += many * _touches(scenario.key)
    if hop < MOST_HOPS:
        for child, share in _asked(scenario):
            _count(house, scenarios()[child], branch, many=many * share, hop=hop + 1, found=found)


@cache
def _touches(key: str) -> float:
    scenario = scenarios()[key]
    kind = work_kinds()[scenario.group]
    first = sum(share for _, share in scenario.asks) + min(1.0, sum(share for _, share in scenario.together))
    then = sum(share for _, share in scenario.then)
    at_once = kind.at_once * (1 - first)
    middle = kind.asks_customer + first + kind.waits_date + (1 - first) * (1 - kind.waits_date) + then
    return at_once + (1 - at_once) * (middle + 1) + ANSWERS_A_CASE


def _asked(scenario: Scenario) -> tuple[tuple[str, float], ...]:
    return (*scenario.asks, *scenario.then, *scenario.together)

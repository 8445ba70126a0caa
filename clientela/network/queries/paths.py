"""Everything that stands behind a service: which departments its outside cases pass, to any depth, and how it went."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import NeededLine
from clientela.catalogue.queries.brief import ServiceInBrief
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network.policies import may_see_service_map
from clientela.network.queries.cases import MOST_CASES, WEEKS, Cases, read_cases, segment_of, who_asked
from clientela.network.rules import FEWEST, Interval, wilson
from clientela.network.rules.travelling import Family
from clientela.requests.queries import RequestNamed, requests_named
from clientela.requests.queries.outside_cases import services_of_ended_cases

NEWEST_LATE = 200  # late cases among which those are looked for that the viewer may read
SHOWN_LATE = 10


@dataclass(frozen=True)
class Step:
    """What one department did for another, or for the customer, on the way.

    `customer_id` None: the customer outside. `depth`: 1 serves the customer, 2 serves who does, and so on: the usual
    one. `cases`: how many pass here, of all. `wait_seconds`: working seconds of the provider in which half of the
    requests were done. Of `decided` promises `late` were broken. Shares have Wilson intervals; None: too few to say.
    """

    customer_id: int | None
    provider_id: int
    depth: int
    cases: int
    share: Interval | None
    requests: int
    wait_seconds: int | None
    decided: int
    late: int
    late_share: Interval | None


@dataclass(frozen=True)
class PlannedHop:
    """What should stand behind it: a step of a plan that takes another department's service, at any depth.

    `words`: the service and its step, as in "Repair of an appliance: Find the part". `cases`: in how many of the cases
    that department served the other one, for whatever reason; 0 where it never happened.
    """

    customer_id: int
    provider_id: int
    words: str
    cases: int


@dataclass(frozen=True)
class ServicePaths:
    """What the page shows of one service, the nearest to the customer first, then the busiest.

    `segment`: the customers outside who asked for it most, as the map calls them. `late_requests`: the newest late ones
    that the viewer may read, of `late` in all.
    """

    service: ServiceInBrief
    since: datetime
    until: datetime
    is_shortened: bool
    cases: int
    decided: int
    late: int
    late_share: Interval | None
    segment: str
    steps: tuple[Step, ...]
    planned: tuple[PlannedHop, ...]  # by the plans as they are today, the nearest to the customer first
    late_requests: tuple[RequestNamed, ...]
    departments: Mapping[int, DepartmentCard]

    @property
    def behind(self) -> int:
        """How many departments stand behind those that serve the customer."""
        fronts = {step.provider_id for step in self.steps if step.customer_id is None}
        return len({step.provider_id for step in self.steps} - fronts)


def services_asked(viewer: Viewer, *, at: datetime, language: str, weeks: int = WEEKS) -> list[ServiceInBrief]:
    """Return the services of the newest outside cases, the most asked first. Two statements. Raises HiddenError."""
    require_seen(may_see_service_map(viewer))
    counted = services_of_ended_cases(since=at - timedelta(weeks=weeks), until=at, most=MOST_CASES)
    known = [one for one in catalogue.services_in_brief(language=language) if one.service_id in counted]
    return sorted(known, key=lambda one: (-counted[one.service_id], one.key))


def service_paths(viewer: Viewer, service_key: str, *, at: datetime, language: str, weeks: int = WEEKS) -> ServicePaths:
    """Return what stands behind a service. Ten statements at most.

    Raises HiddenError for who is not a colleague, and for a service that is none.
    """
    require_seen(may_see_service_map(viewer))
    service = next((one for one in catalogue.services_in_brief(language=language) if one.key == service_key), None)
    if service is None:
        raise HiddenError(f"There is no service {service_key}.")
    cases = read_cases(at=at, weeks=weeks, service_id=service.service_id)
    ends = {case.request_id: _was_late(cases, case.request_id) for case in cases.ended}
    late = [number for number, is_late in ends.items() if is_late]
    decided = sum(is_late is not None for is_late in ends.values())
    readable = requests_named(viewer, late[:NEWEST_LATE])
    segments = Counter(segment_of(case) for case in cases.ended)
    steps = _steps(cases)
    return ServicePaths(
        service=service,
        since=cases.since,
        until=cases.until,
        is_shortened=cases.is_shortened,
        cases=len(cases.ended),
        decided=decided,
        late=len(late),
        late_share=wilson(len(late), decided) if decided >= FEWEST else None,
        segment=max(sorted(segments), key=lambda key: segments[key], default=""),
        steps=steps,
        planned=_planned(service_key, steps, language=language),
        late_requests=tuple(readable[number] for number in late if number in readable)[:SHOWN_LATE],
        departments=cases.departments,
    )


def _planned(service_key: str, steps: Sequence[Step], *, language: str) -> tuple[PlannedHop, ...]:
    """Walk the plans: what the service takes, what that takes, and so on. Each service's plan is told once."""
    by_service: dict[str, list[NeededLine]] = defaultdict(list)
    for line in catalogue.needed_lines(catalogue.offers()):
        by_service[line.service_key].append(line)
    happened = {(step.customer_id, step.provider_id): step.cases for step in steps}
    found: list[PlannedHop] = []
    waiting, seen = deque([service_key]), {service_key}
    while waiting:
        for line in by_service[waiting.popleft()]:
            cases = happened.get((line.customer_id, line.provider_id), 0)
            found.append(PlannedHop(line.customer_id, line.provider_id, line.words_in(language), cases))
            if line.needed_key not in seen:
                seen.add(line.needed_key)
                waiting.append(line.needed_key)
    return tuple(found)


def _was_late(cases: Cases, case_id: int) -> bool | None:
    """Whether the last promise of the end was broken; None where none was given or decided."""
    own = cases.promises.get(case_id, ())
    return own[-1].is_broken(at=cases.until) if own and own[-1].is_decided(at=cases.until) else None


@dataclass
class _Tally:
    """What is counted of one step."""

    cases: set[int]
    requests: dict[int, int]  # the working seconds that each spent there
    depths: list[int]
    decided: dict[int, bool]


def _steps(cases: Cases) -> tuple[Step, ...]:
    tallies: dict[tuple[int | None, int], _Tally] = defaultdict(lambda: _Tally(set(), {}, [], {}))
    for case_id, family in cases.families.items():
        for customer_id, provider_id, depth, request_id in _hops(family):
            tally = tallies[customer_id, provider_id]
            tally.cases.add(case_id)
            tally.depths.append(depth)
            tally.requests[request_id] = sum(
                stay.moving_seconds + stay.still_seconds + stay.waiting_seconds
                for stay in family.stays[request_id]
                if stay.provider_id == provider_id
            )
            is_late = cases.decided(request_id, provider_id)
            if is_late is not None:
                tally.decided[request_id] = is_late
    number = len(cases.ended)
    found = [
        Step(
            customer_id=customer_id,
            provider_id=provider_id,
            depth=round(median(tally.depths)),
            cases=len(tally.cases),
            share=wilson(len(tally.cases), number) if number >= FEWEST else None,
            requests=len(tally.requests),
            wait_seconds=round(median(tally.requests.values())) if len(tally.requests) >= FEWEST else None,
            decided=len(tally.decided),
            late=sum(tally.decided.values()),
            late_share=wilson(sum(tally.decided.values()), len(tally.decided))
            if len(tally.decided) >= FEWEST
            else None,
        )
        for (customer_id, provider_id), tally in tallies.items()
    ]
    return tuple(sorted(found, key=lambda step: (step.depth, -step.cases, step.provider_id, step.customer_id or 0)))


def _hops(family: Family) -> list[tuple[int | None, int, int, int]]:
    """Return (who was served, by whom, how many hops from the customer, by which request) of everything in a case."""
    depths = _depths(family)
    served = dict.fromkeys(stay.provider_id for stay in family.stays.get(family.root_id, ()))
    outermost: list[tuple[int | None, int, int, int]] = [
        (None, provider_id, 1, family.root_id) for provider_id in served
    ]
    return outermost + [
        (asker, provider_id, depths[needed_id], needed_id) for asker, provider_id, _, needed_id in who_asked(family)
    ]


def _depths(family: Family) -> dict[int, int]:
    """Return how many hops each request is from the customer, by the shortest way."""
    found, edge = {family.root_id: 1}, [family.root_id]
    while edge:
        nearer = edge
        edge = []
        for number in nearer:
            for needed in family.asked.get(number, ()):
                if needed not in found:
                    found[needed] = found[number] + 1
                    edge.append(needed)
    return found

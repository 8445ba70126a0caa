"""Everything that stands behind a service: which departments its outside cases pass, to any depth, and how it went."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import NeededLine
from clientela.catalogue.queries.brief import ServiceInBrief
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network.models import EndedCase
from clientela.network.policies import may_see_service_map
from clientela.network.queries.lateness import (
    CountedSpan,
    HopCounted,
    cases_counted,
    hops_counted,
    services_counted,
)
from clientela.network.rules import FEWEST, Interval, wilson
from clientela.network.rules.travelling import SEVERAL_SMALL
from clientela.network.rules.waits import median_wait_seconds
from clientela.requests.queries import RequestNamed, requests_named

NEWEST_LATE = 200  # late cases among which those are looked for that the viewer may read
SHOWN_LATE = 10


@dataclass(frozen=True)
class Step:
    """What one department did for another, or for the customer, on the way.

    `customer_id` None: the customer outside. `depth`: 1 serves the customer, 2 serves who does, and so on: the usual
    one. `cases`: how many pass here, of all. `wait_seconds`: working seconds of the provider in which half of the
    requests were done, to within 3.1 %. Of `decided` promises `late` were broken. Shares have Wilson intervals; None:
    too few to say. Several small departments together are SEVERAL_SMALL.
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
    that department served the other one, for whatever reason; 0 where it never happened, None where one of them is too
    small for figures of its own, or newer than the counting.
    """

    customer_id: int
    provider_id: int
    words: str
    cases: int | None


@dataclass(frozen=True)
class ServicePaths:
    """What the page shows of one service, the nearest to the customer first, then the busiest.

    `segment`: the customers outside who asked for it most, as the map calls them. `late_requests`: the newest late ones
    that the viewer may read, of `late` in all.
    """

    service: ServiceInBrief
    span: CountedSpan
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

    @property
    def has_pooled(self) -> bool:
        """Whether small departments are shown together."""
        return any(SEVERAL_SMALL in {step.provider_id, step.customer_id} for step in self.steps)


def services_asked(viewer: Viewer, span: CountedSpan, *, language: str) -> list[ServiceInBrief]:
    """Return the services of the outside cases that ended, the most asked first. Two statements.

    Raises HiddenError for who is not a colleague.
    """
    require_seen(may_see_service_map(viewer))
    counted = services_counted(span)
    known = [one for one in catalogue.services_in_brief(language=language) if one.service_id in counted]
    return sorted(known, key=lambda one: (-counted[one.service_id], one.key))


def service_paths(viewer: Viewer, service_key: str, span: CountedSpan, *, language: str) -> ServicePaths:
    """Return what stands behind a service. Nine statements at most.

    Raises HiddenError for who is not a colleague, and for a service that is none.
    """
    require_seen(may_see_service_map(viewer))
    service = next((one for one in catalogue.services_in_brief(language=language) if one.key == service_key), None)
    if service is None:
        raise HiddenError(f"There is no service {service_key}.")
    counted = cases_counted(span, service_id=service.service_id)
    steps = _steps(hops_counted(span, service.service_id), counted.cases)
    late = list(
        EndedCase.objects.filter(service=service.service_id, is_late=True, ended_at__gte=span.since)
        .order_by("-ended_at", "-request_id")
        .values_list("request_id", flat=True)[:NEWEST_LATE]
    )
    readable = requests_named(viewer, late)
    return ServicePaths(
        service=service,
        span=span,
        cases=counted.cases,
        decided=counted.decided,
        late=counted.late,
        late_share=wilson(counted.late, counted.decided) if counted.decided >= FEWEST else None,
        segment=max(sorted(counted.segments), key=lambda key: counted.segments[key], default=""),
        steps=steps,
        planned=_planned(service_key, steps, span.groups, language=language),
        late_requests=tuple(readable[number] for number in late if number in readable)[:SHOWN_LATE],
        departments={card.id: card for card in directory.departments()},
    )


def _planned(
    service_key: str, steps: Sequence[Step], groups: Mapping[int, int], *, language: str
) -> tuple[PlannedHop, ...]:
    """Walk the plans: what the service takes, what that takes, and so on. Each service's plan is told once."""
    by_service: dict[str, list[NeededLine]] = defaultdict(list)
    for line in catalogue.needed_lines(catalogue.offers()):
        by_service[line.service_key].append(line)
    happened = {(step.customer_id, step.provider_id): step.cases for step in steps}
    found: list[PlannedHop] = []
    waiting, seen = deque([service_key]), {service_key}
    while waiting:
        for line in by_service[waiting.popleft()]:
            customer_id, provider_id = groups.get(line.customer_id), groups.get(line.provider_id)
            # A department made since they were counted is in no group yet: as a customer, None would be outside.
            cases = None
            if customer_id is not None and provider_id is not None and SEVERAL_SMALL not in {customer_id, provider_id}:
                cases = happened.get((customer_id, provider_id), 0)
            found.append(PlannedHop(line.customer_id, line.provider_id, line.words_in(language), cases))
            if line.needed_key not in seen:
                seen.add(line.needed_key)
                waiting.append(line.needed_key)
    return tuple(found)


def _steps(hops: Mapping[tuple[int | None, int], HopCounted], cases: int) -> tuple[Step, ...]:
    found = [
        Step(
            customer_id=customer_id,
            provider_id=provider_id,
            depth=_median_depth(hop.depths),
            cases=hop.cases,
            share=wilson(hop.cases, cases) if cases >= FEWEST else None,
            requests=hop.requests,
            wait_seconds=median_wait_seconds(hop.waits) if hop.requests >= FEWEST else None,
            decided=hop.decided,
            late=hop.late,
            late_share=wilson(hop.late, hop.decided) if hop.decided >= FEWEST else None,
        )
        for (customer_id, provider_id), hop in hops.items()
    ]
    return tuple(sorted(found, key=lambda step: (step.depth, -step.cases, step.provider_id, step.customer_id or 0)))


def _median_depth(depths: Mapping[int, int]) -> int:
    """Return the usual depth, the smaller one where two are equally usual."""
    in_order = sorted(depths)
    through = list(accumulate(depths[depth] for depth in in_order))
    return next(depth for depth, count in zip(in_order, through, strict=True) if 2 * count >= through[-1])

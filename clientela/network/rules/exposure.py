"""How much an outside case depends on which inside suppliers, fixed before the case begins.

If the weights followed what happened in a case (how long a supplier had it), the trouble in the case would set how much
it counts, and trouble would explain itself. So a weight comes from the plan of the service, and from what cases of the
same service at the same front department passed through in the periods before: nothing of the case's own period, and
nothing that had not ended by then. Where little came before, it leans on the service's shares, and these on the plan
or else on the house's (shrinkage: as if `strength` cases of the wider kind had been seen).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

TOLERANCE = 1e-9


@dataclass(frozen=True, order=True)
class Arrival:
    """All that a weight may know of a case: what was asked, of which department, in which period it came."""

    service_id: int
    front_id: int
    period: int


@dataclass(frozen=True)
class PastCase:
    """A case that has ended, and what part of its working time (0 to 1) each department had it.

    Parts sum to one or less; what is missing, and what the front department had, is own work. `cases`: of how many like
    it the parts are the mean, for who has added them up before.
    """

    service_id: int
    front_id: int
    ended_period: int
    parts: Mapping[int, float]
    cases: int = 1


@dataclass(frozen=True)
class Route:
    """A rule of a service's plan: from a period on, this part of its work is meant for a supplier."""

    service_id: int
    supplier_id: int
    part: float
    since_period: int


@dataclass(frozen=True)
class ExposureSettings:
    """How far back shares are taken, in periods, and how strongly they lean on the wider kind, in cases."""

    lags: int = 12
    cell_strength: float = 10.0
    service_strength: float = 10.0


@dataclass(frozen=True)
class Exposure:
    """The weights of a case, by supplier; with `own`, the rest, they make one. `cases`: how many were like it before.

    `source`: the narrowest kind that anything was known of: "cell" (service and front), "service", "plan", "house", or
    "nothing", in which case all of it counts as own work.
    """

    weights: tuple[tuple[int, float], ...]
    own: float
    cases: int
    source: str


class ExposureError(ValueError):
    """What was given cannot be weights. `code`: "not_a_share", "above_one" or "no_settings"."""

    def __init__(self, code: str, *, value: float, service_id: int = 0) -> None:
        """Tell with the figures."""
        self.code = code
        self.value = value
        self.service_id = service_id
        words = {
            "not_a_share": f"A part of service {service_id} is {value}; parts go from 0 to 1.",
            "above_one": f"The parts of service {service_id} sum to {value}, which is above 1.",
            "no_settings": f"Periods looked back on and strengths are above zero, not {value}.",
        }
        super().__init__(words[code])


def exposures(
    arrivals: Iterable[Arrival],
    past: Iterable[PastCase],
    *,
    routes: Sequence[Route] = (),
    settings: ExposureSettings | None = None,
) -> dict[Arrival, Exposure]:
    """Return the weights for each kind of arrival; cases that arrive alike have the same. Raises ExposureError.

    Weights sum to one or less, and none is negative. The front department is never its own supplier.
    """
    chosen = settings or ExposureSettings()
    if wrong := [one for one in (chosen.lags, chosen.cell_strength, chosen.service_strength) if not one > 0]:
        raise ExposureError("no_settings", value=wrong[0])
    seen = _seen(past)
    planned = _planned(routes)
    of_house: dict[int, _Sum] = {}
    of_service: dict[tuple[int, int], _Sum] = {}
    found = {}
    for arrival in sorted(set(arrivals)):
        if arrival.period not in of_house:
            of_house[arrival.period] = seen.before((), arrival.period, chosen.lags)
        if (arrival.service_id, arrival.period) not in of_service:
            of_service[arrival.service_id, arrival.period] = seen.before(
                (arrival.service_id,), arrival.period, chosen.lags
            )
        found[arrival] = _exposure(
            arrival,
            cell=seen.before((arrival.service_id, arrival.front_id), arrival.period, chosen.lags),
            service=of_service[arrival.service_id, arrival.period],
            house=of_house[arrival.period],
            plan=_plan_at(planned.get(arrival.service_id, ()), arrival.period),
            settings=chosen,
        )
    return found


@dataclass
class _Sum:
    """Parts of cases summed by supplier, and how many cases they are of."""

    cases: int
    parts: dict[int, float]

    def shares(self, wider: Mapping[int, float], strength: float) -> dict[int, float]:
        """The mean parts, leaning on those of the wider kind."""
        suppliers = sorted(set(self.parts) | set(wider))
        return {
            supplier: (self.parts.get(supplier, 0.0) + strength * wider.get(supplier, 0.0)) / (self.cases + strength)
            for supplier in suppliers
        }


class _Seen:
    """Sums of past cases: of the house (), of a service (service,), of a service at a front, by ended period."""

    def __init__(self) -> None:
        self._by_kind: dict[tuple[int, ...], dict[int, _Sum]] = defaultdict(dict)

    def add(self, case: PastCase) -> None:
        for kind in ((), (case.service_id,), (case.service_id, case.front_id)):
            own = self._by_kind[kind].setdefault(case.ended_period, _Sum(0, {}))
            own.cases += case.cases
            for supplier, part in case.parts.items():
                if supplier != case.front_id:
                    own.parts[supplier] = own.parts.get(supplier, 0.0) + part * case.cases

    def before(self, kind: tuple[int, ...], period: int, lags: int) -> _Sum:
        """The cases of a kind that ended in the `lags` periods before one."""
        found = _Sum(0, {})
        by_period = self._by_kind.get(kind, {})
        for earlier in range(period - lags, period):
            own = by_period.get(earlier)
            if own is not None:
                found.cases += own.cases
                for supplier, part in own.parts.items():
                    found.parts[supplier] = found.parts.get(supplier, 0.0) + part
        return found


def _seen(past: Iterable[PastCase]) -> _Seen:
    seen = _Seen()
    for case in past:
        _check(case.parts.values(), case.service_id)
        seen.add(case)
    return seen


def _planned(routes: Sequence[Route]) -> dict[int, list[Route]]:
    planned: dict[int, list[Route]] = defaultdict(list)
    for route in routes:
        planned[route.service_id].append(route)
    for service_id, own in planned.items():
        for since in {route.since_period for route in own}:
            _check(_plan_at(own, since).values(), service_id)
    return planned


def _plan_at(routes: Sequence[Route], period: int) -> dict[int, float]:
    """Return what the plan said when the period began: the newest rule for each supplier."""
    newest: dict[int, Route] = {}
    for route in routes:
        other = newest.get(route.supplier_id)
        if route.since_period <= period and (other is None or other.since_period <= route.since_period):
            newest[route.supplier_id] = route
    return {supplier: route.part for supplier, route in newest.items()}


def _check(parts: Iterable[float], service_id: int) -> None:
    given = list(parts)
    for part in given:
        if not isfinite(part) or not 0 <= part <= 1 + TOLERANCE:
            raise ExposureError("not_a_share", value=part, service_id=service_id)
    if sum(given) > 1 + TOLERANCE:
        raise ExposureError("above_one", value=sum(given), service_id=service_id)


def _exposure(
    arrival: Arrival,
    *,
    cell: _Sum,
    service: _Sum,
    house: _Sum,
    plan: Mapping[int, float],
    settings: ExposureSettings,
) -> Exposure:
    widest = plan or {supplier: part / house.cases for supplier, part in house.parts.items()}
    shares = cell.shares(service.shares(widest, settings.service_strength), settings.cell_strength)
    weights = tuple(
        (supplier, share) for supplier, share in shares.items() if share > 0 and supplier != arrival.front_id
    )
    return Exposure(
        weights=weights,
        own=max(0.0, 1.0 - sum(weight for _, weight in weights)),
        cases=cell.cases,
        source="cell"
        if cell.cases
        else "service"
        if service.cases
        else "plan"
        if plan
        else "house"
        if house.cases
        else "nothing",
    )

"""What came out of one simulated run, as plain values that can be kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """A department in the measured weeks. Hours are its working hours; None: nothing to measure."""

    department_id: int
    arrivals: int  # requests that came to it, from customers and from other departments
    done: int  # of those, done by the end of the run
    wait_mean: float | None  # until somebody first took it
    wait_p50: float | None
    wait_p90: float | None
    stay_mean: float | None  # from arrival until it was done
    use: float | None  # hands-on hours as a share of the people's hours; above 1: more than they can do
    kept_share: float | None  # promises kept among those promised and decided
    people_hours: float  # a week, on average
    queue_by_week: tuple[float, ...]  # mean number waiting for a person, for every week of the run


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """What outside customers of a service see at the end of the chain, in working hours of its department."""

    service: str
    department_id: int
    arrivals: int
    done: int
    stay_mean: float | None  # from asking until it was done
    stay_p50: float | None
    stay_p90: float | None
    kept_share: float | None


@dataclass(frozen=True, slots=True)
class WaitsOn:
    """How long requests at one department waited on another: hours (of the waiting one) a week, all together.

    Where a request waited on several at once, the whole wait counts for the one that came last.
    """

    waiting_id: int
    needed_id: int
    requests: int
    hours_a_week: float


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """One run: which draw of chance, what was measured, and that nothing got lost (arrived = done + left)."""

    seed: int
    is_antithetic: bool
    weeks: int
    measured_weeks: tuple[int, int]  # [first, last) of the run's weeks; figures count what arrived in them
    departments: tuple[DepartmentFigures, ...]
    services: tuple[ServiceFigures, ...]
    waits: tuple[WaitsOn, ...]
    arrived: int
    done: int
    left: int


def run_as_json(run: RunOutcome) -> dict[str, Any]:
    """The run as JSON values."""
    return asdict(run)


def run_from_json(given: Mapping[str, Any]) -> RunOutcome:
    """The run that `run_as_json` wrote."""
    first, last = given["measured_weeks"]
    departments = (
        DepartmentFigures(**{**row, "queue_by_week": tuple(row["queue_by_week"])}) for row in given["departments"]
    )
    return RunOutcome(
        **{name: given[name] for name in ("seed", "is_antithetic", "weeks", "arrived", "done", "left")},
        measured_weeks=(first, last),
        departments=tuple(departments),
        services=tuple(ServiceFigures(**row) for row in given["services"]),
        waits=tuple(WaitsOn(**row) for row in given["waits"]),
    )

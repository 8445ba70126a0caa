"""What a question changes, ready for words and pictures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from clientela.network.simulation.house import Assumption


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure today and then, and the difference with its intervals (paired by seed, Student's t)."""

    today: float
    whatif: float
    difference: float  # whatif − today
    low_80: float
    high_80: float
    low_95: float
    high_95: float
    # "more", "less", "same" (exactly), or "too_small" to tell: the 95 % interval holds zero, or it is less than half a
    # per cent of today's figure, or among so many figures of its kind it may look clear by chance.
    verdict: str
    chance: float  # how often as large a difference would come by chance (two-sided p of Student's t)


@dataclass(frozen=True, slots=True)
class DepartmentAnswer:
    """A department: figures by name (arrivals, wait_mean, wait_p50, wait_p90, stay_mean, use, kept_share)."""

    department_id: int
    figures: Mapping[str, Compared]
    today_queue_by_week: tuple[float, ...]
    whatif_queue_by_week: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What outside customers of a service see (arrivals, stay_mean, stay_p50, stay_p90, kept_share)."""

    service: str
    department_id: int
    figures: Mapping[str, Compared]


@dataclass(frozen=True, slots=True)
class WaitsAnswer:
    """Who waits because of whom: hours a week of one department's requests spent waiting on another."""

    waiting_id: int
    needed_id: int
    hours_a_week: Compared


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What an assumption does to the headline: the difference it makes there instead of the answer's own."""

    variant: str  # a code of VARIANTS
    difference: float  # of the headline figure, whatif − today, as it would be in the varied house
    moved_by: float  # from the answer's own difference, by runs of the same seeds


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the simulation of today tells what really happened: one figure of one department (or service)."""

    department_id: int
    service: str | None  # None: the department itself
    name: str  # arrivals_a_week, wait_mean, wait_p50, wait_p90, stay_mean, kept_share…
    seen: float
    simulated: float
    is_fitted: bool  # True: the model was made to agree in this, so agreement proves nothing


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure that the question moves most clearly: the largest |difference| / its standard error among waits."""

    department_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question changes, with ranges, and how far to trust it. Lists are sorted by how clearly they move."""

    runs: int  # independent pairs of runs
    weeks: int
    measured_weeks: tuple[int, int]
    departments: tuple[DepartmentAnswer, ...]
    services: tuple[ServiceAnswer, ...]
    waits: tuple[WaitsAnswer, ...]
    headline: Headline | None  # None: nothing moves clearly
    sensitivities: tuple[Sensitivity, ...]  # the one that moves the headline most first; empty without variants
    fits: tuple[Fit, ...]
    assumptions: tuple[Assumption, ...]


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values: the fields as they are named here."""
    return asdict(answer)

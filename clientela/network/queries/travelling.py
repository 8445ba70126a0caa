"""Whose lateness travels: where the lateness that outside customers felt came from, and what would be felt if."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import require_seen
from clientela.network.policies import may_see_service_map
from clientela.network.queries.lateness import (
    CountedSpan,
    asked_counted,
    asked_on_map,
    cases_counted,
    parts_counted,
    passages_counted,
    span_counted,
)
from clientela.network.rules import FEWEST, Interval, wilson
from clientela.network.rules.travelling import (
    LEAST_PASSED_ON,
    MOST_PASSED_ON,
    SEVERAL_SMALL,
    Passage,
    Passed,
    Reach,
    ReachError,
    Travelled,
    passes,
    reaches,
    travelled,
)
from clientela.requests.queries import RequestNamed, requests_named

WEEKS = 26
SHOWN_LARGEST = 3
MOST_LOOKED_AT = 400  # requests, whether the viewer may read them


@dataclass(frozen=True)
class LatenessTravelled:
    """Everything the page tells, by departments as `span.groups` puts them together.

    Of `cases` that ended in the span `decided` had their promised end kept or broken. `travelled` adds up to the
    working seconds of all lateness exactly. `largest`: by department, the requests to which its largest parts belong,
    of those that the viewer may read. `reaches` is empty where `reach_error` says why. `is_from_map`: who depends on
    whom was taken from everything asked in these weeks, else from the cases alone.
    """

    span: CountedSpan
    cases: int
    decided: int
    late: int
    late_share: Interval | None
    travelled: Travelled
    largest: Mapping[int, tuple[RequestNamed, ...]]
    passes: tuple[Passed, ...]
    low: float
    high: float
    reaches: tuple[Reach, ...]
    reach_error: ReachError | None
    is_from_map: bool
    departments: Mapping[int, DepartmentCard]

    @property
    def has_pooled(self) -> bool:
        """Whether small departments are shown together."""
        return any(one.provider_id == SEVERAL_SMALL for one in self.passes)


def lateness_travelled(
    viewer: Viewer,
    *,
    at: datetime,
    weeks: int = WEEKS,
    low: float = LEAST_PASSED_ON,
    high: float = MOST_PASSED_ON,
) -> LatenessTravelled:
    """Return where the lateness of the outside cases of these weeks came from, and how far it would travel.

    `low` and `high`: the range assumed for how much of its lateness a department passes on to those who depend on it.
    Eight statements. Raises HiddenError for who is not a colleague.
    """
    require_seen(may_see_service_map(viewer))
    span = span_counted(at=at, weeks=weeks)
    counted = cases_counted(span)
    parts, largest = parts_counted(span)
    passages = passages_counted(span)
    from_cases, from_map = asked_counted(span), asked_on_map(span)
    found: tuple[Reach, ...] = ()
    reach_error = None
    try:
        found = reaches(from_map or from_cases, _served(passages), low=low, high=high)
    except ReachError as error:
        reach_error = error
    most = max(SHOWN_LARGEST, MOST_LOOKED_AT // max(len(largest), 1))
    readable = requests_named(viewer, {case for own in largest.values() for case in own[:most]})
    return LatenessTravelled(
        span=span,
        cases=counted.cases,
        decided=counted.decided,
        late=counted.late,
        late_share=wilson(counted.late, counted.decided) if counted.decided >= FEWEST else None,
        travelled=travelled(counted.lateness, parts),
        largest={
            department: tuple(readable[case] for case in own if case in readable)[:SHOWN_LARGEST]
            for department, own in largest.items()
        },
        passes=passes(passages, from_cases, of_cases=counted.cases),
        low=low,
        high=high,
        reaches=found,
        reach_error=reach_error,
        is_from_map=bool(from_map),
        departments={card.id: card for card in directory.departments()},
    )


def _served(passages: list[Passage]) -> Counter[int]:
    """Return how many cases each department served itself: the one that had it last."""
    served: Counter[int] = Counter()
    for one in passages:
        if one.role == "last":
            served[one.provider_id] += one.cases
    return served

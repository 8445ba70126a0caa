"""Whose lateness travels: where the lateness that outside customers felt came from, and what would be felt if."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.policies import require_seen
from clientela.network.models import EdgeWeek
from clientela.network.policies import may_see_service_map
from clientela.network.queries.cases import WEEKS, Cases, read_cases, who_asked
from clientela.network.rules import FEWEST, Interval, wilson
from clientela.network.rules.travelling import (
    LEAST_PASSED_ON,
    MOST_PASSED_ON,
    LateCase,
    Part,
    Passed,
    Reach,
    ReachError,
    Travelled,
    parts_of_lateness,
    passes,
    reaches,
    travelled,
)
from clientela.promises.queries.resolutions import late_seconds_of, working_seconds_by

Asked = Mapping[tuple[int, int], float]  # (who asks, who is asked) → how often


@dataclass(frozen=True)
class LatenessTravelled:
    """Everything the page tells, by the departments at the top of their branches.

    `cases` ended in [since, until); of `decided` of them the promised end was kept or broken. `travelled` adds up to
    the working seconds of all lateness exactly. `reaches` is empty where `reach_error` says why. `is_from_map`: who
    depends on whom was taken from everything asked in these weeks, else from the cases alone.
    """

    since: datetime
    until: datetime
    is_shortened: bool
    cases: int
    decided: int
    late: int
    late_share: Interval | None
    travelled: Travelled
    passes: tuple[Passed, ...]
    low: float
    high: float
    reaches: tuple[Reach, ...]
    reach_error: ReachError | None
    is_from_map: bool
    departments: Mapping[int, DepartmentCard]


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
    Eight statements, and one for a calendar not seen before. Raises HiddenError for who is not a colleague.
    """
    require_seen(may_see_service_map(viewer))
    cases = read_cases(at=at, weeks=weeks)
    late_cases, decided, late = _late_cases(cases)
    calendars: dict[int, Callable[[int, int], int]] = {}
    parts: list[Mapping[int, Part]] = []
    for case, version_id in late_cases:
        if version_id not in calendars:
            calendars[version_id] = working_seconds_by(version_id)
        parts.append(parts_of_lateness(case, calendars[version_id]))
    from_cases, from_map = _asked_in(cases), _asked_on_map(cases, at=at, weeks=weeks)
    asked = from_map or from_cases
    found: tuple[Reach, ...] = ()
    reach_error = None
    try:
        found = reaches(asked, _fronts(cases), low=low, high=high)
    except ReachError as error:
        reach_error = error
    return LatenessTravelled(
        since=cases.since,
        until=cases.until,
        is_shortened=cases.is_shortened,
        cases=len(cases.ended),
        decided=decided,
        late=late,
        late_share=wilson(late, decided) if decided >= FEWEST else None,
        travelled=travelled(parts),
        passes=passes(cases.passed, from_cases),
        low=low,
        high=high,
        reaches=found,
        reach_error=reach_error,
        is_from_map=bool(from_map),
        departments=cases.departments,
    )


def _late_cases(cases: Cases) -> tuple[list[tuple[LateCase, int]], int, int]:
    """Return the late cases with the calendar of their promise; how many were decided; how many of these broken."""
    last = {
        case.request_id: cases.promises[case.request_id][-1]
        for case in cases.ended
        if case.request_id in cases.promises
    }
    decided = {number: one for number, one in last.items() if one.is_decided(at=cases.until)}
    broken = {number: one for number, one in decided.items() if one.is_broken(at=cases.until)}
    seconds = late_seconds_of([one.id for one in broken.values()], at=cases.until)
    found = [
        (
            LateCase(
                family=cases.families[number],
                promiser_id=cases.tops[one.provider_id],
                started_at=_second(one.started_at),
                ended_at=_second(one.kept_at or cases.until),
                late_seconds=seconds[one.id],
                past_own=_past_own(cases, number),
            ),
            one.calendar_version_id,
        )
        for number, one in broken.items()
        if seconds[one.id] > 0
    ]
    return found, len(decided), len(broken)


def _past_own(cases: Cases, case_id: int) -> dict[tuple[int, int], int]:
    """Return when each department broke its own promise about each request of a case."""
    found: dict[tuple[int, int], int] = {}
    for number in cases.families[case_id].stays:
        for one in cases.promises.get(number, ()):
            if one.broken_at is not None:
                key = (number, cases.tops[one.provider_id])
                found[key] = min(found.get(key, _second(one.broken_at)), _second(one.broken_at))
    return found


def _fronts(cases: Cases) -> Counter[int]:
    """Return how many cases each department served itself: the one that had it last."""
    return Counter(family.stays[number][-1].provider_id for number, family in cases.families.items())


def _asked_in(cases: Cases) -> Asked:
    return Counter(
        (asker, provider_id) for family in cases.families.values() for asker, provider_id, _, _ in who_asked(family)
    )


def _asked_on_map(cases: Cases, *, at: datetime, weeks: int) -> Asked:
    """Return who asked whom how often, for whatever reason, as the weeks of the map say. One statement."""
    asked: Counter[tuple[int, int]] = Counter()
    rows = (
        EdgeWeek.objects.filter(
            week_on__gt=(at - timedelta(weeks=weeks + 1)).date(), customer__isnull=False, asked__gt=0
        )
        .values_list("customer_id", "provider_id")
        .annotate(times=Sum("asked"))
    )
    for customer_id, provider_id, times in rows:
        pair = (cases.tops[customer_id], cases.tops[provider_id])
        if pair[0] != pair[1]:
            asked[pair] += times
    return asked


def _second(moment: datetime) -> int:
    return int(moment.timestamp() // 1)

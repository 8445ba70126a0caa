"""The weeks of ended cases, added up for a span: read from sums, so that it costs weeks times departments."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import Sum

from clientela.network.models import CaseWeek, EdgeWeek, HopWeek, LatenessCount, LatenessWeek, PassageWeek
from clientela.network.queries.service_map.weeks import A_WEEK, monday_of
from clientela.network.rules.travelling import LatenessSums, PartSums, Passage

LARGEST = 20  # cases of each department, among which those are looked for that a reader may see
COUNT_ROW = 1


@dataclass(frozen=True)
class CountedSpan:
    """Which weeks a page tells of: from the Monday `first_week` on. Cases ended in [since, until).

    `is_shortened`: earlier weeks were asked for and are still being counted; `counted_share` of all cases are.
    `groups`: department → with which it counts (see `rules.travelling.groups_of`).
    """

    first_week: date
    until: datetime
    is_shortened: bool
    counted_share: float
    groups: Mapping[int, int]

    @property
    def since(self) -> datetime:
        """When the first week begins."""
        return datetime.combine(self.first_week, time(), tzinfo=UTC)


@dataclass(frozen=True)
class CasesCounted:
    """Of `cases` that ended `decided` had an end promised and decided, `late` of these broken."""

    cases: int
    decided: int
    late: int
    lateness: LatenessSums
    segments: Counter[str]


def span_counted(*, at: datetime, weeks: int) -> CountedSpan:
    """Return this week so far and so many before it, or those of them that are counted. One statement."""
    row = LatenessCount.objects.filter(pk=COUNT_ROW).first()
    wanted = monday_of(at) - weeks * A_WEEK
    if row is None:
        return CountedSpan(monday_of(at) + A_WEEK, at, is_shortened=True, counted_share=0.0, groups={})
    groups = {int(number): int(group) for number, group in row.groups.items()}
    first = wanted if row.is_filled else max(wanted, row.whole_from or monday_of(at) + A_WEEK)
    return CountedSpan(
        first_week=first,
        until=at,
        is_shortened=first > wanted,
        counted_share=1.0 if row.is_filled else min(1.0, row.filled_cases / max(row.cases_to_fill, 1)),
        groups=groups,
    )


def services_counted(span: CountedSpan) -> Counter[int]:
    """Return how many cases ended of each service. One statement."""
    rows = CaseWeek.objects.filter(week_on__gte=span.first_week).values_list("service_id")
    return Counter(dict(rows.annotate(times=Sum("cases"))))


def cases_counted(span: CountedSpan, *, service_id: int | None = None) -> CasesCounted:
    """Return how many cases ended, of one service or of all, and how late they were. One statement."""
    rows = CaseWeek.objects.filter(week_on__gte=span.first_week)
    if service_id is not None:
        rows = rows.filter(service=service_id)
    sums = ("cases", "decided", "late", "late_cases", "late_seconds", "late_squares")
    found = list(rows.values_list("segment").annotate(*(Sum(name) for name in sums)))
    cases, decided, late, late_cases, seconds, squares = (
        sum(int(row[place]) for row in found) for place in range(1, len(sums) + 1)
    )
    segments = Counter({str(row[0]): int(row[1]) for row in found})
    return CasesCounted(cases, decided, late, LatenessSums(late_cases, seconds, squares), segments)


def parts_counted(span: CountedSpan) -> tuple[dict[int, PartSums], dict[int, list[int]]]:
    """Return each department's parts, and the cases in which it had its largest, the largest first. One statement."""
    sums: dict[int, PartSums] = {}
    largest: dict[int, list[tuple[int, int]]] = {}
    rows = LatenessWeek.objects.filter(week_on__gte=span.first_week)
    for row in rows:
        own = PartSums(row.cases, row.seconds, row.past_own_seconds, int(row.squares), int(row.products))
        sums[row.department] = sums.get(row.department, PartSums()) + own
        largest.setdefault(row.department, []).extend(zip(row.largest_seconds, row.largest_cases, strict=True))
    return sums, {
        department: [case for _seconds, case in sorted(own, key=_largest_first)[:LARGEST]]
        for department, own in largest.items()
    }


def passages_counted(span: CountedSpan) -> list[Passage]:
    """Return in how many cases each department did what, in which role. One statement."""
    rows = PassageWeek.objects.filter(week_on__gte=span.first_week).values_list("department", "role", "services")
    return [
        Passage(department, role, tuple(services), cases)
        for department, role, services, cases in rows.annotate(times=Sum("cases"))
    ]


def asked_counted(span: CountedSpan) -> dict[tuple[int, int], float]:
    """Return who asked whom how often on behalf of these cases. One statement."""
    rows = HopWeek.objects.filter(week_on__gte=span.first_week, customer__isnull=False)
    return {
        (customer, department): times
        for customer, department, times in rows.values_list("customer", "department").annotate(times=Sum("asked"))
    }


def asked_on_map(span: CountedSpan) -> dict[tuple[int, int], float]:
    """Return who asked whom how often, for whatever reason, as the weeks of the map say. One statement."""
    asked: Counter[tuple[int, int]] = Counter()
    rows = EdgeWeek.objects.filter(week_on__gte=span.first_week, customer__isnull=False, asked__gt=0)
    for customer_id, provider_id, times in rows.values_list("customer_id", "provider_id").annotate(times=Sum("asked")):
        # A department made since the groups were counted stands by itself until they are counted again.
        pair = (span.groups.get(customer_id), span.groups.get(provider_id))
        if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
            asked[pair[0], pair[1]] += times
    return dict(asked)


@dataclass
class HopCounted:
    """What one department did for another behind a service, added up as in models.HopWeek."""

    cases: int
    requests: int
    decided: int
    late: int
    depths: Counter[int]
    waits: Counter[int]


def hops_counted(span: CountedSpan, service_id: int) -> dict[tuple[int | None, int], HopCounted]:
    """Return every hop behind a service: (who was served, None outside; by whom) → what happened. One statement."""
    found: dict[tuple[int | None, int], HopCounted] = {}
    for row in HopWeek.objects.filter(week_on__gte=span.first_week, service=service_id):
        own = found.setdefault((row.customer, row.department), HopCounted(0, 0, 0, 0, Counter(), Counter()))
        own.cases += row.cases
        own.requests += row.requests
        own.decided += row.decided
        own.late += row.late
        for depth, times in zip(row.depths, row.depth_counts, strict=True):
            own.depths[depth] += times
        for bucket, times in zip(row.wait_buckets, row.wait_counts, strict=True):
            own.waits[bucket] += times
    return found


def _largest_first(one: tuple[int, int]) -> tuple[int, int]:
    return -one[0], -one[1]

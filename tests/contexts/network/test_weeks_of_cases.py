"""The weeks are the cases added up: whatever the cases, whatever the span, as adding them one by one says."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientela.network import actions as network
from clientela.network.models import CaseWeek, EndedCase, HopWeek, LatenessCount, LatenessWeek, PassageWeek
from clientela.network.queries.lateness import (
    CountedSpan,
    asked_counted,
    cases_counted,
    hops_counted,
    parts_counted,
    passages_counted,
    services_counted,
)
from clientela.network.rules.travelling import SEVERAL_SMALL, Part, sums_of

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
DEPARTMENTS = (SEVERAL_SMALL, 1, 2, 3)
SERVICES = (11, 12, 13)
department = st.sampled_from(DEPARTMENTS)


@st.composite
def hop_of(draw: st.DrawFn, pair: tuple[int | None, int]) -> list[Any]:
    waits = draw(st.dictionaries(st.integers(0, 40), st.integers(1, 3), min_size=1, max_size=3))
    depths = draw(st.dictionaries(st.integers(1, 4), st.integers(1, 2), min_size=1, max_size=2))
    requests = sum(waits.values())
    decided = draw(st.integers(0, requests))
    return [*pair, sum(depths.values()), requests, decided, draw(st.integers(0, decided)), depths, waits]


@st.composite
def case_of(draw: st.DrawFn) -> dict[str, Any]:
    is_decided = draw(st.booleans())
    is_late = is_decided and draw(st.booleans())
    parts = draw(st.dictionaries(department, st.tuples(st.integers(0, 10**8), st.integers(0, 10**8)), max_size=3))
    parts = {number: (max(one), min(one)) for number, one in parts.items()} if is_late else {}
    passed = draw(st.sets(department, min_size=1))
    pairs = draw(
        st.sets(
            st.tuples(st.one_of(st.none(), department), department).filter(lambda two: two[0] != two[1]), max_size=4
        )
    )
    return {
        "week_on": MONDAY - timedelta(weeks=draw(st.integers(0, 3))),
        "service_id": draw(st.sampled_from(SERVICES)),
        "segment": draw(st.sampled_from(("households", "businesses"))),
        "is_decided": is_decided,
        "is_late": is_late,
        "late_seconds": sum(seconds for seconds, _past in parts.values()),
        "parts": [[number, *one] for number, one in parts.items()],
        "passages": [
            [
                number,
                draw(st.sampled_from(("last", "front", "behind"))),
                sorted(draw(st.sets(st.sampled_from(SERVICES)))),
            ]
            for number in sorted(passed)
        ],
        "hops": [draw(hop_of(pair)) for pair in sorted(pairs, key=str)],
    }


def write(cases: list[dict[str, Any]], *, from_id: int = 1) -> None:
    """Keep the cases, as if they had been counted, and let their weeks be made."""
    EndedCase.objects.bulk_create(
        EndedCase(request_id=from_id + place, ended_at=datetime.combine(one["week_on"], time(9), tzinfo=UTC), **one)
        for place, one in enumerate(cases)
    )
    LatenessCount.objects.update(stale_weeks=sorted({MONDAY - timedelta(weeks=weeks) for weeks in range(4)}))
    network.count_lateness(at=AT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(case_of(), max_size=12), st.lists(case_of(), max_size=4), st.integers(0, 4))
def test_any_weeks_of_any_cases_are_the_cases_one_by_one(
    cases: list[dict[str, Any]], more: list[dict[str, Any]], weeks: int
) -> None:
    network.count_lateness(at=AT)  # an empty house: everything is filled
    try:
        write(cases)
        EndedCase.objects.filter(request_id__lte=2).delete()  # two that were reopened
        write(more, from_id=100)
        _compare([*cases[2:], *more], CountedSpan(MONDAY - timedelta(weeks=weeks), AT, False, 1.0, {}))
    finally:
        for model in (EndedCase, CaseWeek, LatenessWeek, PassageWeek, HopWeek, LatenessCount):
            model.objects.all().delete()


def _compare(cases: list[dict[str, Any]], span: CountedSpan) -> None:
    told = [one for one in cases if one["week_on"] >= span.first_week]
    parts = [
        {number: Part(seconds, past) for number, seconds, past in one["parts"]} for one in told if one["late_seconds"]
    ]
    lateness, sums = sums_of(parts)
    for service in (None, *SERVICES):
        own = [one for one in told if service in {None, one["service_id"]}]
        found = cases_counted(span, service_id=service)
        assert (found.cases, found.decided, found.late) == (
            len(own),
            sum(one["is_decided"] for one in own),
            sum(one["is_late"] for one in own),
        )
        assert found.segments == Counter(one["segment"] for one in own)
    assert cases_counted(span).lateness == lateness
    assert parts_counted(span) == (sums, _largest(span))
    assert services_counted(span) == Counter(one["service_id"] for one in told)
    assert Counter({(one.provider_id, one.role, one.services): one.cases for one in passages_counted(span)}) == Counter(
        (number, role, tuple(services)) for one in told for number, role, services in one["passages"]
    )
    asked: Counter[tuple[int, int]] = Counter()
    for one in told:
        for customer, provider, times, *_rest in one["hops"]:
            if customer is not None:
                asked[customer, provider] += times
    assert asked_counted(span) == asked
    for service in SERVICES:
        _compare_hops([one for one in told if one["service_id"] == service], span, service)


def _largest(span: CountedSpan) -> dict[int, list[int]]:
    """The cases of each department's parts, the largest first; of equal ones that with the larger number."""
    found: dict[int, list[tuple[int, int]]] = {}
    for row in EndedCase.objects.filter(week_on__gte=span.first_week, late_seconds__gt=0):
        for number, seconds, _past in row.parts:
            found.setdefault(number, []).extend([(seconds, row.pk)] if seconds else [])
    return {number: [case for _seconds, case in sorted(own, reverse=True)] for number, own in found.items()}


def _compare_hops(told: list[dict[str, Any]], span: CountedSpan, service: int) -> None:
    sums: dict[tuple[int | None, int], list[Any]] = {}
    for one in told:
        for customer, provider, _asked, requests, decided, late, depths, waits in one["hops"]:
            own = sums.setdefault((customer, provider), [0, 0, 0, 0, Counter(), Counter()])
            for place, amount in enumerate((1, requests, decided, late)):
                own[place] += amount
            own[4].update(depths)
            own[5].update(waits)
    found = {
        pair: [hop.cases, hop.requests, hop.decided, hop.late, hop.depths, hop.waits]
        for pair, hop in hops_counted(span, service).items()
    }
    assert found == sums

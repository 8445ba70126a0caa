"""Counting what every ended case of a customer outside contributed to lateness, and adding it up by week.

A step reads facts from where the last one ended, finds the cases above the requests that they are about, and counts
these cases as they are now: what each contributed is kept by case, so a case counted again replaces itself. The place
in the journal is saved in the same transaction, and so are the weeks that this makes stale. These are then made anew
from the cases, in SQL. Whoever dies in between has changed nothing, or has left weeks that are known to be stale.

What ended before the counting began is filled in the same way, the newest first: the cases are read after the place
was fixed, so what changes meanwhile is counted again. When departments change with whom they count, all is filled anew.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from clientela.kernel.analytics.contracts import ids_named
from clientela.kernel.analytics.manifest import Place
from clientela.kernel.analytics.reading import end_of_unread, place_now, told_between
from clientela.network.models import EndedCase, LatenessCount
from clientela.network.queries.cases import CaseTold, cases_told, groups_now
from clientela.network.queries.lateness import COUNT_ROW
from clientela.network.queries.service_map.weeks import A_WEEK, monday_of
from clientela.requests.exports import TABLES
from clientela.requests.queries.outside_cases import (
    EndedCase as Ended,
)
from clientela.requests.queries.outside_cases import (
    about_how_many_ended,
    cases_ended_among,
    cases_ended_before,
    outside_cases_above,
)

FACTS_AT_ONCE: Final = 5000
CASES_AT_ONCE: Final = 1000
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HIGHEST: Final = 2**63 - 1

_CASE_WEEK = """
INSERT INTO network_caseweek (week_on, service_id, segment, cases, decided, late, late_cases, late_seconds,
    late_squares)
SELECT week_on, service_id, segment, count(*), count(*) FILTER (WHERE is_decided), count(*) FILTER (WHERE is_late),
    count(*) FILTER (WHERE late_seconds > 0), sum(late_seconds), sum(late_seconds::numeric * late_seconds)
FROM network_endedcase WHERE week_on = %(week)s
GROUP BY week_on, service_id, segment
"""
_LATENESS_WEEK = """
INSERT INTO network_latenessweek (week_on, department, cases, seconds, past_own_seconds, squares, products,
    largest_cases, largest_seconds)
SELECT %(week)s, department, count(*) FILTER (WHERE seconds > 0), sum(seconds), sum(past_own_seconds),
    sum(seconds::numeric * seconds), sum(seconds::numeric * late_seconds),
    COALESCE((array_agg(request_id ORDER BY seconds DESC, request_id DESC) FILTER (WHERE seconds > 0))[1:20], '{}'),
    COALESCE((array_agg(seconds ORDER BY seconds DESC, request_id DESC) FILTER (WHERE seconds > 0))[1:20], '{}')
FROM (
    SELECT request_id, late_seconds, (part -> 0)::bigint AS department, (part -> 1)::bigint AS seconds,
        (part -> 2)::bigint AS past_own_seconds
    FROM network_endedcase CROSS JOIN jsonb_array_elements(parts) AS part
    WHERE week_on = %(week)s AND late_seconds > 0
) AS parts
GROUP BY department
"""
_PASSAGE_WEEK = """
INSERT INTO network_passageweek (week_on, department, role, services, cases)
SELECT %(week)s, (passage -> 0)::bigint, passage ->> 1,
    ARRAY(SELECT service::bigint FROM jsonb_array_elements(passage -> 2) AS service ORDER BY 1), cases
FROM (
    SELECT passage, count(*) AS cases
    FROM network_endedcase CROSS JOIN jsonb_array_elements(passages) AS passage
    WHERE week_on = %(week)s GROUP BY passage
) AS passages
"""
# 0 stands for customers outside, which no department is, so that the three can be joined.
_HOP_WEEK = """
WITH hop AS (
    SELECT service_id, COALESCE((told ->> 0)::bigint, 0) AS customer, (told -> 1)::bigint AS department,
        (told -> 2)::int AS asked, (told -> 3)::int AS requests, (told -> 4)::int AS decided, (told -> 5)::int AS late,
        told -> 6 AS depths, told -> 7 AS waits
    FROM network_endedcase CROSS JOIN jsonb_array_elements(hops) AS told
    WHERE week_on = %(week)s
), depth AS (
    SELECT service_id, customer, department, array_agg(depth ORDER BY depth) AS depths,
        array_agg(times ORDER BY depth) AS depth_counts
    FROM (
        SELECT service_id, customer, department, key::int AS depth, sum(value::int) AS times
        FROM hop CROSS JOIN jsonb_each(depths) GROUP BY 1, 2, 3, 4
    ) AS depths
    GROUP BY 1, 2, 3
), wait AS (
    SELECT service_id, customer, department, array_agg(bucket ORDER BY bucket) AS wait_buckets,
        array_agg(times ORDER BY bucket) AS wait_counts
    FROM (
        SELECT service_id, customer, department, key::int AS bucket, sum(value::int) AS times
        FROM hop CROSS JOIN jsonb_each(waits) GROUP BY 1, 2, 3, 4
    ) AS waits
    GROUP BY 1, 2, 3
), counted AS (
    SELECT service_id, customer, department, count(*) AS cases, sum(asked) AS asked, sum(requests) AS requests,
        sum(decided) AS decided, sum(late) AS late
    FROM hop GROUP BY 1, 2, 3
)
INSERT INTO network_hopweek (week_on, service_id, customer, department, cases, asked, requests, decided, late, depths,
    depth_counts, wait_buckets, wait_counts)
SELECT %(week)s, service_id, NULLIF(customer, 0), department, cases, asked, requests, decided, late, depths,
    depth_counts, wait_buckets, wait_counts
FROM counted JOIN depth USING (service_id, customer, department) JOIN wait USING (service_id, customer, department)
"""
_WEEKS: Final = {
    "network_caseweek": _CASE_WEEK,
    "network_latenessweek": _LATENESS_WEEK,
    "network_passageweek": _PASSAGE_WEEK,
    "network_hopweek": _HOP_WEEK,
}


def _always() -> bool:
    return True


def count_lateness(*, at: datetime, goes_on: Callable[[], bool] = _always) -> int:
    """Count the cases that changed, then those of the past that are not counted yet; return how many were counted.

    Stops soon after `goes_on` says no; the next call goes on from there. Safe to run twice, twice at once, and to kill.
    Costs a few statements when nothing is new.
    """
    counted = 0
    while (changed := _count_changed(at=at)) is not None:
        counted += changed
        if not goes_on():
            break
    is_filled = _add_up(at=at)
    while not is_filled and goes_on():
        counted += _fill(at=at)
        is_filled = _add_up(at=at)
    return counted


@transaction.atomic
def count_lateness_anew(*, at: datetime) -> None:
    """Let everything be counted anew: what the cases are read from was put right without a fact that says so."""
    _begin_filling(_held(at=at))


@transaction.atomic
def count_cases(request_ids: Collection[int], *, at: datetime) -> int:
    """Count these requests again, as far as they are ended outside cases; their weeks are stale until the next run."""
    row = _held(at=at)
    counted = _count(row, cases_ended_among(request_ids), among=request_ids, at=at)
    row.save(update_fields=["stale_weeks"])
    return counted


@transaction.atomic
def _count_changed(*, at: datetime) -> int | None:
    """Count the cases that the next facts touch; None: there are no new facts."""
    row = _held(at=at)
    place = Place(row.xid, row.fact_id)
    end = end_of_unread(place, TABLES, limit=FACTS_AT_ONCE)
    if end is None:
        return None
    until, _facts = end
    named = ids_named(told_between(place, until), "request")
    touched = outside_cases_above(named) if named else []
    counted = 0
    for begin in range(0, len(touched), CASES_AT_ONCE):
        some = touched[begin : begin + CASES_AT_ONCE]
        counted += _count(row, cases_ended_among(some), among=some, at=at)
    row.xid, row.fact_id, row.counted_at = until.xid, until.fact_id, at
    row.save()
    return counted


@transaction.atomic
def _fill(*, at: datetime) -> int:
    """Count the newest cases that are not counted yet; return how many."""
    row = _held(at=at)
    if row.filled_to is None or row.filled_to == _LONG_AGO:  # another worker was quicker
        return 0
    ended = cases_ended_before(ended_at=row.filled_to, request_id=row.filled_to_case, most=CASES_AT_ONCE)
    _count(row, ended, among=[case.request_id for case in ended], at=at)
    if ended:
        row.filled_to, row.filled_to_case = ended[-1].ended_at, ended[-1].request_id
    if len(ended) < CASES_AT_ONCE:
        row.filled_to, row.filled_to_case = _LONG_AGO, 0
    row.filled_cases += len(ended)
    row.counted_at = at
    row.save()
    return len(ended)


def _held(*, at: datetime) -> LatenessCount:
    """Return the row, held, with everybody's groups as they are today."""
    row = LatenessCount.objects.select_for_update().filter(pk=COUNT_ROW).first()
    if row is None:
        place = place_now(TABLES)
        first = LatenessCount(pk=COUNT_ROW, xid=place.xid, fact_id=place.fact_id, groups={}, counted_at=at)
        # Two workers may both be the first: one waits here for the other.
        LatenessCount.objects.bulk_create([first], ignore_conflicts=True)
        row = LatenessCount.objects.select_for_update().get(pk=COUNT_ROW)
    groups = {str(number): group for number, group in groups_now(at=at).items()}
    if row.groups == groups and row.filled_to is not None:
        return row
    is_other = any(groups.get(number, group) != group for number, group in row.groups.items())
    row.groups = groups
    if is_other or row.filled_to is None:
        row.counted_at = at
        _begin_filling(row)
    else:  # a new department counts with nobody's figures yet
        row.save(update_fields=["groups"])
    return row


def _begin_filling(row: LatenessCount) -> None:
    row.is_filled, row.whole_from = False, None
    row.filled_to, row.filled_to_case = row.counted_at + timedelta(days=1), _HIGHEST
    row.filled_cases, row.cases_to_fill = 0, about_how_many_ended()
    row.save()


def _count(row: LatenessCount, ended: Sequence[Ended], *, among: Collection[int], at: datetime) -> int:
    """Let what is kept of some cases be what they contribute now; of those that have not ended, nothing."""
    groups: Mapping[int, int] = {int(number): group for number, group in row.groups.items()}
    told = cases_told(ended, groups, at=at)
    before = EndedCase.objects.filter(pk__in=among)
    stale = {
        *row.stale_weeks,
        *before.values_list("week_on", flat=True),
        *(monday_of(one.case.ended_at) for one in told),
    }
    before.delete()
    EndedCase.objects.bulk_create([_kept(one) for one in told])
    row.stale_weeks = sorted(stale)
    return len(told)


def _kept(one: CaseTold) -> EndedCase:
    return EndedCase(
        request_id=one.case.request_id,
        week_on=monday_of(one.case.ended_at),
        ended_at=one.case.ended_at,
        service_id=one.case.service_id,
        segment=one.segment,
        is_decided=one.is_decided,
        is_late=one.is_late,
        late_seconds=one.late_seconds,
        parts=[[department, part.seconds, part.past_own_seconds] for department, part in one.parts.items()],
        passages=[[told.provider_id, told.role, list(told.services)] for told in one.passages],
        hops=[
            [
                hop.customer_id,
                hop.provider_id,
                hop.asked,
                hop.requests,
                hop.decided,
                hop.late,
                dict(hop.depths),
                dict(hop.waits),
            ]
            for hop in one.hops
        ],
    )


def _add_up(*, at: datetime) -> bool:
    """Make the stale weeks anew from their cases, but for those that the filling has not reached or is just in.

    Return whether all of the past is filled and added up.
    """
    row = LatenessCount.objects.get(pk=COUNT_ROW)
    for week in sorted(row.stale_weeks, reverse=True):
        if week >= _whole_weeks_from(row):
            _add_up_week(week, at=at)
    return row.is_filled or _note_whole_weeks(at=at)


@transaction.atomic
def _note_whole_weeks(*, at: datetime) -> bool:
    row = _held(at=at)
    whole_from = _whole_weeks_from(row)
    if not any(week >= whole_from for week in row.stale_weeks):
        row.whole_from, row.is_filled = whole_from, row.filled_to == _LONG_AGO
        row.save(update_fields=["whole_from", "is_filled"])
    return row.is_filled


@transaction.atomic
def _add_up_week(week: date, *, at: datetime) -> None:
    row = _held(at=at)
    if week not in row.stale_weeks:
        return
    with connection.cursor() as cursor:
        for table, statement in _WEEKS.items():
            cursor.execute(f"DELETE FROM {table} WHERE week_on = %(week)s", {"week": week})  # noqa: S608 - our own names
            cursor.execute(statement, {"week": week})
    row.stale_weeks = [one for one in row.stale_weeks if one != week]
    row.save(update_fields=["stale_weeks"])


def _whole_weeks_from(row: LatenessCount) -> date:
    """Return from which Monday on every case is counted."""
    if row.is_filled or row.filled_to == _LONG_AGO or row.filled_to is None:
        return date.min
    return monday_of(row.filled_to) + A_WEEK

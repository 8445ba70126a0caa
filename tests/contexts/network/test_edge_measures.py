"""The measures of the map on small tables that were worked by hand, and what must hold of any tables."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.network.measures import MEASURES
from clientela.network.rules import LAST_BUCKET, bucket_of, median_wait_seconds, middle_of
from tests.contexts.network.small_tables import (
    CARE,
    IT,
    WARSAW,
    WORKSHOP,
    Row,
    clock,
    computed,
    day,
    legs,
    request,
    voice,
)

NAMED = {measure.name: measure for measure in MEASURES}
REQUESTS, WAITS = NAMED["requests_by_edge"], NAMED["waits_by_edge"]
HAND_OVERS, SCORES = NAMED["hand_overs_by_edge"], NAMED["scores_by_edge"]
FIRST_WEEK, SECOND_WEEK = date(2026, 11, 2), date(2026, 11, 9)
HOUSEHOLDS_AT_CARE = {"week_on": FIRST_WEEK, "provider_id": CARE, "customer_id": None, "segment": "households"}


def counted(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: count for name, count in row.items() if name not in REQUESTS.key and count}


def test_a_request_counts_in_the_week_and_on_the_edge_where_it_was_asked() -> None:
    rows = computed(
        REQUESTS,
        requests=[
            request(1),
            request(2, opened_at=day(8, 23)),  # Sunday, late, in UTC
            request(3, opened_at=day(9, 0)),
            request(4, provider_id=WORKSHOP, customer_department_id=CARE),
            request(5, segment="businesses"),
        ],
    )
    assert [(row["week_on"], row["provider_id"], row["customer_id"], row["segment"], row["asked"]) for row in rows] == [
        (FIRST_WEEK, CARE, None, "businesses", 1),
        (FIRST_WEEK, CARE, None, "households", 2),
        (FIRST_WEEK, WORKSHOP, CARE, None, 1),
        (SECOND_WEEK, CARE, None, "households", 1),
    ]


def test_what_is_cancelled_within_one_department_or_from_nobody_we_know_does_not_count() -> None:
    assert (
        computed(
            REQUESTS,
            requests=[
                request(1, state="cancelled"),
                request(2, customer_department_id=CARE),
                request(3, segment=None, side="inside"),
            ],
        )
        == []
    )


def test_one_broken_promise_makes_a_request_late_and_one_kept_makes_it_decided() -> None:
    (row,) = computed(
        REQUESTS,
        requests=[request(number, state="open", resolved_at=None) for number in range(1, 7)],
        clocks=[
            clock(1, 1, how="kept"),
            clock(2, 1, how="broken"),
            clock(3, 2, how="kept"),
            clock(4, 2, how="open"),
            clock(5, 3, how="open"),
            clock(6, 4, how="broken", kind="personal"),
            clock(7, None, how="broken"),
        ],
    )
    assert counted(row) == {"asked": 6, "decided": 2, "late": 1}


def test_rework_is_what_was_done_and_handed_back_reopened_or_asked_again() -> None:
    (row,) = computed(
        REQUESTS,
        requests=[
            request(1),
            request(2),  # handed over, and not back
            request(3),  # back where it was
            request(4, reopened_count=1),
            request(5, reopened_count=1, resolved_at=None, state="open"),
            request(6, state="open", resolved_at=None),  # back, but not done
        ],
        legs=[
            *legs(1, (CARE, "resolved")),
            *legs(2, (WORKSHOP, "handed_over"), (CARE, "resolved")),
            *legs(3, (CARE, "handed_over"), (IT, "handed_over"), (CARE, "resolved")),
            *legs(4, (CARE, "resolved"), (CARE, "resolved")),
            *legs(6, (CARE, "handed_over"), (IT, "handed_over"), (CARE, "open")),
        ],
    )
    assert counted(row) == {"asked": 6, "done": 5, "reworked": 3, "handed_back": 1, "reopened": 2}


def test_the_same_service_asked_later_on_behalf_of_the_same_request_was_asked_again() -> None:
    told = {"provider_id": WORKSHOP, "customer_department_id": CARE, "parent_id": 9}
    rows = [
        request(1, **told, resolved_at=day(4)),
        request(2, **told, opened_at=day(5), resolved_at=day(6)),  # after the first was done: that was asked again
        request(3, **told, service_id=2, opened_at=day(5), resolved_at=day(6)),
        request(4, **{**told, "parent_id": 8}, opened_at=day(5), resolved_at=day(6)),
        request(5, **{**told, "parent_id": None}, opened_at=day(5), resolved_at=day(6)),
    ]
    (row,) = computed(REQUESTS, requests=rows)
    assert counted(row) == {"asked": 5, "done": 5, "reworked": 1, "asked_again": 1}
    (cancelled,) = computed(REQUESTS, requests=[rows[0], {**rows[1], "state": "cancelled"}])
    assert counted(cancelled) == {"asked": 1, "done": 1}


def test_side_by_side_is_not_asked_again() -> None:
    told = {"provider_id": WORKSHOP, "customer_department_id": CARE, "parent_id": 9}
    (row,) = computed(REQUESTS, requests=[request(1, **told), request(2, **told)])
    assert counted(row) == {"asked": 2, "done": 2}


def test_a_wait_is_all_working_time_of_all_stays() -> None:
    rows = computed(
        WAITS,
        requests=[request(1), request(2), request(3, state="open", resolved_at=None), request(4, state="cancelled")],
        legs=[
            *legs(1, (WORKSHOP, "handed_over"), (CARE, "resolved"), seconds=1800),
            *legs(2, (CARE, "resolved"), seconds=3600),
            *legs(3, (CARE, "open")),
            *legs(4, (CARE, "cancelled")),
        ],
    )
    assert rows == [{**HOUSEHOLDS_AT_CARE, "bucket": bucket_of(3600), "n": 2}]


def test_the_engine_puts_every_wait_into_the_bucket_that_the_rules_name() -> None:
    edges = [60 << doubling for doubling in range(22)]
    waits = sorted(
        {0, 1, 59, 2**31 - 1}
        | {edge + more for edge in edges for more in (-1, 0, 1)}
        | {edge + edge * part // 16 + more for edge in edges for part in range(16) for more in (-1, 0, 1)}
    )
    rows = computed(
        WAITS,
        requests=[request(number) for number in range(len(waits))],
        legs=[stay for number, wait in enumerate(waits) for stay in legs(number, (CARE, "resolved"), seconds=wait)],
    )
    assert {row["bucket"]: row["n"] for row in rows} == Counter(map(bucket_of, waits))


def test_a_hand_over_counts_between_the_two_in_the_week_when_it_happened() -> None:
    rows = computed(
        HAND_OVERS,
        legs=[
            *legs(1, (CARE, "handed_over"), (WORKSHOP, "handed_over"), (CARE, "resolved")),
            *legs(2, (CARE, "handed_over"), (WORKSHOP, "open"), started_at=day(10)),
            *legs(3, (CARE, "resolved"), (CARE, "resolved")),  # reopened
            *legs(4, (IT, "resolved"), (WARSAW, "open")),  # reopened elsewhere: nobody handed it over
        ],
    )
    assert [(row["week_on"], row["provider_id"], row["customer_id"], row["handed_over"]) for row in rows] == [
        (FIRST_WEEK, CARE, WORKSHOP, 1),
        (FIRST_WEEK, WORKSHOP, CARE, 1),
        (SECOND_WEEK, WORKSHOP, CARE, 1),
    ]


def test_scores_count_on_the_edge_of_who_gave_them() -> None:
    rows = computed(
        SCORES,
        requests=[request(1), request(2, provider_id=WORKSHOP, customer_department_id=CARE)],
        voices=[
            voice(1, request_id=1),
            voice(2, request_id=1, share=0.5),
            voice(3, request_id=1, share=0.75),
            voice(4, request_id=2, provider_id=WORKSHOP, side="inside"),  # whose department only the request knows
            voice(5, provider_id=WORKSHOP, rater_department_id=CARE, share=0.0),
        ],
    )
    assert rows == [
        {**HOUSEHOLDS_AT_CARE, "scored": 3, "satisfied": 2},
        {
            "week_on": FIRST_WEEK,
            "provider_id": WORKSHOP,
            "customer_id": CARE,
            "segment": None,
            "scored": 2,
            "satisfied": 1,
        },
    ]


def test_scores_that_say_nothing_of_an_edge_are_left_out() -> None:
    told = {"rater_department_id": WORKSHOP}
    assert (
        computed(
            SCORES,
            requests=[],
            voices=[
                voice(1),  # outside, and nobody knows from where
                voice(2, **told, is_anonymous=True),
                voice(3, **told, provider_id=None),
                voice(4, **told, score=None, share=None),
                voice(5, **told, measure="isq:reliability"),
                voice(6, rater_department_id=CARE),
            ],
        )
        == []
    )


PROVIDERS = (CARE, WORKSHOP, IT)
requests_of_a_month = st.lists(
    st.builds(
        lambda provider, customer, opened, hours, reopened: {
            "provider_id": provider,
            "customer_department_id": customer,
            "opened_at": datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=opened),
            "resolved_at": None
            if hours is None
            else datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=opened + hours),
            "state": "open" if hours is None else "resolved",
            "reopened_count": reopened,
            "seconds": 0 if hours is None else hours * 997,
        },
        st.sampled_from(PROVIDERS),
        st.sampled_from((None, *PROVIDERS)),
        st.integers(0, 28 * 24 - 1),
        st.none() | st.integers(0, 400),
        st.integers(0, 1),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(requests_of_a_month)
def test_weeks_add_up_to_what_is_computed_at_once(told: list[dict[str, Any]]) -> None:
    """A month moved into one week gives, for each edge, the sums of its weeks, and the same histogram."""
    asked: list[Row] = []
    stays: list[Row] = []
    for number, one in enumerate(told):
        seconds = one.pop("seconds")
        asked.append(request(number, **one))
        stays += legs(number, (one["provider_id"], "resolved"), seconds=seconds)
    together = [{**row, "opened_at": day(3)} for row in asked]
    for measure, counts in ((REQUESTS, ("asked", "done", "reworked", "reopened")), (WAITS, ("n",))):
        sums: Counter[Any] = Counter()
        for row in computed(measure, requests=asked, legs=stays):
            for name in counts:
                sums[name, *(row[key] for key in measure.key if key != "week_on")] += row[name]
        at_once = {
            (name, *(row[key] for key in measure.key if key != "week_on")): row[name]
            for row in computed(measure, requests=together, legs=stays)
            for name in counts
        }
        assert +sums == +Counter(at_once)


@given(st.integers(0, 60 << 21))
def test_the_middle_of_a_bucket_is_near_all_that_is_in_it(seconds: int) -> None:
    bucket = bucket_of(seconds)
    assert 0 <= bucket <= LAST_BUCKET
    if 60 <= seconds < 60 << 20:
        assert abs(middle_of(bucket) - seconds) <= 0.0313 * seconds


@given(st.lists(st.integers(60, 10**7), min_size=1))
def test_the_median_of_a_histogram_is_that_of_its_waits_to_within_three_percent(waits: list[int]) -> None:
    ordered = sorted(waits)
    low, high = ordered[(len(waits) - 1) // 2], ordered[len(waits) // 2]
    found = median_wait_seconds(Counter(map(bucket_of, waits)))
    assert found is not None
    assert 0.968 * (low + high) / 2 - 1 <= found <= 1.032 * (low + high) / 2 + 1


def test_without_waits_there_is_no_median() -> None:
    assert median_wait_seconds({}) is None
    assert median_wait_seconds({0: 0}) is None

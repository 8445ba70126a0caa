"""Where the time of a request went."""

from datetime import UTC, datetime, timedelta

from clientela.requests.rules import Leg, PastChange, legs_of

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CARE, WORKSHOP = 1, 2


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


OPENED = PastChange(at(0), state="open", provider_id=CARE, is_held=False)


def test_until_somebody_takes_it_a_request_waits() -> None:
    taken = PastChange(at(1), is_held=True)
    assert legs_of([OPENED, taken], until=at(3)) == (Leg(CARE, at(0), at(1), True), Leg(CARE, at(1), at(3), False))


def test_time_in_another_departments_hands_is_its_own() -> None:
    changes = [
        OPENED,
        PastChange(at(1), is_held=True),
        PastChange(at(2), state="waiting_department"),
        PastChange(at(5), state="open"),
        PastChange(at(6), state="resolved"),
    ]
    assert legs_of(changes, until=at(9)) == (
        Leg(CARE, at(0), at(1), True),
        Leg(CARE, at(1), at(2), False),
        Leg(CARE, at(5), at(6), False),
    )


def test_a_request_handed_over_waits_in_the_new_department_until_it_is_taken() -> None:
    changes = [
        OPENED,
        PastChange(at(1), is_held=True),
        PastChange(at(2), provider_id=WORKSHOP, is_held=False),
        PastChange(at(3), is_held=True),
    ]
    assert legs_of(changes, until=at(4)) == (
        Leg(CARE, at(0), at(1), True),
        Leg(CARE, at(1), at(2), False),
        Leg(WORKSHOP, at(2), at(3), True),
        Leg(WORKSHOP, at(3), at(4), False),
    )


def test_waiting_for_the_customer_is_waiting_and_reopening_goes_on() -> None:
    changes = [
        PastChange(at(0), state="open", provider_id=CARE, is_held=True),
        PastChange(at(1), state="waiting_customer"),
        PastChange(at(2), state="open"),
        PastChange(at(3), state="resolved"),
        PastChange(at(5), state="open"),
    ]
    assert legs_of(changes, until=at(6)) == (
        Leg(CARE, at(0), at(1), False),
        Leg(CARE, at(1), at(2), True),
        Leg(CARE, at(2), at(3), False),
        Leg(CARE, at(5), at(6), False),
    )


def test_neighbouring_spans_of_one_kind_are_one_leg_and_empty_ones_are_none() -> None:
    changes = [OPENED, PastChange(at(0), is_held=True), PastChange(at(1), is_held=True), PastChange(at(2))]
    assert legs_of(changes, until=at(3)) == (Leg(CARE, at(0), at(3), False),)
    assert legs_of([OPENED], until=at(0)) == ()

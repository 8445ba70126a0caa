"""What a reader's wishes make of a letter. 2026: clocks change on 29 March and 25 October in Europe."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.directory.rules import BoundaryInForce, Delivery, WrongRule, checked_rule, delivery, quiet_until
from clientela.directory.rules.days import day_in_zone, first_moment, last_moment

NOTED = date(2026, 11, 3)
NIGHT = BoundaryInForce("quiet_hours", {"from": "18:00", "to": "08:00"}, "phone call", NOTED)
NO_CONTACT = BoundaryInForce("do_not_contact", {}, "letter", NOTED)
NO_EMAIL = BoundaryInForce("channel", {"channel": "email"}, "phone call", NOTED)
NO_PHONE = BoundaryInForce("channel", {"channel": "phone"}, "phone call", NOTED)
NO_OFFERS = BoundaryInForce("subject", {"subject": "offers"}, "portal", NOTED)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Warsaw


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wishes", "subject", "expected"),
    [
        ([], "service", Delivery()),
        ([NO_CONTACT], "service", Delivery(held_by=NO_CONTACT)),
        ([NO_CONTACT], "offers", Delivery(held_by=NO_CONTACT)),
        ([NO_EMAIL], "service", Delivery(held_by=NO_EMAIL)),
        ([NO_PHONE], "service", Delivery()),
        ([NO_OFFERS], "service", Delivery()),
        ([NO_OFFERS], "surveys", Delivery()),
        ([NO_OFFERS], "offers", Delivery(held_by=NO_OFFERS)),
        ([NO_OFFERS, NO_EMAIL, NO_CONTACT], "offers", Delivery(held_by=NO_CONTACT)),
        ([NO_OFFERS, NO_EMAIL], "offers", Delivery(held_by=NO_EMAIL)),
        ([NO_CONTACT, NO_EMAIL, NIGHT], "access", Delivery()),
        ([NIGHT], "service", Delivery()),
    ],
)
def test_a_wish_holds_exactly_the_letters_it_is_about(
    wishes: list[BoundaryInForce], subject: str, expected: Delivery
) -> None:
    assert delivery(wishes, at=NOON, zone="Europe/Warsaw", subject=subject) == expected


def test_a_wish_holds_from_its_first_to_its_last_day_of_the_reader() -> None:
    wish = BoundaryInForce("do_not_contact", {}, "letter", date(2026, 11, 23), date(2026, 11, 24))
    held, free = Delivery(held_by=wish), Delivery()
    for at, expected in [
        ("2026-11-22 22:59", free),  # one minute before midnight in Warsaw
        ("2026-11-22 23:00", held),
        ("2026-11-24 22:59", held),
        ("2026-11-24 23:00", free),
    ]:
        assert delivery([wish], at=utc(at), zone="Europe/Warsaw", subject="service") == expected


@pytest.mark.parametrize(
    ("at", "ends_at"),
    [
        ("2026-11-23 16:59", None),  # 17:59 in Warsaw
        ("2026-11-23 17:00", "2026-11-24 07:00"),  # 18:00
        ("2026-11-23 22:59", "2026-11-24 07:00"),  # 23:59
        ("2026-11-23 23:00", "2026-11-24 07:00"),  # midnight
        ("2026-11-24 06:59", "2026-11-24 07:00"),  # 7:59
        ("2026-11-24 07:00", None),  # 8:00: the end itself is not quiet
        ("2026-03-28 20:00", "2026-03-29 06:00"),  # the night is an hour shorter
        ("2026-10-24 20:00", "2026-10-25 07:00"),  # and an hour longer
    ],
)
def test_an_overnight_window_ends_in_the_morning_of_the_readers_clock(at: str, ends_at: str | None) -> None:
    end = quiet_until(utc(at), zone="Europe/Warsaw", starts=time(18), ends=time(8))
    assert end == (utc(ends_at) if ends_at else None)


def test_a_window_within_the_day_does_not_reach_into_the_night() -> None:
    siesta = {"zone": "Europe/Madrid", "starts": time(14), "ends": time(17)}
    assert quiet_until(utc("2026-11-23 12:59"), **siesta) is None
    assert quiet_until(utc("2026-11-23 13:00"), **siesta) == utc("2026-11-23 16:00")
    assert quiet_until(utc("2026-11-23 16:00"), **siesta) is None
    assert quiet_until(utc("2026-11-23 23:00"), **siesta) is None


@pytest.mark.parametrize(
    ("starts", "ends", "at", "ends_at"),
    [
        # In Warsaw the clock jumps from 2:00 to 3:00 at 1:00 UTC: what begins or ends in between does so at the jump.
        (time(22), time(2, 30), "2026-03-29 00:59", "2026-03-29 01:00"),
        (time(22), time(2, 30), "2026-03-29 01:00", None),
        (time(2, 30), time(6), "2026-03-29 00:59", None),
        (time(2, 30), time(6), "2026-03-29 01:00", "2026-03-29 04:00"),
        # A window wholly inside the missing hour has no length.
        (time(2, 10), time(2, 50), "2026-03-29 01:00", None),
        # From 3:00 the clock goes back to 2:00 at 1:00 UTC: 2:30 strikes at 0:30 and at 1:30. Nobody is woken early.
        (time(22), time(2, 30), "2026-10-25 00:30", "2026-10-25 01:30"),
        (time(22), time(2, 30), "2026-10-25 01:29", "2026-10-25 01:30"),
        (time(22), time(2, 30), "2026-10-25 01:30", None),
        (time(2, 30), time(6), "2026-10-25 00:30", "2026-10-25 05:00"),
    ],
)
def test_quiet_hours_are_right_in_the_nights_when_the_clocks_change(
    starts: time, ends: time, at: str, ends_at: str | None
) -> None:
    end = quiet_until(utc(at), zone="Europe/Warsaw", starts=starts, ends=ends)
    assert end == (utc(ends_at) if ends_at else None)


def test_the_moment_of_a_skipped_wall_time_is_found_in_zones_with_odd_jumps() -> None:
    # Lord Howe jumps half an hour, at 2:00 standard time on the first Sunday of October: 3 October 2026, 15:30 UTC.
    wall = datetime(2026, 10, 4, 2, 15)  # noqa: DTZ001 - a wall clock has no zone
    assert first_moment(wall, "Australia/Lord_Howe") == utc("2026-10-03 15:30")
    assert last_moment(wall, "Australia/Lord_Howe") == utc("2026-10-03 15:30")


def test_quiet_hours_put_a_letter_off_in_the_readers_zone() -> None:
    at = utc("2026-11-23 16:30")  # 18:30 in Bucharest, 17:30 in Warsaw
    assert delivery([NIGHT], at=at, zone="Europe/Bucharest", subject="service") == Delivery(
        not_before=utc("2026-11-24 06:00")
    )
    assert delivery([NIGHT], at=at, zone="Europe/Warsaw", subject="service") == Delivery()


def test_windows_that_follow_one_another_are_waited_through() -> None:
    morning = BoundaryInForce("quiet_hours", {"from": "08:00", "to": "09:30"}, "phone call", NOTED)
    decision = delivery([morning, NIGHT], at=utc("2026-11-23 20:00"), zone="Europe/Warsaw", subject="service")
    assert decision == Delivery(not_before=utc("2026-11-24 08:30"))


def test_windows_that_never_end_hold_the_letter() -> None:
    day = BoundaryInForce("quiet_hours", {"from": "08:00", "to": "18:00"}, "phone call", NOTED)
    assert delivery([NIGHT, day], at=NOON, zone="Europe/Warsaw", subject="service") == Delivery(held_by=NIGHT)


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    zone=st.sampled_from(["Europe/Warsaw", "Europe/Bucharest", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
    starts=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
)
def test_after_the_end_of_quiet_hours_it_is_no_longer_quiet(at: datetime, zone: str, starts: time, ends: time) -> None:
    end = quiet_until(at, zone=zone, starts=starts, ends=ends)
    if starts == ends or end is None:
        return
    assert end > at
    assert quiet_until(end, zone=zone, starts=starts, ends=ends) is None


@pytest.mark.parametrize(
    ("kind", "rule", "stored"),
    [
        ("channel", {"channel": "email", "more": "x"}, {"channel": "email"}),
        ("subject", {"subject": "news"}, {"subject": "news"}),
        ("do_not_contact", {"subject": "news"}, {}),
        ("quiet_hours", {"from": "18:00", "to": "8:00"}, {"from": "18:00", "to": "08:00"}),
        ("channel", {"channel": "fax"}, WrongRule("channel", ("email", "phone", "post"))),
        ("channel", {}, WrongRule("channel", ("email", "phone", "post"))),
        ("subject", {"subject": "service"}, WrongRule("subject", ("offers", "surveys", "news"))),
        ("quiet_hours", {"from": "24:00", "to": "8:00"}, WrongRule("from", ("18:00",))),
        ("quiet_hours", {"from": "1800", "to": "8:00"}, WrongRule("from", ("18:00",))),
        ("quiet_hours", {"from": "18:00", "to": "18:00"}, WrongRule("to", ("08:00",))),
        ("mood", {}, WrongRule("kind", ("channel", "quiet_hours", "subject", "do_not_contact"))),
    ],
)
def test_a_boundary_is_kept_in_one_form_or_refused_with_what_it_may_be(
    kind: str, rule: dict[str, str], stored: dict[str, str] | WrongRule
) -> None:
    assert checked_rule(kind, rule) == stored


def test_a_day_begins_at_midnight_in_its_zone() -> None:
    assert day_in_zone(utc("2026-11-22 22:30"), "Europe/Bucharest") == date(2026, 11, 23)
    assert day_in_zone(utc("2026-11-22 22:30"), "Europe/Warsaw") == date(2026, 11, 22)

"""No try to send is made while its reader sleeps, on the reader's own clock."""

from datetime import UTC, datetime

import pytest

from clientela.kernel.post.quiet import after_quiet_hours

BUCHAREST = "Europe/Bucharest"


def window(starts: str, ends: str, zone: str = BUCHAREST) -> dict[str, str]:
    """A window as a letter keeps it."""
    return {"from": starts, "to": ends, "zone": zone}


def utc(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "goes_at"),
    [
        (utc(2, 19, 59), utc(2, 19, 59)),
        (utc(2, 20, 0), utc(3, 5, 0)),  # 22:00 on the reader's clock
        (utc(2, 23, 30), utc(3, 5, 0)),
        (utc(3, 4, 59), utc(3, 5, 0)),
        (utc(3, 5, 0), utc(3, 5, 0)),
    ],
)
def test_a_night_is_waited_through_to_its_end_which_is_not_quiet(at: datetime, goes_at: datetime) -> None:
    assert after_quiet_hours([window("22:00", "07:00")], at=at) == goes_at


def test_without_windows_nothing_waits() -> None:
    assert after_quiet_hours([], at=utc(2, 23)) == utc(2, 23)


def test_windows_that_follow_one_another_are_waited_through() -> None:
    windows = [window("22:00", "07:00"), window("07:00", "09:00"), window("12:00", "13:00")]
    assert after_quiet_hours(windows, at=utc(2, 21)) == utc(3, 7)


def test_windows_that_never_end_do_not_run_for_ever() -> None:
    windows = [window("00:00", "12:00"), window("12:00", "00:00")]
    assert after_quiet_hours(windows, at=utc(2, 21)) > utc(2, 21)


def test_a_window_of_the_day_and_the_zone_of_the_reader_count() -> None:
    assert after_quiet_hours([window("12:00", "13:00", "America/New_York")], at=utc(2, 17, 30)) == utc(2, 18)
    assert after_quiet_hours([window("12:00", "13:00", "America/New_York")], at=utc(2, 12, 30)) == utc(2, 12, 30)


def test_in_the_night_of_the_long_hour_nobody_is_woken_early() -> None:
    # On 25 October 2026 the clock of Bucharest goes from 04:00 back to 03:00; it is 03:30 twice.
    assert after_quiet_hours([window("22:00", "03:30")], at=utc(25, 0, 35, month=10)) == utc(25, 1, 30, month=10)


def test_the_night_of_the_missing_hour_ends_too() -> None:
    # On 29 March 2026 it jumps from 03:00 to 04:00; there is no 03:30.
    assert utc(29, 0, 30) <= after_quiet_hours([window("22:00", "03:30")], at=utc(29, 0, 30)) <= utc(29, 1, 30)

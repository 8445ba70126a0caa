"""How far a process apart is stands in its row, at most once a second; and it hears when it is not wanted any more."""

from datetime import UTC, datetime

import pytest

from clientela.kernel.analytics import watching
from clientela.kernel.analytics.watching import Asker, Teller
from clientela.network.models import EventLog

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that pass when the test says so."""
    seconds = [100.0]
    monkeypatch.setattr(watching, "monotonic", lambda: seconds[0])
    return seconds


def running() -> EventLog:
    return EventLog.objects.create(
        file_name="desk.csv",
        sha256="0" * 64,
        size_bytes=1,
        brought_at=datetime(2026, 11, 1, tzinfo=UTC),
        state="running",
    )


def test_how_far_it_is_is_written_down_once_a_second(clock: list[float]) -> None:
    row = running()
    tell = Teller(EventLog.objects.filter(pk=row.pk))
    for at, done, total, progress, rows in (
        (100.0, 30, 120, 0.25, 30),
        (100.9, 60, 120, 0.25, 30),  # too soon
        (101.0, 90, 120, 0.75, 90),
        (102.5, 130, 120, 1.0, 130),  # a file that grew is not more than read
        (104.0, 140, 0, 0.0, 140),  # nobody knows of how much
    ):
        clock[0] = at
        tell(done, total)
        row.refresh_from_db()
        assert (row.progress, row.rows_read) == (progress, rows)


def test_a_wish_to_stop_is_heard_within_a_second_and_kept(clock: list[float]) -> None:
    row = running()
    is_cancelled = Asker(EventLog.objects.filter(pk=row.pk))
    assert is_cancelled() is False
    EventLog.objects.update(is_cancel_wished=True)
    assert is_cancelled() is False  # asked a moment ago
    clock[0] += 1
    assert is_cancelled() is True
    EventLog.objects.update(is_cancel_wished=False)
    clock[0] += 1
    assert is_cancelled() is True


def test_what_is_gone_is_not_wanted(clock: list[float]) -> None:
    row = running()
    others = running()
    is_cancelled = Asker(EventLog.objects.filter(pk=row.pk))
    row.delete()
    assert is_cancelled() is True
    assert Asker(EventLog.objects.filter(pk=others.pk))() is False

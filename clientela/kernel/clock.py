"""The one place where the clock is read. Only doors, jobs and tests call it; everything below is given `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, in UTC, aware."""
    return datetime.now(UTC)

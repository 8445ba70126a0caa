"""What was promised about the ends of many things, and whether it was kept: read from the caches of the clocks."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from clientela.promises import rules
from clientela.promises.models import Clock
from clientela.promises.queries.states import events_by_clock, state_of, working_calendar


@dataclass(frozen=True)
class Resolution:
    """A promise of resolution as it was decided. `broken_at`: the due moment that passed unkept; None: kept, or moot.

    `is_open`: something is still owed; then `due_at` is by when, None while it stands still.
    """

    id: int
    provider_id: int
    calendar_version_id: int
    started_at: datetime
    due_at: datetime | None
    kept_at: datetime | None
    broken_at: datetime | None
    is_open: bool

    def is_broken(self, *, at: datetime) -> bool:
        """Whether the promised moment had passed unkept by then."""
        return self.broken_at is not None or (self.is_open and self.due_at is not None and self.due_at <= at)

    def is_decided(self, *, at: datetime) -> bool:
        """Whether it was kept or broken; one that was cancelled before its time was neither."""
        return self.kept_at is not None or self.is_broken(at=at)


def resolutions_of(subjects: Collection[str]) -> dict[str, tuple[Resolution, ...]]:
    """Return the promises of resolution about the subjects, the earliest first. One statement."""
    rows = (
        Clock.objects.filter(subject__in=list(subjects), kind=Clock.Kind.RESOLUTION)
        .order_by("started_at", "id")
        .values_list(
            "subject",
            "id",
            "provider_id",
            "calendar_version_id",
            "started_at",
            "due_at",
            "kept_at",
            "broken_at",
            "is_open",
        )
    )
    found: dict[str, list[Resolution]] = defaultdict(list)
    for subject, pk, provider_id, version_id, started_at, due_at, kept_at, broken_at, is_open in rows:
        found[subject].append(Resolution(pk, provider_id, version_id, started_at, due_at, kept_at, broken_at, is_open))
    return {subject: tuple(own) for subject, own in found.items()}


def late_seconds_of(clock_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """Return by how many working seconds each promise was late by `at`, pauses not counted. Two statements."""
    clocks = list(Clock.objects.filter(pk__in=list(clock_ids)))
    past = events_by_clock(clocks) if clocks else {}
    return {clock.pk: state_of(clock, past.get(clock.pk, []), at=at).late_working_seconds for clock in clocks}


def working_seconds_by(calendar_version_id: int) -> Callable[[int, int], int]:
    """Return how to count the working seconds between two moments, whole seconds since 1970, by a calendar.

    One statement for a calendar not seen before.
    """
    calendar = working_calendar(calendar_version_id)

    def between(since: int, until: int) -> int:
        return rules.working_seconds_between(
            calendar, datetime.fromtimestamp(since, tz=UTC), datetime.fromtimestamp(until, tz=UTC)
        )

    return between

"""What the weeks brought: how many spoke, how satisfied they are, what it is about, and what still waits to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clientela.directory.policies import Viewer
from clientela.kernel.languages import product_language
from clientela.voice.actions.tallies import FEELING, week_of
from clientela.voice.models import Voice
from clientela.voice.policies.heard import providers_read_by
from clientela.voice.queries.voices.numbers import (
    SATISFIED,
    SubjectCount,
    WeekFigure,
    feelings_of,
    subject_counts,
    summed,
    week_figures,
    weekly_counts,
)
from clientela.voice.rules.figures.estimates import Share, TooFew
from clientela.voice.rules.figures.scales import CSAT
from clientela.voice.rules.figures.shares import satisfied_share

WEEKS = 12
SUBJECT_WEEKS = 4
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class SideSummary:
    """One side. `weeks`: the last twelve, the oldest first, this one last; `satisfied` over all of them.

    `feelings`: how often each was read this week, all five named, "cant_tell" among them.
    """

    this_week: int
    last_week: int
    weeks: tuple[WeekFigure, ...]
    satisfied: Share | TooFew
    feelings: Mapping[str, int]


@dataclass(frozen=True)
class Waiting:
    """How many voices wait to be read. `is_more`: at least as many, counted no further."""

    count: int
    is_more: bool


@dataclass(frozen=True)
class ListenSummary:
    """What the departments whose voices the viewer reads were told. `subjects`: of the weeks from `subjects_since`."""

    week_on: date
    inside: SideSummary
    outside: SideSummary
    subjects_since: date
    subjects: tuple[SubjectCount, ...]
    waiting: Waiting


def listen_summary(viewer: Viewer, *, at: datetime) -> ListenSummary:
    """Return what the last twelve weeks brought, from the tallies. Four statements."""
    providers = providers_read_by(viewer)
    this_week = week_of(at)
    weeks = weeks_until(this_week, WEEKS)
    counts = weekly_counts(providers, since=weeks[0])
    subjects_since = weeks[-SUBJECT_WEEKS]

    def side(name: str) -> SideSummary:
        figures = week_figures(counts, name, weeks)
        return SideSummary(
            this_week=figures[-1].said,
            last_week=figures[-2].said,
            weeks=figures,
            satisfied=satisfied_share(summed(counts, SATISFIED, name, weeks), CSAT),
            feelings=feelings_of(summed(counts, FEELING, name, weeks[-1:])),
        )

    return ListenSummary(
        week_on=this_week,
        inside=side("inside"),
        outside=side("outside"),
        subjects_since=subjects_since,
        subjects=subject_counts(providers, since=subjects_since, language=product_language(viewer.language)),
        waiting=voices_waiting(),
    )


def voices_waiting() -> Waiting:
    """Return how many voices of the house wait to be read, counted up to MOST_COUNTED. One statement."""
    count = Voice.objects.filter(read_by="").exclude(text="").order_by()[: MOST_COUNTED + 1].count()
    return Waiting(min(count, MOST_COUNTED), count > MOST_COUNTED)


def weeks_until(last: date, count: int) -> list[date]:
    """Return the Mondays of so many weeks, the oldest first, `last` the last of them."""
    return [last - timedelta(weeks=back) for back in range(count - 1, -1, -1)]

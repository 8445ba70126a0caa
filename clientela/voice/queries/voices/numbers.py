"""Figures from the tallies: what they cost depends on weeks and departments, never on how many people spoke."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from clientela.voice.actions.tallies import FEELING, FEELING_VALUES, SAID
from clientela.voice.models import Subject, SubjectTally, Tally
from clientela.voice.queries.voices.glimpses import SubjectGlimpse, subject_glimpse
from clientela.voice.rules.figures.charts import Chart, ShareWeek, share_chart
from clientela.voice.rules.figures.estimates import Estimate, Share, TooFew
from clientela.voice.rules.figures.scales import CES, CSAT, ISQ, NPS, STARS, Scale
from clientela.voice.rules.figures.shares import satisfied_share
from clientela.voice.rules.figures.shrinkage import Comparison, Differing, compared_shares

SIDES = ("inside", "outside")
SCALES: Mapping[str, Scale] = {"csat": CSAT, "stars": STARS, "ces": CES, "nps": NPS}
SATISFIED = "csat"  # the measure behind "satisfied, 4 or 5 of 5"
_FEELINGS = {value: feeling for feeling, value in FEELING_VALUES.items()}


@dataclass(frozen=True)
class WeekFigure:
    """One week of one side. `said` counts every voice, `scores` how often each score was given."""

    week_on: date
    said: int
    scores: Mapping[int, int]
    satisfied: Share | TooFew


@dataclass(frozen=True)
class SubjectCount:
    """How often a subject was spoken of: by side, and how many of all these were negative or mixed."""

    subject: SubjectGlimpse
    inside: int
    outside: int
    negative: int

    @property
    def both(self) -> int:
        """Inside and outside together."""
        return self.inside + self.outside


@dataclass(frozen=True)
class Fair:
    """What is fair to say of one of several that are compared: its figure drawn towards what all share."""

    share: Estimate
    is_clearly_better: bool
    is_clearly_worse: bool


@dataclass(frozen=True)
class Compared:
    """Several compared by satisfied answers, and whether they differ at all.

    `fair` by id, of those with at least five answers. `level`: the share of all of them together, None when too few;
    `chance` that alike ones would differ as much.
    """

    fair: Mapping[int, Fair]
    verdict: Differing
    level: float | None
    chance: float | None


Counts = Mapping[tuple[str, str, date], Mapping[int, int]]  # (measure, side, week) → {value: how often}


def scale_of(measure: str) -> Scale:
    """Return the scale that a measure of a tally was given on. Raises KeyError for one without scores."""
    return ISQ if measure.startswith("isq:") else SCALES[measure]


def providers_as_filter(providers: Collection[int | None] | None) -> Q:
    """Return the departments as a filter on tallies; None for all of them."""
    if providers is None:
        return Q()
    own = Q(provider__in=[one for one in providers if one is not None])
    return own | Q(provider__isnull=True) if None in providers else own


def weekly_counts(
    providers: Collection[int | None] | None,
    *,
    since: date,
    measures: Collection[str] = (SAID, SATISFIED, FEELING),
    cut: str = "",
) -> Counts:
    """Return how often each value was given, by measure, side and week, over these departments. One statement."""
    rows = Tally.objects.filter(providers_as_filter(providers), cut=cut, week_on__gte=since)
    rows = rows.filter(measure__in=measures) if measures else rows
    counts: dict[tuple[str, str, date], dict[int, int]] = defaultdict(dict)
    summed = rows.values_list("measure", "side", "week_on", "value").annotate(total=Sum("n"))
    for measure, side, week_on, value, total in summed:
        if total:
            counts[measure, side, week_on][value] = total
    return counts


def week_figures(counts: Counts, side: str, weeks: Collection[date]) -> tuple[WeekFigure, ...]:
    """Return a side's weeks in their order; a week in which nobody spoke is there too."""
    return tuple(
        WeekFigure(
            week_on=week,
            said=counts.get((SAID, side, week), {}).get(0, 0),
            scores=(scores := counts.get((SATISFIED, side, week), {})),
            satisfied=satisfied_share(scores, CSAT),
        )
        for week in weeks
    )


def chart_of(weeks: Collection[WeekFigure]) -> Chart:
    """Return the control chart of satisfied answers; weeks without any are no weeks of it."""
    counted = [(week.week_on, *satisfied_of(week.scores)) for week in weeks]
    return share_chart([ShareWeek(*one) for one in counted])


def satisfied_of(scores: Mapping[int, int]) -> tuple[int, int]:
    """Return (how many of 4 and 5, how many) of scores from 1 to 5."""
    return sum(n for score, n in scores.items() if CSAT.is_satisfied(score)), sum(scores.values())


def compared(counts: Mapping[int, tuple[int, int]]) -> Compared:
    """Compare departments or services by (satisfied, of), by id."""
    found: Comparison = compared_shares({str(number): counted for number, counted in counts.items()})
    return Compared(
        fair={int(one.name): Fair(one.fair, one.is_clearly_better, one.is_clearly_worse) for one in found.departments},
        verdict=found.verdict,
        level=found.level,
        chance=found.chance,
    )


def summed(counts: Counts, measure: str, side: str, weeks: Collection[date]) -> Counter[int]:
    """Return how often each value was given in all these weeks together."""
    total: Counter[int] = Counter()
    for week in weeks:
        total.update(counts.get((measure, side, week), {}))
    return total


def feelings_of(values: Mapping[int, int]) -> dict[str, int]:
    """Return how often each feeling was read, all five named."""
    return {feeling: values.get(value, 0) for value, feeling in _FEELINGS.items()}


def subject_counts(
    providers: Collection[int | None] | None,
    *,
    since: date,
    language: str,
    until: date | None = None,
    limit: int = 12,
) -> tuple[SubjectCount, ...]:
    """Return what was spoken of most in the weeks from `since` on, `until` not included. Two statements."""
    rows: QuerySet[SubjectTally] = SubjectTally.objects.filter(providers_as_filter(providers), week_on__gte=since)
    rows = rows.filter(week_on__lt=until) if until else rows
    sides: dict[int, Counter[str]] = defaultdict(Counter)
    for subject_id, side, feeling, total in rows.values_list("subject_id", "side", "feeling").annotate(total=Sum("n")):
        sides[subject_id][side] += total
        if feeling in {"negative", "mixed"}:
            sides[subject_id]["negative"] += total
    spoken = sorted(
        (number for number, counted in sides.items() if counted["inside"] + counted["outside"]),
        key=lambda number: (-sides[number]["inside"] - sides[number]["outside"], number),
    )
    named = {row.pk: subject_glimpse(row, language=language) for row in Subject.objects.filter(pk__in=spoken[:limit])}
    return tuple(
        SubjectCount(named[number], sides[number]["inside"], sides[number]["outside"], sides[number]["negative"])
        for number in spoken[:limit]
        if number in named
    )

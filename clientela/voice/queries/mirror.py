"""A department's mirror: how those it serves see it, and how it sees those who serve it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, Sum

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError, require_seen
from clientela.voice.actions.tallies import FEELING, SAID, week_of
from clientela.voice.models import FollowUp, Improvement, Tally
from clientela.voice.policies.heard import may_see_voices_of
from clientela.voice.queries.voices.filtering import VoiceFilters
from clientela.voice.queries.voices.glimpses import Named, VoiceGlimpse
from clientela.voice.queries.voices.lists import voices_page
from clientela.voice.queries.voices.numbers import (
    SATISFIED,
    SCALES,
    SIDES,
    Counts,
    Fair,
    SubjectCount,
    WeekFigure,
    chart_of,
    compared,
    feelings_of,
    satisfied_of,
    scale_of,
    subject_counts,
    summed,
    week_figures,
    weekly_counts,
)
from clientela.voice.queries.voices.summary import weeks_until
from clientela.voice.rules.figures.charts import Chart
from clientela.voice.rules.figures.estimates import Share, TooFew
from clientela.voice.rules.figures.net_promoter import NetPromoter, net_promoter_of
from clientela.voice.rules.figures.scales import CSAT
from clientela.voice.rules.figures.shares import satisfied_share
from clientela.voice.rules.figures.shrinkage import Differing

WEEKS = 12  # that the figures are taken from
WEEKS_DRAWN = 26
NEWEST = 5
DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")


@dataclass(frozen=True)
class MeasureFigure:
    """One measure: how often each score was given, the share of satisfied ones, and for "nps" the score."""

    measure: str
    scores: Mapping[int, int]
    satisfied: Share | TooFew
    net_promoter: NetPromoter | TooFew | None = None

    @property
    def n(self) -> int:
        """How many scores."""
        return sum(self.scores.values())


@dataclass(frozen=True)
class CutFigure:
    """One part of what was said: of a service, by a rater, or of a supplier. `name` in the reader's language."""

    id: int
    name: str
    said: int
    satisfied: Share | TooFew
    measures: tuple[MeasureFigure, ...]
    fair: Fair | None = None


@dataclass(frozen=True)
class CutFigures:
    """Parts of what was said, beside each other, most voices first; and whether they differ at all."""

    rows: tuple[CutFigure, ...]
    verdict: Differing
    level: float | None


@dataclass(frozen=True)
class SideMirror:
    """How one side sees the department: over the last WEEKS, and week by week over WEEKS_DRAWN, the oldest first."""

    side: str
    said: int
    satisfied: Share | TooFew
    measures: tuple[MeasureFigure, ...]
    feelings: Mapping[str, int]
    weeks: tuple[WeekFigure, ...]
    chart: Chart


@dataclass(frozen=True)
class Mirror:
    """How a department is seen. `raters`: departments that it serves; `suppliers`: those who serve it, as it sees them.

    `suppliers` are figures only, never words, and None of fewer than five answers: colleagues spoke among themselves.
    `follow_ups`: how many of the last WEEKS. `improvements`: how many are open, and how many were done.
    """

    department: Named
    since: date
    inside: SideMirror
    outside: SideMirror
    raters: CutFigures
    services: CutFigures
    suppliers: CutFigures
    subjects: tuple[SubjectCount, ...]
    newest: tuple[VoiceGlimpse, ...]
    follow_ups: int
    improvements_open: int
    improvements_done: int

    def sides(self) -> tuple[SideMirror, SideMirror]:
        """Inside and outside."""
        return (self.inside, self.outside)


def mirror_of(viewer: Viewer, department_id: int, *, at: datetime) -> Mirror:
    """Return how a department is seen. A fixed number of statements, whatever was said. Raises HiddenError."""
    require_seen(may_see_voices_of(viewer, department_id))
    language = product_language(viewer.language)
    departments = {card.id: card.name_in(language) for card in directory.departments()}
    if department_id not in departments:
        raise HiddenError(f"There is no department {department_id}.")
    drawn = weeks_until(week_of(at), WEEKS_DRAWN)
    weeks = drawn[-WEEKS:]
    counts = weekly_counts({department_id}, since=drawn[0], measures=())
    cuts = _cuts(Q(provider=department_id), since=weeks[0])
    services = _service_names(cuts, language=language)
    mine = _cuts(Q(cut=f"rater:{department_id}") & ~Q(provider=department_id), since=weeks[0], by="provider")
    inside, outside = (_side(counts, side, drawn=drawn, weeks=weeks) for side in SIDES)
    open_count, done_count = _improvements(department_id)
    return Mirror(
        department=Named(department_id, departments[department_id]),
        since=weeks[0],
        inside=inside,
        outside=outside,
        raters=_figures(cuts, "rater", departments),
        services=_figures(cuts, "service", services),
        suppliers=_enough(_figures(mine, "provider", departments)),
        subjects=subject_counts({department_id}, since=weeks[0], language=language),
        newest=voices_page(viewer, VoiceFilters(provider_id=department_id, has_words=True), limit=NEWEST).voices,
        follow_ups=FollowUp.objects.filter(voice__provider=department_id, opened_at__gte=_start(weeks[0], at)).count(),
        improvements_open=open_count,
        improvements_done=done_count,
    )


Cuts = Mapping[tuple[str, int], Mapping[str, Mapping[int, int]]]  # ("rater", id) → measure → {value: how often}


def _start(day: date, at: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=at.tzinfo)


def _side(counts: Counts, side: str, *, drawn: list[date], weeks: list[date]) -> SideMirror:
    measures = {measure for measure, of, _week in counts if of == side and measure not in {SAID, FEELING}}
    return SideMirror(
        side=side,
        said=summed(counts, SAID, side, weeks)[0],
        satisfied=satisfied_share(summed(counts, SATISFIED, side, weeks), CSAT),
        measures=_measures({measure: summed(counts, measure, side, weeks) for measure in measures}),
        feelings=feelings_of(summed(counts, FEELING, side, weeks)),
        weeks=(figures := week_figures(counts, side, drawn)),
        chart=chart_of(figures),
    )


def _measures(scores: Mapping[str, Mapping[int, int]]) -> tuple[MeasureFigure, ...]:
    order = [*SCALES, *(f"isq:{dimension}" for dimension in DIMENSIONS)]
    return tuple(
        MeasureFigure(
            measure=measure,
            scores=dict(sorted(scores[measure].items())),
            satisfied=satisfied_share(scores[measure], scale_of(measure)),
            net_promoter=net_promoter_of(scores[measure]) if measure == "nps" else None,
        )
        for measure in order
        if scores.get(measure)
    )


def _cuts(which: Q, *, since: date, by: str = "cut") -> Cuts:
    """Sum the tallies of a kind of cut over the weeks. One statement."""
    rows = Tally.objects.filter(which, week_on__gte=since).exclude(measure=FEELING)
    rows = rows.exclude(cut="") if by == "cut" else rows.exclude(provider__isnull=True)
    found: dict[tuple[str, int], dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for name, measure, value, total in rows.values_list(by, "measure", "value").annotate(total=Sum("n")):
        if total:
            kind, _colon, number = str(name).rpartition(":")
            found[kind or by, int(number)][measure][value] = total
    return found


def _figures(cuts: Cuts, kind: str, names: Mapping[int, str]) -> CutFigures:
    own = {number: scores for (of, number), scores in cuts.items() if of == kind and number in names}
    compared_all = compared({number: satisfied_of(scores.get(SATISFIED, {})) for number, scores in own.items()})
    rows = [
        CutFigure(
            id=number,
            name=names[number],
            said=scores.get(SAID, {}).get(0, 0),
            satisfied=satisfied_share(scores.get(SATISFIED, {}), CSAT),
            measures=_measures(scores),
            fair=compared_all.fair.get(number),
        )
        for number, scores in own.items()
    ]
    ordered = tuple(sorted(rows, key=lambda row: (-row.said, row.id)))
    return CutFigures(ordered, compared_all.verdict, compared_all.level)


def _enough(figures: CutFigures) -> CutFigures:
    """Leave out every figure of fewer than five, and whoever has none left: nobody's own colleagues are to be seen."""
    kept = (
        replace(row, measures=tuple(one for one in row.measures if not isinstance(one.satisfied, TooFew)))
        for row in figures.rows
    )
    return replace(figures, rows=tuple(row for row in kept if row.measures))


def _service_names(cuts: Iterable[tuple[str, int]], *, language: str) -> dict[int, str]:
    ids = {number for kind, number in cuts if kind == "service"}
    return service_names(ids, language=language)


def service_names(ids: Collection[int], *, language: str) -> dict[int, str]:
    """Return the titles of services that are still offered, by id. Two statements, none for no service."""
    if not ids:
        return {}
    versions = catalogue.newest_versions(ids)
    glimpses = catalogue.service_glimpses(set(versions.values()), language=language)
    return {service_id: glimpses[version].title for service_id, version in versions.items() if version in glimpses}


def _improvements(department_id: int) -> tuple[int, int]:
    states = list(Improvement.objects.filter(department=department_id).values_list("state", flat=True))
    return sum(state in {"proposed", "agreed"} for state in states), states.count("done")

"""Inside and outside side by side on the same scale: are colleagues served as well as customers who pay?"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Sum

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.languages import product_language
from clientela.kernel.policies import require_seen
from clientela.voice.actions.tallies import week_of
from clientela.voice.models import Tally
from clientela.voice.policies.heard import may_see_parity, providers_read_by
from clientela.voice.queries.voices.glimpses import Named
from clientela.voice.queries.voices.numbers import (
    SATISFIED,
    SIDES,
    Fair,
    WeekFigure,
    chart_of,
    compared,
    providers_as_filter,
    satisfied_of,
    summed,
    week_figures,
    weekly_counts,
)
from clientela.voice.queries.voices.summary import weeks_until
from clientela.voice.rules.figures.charts import Chart
from clientela.voice.rules.figures.estimates import Difference, Share, TooFew
from clientela.voice.rules.figures.parity import ParityCode
from clientela.voice.rules.figures.scales import CSAT
from clientela.voice.rules.figures.shares import difference_of_shares, satisfied_share
from clientela.voice.rules.figures.shrinkage import Differing

WEEKS = 26


@dataclass(frozen=True)
class ParitySide:
    """One side of the whole house. `counted`: (satisfied, of all scores); `weeks` the oldest first."""

    side: str
    counted: tuple[int, int]
    satisfied: Share | TooFew
    weeks: tuple[WeekFigure, ...]
    chart: Chart


@dataclass(frozen=True)
class ParityRow:
    """A department that serves: how satisfied each side is with it. `difference`: outside less inside."""

    department: Named
    inside: Share | TooFew
    outside: Share | TooFew
    both: Share | TooFew
    counted: tuple[int, int]
    difference: Difference | TooFew
    fair: Fair | None = None


@dataclass(frozen=True)
class Parity:
    """The same question, satisfied with 4 or 5 of 5, answered inside and outside. `difference`: outside less inside.

    `departments`: those whose voices the viewer reads, most answers first; `departments_verdict`: whether they differ
    at all, both sides together.
    """

    since: date
    inside: ParitySide
    outside: ParitySide
    difference: Difference | TooFew
    verdict: ParityCode
    departments: tuple[ParityRow, ...]
    departments_verdict: Differing
    departments_level: float | None


def parity(viewer: Viewer, *, at: datetime) -> Parity:
    """Return both sides over the last WEEKS, from the tallies. Four statements. Raises HiddenError."""
    require_seen(may_see_parity(viewer))
    weeks = weeks_until(week_of(at), WEEKS)
    counts = weekly_counts(None, since=weeks[0], measures=(SATISFIED,))
    sides = {}
    for side in SIDES:
        scores = summed(counts, SATISFIED, side, weeks)
        figures = week_figures(counts, side, weeks)
        sides[side] = ParitySide(side, satisfied_of(scores), satisfied_share(scores, CSAT), figures, chart_of(figures))
    rows = _departments(viewer, since=weeks[0])
    among = compared({row.department.id: row.counted for row in rows})
    difference = difference_of_shares(sides["inside"].counted, sides["outside"].counted)
    return Parity(
        since=weeks[0],
        inside=sides["inside"],
        outside=sides["outside"],
        difference=difference,
        verdict=_verdict(difference),
        departments=tuple(replace(row, fair=among.fair.get(row.department.id)) for row in rows),
        departments_verdict=among.verdict,
        departments_level=among.level,
    )


def _departments(viewer: Viewer, *, since: date) -> tuple[ParityRow, ...]:
    language = product_language(viewer.language)
    names = {card.id: card.name_in(language) for card in directory.departments()}
    rows = Tally.objects.filter(
        providers_as_filter(providers_read_by(viewer)), measure=SATISFIED, cut="", week_on__gte=since
    )
    scores: dict[int, dict[str, dict[int, int]]] = defaultdict(lambda: {side: {} for side in SIDES})
    for provider_id, side, value, total in rows.values_list("provider_id", "side", "value").annotate(total=Sum("n")):
        if total and provider_id in names:
            scores[provider_id][side][value] = total
    found = []
    for number, sides in scores.items():
        inside, outside = sides["inside"], sides["outside"]
        both = {value: inside.get(value, 0) + outside.get(value, 0) for value in inside.keys() | outside.keys()}
        found.append(
            ParityRow(
                department=Named(number, names[number]),
                inside=satisfied_share(inside, CSAT),
                outside=satisfied_share(outside, CSAT),
                both=satisfied_share(both, CSAT),
                counted=satisfied_of(both),
                difference=difference_of_shares(satisfied_of(inside), satisfied_of(outside)),
            )
        )
    return tuple(sorted(found, key=lambda row: (-row.counted[1], row.department.id)))


def _verdict(difference: Difference | TooFew) -> ParityCode:
    if isinstance(difference, TooFew):
        return ParityCode.TOO_FEW
    if not difference.is_clear:
        return ParityCode.NO_DIFFERENCE_SEEN
    return ParityCode.OUTSIDE_BETTER if difference.value > 0 else ParityCode.INSIDE_BETTER

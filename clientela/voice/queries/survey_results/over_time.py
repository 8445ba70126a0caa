"""The main measure of a survey over time: week by week, or round by round where answers have no day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clientela.voice.rules.figures.charts import Chart, FigureWeek, ShareWeek, figure_chart, share_chart
from clientela.voice.rules.figures.estimates import LEAST_SHOWN
from clientela.voice.rules.figures.net_promoter import NetPromoter, net_promoter_of
from clientela.voice.rules.figures.scales import Scale, ScaleKind
from clientela.voice.rules.survey_voices import main_score
from clientela.voice.rules.surveys import Question, SurveyDefinition, scale_of
from clientela.voice.rules.tallying import Counts


@dataclass(frozen=True, kw_only=True)
class OverTime:
    """A measure over time: by weeks where answers have a day, else by rounds. Shares run from 0 to 1."""

    question: Question
    chart: Chart
    is_by_round: bool
    is_net: bool


def over_time(
    definition: SurveyDefinition,
    counted: Mapping[tuple[int, str], Counts],
    *,
    opened: Mapping[int, date],
    is_anonymous: bool,
) -> OverTime | None:
    """The main measure over time, None without one. `opened`: the day on which each round opened, by its id."""
    question = main_score(definition)
    scale = None if question is None else scale_of(question)
    if question is None or scale is None:
        return None
    is_net = scale.kind is ScaleKind.NPS
    if is_anonymous:
        by_round = sorted(counted.items(), key=lambda one: (opened[one[0][0]], one[0]))
        spans = [(opened[round_id], counts.scores(question.name)) for (round_id, _cut), counts in by_round]
    else:
        spans = _weeks(counted.values())
    spans = [
        (day, {score: n for score, n in scores.items() if scale.lowest <= score <= scale.highest})
        for day, scores in spans
    ]
    least = LEAST_SHOWN if is_anonymous or is_net else 1
    spans = [(day, scores) for day, scores in spans if sum(scores.values()) >= least]
    if not spans:
        return None
    return OverTime(
        question=question,
        chart=_net_chart(spans) if is_net else _share_chart(spans, scale),
        is_by_round=is_anonymous,
        is_net=is_net,
    )


def _weeks(counted: Iterable[Counts]) -> list[tuple[date, dict[int, int]]]:
    whole = Counts()
    for counts in counted:
        whole.add(counts)
    return [(date.fromisoformat(week), scores) for week, scores in sorted(whole.weeks.items())]


def _share_chart(spans: Sequence[tuple[date, Mapping[int, int]]], scale: Scale) -> Chart:
    return share_chart(
        [
            ShareWeek(
                day,
                sum(n for score, n in scores.items() if scale.is_satisfied(score)),
                sum(scores.values()),
            )
            for day, scores in spans
        ]
    )


def _net_chart(spans: Sequence[tuple[date, Mapping[int, int]]]) -> Chart:
    figures = [(day, net_promoter_of(scores)) for day, scores in spans]
    return figure_chart([FigureWeek(day, one.value) for day, one in figures if isinstance(one, NetPromoter)])

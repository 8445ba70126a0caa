"""Results cut by department, language and so on. Of an anonymous round only what the publication rule lets out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clientela.catalogue.queries import services_in_brief
from clientela.directory import queries as directory
from clientela.voice.models import SurveyAnswer, SurveyInvitation
from clientela.voice.queries.survey_results.counting import (
    Answers,
    Counts,
    counts_of_answers,
    items_of_quality,
    quality_of_answers,
)
from clientela.voice.queries.survey_results.showing import Figure, main_figure, quality_lines
from clientela.voice.rules.anonymity.cuts import Cut, Partition, published_cuts
from clientela.voice.rules.figures.means import mean_of
from clientela.voice.rules.figures.scales import Scale
from clientela.voice.rules.figures.servqual import Dimension
from clientela.voice.rules.surveys import (
    Question,
    QuestionKind,
    Side,
    SurveyDefinition,
    in_language,
    measure_of,
    scale_of,
)

_COLUMNS: Final = {
    "supplier": "supplier_id",
    "rater": "rater_id",
    "service": "service_id",
    "side": "side",
    "language": "language",
}


@dataclass(frozen=True, kw_only=True)
class CutCell:
    """One part of a cut. `name` is "" for the others, put together."""

    name: str
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class CutTable:
    """One measure by the parts of a cut. No cells: with this cut nothing can be shown."""

    title: str
    question: Question | None  # None: service quality as a whole
    cells: tuple[CutCell, ...]


def cut_tables(answers: Answers, definition: SurveyDefinition, cut: str, *, language: str) -> tuple[CutTable, ...]:
    """Every measure of a survey with names by the values of one cut; of fewer than five no figure is told."""
    measured = _measured(definition)
    found = counts_of_answers(answers, definition, cut=cut, only={one.name for one in measured})
    by_value: dict[str, list[Counts]] = {}
    for (_round_id, value), counts in found.items():
        by_value.setdefault(value, []).append(counts)
    names = cut_names(cut, by_value, language=language)
    tables = []
    for question in measured:
        scores = {value: _summed(counts, question.name) for value, counts in by_value.items()}
        figures = {value: main_figure(question, one) for value, one in scores.items() if one}
        tables.append(_table(_title(question, language), question, figures, names))
    scale = quality_scale(definition)
    if scale is not None:
        quality = quality_of_answers(answers, definition, cut=cut)
        values = dict.fromkeys(value for value, _dimension, _side in quality)
        figures = {value: quality_lines(quality, [], scale, cut=value)[-1].perception for value in values}
        tables.append(_table("", None, {value: one for value, one in figures.items() if one.n}, names))
    return tuple(tables)


def published_tables(
    round_id: int, definition: SurveyDefinition, cuts: Sequence[str], cut: str, *, language: str
) -> tuple[CutTable, ...]:
    """The same of one anonymous round that has ended, as far as `rules.anonymity` lets it out.

    Worked out for each question over those who answered it, and over every cut that was announced, in that order:
    what is shown of one cut never depends on which cut is looked at. Two statements and the names.
    """
    rows = list(
        SurveyAnswer.objects.filter(round=round_id, is_complete=True)
        .order_by("pk")
        .values(*(_COLUMNS[one] for one in cuts), "values")
    )
    asked = _asked(round_id, cuts)
    declared = [Cut(one, asked[one]) for one in cuts]
    names = cut_names(cut, (str(name) for name in asked[cut]), language=language)
    tables = []
    for question in _measured(definition):
        given = [(row, row["values"][question.name]) for row in rows if _is_score(row["values"].get(question.name))]
        cells = [
            CutCell(name=name, figure=main_figure(question, _tally(scores)))
            for name, scores in _published(given, declared, cut, names)
        ]
        tables.append(CutTable(title=_title(question, language), question=question, cells=tuple(cells)))
    scale = quality_scale(definition)
    if scale is not None:
        # The same people as in the figures of the whole round: who left an item out is in none of them.
        items = items_of_quality(definition)
        full = [row for row in rows if items <= row["values"].keys()]
        wholes = [(row, whole) for row in full if (whole := _whole(definition, row["values"])) is not None]
        cells = [
            CutCell(name=name, figure=mean_of(scores, lowest=scale.lowest, highest=scale.highest))
            for name, scores in _published(wholes, declared, cut, names)
        ]
        tables.append(CutTable(title="", question=None, cells=tuple(cells)))
    return tuple(tables)


def cut_names(cut: str, values: Iterable[str], *, language: str) -> dict[str, str]:
    """What the values of a cut are called: departments and services by their names, sides and languages as they are."""
    if cut in {"supplier", "rater"}:
        return {str(card.id): card.name_in(language) for card in directory.departments()}
    if cut == "service":
        return {str(one.service_id): one.title for one in services_in_brief(language=language)}
    return {value: value for value in values}


def quality_scale(definition: SurveyDefinition) -> Scale | None:
    """The scale of the items of service quality, None if the survey has none."""
    for question in definition.questions:
        measure = measure_of(question.measure)
        if measure is not None and measure.side in {Side.PERCEPTION, Side.EXPECTATION}:
            return scale_of(question)
    return None


def _published(
    given: Sequence[tuple[Mapping[str, Any], Any]], declared: Sequence[Cut], cut: str, names: Mapping[str, str]
) -> list[tuple[str, list[Any]]]:
    """The cells of one cut that may be shown, by name, each with the scores in it; "" for the others."""
    answers = [
        {one.name: None if row[_COLUMNS[one.name]] in ("", None) else row[_COLUMNS[one.name]] for one in declared}
        for row, _score in given
    ]
    publication = published_cuts(answers, declared)
    partition = next((one for one in publication.partitions if one.cut == cut), Partition(cut, ()))
    return [
        (
            "" if cell.is_others else names.get(str(cell.names[0]), str(cell.names[0])),
            [given[place][1] for place in cell.members],
        )
        for cell in partition.cells
    ]


def _asked(round_id: int, cuts: Sequence[str]) -> dict[str, tuple[int | str, ...]]:
    """The cells that there are: those that were asked, whether anybody of them answered or not."""
    columns = {cut: _COLUMNS[cut] for cut in cuts}
    found: dict[str, set[int | str]] = {cut: set() for cut in cuts}
    for row in SurveyInvitation.objects.filter(round=round_id).values(*columns.values()).distinct().order_by():
        for cut, column in columns.items():
            if row[column] not in ("", None):
                found[cut].add(row[column])
    return {cut: tuple(sorted(names, key=str)) for cut, names in found.items()}


def _measured(definition: SurveyDefinition) -> list[Question]:
    """The scales; items of service quality are shown by dimension, never one by one in a cut."""
    return [
        one
        for one in definition.questions
        if one.kind is QuestionKind.SCALE
        and ((measure := measure_of(one.measure)) is None or measure.dimension is None)
    ]


def _table(title: str, question: Question | None, figures: Mapping[str, Figure], names: Mapping[str, str]) -> CutTable:
    cells = [CutCell(name=names.get(value, value), figure=figure) for value, figure in figures.items()]
    return CutTable(
        title=title, question=question, cells=tuple(sorted(cells, key=lambda one: (not one.name, one.name.casefold())))
    )


def _summed(counts: Collection[Counts], name: str) -> dict[int, int]:
    whole: dict[int, int] = {}
    for one in counts:
        for score, n in one.scores(name).items():
            whole[score] = whole.get(score, 0) + n
    return whole


def _tally(scores: Iterable[int]) -> dict[int, int]:
    whole: dict[int, int] = {}
    for score in scores:
        whole[score] = whole.get(score, 0) + 1
    return whole


def _whole(definition: SurveyDefinition, values: Mapping[str, Any]) -> float | None:
    """One person's perception of the whole: the mean of the five dimensions, None if one was left out."""
    found: dict[str, list[int]] = {}
    for question in definition.questions:
        measure = measure_of(question.measure)
        score = values.get(question.name)
        if measure is not None and measure.side is Side.PERCEPTION and _is_score(score):
            found.setdefault(str(measure.dimension), []).append(score)  # type: ignore[arg-type]  # a score
    if len(found) < len(Dimension):
        return None
    return sum(sum(scores) / len(scores) for scores in found.values()) / len(found)


def _is_score(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _title(question: Question, language: str) -> str:
    return in_language(question.titles, language) or question.name

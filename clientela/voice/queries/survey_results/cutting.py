"""Results cut by department, language and so on. Of an anonymous round only what the publication rule lets out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from clientela.catalogue.queries import services_in_brief
from clientela.directory import queries as directory
from clientela.voice.models import SurveyInvitation
from clientela.voice.queries.survey_results.counting import CUTS
from clientela.voice.queries.survey_results.showing import Figure, main_figure, quality_lines
from clientela.voice.rules.anonymity.cuts import Cut, Partition, published_cuts
from clientela.voice.rules.figures.scales import Scale
from clientela.voice.rules.surveys import (
    Question,
    Side,
    SurveyDefinition,
    in_language,
    measure_of,
    scale_of,
)
from clientela.voice.rules.tallying import Counts, measured_questions

_COLUMNS: Final = {
    "supplier": "supplier_id",
    "rater": "rater_id",
    "service": "service_id",
    "side": "side",
    "language": "language",
}


Attributes = Mapping[str, int | str | None]
_WHOLE: Final = ("", "perception")


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


def cut_tables(
    counted: Mapping[tuple[int, str], Counts], definition: SurveyDefinition, cut: str, *, language: str
) -> tuple[CutTable, ...]:
    """Every measure of a survey with names by the values of one cut; of fewer than five no figure is told."""
    by_value: dict[str, Counts] = {}
    for (_round_id, value), counts in counted.items():
        by_value.setdefault(value, Counts()).add(counts)
    names = cut_names(cut, by_value, language=language)
    tables = []
    for question in measured_questions(definition):
        scores = {value: counts.scores(question.name) for value, counts in by_value.items()}
        figures = {value: main_figure(question, one) for value, one in scores.items() if one}
        tables.append(_table(_title(question, language), question, figures, names))
    scale = quality_scale(definition)
    if scale is not None:
        wholes = {value: quality_lines(counts.quality, [], scale)[-1].perception for value, counts in by_value.items()}
        tables.append(_table("", None, {value: one for value, one in wholes.items() if one.n}, names))
    return tuple(tables)


def published_tables(
    counted: Mapping[tuple[int, str], Counts],
    round_id: int,
    definition: SurveyDefinition,
    cuts: Sequence[str],
    cut: str,
    *,
    language: str,
) -> tuple[CutTable, ...]:
    """The same of one anonymous round that has ended, as far as `rules.anonymity` lets it out.

    `counted` has its answers by class. Worked out for each question over those who answered it, and over every cut that
    was announced, in that order: what is shown of one cut never depends on which cut is looked at. One statement and
    the names.
    """
    classes = [
        (dict(zip(CUTS, json.loads(name), strict=True)), counts) for (_round_id, name), counts in counted.items()
    ]
    asked = _asked(round_id, cuts)
    declared = [Cut(one, asked[one]) for one in cuts]
    names = cut_names(cut, (str(name) for name in asked[cut]), language=language)
    tables = []
    for question in measured_questions(definition):
        given: list[tuple[Attributes, Mapping[float, int]]] = [
            (attributes, {float(score): n for score, n in counts.scores(question.name).items()})
            for attributes, counts in classes
        ]
        cells = [
            CutCell(name=name, figure=main_figure(question, {int(score): n for score, n in scores.items()}))
            for name, scores in _published(given, declared, cut, names)
        ]
        tables.append(CutTable(title=_title(question, language), question=question, cells=tuple(cells)))
    scale = quality_scale(definition)
    if scale is not None:
        # The same people as in the figures of the whole round: who left an item out is in none of them.
        wholes = [(attributes, counts.quality.get(_WHOLE, {})) for attributes, counts in classes]
        cells = [
            CutCell(name=name, figure=quality_lines({_WHOLE: scores}, [], scale)[-1].perception)
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
    given: Iterable[tuple[Attributes, Mapping[float, int]]],
    declared: Sequence[Cut],
    cut: str,
    names: Mapping[str, str],
) -> list[tuple[str, dict[float, int]]]:
    """The cells of one cut that may be shown, by name, each with the scores in it; "" for the others."""
    some = [(attributes, scores) for attributes, scores in given if scores]
    answers = [{one.name: attributes[one.name] for one in declared} for attributes, _scores in some]
    publication = published_cuts(
        answers,
        declared,
        times=[sum(scores.values()) for _attributes, scores in some],
        said=[scores.keys() for _attributes, scores in some],
    )
    partition = next((one for one in publication.partitions if one.cut == cut), Partition(cut, ()))
    found = []
    for cell in partition.cells:
        together: dict[float, int] = {}
        for place in cell.members:
            for score, n in some[place][1].items():
                together[score] = together.get(score, 0) + n
        found.append(("" if cell.is_others else names.get(str(cell.names[0]), str(cell.names[0])), together))
    return found


def _asked(round_id: int, cuts: Sequence[str]) -> dict[str, tuple[int | str, ...]]:
    """The cells that there are: those that were asked, whether anybody of them answered or not."""
    columns = {cut: _COLUMNS[cut] for cut in cuts}
    found: dict[str, set[int | str]] = {cut: set() for cut in cuts}
    for row in SurveyInvitation.objects.filter(round=round_id).values(*columns.values()).distinct().order_by():
        for cut, column in columns.items():
            if row[column] not in ("", None):
                found[cut].add(row[column])
    return {cut: tuple(sorted(names, key=str)) for cut, names in found.items()}


def _table(title: str, question: Question | None, figures: Mapping[str, Figure], names: Mapping[str, str]) -> CutTable:
    cells = [CutCell(name=names.get(value, value), figure=figure) for value, figure in figures.items()]
    return CutTable(
        title=title, question=question, cells=tuple(sorted(cells, key=lambda one: (not one.name, one.name.casefold())))
    )


def _title(question: Question, language: str) -> str:
    return in_language(question.titles, language) or question.name

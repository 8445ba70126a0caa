"""Counting answers one after the other. What comes out grows with the questions, not with the answers. Pure.

Counts of some answers and of some others add up to the counts of all, so what was counted once is kept, and only the
newer answers are counted when somebody looks.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from clientela.voice.rules.anonymity.quality import APART, MEANS
from clientela.voice.rules.survey_voices import main_score
from clientela.voice.rules.surveys import Question, QuestionKind, Side, SurveyDefinition, measure_of

DIMENSION_COUNT: Final = 5  # of service quality; who left one out has no figure of the whole
_SIDES: Final = ("perception", "expectation", "gap")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

Scores = dict[float, int]
Key = TypeVar("Key")
Name = TypeVar("Name")


@dataclass
class Counts:
    """What was answered in some rounds, in one cut. Every count is of finished answers."""

    n: int = 0
    answered: dict[str, int] = field(default_factory=dict)  # by question
    values: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))  # how often each answer
    places: dict[str, dict[tuple[str, int], int]] = field(default_factory=lambda: defaultdict(dict))  # of rankings
    cells: dict[str, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(dict))  # of a matrix
    # Of service quality, by dimension ("" for the whole, of who answered all five) and side: perception, expectation,
    # importance, or "gap" of the items answered on both sides. How often each mean of a person's items was given; and
    # under 1 how many left some items out and count ("partial"), or answered less than half of them ("few").
    quality: dict[tuple[str, str], Scores] = field(default_factory=lambda: defaultdict(dict))
    weeks: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))  # the main score, by Monday

    def scores(self, name: str) -> dict[int, int]:
        """How often each score of a scale was given; what is no whole number is an answer of another version."""
        return {int(value): count for value, count in self.values.get(name, {}).items() if _is_whole(value)}

    def add(self, other: "Counts") -> None:
        """Put the counts of other answers to these."""
        self.n += other.n
        _add(self.answered, other.answered)
        _add_all(self.values, other.values)
        _add_all(self.places, other.places)
        _add_all(self.cells, other.cells)
        _add_all(self.quality, other.quality)
        _add_all(self.weeks, other.weeks)


class AnswerCounter:
    """Counts the answers to a survey's questions. For a cut only the measures are counted."""

    def __init__(self, definition: SurveyDefinition, *, is_for_cut: bool = False) -> None:
        questions = measured_questions(definition) if is_for_cut else list(definition.questions)
        self._kinds = {one.name: one.kind for one in questions}
        self._plan = _plan(definition)
        self._is_for_cut = is_for_cut
        main = None if is_for_cut else main_score(definition)
        self._main = "" if main is None else main.name

    def count(self, into: Counts, values: Mapping[str, Any], *, on: date | None = None) -> None:
        """Count one finished answer, given on a day (UTC) or, of an anonymous round, on none."""
        into.n += 1
        answered = into.answered
        for name, value in values.items():
            kind = self._kinds.get(name)
            if kind is None:
                continue
            if kind is QuestionKind.SCALE or kind is QuestionKind.CHOICE:
                _one_more(into.values[name], value if type(value) is str else _written(value))
            answered[name] = answered.get(name, 0) + 1
            if kind in _MORE:
                _MORE[kind](into, name, value)
        if self._plan:
            self._count_quality(into.quality, values)
        if on is not None and self._main and (score := _number(values.get(self._main))) is not None:
            _one_more(into.weeks[(on - timedelta(days=on.weekday())).isoformat()], round(score))

    def count_words(self, into: Counts, values: Mapping[str, Any]) -> None:
        """Count words of an anonymous round, which lie apart from the answers and are no further answer."""
        if self._is_for_cut:
            return
        for name in values:
            if self._kinds.get(name) is QuestionKind.TEXT:
                into.answered[name] = into.answered.get(name, 0) + 1

    def _count_quality(self, into: dict[tuple[str, str], Scores], values: Mapping[str, Any]) -> None:
        wholes: dict[str, list[float]] = {side: [] for side in _SIDES}
        kept = values.get(MEANS, {})
        for dimension, items, importance in self._plan:
            means = kept.get(dimension) or _means_of(values, items)
            for side, mean in means.items():
                wholes[side].append(mean)
                if not self._is_for_cut:
                    _one_more(into[dimension, side], round(mean, 6))
            if not self._is_for_cut and (left_out := _left_out(values, items, kept.get(dimension) or means)):
                _one_more(into[dimension, left_out], 1.0)
            matters = _highest(values, importance)
            if matters is not None and not self._is_for_cut:
                _one_more(into[dimension, "importance"], matters)
        if values.get(APART):
            return
        for side, all_means in wholes.items():
            if len(all_means) == DIMENSION_COUNT and (not self._is_for_cut or side == Side.PERCEPTION):
                _one_more(into["", side], round(sum(all_means) / len(all_means), 6))


def measured_questions(definition: SurveyDefinition) -> list[Question]:
    """The scales by which cuts are made; items of service quality are shown by dimension, never one by one in a cut."""
    return [
        one
        for one in definition.questions
        if one.kind is QuestionKind.SCALE
        and ((measure := measure_of(one.measure)) is None or measure.dimension is None)
    ]


def to_json(counts: Counts) -> dict[str, Any]:
    """Counts as they are kept."""
    return {
        "n": counts.n,
        "answered": counts.answered,
        "values": counts.values,
        "places": {name: [[*key, n] for key, n in given.items()] for name, given in counts.places.items()},
        "cells": {name: [[*key, n] for key, n in given.items()] for name, given in counts.cells.items()},
        "quality": [[*key, list(given.items())] for key, given in counts.quality.items()],
        "weeks": {week: list(given.items()) for week, given in counts.weeks.items()},
    }


def from_json(kept: Mapping[str, Any]) -> Counts:
    """Counts as they were kept."""
    counts = Counts(n=kept["n"], answered=dict(kept["answered"]))
    counts.values.update(kept["values"])
    for name, given in kept["places"].items():
        counts.places[name] = {(option, place): n for option, place, n in given}
    for name, given in kept["cells"].items():
        counts.cells[name] = {(line, column): n for line, column, n in given}
    for dimension, side, scores in kept["quality"]:
        counts.quality[dimension, side] = {float(score): n for score, n in scores}
    for week, scores in kept["weeks"].items():
        counts.weeks[week] = {int(score): n for score, n in scores}
    return counts


def _count_list(into: Counts, name: str, value: object) -> None:
    for one in value if isinstance(value, list) else ():
        _one_more(into.values[name], one if type(one) is str else _written(one))


def _count_places(into: Counts, name: str, value: object) -> None:
    for place, one in enumerate(value if isinstance(value, list) else (), start=1):
        _one_more(into.places[name], (one if type(one) is str else _written(one), place))


def _count_cells(into: Counts, name: str, value: object) -> None:
    for line, one in value.items() if isinstance(value, dict) else ():
        _one_more(into.cells[name], (line, one if type(one) is str else _written(one)))


def _count_number(into: Counts, name: str, value: object) -> None:
    if isinstance(value, dict):
        _count_class(into, name, value)
    elif _number(value) is not None:
        _one_more(into.values[name], _written(value))


def _count_day(into: Counts, name: str, value: object) -> None:
    if isinstance(value, dict):
        _count_class(into, name, value)
    elif isinstance(value, str) and _DAY.fullmatch(value):
        _one_more(into.values[name], value)


def _count_class(into: Counts, name: str, value: Mapping[str, object]) -> None:
    """Of an anonymous round only the class is kept in which a number or a day lies (`anonymity.classes.written`)."""
    _one_more(into.values[name], json.dumps(value, sort_keys=True))


_MORE: Final = {
    QuestionKind.CHOICES: _count_list,
    QuestionKind.RANKING: _count_places,
    QuestionKind.MATRIX: _count_cells,
    QuestionKind.NUMBER: _count_number,
    QuestionKind.DATE: _count_day,
}


def _plan(definition: SurveyDefinition) -> list[tuple[str, list[tuple[list[str], list[str]]], list[str]]]:
    """By dimension: the questions of each item as it is and as it should be, and those of how much it matters."""
    items: dict[str, dict[str, tuple[list[str], list[str]]]] = {}
    matters: dict[str, list[str]] = {}
    for question in definition.questions:
        measure = measure_of(question.measure)
        if measure is None or not measure.side:
            continue
        dimension = str(measure.dimension)
        pairs = items.setdefault(dimension, {})
        if measure.side is Side.IMPORTANCE:
            matters.setdefault(dimension, []).append(question.name)
        else:
            # An item without a pair of its own stands for itself.
            pair = pairs.setdefault(question.item or question.name, ([], []))
            pair[measure.side is Side.EXPECTATION].append(question.name)
    return [(dimension, list(pairs.values()), matters.get(dimension, [])) for dimension, pairs in items.items()]


def _means_of(values: Mapping[str, Any], items: Iterable[tuple[list[str], list[str]]]) -> dict[str, float]:
    """One person's mean of a dimension by side: of who answered at least half of the items that are asked there."""
    given: dict[str, list[float]] = {side: [] for side in _SIDES}
    asked = dict.fromkeys(_SIDES, 0)
    for seen_as, wished_as in items:
        is_seen, is_wished = _highest(values, seen_as), _highest(values, wished_as)
        asked["perception"] += bool(seen_as)
        asked["expectation"] += bool(wished_as)
        asked["gap"] += bool(seen_as and wished_as)
        if is_seen is not None:
            given["perception"].append(is_seen)
        if is_wished is not None:
            given["expectation"].append(is_wished)
        if is_seen is not None and is_wished is not None:
            given["gap"].append(is_seen - is_wished)
    return {
        side: sum(scores) / len(scores) for side, scores in given.items() if scores and 2 * len(scores) >= asked[side]
    }


def _left_out(
    values: Mapping[str, Any], items: Iterable[tuple[list[str], list[str]]], means: Mapping[str, float]
) -> str:
    """Whether items of a dimension were left out: "partial" where it counts all the same, "few" where not; or ""."""
    names = [name for pair in items for names in pair for name in names]
    given = sum(name in values for name in names)
    if given == len(names):
        return ""
    return "partial" if means else "few" if given else ""


def _highest(values: Mapping[str, Any], names: Iterable[str]) -> float | None:
    found = [number for name in names if (number := _number(values.get(name))) is not None]
    return max(found, default=None)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _written(value: object) -> str:
    """An answer as a text: one to choose is a text, a score a number, anything else is of another version."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else json.dumps(value)


def _one_more(counts: dict[Key, int], key: Key) -> None:
    counts[key] = counts.get(key, 0) + 1


def _add(mine: dict[Key, int], theirs: Mapping[Key, int]) -> None:
    for key, n in theirs.items():
        mine[key] = mine.get(key, 0) + n


def _add_all(mine: dict[Name, dict[Key, int]], theirs: Mapping[Name, Mapping[Key, int]]) -> None:
    for name, given in theirs.items():
        _add(mine[name], given)


def _is_whole(value: str) -> bool:
    return value.lstrip("-").isdecimal()

"""The answers of an anonymous round, question by question, as they may be kept: what is shown is made of that alone."""

from collections.abc import Collection, Mapping, Sequence
from random import Random
from typing import Any

from clientela.voice.rules.anonymity import classes
from clientela.voice.rules.anonymity.alike import may_keep
from clientela.voice.rules.anonymity.quality import Item, quality_kept
from clientela.voice.rules.figures.servqual import Dimension
from clientela.voice.rules.surveys import Question, QuestionKind, Side, measure_of

IN_CLASSES = frozenset({QuestionKind.NUMBER, QuestionKind.DATE})


def values_kept(
    answers: Sequence[Mapping[str, Any]],
    questions: Sequence[Question],
    *,
    earlier: Mapping[str, Collection[float]],
    chance: Random,
) -> list[dict[str, Any]]:
    """The answers in their order: of numbers and days their class, no question that few or few alike answered.

    Service quality as `quality_kept` leaves it. `earlier`: the edges that the survey's rounds before had, by question.
    """
    items = quality_items(questions)
    of_quality = {name for each in items.values() for one in each for name in one.names}
    kept = quality_kept(answers, items, asked=len(Dimension), chance=chance)
    for question in questions:
        if question.kind is QuestionKind.TEXT or question.name in of_quality:
            continue
        if question.kind is QuestionKind.MATRIX:
            _keep_lines(kept, question.name)
            continue
        given = [one[question.name] for one in kept if question.name in one]
        if question.kind in IN_CLASSES and len(given) >= classes.FEWEST_TO_DIVIDE:
            _keep_classes(kept, question, earlier.get(question.name, ()), chance)
        elif question.kind in IN_CLASSES and given:
            _keep_that_it_was_answered(kept, question.name)
        elif not may_keep(given):
            _forget(kept, question.name)
    return kept


def quality_items(questions: Sequence[Question]) -> dict[str, list[Item]]:
    """The items of service quality by dimension, what is seen paired with what is expected."""
    sides: dict[str, dict[str, dict[Side, str]]] = {}
    for one in questions:
        measure = measure_of(one.measure)
        if (
            measure is not None
            and measure.dimension is not None
            and measure.side in {Side.PERCEPTION, Side.EXPECTATION}
        ):
            pair = sides.setdefault(str(measure.dimension), {}).setdefault(one.item or one.name, {})
            pair[measure.side] = one.name
    return {
        dimension: [Item(pair.get(Side.PERCEPTION, ""), pair.get(Side.EXPECTATION, "")) for pair in pairs.values()]
        for dimension, pairs in sides.items()
    }


def _keep_classes(
    kept: Sequence[dict[str, Any]], question: Question, earlier: Collection[float], chance: Random
) -> None:
    name, is_day = question.name, question.kind is QuestionKind.DATE
    edges: Sequence[float]
    if is_day:
        numbers = [classes.days_since_epoch(one[name]) if name in one else None for one in kept]
        given = [number for number in numbers if number is not None]
        edges = classes.edges_of_days(given, earlier=earlier, chance=chance)
    else:
        numbers = [one.get(name) for one in kept]
        given = [number for number in numbers if number is not None]
        edges = classes.edges_of_numbers(given, is_whole=question.is_whole, earlier=earlier, chance=chance)
    for one, number in zip(kept, numbers, strict=True):
        if number is not None:
            one[name] = classes.written(classes.class_of(number, edges), is_day=is_day)


def _keep_that_it_was_answered(kept: Sequence[dict[str, Any]], name: str) -> None:
    for one in kept:
        if name in one:
            one[name] = classes.written(classes.NumberClass(), is_day=False)


def _keep_lines(kept: Sequence[dict[str, Any]], name: str) -> None:
    """Of a table of answers each line for itself."""
    lines = {line for one in kept for line in one.get(name, {})}
    for line in sorted(lines):
        if not may_keep([one[name][line] for one in kept if line in one.get(name, {})]):
            for one in kept:
                if name in one:
                    one[name] = {key: given for key, given in one[name].items() if key != line}


def _forget(kept: Sequence[dict[str, Any]], name: str) -> None:
    for one in kept:
        one.pop(name, None)

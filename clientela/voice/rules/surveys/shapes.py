"""Whether a question has what its kind needs, and nothing that its kind has no use for."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clientela.voice.rules.surveys.answering import LARGEST_NUMBER, as_day
from clientela.voice.rules.surveys.definition import (
    LONGEST_ANSWER,
    LONGEST_KEY,
    LONGEST_NAME,
    MOST_OPTIONS,
    Option,
    Question,
    QuestionKind,
)
from clientela.voice.rules.surveys.measures import bounds_of, measure_of

LONGEST_SCALE: Final = 21  # scores
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f{}\ud800-\udfff]")
_BOUNDED = frozenset({QuestionKind.SCALE, QuestionKind.NUMBER, QuestionKind.DATE})
_OF_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.MATRIX, QuestionKind.RANKING})


@dataclass(frozen=True)
class Finding:
    """A fault of one question, before it is told as a problem: the code as in `ProblemCode`, and its parameters."""

    code: str
    parameters: Mapping[str, Any]


def shape_findings(question: Question) -> Iterable[Finding]:
    """Every fault of one question by itself, apart from its texts and its conditions."""
    if not _NAME.fullmatch(question.name) or len(question.name) > LONGEST_NAME:
        yield Finding("bad_name", {"most": LONGEST_NAME})
    yield from _unwanted(question)
    yield from _options(question)
    check = _CHECKS.get(question.kind)
    if check is not None:
        yield from check(question)
    yield from _measure(question)


def _unwanted(question: Question) -> Iterable[Finding]:
    kind = question.kind
    has = {
        "options": bool(question.options) and kind not in _OF_OPTIONS,
        "rows": bool(question.rows) and kind is not QuestionKind.MATRIX,
        "bounds": (question.lowest is not None or question.highest is not None) and kind not in _BOUNDED,
        "labels": bool(question.low_labels or question.high_labels) and kind is not QuestionKind.SCALE,
        "is_whole": question.is_whole and kind is not QuestionKind.NUMBER,
        "is_email": question.is_email and kind is not QuestionKind.TEXT,
        "is_long": question.is_long and kind is not QuestionKind.TEXT,
        "longest": question.longest is not None and kind is not QuestionKind.TEXT,
        "choices": not (question.least_choices is question.most_choices is None) and kind is not QuestionKind.CHOICES,
        "measure": bool(question.measure) and kind is not QuestionKind.SCALE,
    }
    for part, is_unwanted in has.items():
        if is_unwanted:
            yield Finding("not_for_this_kind", {"part": part})


def _options(question: Question) -> Iterable[Finding]:
    if question.kind in _OF_OPTIONS:
        least = 1 if question.kind in {QuestionKind.CHOICE, QuestionKind.CHOICES} else 2
        yield from _keys("options", question.options, least)
    if question.kind is QuestionKind.MATRIX:
        yield from _keys("rows", question.rows, 1)


def _keys(part: str, options: tuple[Option, ...], least: int) -> Iterable[Finding]:
    if len(options) < least:
        yield Finding("options_missing", {"part": part, "least": least})
    if len(options) > MOST_OPTIONS:
        yield Finding("too_many_options", {"part": part, "most": MOST_OPTIONS})
    # Two keys that differ in case only would look like one to whoever reads a table of them.
    for key, count in Counter(option.key.casefold() for option in options).items():
        if count > 1:
            yield Finding("option_twice", {"part": part, "key": key})
    for option in options:
        is_bad = not option.key.strip() or len(option.key) > LONGEST_KEY or _UNSHOWABLE.search(option.key)
        if is_bad or option.key != option.key.strip():
            yield Finding("option_bad", {"part": part, "key": option.key, "most": LONGEST_KEY})


def _scale(question: Question) -> Iterable[Finding]:
    lowest, highest = question.lowest, question.highest
    is_scale = isinstance(lowest, int) and isinstance(highest, int) and 0 < highest - lowest < LONGEST_SCALE
    if not is_scale or abs(_as_bound(lowest)) > LARGEST_NUMBER:
        yield Finding("scale_bounds", {"lowest": lowest, "highest": highest, "most": LONGEST_SCALE})


def _number(question: Question) -> Iterable[Finding]:
    bounds = [_as_bound(bound) for bound in (question.lowest, question.highest) if bound is not None]
    if not all(abs(bound) <= LARGEST_NUMBER for bound in bounds) or bounds != sorted(bounds):
        yield Finding("number_bounds", {"lowest": question.lowest, "highest": question.highest})


def _as_bound(bound: object) -> float:
    """The bound as a number; infinite if it is none."""
    return bound if isinstance(bound, int | float) and not isinstance(bound, bool) else math.inf


def _date(question: Question) -> Iterable[Finding]:
    days = [as_day(bound) for bound in (question.lowest, question.highest) if bound is not None]
    known = [day for day in days if day is not None]
    if len(known) < len(days) or known != sorted(known):
        yield Finding("date_bounds", {"lowest": question.lowest, "highest": question.highest})


def _choices(question: Question) -> Iterable[Finding]:
    count = len(question.options)
    least = 1 if question.least_choices is None else question.least_choices
    most = count if question.most_choices is None else question.most_choices
    if count and not 1 <= least <= most <= count:
        yield Finding("choice_bounds", {"least": least, "most": most, "options": count})


def _text(question: Question) -> Iterable[Finding]:
    if question.longest is not None and not 1 <= question.longest <= LONGEST_ANSWER:
        yield Finding("length_bounds", {"most": LONGEST_ANSWER})


def _measure(question: Question) -> Iterable[Finding]:
    if not question.measure:
        return
    measure = measure_of(question.measure)
    if measure is None:
        yield Finding("measure_unknown", {"measure": question.measure})
    elif question.kind is QuestionKind.SCALE and (question.lowest, question.highest) not in bounds_of(measure):
        yield Finding("measure_scale", {"measure": question.measure, "bounds": bounds_of(measure)})


_CHECKS: Mapping[QuestionKind, Callable[[Question], Iterable[Finding]]] = {
    QuestionKind.SCALE: _scale,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.CHOICES: _choices,
    QuestionKind.TEXT: _text,
}

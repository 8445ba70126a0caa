"""One element of a SurveyJS form made a question of ours, with a list of what was lost on the way."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from clientela.voice.rules.surveys.answering import LARGEST_NUMBER, as_day
from clientela.voice.rules.surveys.definition import (
    LONGEST_ANSWER,
    LONGEST_KEY,
    MOST_OPTIONS,
    KeepsAs,
    Option,
    QuestionKind,
)
from clientela.voice.rules.surveys.measures import bounds_of, measure_of
from clientela.voice.rules.surveys.shapes import LONGEST_SCALE
from clientela.voice.rules.surveys.surveyjs.conditions import as_key
from clientela.voice.rules.surveys.surveyjs.problems import ImportCode, ImportProblem
from clientela.voice.rules.surveys.surveyjs.texts import read_texts

_KINDS: Final[Mapping[str, QuestionKind]] = {
    "rating": QuestionKind.SCALE,
    "radiogroup": QuestionKind.CHOICE,
    "dropdown": QuestionKind.CHOICE,
    "boolean": QuestionKind.CHOICE,
    "checkbox": QuestionKind.CHOICES,
    "tagbox": QuestionKind.CHOICES,
    "matrix": QuestionKind.MATRIX,
    "ranking": QuestionKind.RANKING,
    "comment": QuestionKind.TEXT,
    "text": QuestionKind.TEXT,
}
_INPUTS: Final[Mapping[str, QuestionKind]] = {
    "text": QuestionKind.TEXT,
    "email": QuestionKind.TEXT,
    "tel": QuestionKind.TEXT,
    "url": QuestionKind.TEXT,
    "number": QuestionKind.NUMBER,
    "date": QuestionKind.DATE,
}
# What changes the meaning of a question, and what we have nothing for.
_NOT_TAKEN: Final = (
    "choicesByUrl", "choicesFromQuestion", "choicesVisibleIf", "choicesEnableIf", "rowsVisibleIf", "columnsVisibleIf",
    "enableIf", "setValueIf", "setValueExpression", "defaultValueExpression", "resetValueIf", "defaultValue",
    "correctAnswer",
    "showOtherItem", "hasOther", "showNoneItem", "hasNone", "showRefuseItem", "showDontKnowItem", "showSelectAllItem",
    "showCommentArea", "hasComment", "cells", "eachRowUnique", "selectToRankEnabled", "readOnly", "maskType",
    "minValueExpression", "maxValueExpression",
)  # fmt: skip
_YES_NO: Final = {
    "true": {"en": "Yes", "ro": "Da", "pl": "Tak", "es": "Sí"},
    "false": {"en": "No", "ro": "Nu", "pl": "Nie", "es": "No"},
}
_UNFIT: Final = re.compile("[\x00-\x1f\x7f{}\ud800-\udfff]")


class Reading:
    """One element being read: `parts` of the question to come, `keys` and `rows` by the values they had there."""

    def __init__(self, element: Mapping[str, Any], *, place: str, main: str) -> None:
        self.element = element
        self.place = place
        self.main = main
        self.name = str(element.get("name", ""))[:LONGEST_ANSWER]
        self.parts: dict[str, Any] = {}
        self.keys: dict[str, str] = {}
        self.rows: dict[str, str] = {}
        self.problems: list[ImportProblem] = []

    def lost(self, code: ImportCode, **parameters: Any) -> None:
        """Note what was not taken."""
        self.problems.append(ImportProblem(code, self.place, self.name, parameters))

    def texts(self, given: Any) -> dict[str, str]:
        """Texts in their languages."""
        return read_texts(given, main=self.main)


def read_element(element: Mapping[str, Any], *, place: str, main: str) -> Reading | None:
    """Read an element apart from its conditions. None, with a problem noted by the caller, if we have no such kind."""
    kind = _KINDS.get(str(element.get("type", "")))
    if kind is None:
        return None
    reading = Reading(element, place=place, main=main)
    reading.parts = {
        "kind": kind,
        "titles": reading.texts(element.get("title")) or {main: reading.name},
        "help": reading.texts(element.get("description")),
        "is_required": _is_true(element.get("isRequired")) or _is_true(element.get("isAllRowRequired")),
    }
    if element["type"] == "boolean":
        _read_boolean(reading)
    else:
        _READ[kind](reading)
    for name in _NOT_TAKEN:
        if element.get(name) not in (None, False, "", [], {}):
            reading.lost(ImportCode.NOT_TAKEN, property=name)
    if element.get("visible") is False:
        reading.lost(ImportCode.NOT_TAKEN, property="visible")
    _read_validators(reading)
    _read_ours(reading)
    return reading


def _read_scale(reading: Reading) -> None:
    element = reading.element
    listed = element.get("rateValues")
    if isinstance(listed, list) and listed:
        _read_listed_scale(reading, listed)
        return
    lowest, step = _whole(element.get("rateMin"), 1), _whole(element.get("rateStep"), 1)
    highest = _whole(element.get("rateMax"), lowest + _whole(element.get("rateCount"), 5) - 1)
    if step != 1:
        # A scale in steps is a choice: its scores are not next to each other.
        scores = range(lowest, min(highest, lowest + MOST_OPTIONS * max(step, 1)) + 1, max(step, 1))
        _read_listed_scale(reading, list(scores))
        return
    reading.parts |= {
        "lowest": lowest,
        "highest": highest,
        "low_labels": reading.texts(element.get("minRateDescription")),
        "high_labels": reading.texts(element.get("maxRateDescription")),
    }


def _read_listed_scale(reading: Reading, listed: list[Any]) -> None:
    values: list[Any] = [item.get("value") if isinstance(item, Mapping) else item for item in listed]
    are_scores = len(values) <= LONGEST_SCALE and all(type(value) is int for value in values)
    if are_scores and len(values) > 1 and values == list(range(values[0], values[0] + len(values))):
        ends = [
            reading.texts(item.get("text")) if isinstance(item, Mapping) else {} for item in (listed[0], listed[-1])
        ]
        reading.parts |= {"lowest": values[0], "highest": values[-1], "low_labels": ends[0], "high_labels": ends[1]}
        return
    reading.parts |= {"kind": QuestionKind.CHOICE, "options": _options(listed, reading, reading.keys)}


def _read_choice(reading: Reading) -> None:
    reading.parts["options"] = _options(reading.element.get("choices"), reading, reading.keys)


def _read_choices(reading: Reading) -> None:
    _read_choice(reading)
    for name, part in (("minSelectedChoices", "least_choices"), ("maxSelectedChoices", "most_choices")):
        # SurveyJS writes 0 where there is no bound.
        bound = _whole(reading.element.get(name), 0)
        if bound > 0:
            reading.parts[part] = bound


def _read_matrix(reading: Reading) -> None:
    reading.parts["options"] = _options(reading.element.get("columns"), reading, reading.keys)
    reading.parts["rows"] = _options(reading.element.get("rows"), reading, reading.rows)


def _read_boolean(reading: Reading) -> None:
    options = []
    for name, said in (("true", "True"), ("false", "False")):
        key = _fit_key(as_key(reading.element.get(f"value{said}", name == "true")), {})
        labels = reading.texts(reading.element.get(f"label{said}"))
        options.append(Option(key, labels or {**_YES_NO[name], reading.main: _YES_NO[name].get(reading.main, name)}))
        reading.keys |= {key: key, name: key}
    reading.parts["options"] = tuple(options)


def _read_text(reading: Reading) -> None:
    element = reading.element
    longest = _whole(element.get("maxLength"), 0)
    if element["type"] == "comment":
        reading.parts["is_long"] = True
    else:
        input_kind = str(element.get("inputType", "text"))
        kind = _INPUTS.get(input_kind)
        if kind is None:
            reading.lost(ImportCode.UNKNOWN_INPUT, kind=input_kind[:LONGEST_KEY])
            kind = QuestionKind.TEXT
        reading.parts["kind"] = kind
        if kind is not QuestionKind.TEXT:
            _read_bounds(reading, kind)
            return
        reading.parts["is_email"] = input_kind == "email"
    if longest > 0:
        reading.parts["longest"] = min(longest, LONGEST_ANSWER)


def _read_bounds(reading: Reading, kind: QuestionKind) -> None:
    for name, part in (("min", "lowest"), ("max", "highest")):
        bound = reading.element.get(name)
        if bound is None or bound == "":
            continue
        known = _number(bound) if kind is QuestionKind.NUMBER else _day(bound)
        if known is None:
            reading.lost(ImportCode.NOT_TAKEN, property=name)
        else:
            reading.parts[part] = known
    if kind is QuestionKind.NUMBER:
        reading.parts["is_whole"] = reading.element.get("step") == 1


def _read_validators(reading: Reading) -> None:
    validators = reading.element.get("validators")
    for validator in validators if isinstance(validators, list) else []:
        kind = str(validator.get("type", "")) if isinstance(validator, Mapping) else ""
        if kind == "email" and reading.parts["kind"] is QuestionKind.TEXT:
            reading.parts["is_email"] = not reading.parts.get("is_long")
        elif kind == "numeric" and reading.parts["kind"] is QuestionKind.NUMBER:
            for name, part in (("minValue", "lowest"), ("maxValue", "highest")):
                bound = _number(validator.get(name))
                if bound is not None:
                    reading.parts.setdefault(part, bound)
        else:
            reading.lost(ImportCode.NOT_TAKEN, property=f"validators: {kind[:LONGEST_KEY]}")


def _read_ours(reading: Reading) -> None:
    """What we ourselves wrote beside the question; a measure only where it still is on its scale."""
    ours = reading.element.get("clientela")
    if not isinstance(ours, Mapping):
        return
    measure, item, keeps_as = (str(ours.get(name, ""))[:LONGEST_KEY] for name in ("measure", "item", "keeps_as"))
    known = measure_of(measure)
    if known is not None and (reading.parts.get("lowest"), reading.parts.get("highest")) in bounds_of(known):
        reading.parts["measure"] = measure
    reading.parts["item"] = item
    if keeps_as in set(KeepsAs):
        reading.parts["keeps_as"] = KeepsAs(keeps_as)


def _options(items: Any, reading: Reading, keys: dict[str, str]) -> tuple[Option, ...]:
    found = []
    for item in (items if isinstance(items, list) else [])[: 2 * MOST_OPTIONS]:
        value = item.get("value") if isinstance(item, Mapping) else item
        if not isinstance(value, str | int | float):
            continue
        written = as_key(value)
        key = _fit_key(written, keys)
        keys[written] = key
        labels = reading.texts(item.get("text")) if isinstance(item, Mapping) else {}
        found.append(Option(key, labels or {reading.main: written[:LONGEST_KEY] or key}))
        if isinstance(item, Mapping) and any(item.get(name) for name in ("visibleIf", "enableIf")):
            reading.lost(ImportCode.NOT_TAKEN, property=f"visibleIf: {key}")
    return tuple(found)


def _fit_key(written: str, taken: Mapping[str, str]) -> str:
    """A key that we can keep, and that no other option has."""
    base = _UNFIT.sub(" ", written).strip()[: LONGEST_KEY - 5].strip() or "?"
    if len(base) < len(written.strip()) <= LONGEST_KEY and not _UNFIT.search(written):
        base = written.strip()
    used = {key.casefold() for key in taken.values()}
    key, number = base, 2
    while key.casefold() in used:
        key, number = f"{base} {number}", number + 1
    return key


def _is_true(given: Any) -> bool:
    return given is True or given == "true"


def _whole(given: Any, otherwise: int) -> int:
    number = _number(given)
    return int(number) if number is not None and number == int(number) else otherwise


def _number(given: Any) -> int | float | None:
    if isinstance(given, str):
        try:
            given = float(given) if len(given) <= LONGEST_KEY else None
        except ValueError:
            return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= LARGEST_NUMBER:
        return None
    return int(given) if math.floor(given) == given else given


def _day(given: Any) -> str | None:
    day = as_day(given)
    return None if day is None else day.isoformat()


_READ: Mapping[QuestionKind, Callable[[Reading], None]] = {
    QuestionKind.SCALE: _read_scale,
    QuestionKind.CHOICE: _read_choice,
    QuestionKind.CHOICES: _read_choices,
    QuestionKind.RANKING: _read_choice,
    QuestionKind.MATRIX: _read_matrix,
    QuestionKind.TEXT: _read_text,
}


def fit_name(name: str, taken: Sequence[str]) -> str:
    """A name that a form can carry, and that no other question has: "Question 1" → "Question_1"."""
    base = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:50]
    if not base or not base[0].isalpha():
        base = f"q_{base}".rstrip("_")
    found, number = base, 2
    while found in taken:
        found, number = f"{base}_{number}", number + 1
    return found

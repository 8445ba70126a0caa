"""The form in which a survey's definition is stored, and how it is read again: every part checked, nothing guessed."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from clientela.voice.rules.surveys.answering import LARGEST_NUMBER
from clientela.voice.rules.surveys.definition import (
    LONGEST_PROSE,
    MOST_COMPARISONS,
    MOST_OPTIONS,
    MOST_PAGES,
    MOST_QUESTIONS,
    Comparison,
    Condition,
    Join,
    KeepsAs,
    Operator,
    Option,
    Page,
    Question,
    QuestionKind,
    SurveyDefinition,
    Texts,
    Value,
)

FORM: Final = 1
# A little more than a survey may have, so that one with too many is opened and told so, and a hostile one is not.
_ROOM: Final = 2
_MOST_LANGUAGES: Final = 50
_DEEPEST: Final = 3
_LONGEST_TEXT: Final = 2 * LONGEST_PROSE

# What a database text cannot hold: NUL, and half of a pair that stands alone.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

_T = TypeVar("_T")

_TEXTS: Final = ("titles", "help", "low_labels", "high_labels")
_SWITCHES: Final = ("is_required", "is_whole", "is_email", "is_long")
_COUNTS: Final = ("longest", "least_choices", "most_choices")
_NAMES: Final = ("measure", "item")
_KNOWN: Final = frozenset(
    {"name", "kind", "required_if", "shows_if", "options", "rows", "lowest", "highest", "keeps_as"}
    | {*_TEXTS, *_SWITCHES, *_COUNTS, *_NAMES}
)


class StoredFormError(ValueError):
    """What was given is not a survey in our form: the `place` ("pages[0].questions[2].kind") and a `code`.

    Codes: not_an_object, not_a_list, not_a_text, not_a_number, not_a_yes_or_no, unknown, too_many, too_long, too_deep,
    newer_form.
    """

    def __init__(self, place: str, code: str) -> None:
        super().__init__(f"{place or 'survey'}: {code}")
        self.place = place
        self.code = code


def to_json(definition: SurveyDefinition) -> dict[str, Any]:
    """The definition as it is stored. What is empty is left out."""
    return {
        "form": FORM,
        "titles": dict(definition.titles),
        **_filled(introductions=dict(definition.introductions), thanks=dict(definition.thanks)),
        "pages": [
            {
                "name": page.name,
                **_filled(titles=dict(page.titles)),
                "questions": [question_to_json(question) for question in page.questions],
            }
            for page in definition.pages
        ],
    }


def from_json(given: Any) -> SurveyDefinition:
    """Read a definition as `to_json` writes it. What is readable but wrong, `problems_of` tells.

    What a database text cannot hold is left out of texts. Raises StoredFormError.
    """
    survey = _object(given, "")
    form = survey.get("form")
    if type(form) is not int or form < 1:
        raise StoredFormError("form", "not_a_number")
    if form > FORM:
        raise StoredFormError("form", "newer_form")
    _only(survey, {"form", "titles", "introductions", "thanks", "pages"}, "")
    pages = _each(survey.get("pages"), "pages", _page, most=MOST_PAGES)
    if sum(len(page.questions) for page in pages) > _ROOM * MOST_QUESTIONS:
        raise StoredFormError("pages", "too_many")
    return SurveyDefinition(
        titles=_texts(survey.get("titles"), "titles"),
        introductions=_texts(survey.get("introductions"), "introductions"),
        thanks=_texts(survey.get("thanks"), "thanks"),
        pages=pages,
    )


def question_to_json(question: Question) -> dict[str, Any]:
    """One question as it is stored."""
    return {
        "name": question.name,
        "kind": question.kind.value,
        "titles": dict(question.titles),
        **_filled(
            help=dict(question.help),
            is_required=question.is_required,
            required_if=condition_to_json(question.required_if),
            shows_if=condition_to_json(question.shows_if),
            options=[_option_to_json(option) for option in question.options],
            rows=[_option_to_json(row) for row in question.rows],
            low_labels=dict(question.low_labels),
            high_labels=dict(question.high_labels),
            is_whole=question.is_whole,
            is_email=question.is_email,
            is_long=question.is_long,
            measure=question.measure,
            item=question.item,
            keeps_as=question.keeps_as.value,
        ),
        **{
            part: getattr(question, part)
            for part in ("lowest", "highest", *_COUNTS)
            if getattr(question, part) is not None
        },
    }


def condition_to_json(condition: Condition | None) -> dict[str, Any] | None:
    """A condition as it is stored: {"all": [{"question": "q", "operator": "=", "value": 1}, {"any": [...]}]}."""
    if condition is None:
        return None
    return {
        condition.join.value: [
            {"question": part.question, "operator": part.operator.value, "value": part.value}
            if isinstance(part, Comparison)
            else condition_to_json(part)
            for part in condition.parts
        ]
    }


def condition_from_json(given: Any, place: str = "condition", *, depth: int = 1) -> Condition:
    """Read a condition as `condition_to_json` writes it. Raises StoredFormError."""
    if depth > _DEEPEST:
        raise StoredFormError(place, "too_deep")
    condition = _object(given, place)
    if len(condition) != 1:
        raise StoredFormError(place, "unknown")
    join = _one_of(Join, next(iter(condition)), place)

    def part(given: Any, place: str) -> Comparison | Condition:
        if "question" in _object(given, place):
            return _comparison(given, place)
        return condition_from_json(given, place, depth=depth + 1)

    return Condition(join, _each(condition[join.value], f"{place}.{join.value}", part, most=MOST_COMPARISONS))


def question_from_json(given: Any, place: str = "question") -> Question:
    """Read a question as `question_to_json` writes it. Raises StoredFormError."""
    row = _object(given, place)
    _only(row, _KNOWN, place)
    parts: dict[str, Any] = {
        part: condition_from_json(row[part], f"{place}.{part}")
        for part in ("required_if", "shows_if")
        if row.get(part) is not None
    }
    parts |= {part: _texts(row.get(part), f"{place}.{part}") for part in _TEXTS}
    parts |= {part: _switch(row.get(part, False), f"{place}.{part}") for part in _SWITCHES}
    parts |= {part: _count(row[part], f"{place}.{part}") for part in _COUNTS if row.get(part) is not None}
    parts |= {part: _text(row.get(part, ""), f"{place}.{part}") for part in _NAMES}
    return Question(
        name=_text(row.get("name"), f"{place}.name"),
        kind=_one_of(QuestionKind, row.get("kind"), f"{place}.kind"),
        keeps_as=_one_of(KeepsAs, row.get("keeps_as", ""), f"{place}.keeps_as"),
        options=_each(row.get("options", []), f"{place}.options", _option, most=MOST_OPTIONS),
        rows=_each(row.get("rows", []), f"{place}.rows", _option, most=MOST_OPTIONS),
        lowest=_bound(row.get("lowest"), f"{place}.lowest"),
        highest=_bound(row.get("highest"), f"{place}.highest"),
        **parts,
    )


def _filled(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part}


def _option_to_json(option: Option) -> dict[str, Any]:
    return {"key": option.key, "labels": dict(option.labels)}


def _page(given: Any, place: str) -> Page:
    page = _object(given, place)
    _only(page, {"name", "titles", "questions"}, place)
    return Page(
        name=_text(page.get("name"), f"{place}.name"),
        titles=_texts(page.get("titles"), f"{place}.titles"),
        questions=_each(page.get("questions"), f"{place}.questions", question_from_json, most=MOST_QUESTIONS),
    )


def _option(given: Any, place: str) -> Option:
    option = _object(given, place)
    _only(option, {"key", "labels"}, place)
    return Option(_text(option.get("key"), f"{place}.key"), _texts(option.get("labels"), f"{place}.labels"))


def _comparison(given: Any, place: str) -> Comparison:
    row = _object(given, place)
    _only(row, {"question", "operator", "value"}, place)
    operator = _one_of(Operator, row.get("operator"), f"{place}.operator")
    value: Value | None = row.get("value", True if operator is Operator.ANSWERED else None)
    if isinstance(value, str):
        value = _text(value, f"{place}.value")
    elif not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:  # which NaN is not either
        raise StoredFormError(f"{place}.value", "not_a_number")
    return Comparison(_text(row.get("question"), f"{place}.question"), operator, value)


def _object(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise StoredFormError(place, "not_an_object")
    return given


def _only(given: Mapping[str, Any], known: set[str] | frozenset[str], place: str) -> None:
    for name in given:
        if name not in known:
            raise StoredFormError(f"{place}.{name}".lstrip("."), "unknown")


def _each(given: Any, place: str, read: Callable[[Any, str], _T], *, most: int) -> tuple[_T, ...]:
    if not isinstance(given, list | tuple):
        raise StoredFormError(place, "not_a_list")
    if len(given) > _ROOM * most:
        raise StoredFormError(place, "too_many")
    return tuple(read(each, f"{place}[{index}]") for index, each in enumerate(given))


def _texts(given: Any, place: str) -> Texts:
    texts = _object({} if given is None else given, place)
    if len(texts) > _MOST_LANGUAGES:
        raise StoredFormError(place, "too_many")
    return {language: _text(text, f"{place}.{language}") for language, text in texts.items()}


def _text(given: Any, place: str) -> str:
    if not isinstance(given, str):
        raise StoredFormError(place, "not_a_text")
    if len(given) > _LONGEST_TEXT:
        raise StoredFormError(place, "too_long")
    return _UNSTORABLE.sub("", given)


def _one_of(kinds: Callable[[Any], _T], given: Any, place: str) -> _T:
    try:
        return kinds(given)
    except ValueError as error:
        raise StoredFormError(place, "unknown") from error


def _switch(given: Any, place: str) -> bool:
    if not isinstance(given, bool):
        raise StoredFormError(place, "not_a_yes_or_no")
    return given


def _count(given: Any, place: str) -> int:
    if type(given) is not int:
        raise StoredFormError(place, "not_a_number")
    return given


def _bound(given: Any, place: str) -> int | float | str | None:
    if isinstance(given, str):
        return _text(given, place)
    if given is None or (type(given) in {int, float} and abs(given) <= LARGEST_NUMBER):
        bound: int | float | None = given
        return bound
    raise StoredFormError(place, "not_a_number")

"""A SurveyJS form read into a survey of ours: every element in its order, panels opened, conditions understood."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from clientela.voice.rules.surveys.definition import (
    LONGEST_NAME,
    MOST_PAGES,
    MOST_QUESTIONS,
    Condition,
    Join,
    Page,
    Question,
    SurveyDefinition,
)
from clientela.voice.rules.surveys.surveyjs.conditions import (
    Known,
    TooManyLevelsError,
    UnknownNameError,
    as_condition,
)
from clientela.voice.rules.surveys.surveyjs.elements import Reading, fit_name, read_element
from clientela.voice.rules.surveys.surveyjs.expressions import Branch, Test, UnreadableError, read_expression
from clientela.voice.rules.surveys.surveyjs.problems import ImportCode, ImportProblem
from clientela.voice.rules.surveys.surveyjs.texts import read_html, read_texts

MOST_BYTES: Final = 2_000_000
DEEPEST: Final = 40  # brackets in brackets of the file
_MOST_ELEMENTS: Final = 2 * MOST_QUESTIONS
_LONGEST_SHOWN: Final = 200  # characters of an expression in a problem


@dataclass(frozen=True)
class ImportedSurvey:
    """What came of a file: the survey, if it could be taken, and every problem in the order of the file."""

    definition: SurveyDefinition | None
    problems: tuple[ImportProblem, ...]


class _RefusedError(Exception):
    """The file cannot be read at all."""

    def __init__(self, code: ImportCode, **parameters: Any) -> None:
        super().__init__(code)
        self.problem = ImportProblem(code, parameters=parameters)


def from_surveyjs(given: bytes | str | Mapping[str, Any], *, takes_rest: bool = False) -> ImportedSurvey:
    """Read a form. With problems there is a survey only if `takes_rest`: then without what they name."""
    try:
        survey = _opened(given)
        definition, problems = _Import(survey).done()
    except _RefusedError as refused:
        return ImportedSurvey(None, (refused.problem,))
    return ImportedSurvey(definition if takes_rest or not problems else None, tuple(problems))


def _opened(given: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(given, bytes):
        if len(given) > MOST_BYTES:
            raise _RefusedError(ImportCode.TOO_LARGE, most=MOST_BYTES)
        given = given.decode("utf-8-sig", "replace")
    if isinstance(given, str):
        if len(given) > MOST_BYTES:
            raise _RefusedError(ImportCode.TOO_LARGE, most=MOST_BYTES)
        try:
            given = json.loads(given)
        except json.JSONDecodeError as error:
            raise _RefusedError(ImportCode.NOT_JSON, line=error.lineno, column=error.colno) from error
        except ValueError as error:  # a number of more digits than Python reads
            raise _RefusedError(ImportCode.NOT_JSON, line=1, column=1) from error
        except RecursionError as error:
            raise _RefusedError(ImportCode.TOO_DEEP, most=DEEPEST) from error
    if not isinstance(given, Mapping) or not {"pages", "elements", "questions"} & given.keys():
        raise _RefusedError(ImportCode.NOT_A_SURVEY)
    _require_shallow(given)
    return given


def _require_shallow(given: Any) -> None:
    level, depth = [given], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _RefusedError(ImportCode.TOO_DEEP, most=DEEPEST)
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, Mapping) else each)
            if isinstance(inner, Mapping | list)
        ]


class _Import:
    """One form on its way: first every element, then every condition, for a condition may name any of them."""

    def __init__(self, survey: Mapping[str, Any]) -> None:
        self._survey = survey
        locale = survey.get("locale")
        self._main = locale.split("-")[0].lower() if isinstance(locale, str) and locale else "en"
        self._problems: list[ImportProblem] = []
        self._known = Known()
        self._count = 0
        # Of each question: what was read, and the conditions of the pages and panels around it.
        self._read: dict[str, tuple[Reading, list[str]]] = {}

    def done(self) -> tuple[SurveyDefinition, list[ImportProblem]]:
        for name in ("triggers", "calculatedValues", "completedHtmlOnCondition"):
            if self._survey.get(name):
                self._problems.append(ImportProblem(ImportCode.NOT_TAKEN, name, parameters={"property": name}))
        pages = [self._page(page, place, number) for number, (page, place) in enumerate(self._pages(), start=1)]
        definition = SurveyDefinition(
            titles=read_texts(self._survey.get("title"), main=self._main) or {self._main: "?"},
            introductions=read_texts(self._survey.get("description"), main=self._main),
            thanks=read_html(self._survey.get("completedHtml"), main=self._main),
            pages=tuple(
                Page(name, tuple(self._with_conditions(question) for question in questions), titles)
                for name, questions, titles in pages
                if questions
            ),
        )
        return definition, sorted(self._problems, key=lambda problem: _path(problem.place))

    def _pages(self) -> Iterable[tuple[Mapping[str, Any], str]]:
        pages = self._survey.get("pages")
        if isinstance(pages, list):
            for index, page in enumerate(pages[: 2 * MOST_PAGES]):
                if isinstance(page, Mapping):
                    yield page, f"pages[{index}]"
        else:
            name = "elements" if "elements" in self._survey else "questions"
            yield {"name": "page1", "elements": self._survey[name]}, ""

    def _page(
        self, page: Mapping[str, Any], place: str, number: int
    ) -> tuple[str, tuple[Question, ...], Mapping[str, str]]:
        questions: list[Question] = []
        self._elements(page, place, around=_conditions_of(page), into=questions)
        name = str(page.get("name") or f"page{number}")[:LONGEST_NAME]
        return name, tuple(questions), read_texts(page.get("title"), main=self._main)

    def _elements(self, holder: Mapping[str, Any], place: str, *, around: list[str], into: list[Question]) -> None:
        name = "elements" if "elements" in holder else "questions"
        elements = holder.get(name)
        for index, element in enumerate(elements if isinstance(elements, list) else []):
            self._count += 1
            if self._count > _MOST_ELEMENTS:
                raise _RefusedError(ImportCode.TOO_MANY_QUESTIONS, most=MOST_QUESTIONS)
            where = f"{place}.{name}[{index}]".lstrip(".")
            if not isinstance(element, Mapping):
                self._problems.append(ImportProblem(ImportCode.UNKNOWN_KIND, where, parameters={"kind": ""}))
            elif element.get("type") == "panel":
                self._elements(element, where, around=[*around, *_conditions_of(element)], into=into)
            else:
                self._element(element, where, around=around, into=into)

    def _element(self, element: Mapping[str, Any], place: str, *, around: list[str], into: list[Question]) -> None:
        reading = read_element(element, place=place, main=self._main)
        if reading is None:
            kind = str(element.get("type", ""))[:LONGEST_NAME]
            name = str(element.get("name", ""))[:_LONGEST_SHOWN]
            self._problems.append(ImportProblem(ImportCode.UNKNOWN_KIND, place, name, {"kind": kind}))
            return
        self._problems += reading.problems
        question = Question(name=fit_name(reading.name, list(self._read)), **reading.parts)
        self._read[question.name] = (reading, [*around, *_conditions_of(element)])
        self._known.add(reading.name, question, reading.keys, reading.rows)
        into.append(question)

    def _with_conditions(self, question: Question) -> Question:
        reading, shown_if = self._read[question.name]
        required_if = reading.element.get("requiredIf")
        parts = dict(reading.parts)
        parts["shows_if"] = self._condition(shown_if, reading)
        if isinstance(required_if, str) and required_if.strip():
            parts["required_if"] = self._condition([required_if], reading)
        return Question(name=question.name, **parts)

    def _condition(self, expressions: list[str], reading: Reading) -> Condition | None:
        trees: list[Test | Branch] = []
        for expression in expressions:
            shown = expression[:_LONGEST_SHOWN]
            try:
                tree = read_expression(expression)
                as_condition(tree, self._known)
            except UnreadableError as error:
                self._lost(reading, ImportCode.CONDITION_UNREADABLE, expression=shown, position=error.position)
            except UnknownNameError as error:
                self._lost(reading, ImportCode.REFERS_TO_UNKNOWN, expression=shown, other=error.name[:_LONGEST_SHOWN])
            except TooManyLevelsError:
                self._lost(reading, ImportCode.CONDITION_TOO_DEEP, expression=shown)
            else:
                trees.append(tree)
        if not trees:
            return None
        try:
            return as_condition(Branch(Join.ALL.value, tuple(trees)), self._known)
        except TooManyLevelsError:
            # Each of them is understood, and together with those of its panels they are too much.
            self._lost(reading, ImportCode.CONDITION_TOO_DEEP, expression=" / ".join(expressions)[:_LONGEST_SHOWN])
            return None

    def _lost(self, reading: Reading, code: ImportCode, **parameters: Any) -> None:
        self._problems.append(ImportProblem(code, reading.place, reading.name, parameters))


def _conditions_of(holder: Mapping[str, Any]) -> list[str]:
    condition = holder.get("visibleIf")
    return [condition] if isinstance(condition, str) and condition.strip() else []


def _path(place: str) -> list[tuple[int, str]]:
    """A path in the order of the file: the numbers in its brackets."""
    return [(int(part) if part.isdigit() else -1, part) for part in place.replace("]", "[").split("[")]

"""What stands in the way of asking a survey: every fault of its definition, as a code with its figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from clientela.voice.rules.surveys.definition import (
    LONGEST_LABEL,
    LONGEST_PROSE,
    LONGEST_TITLE,
    MOST_PAGES,
    MOST_QUESTIONS,
    Question,
    SurveyDefinition,
    Texts,
)
from clientela.voice.rules.surveys.logic import logic_findings
from clientela.voice.rules.surveys.shapes import Finding, shape_findings


class ProblemCode(StrEnum):
    """What is wrong. In brackets what `parameters` says."""

    NO_QUESTIONS = "no_questions"
    TOO_MANY_QUESTIONS = "too_many_questions"  # (most)
    TOO_MANY_PAGES = "too_many_pages"  # (most)
    PAGE_EMPTY = "page_empty"  # (page)
    TWICE = "twice"  # two questions have this name
    BAD_NAME = "bad_name"  # letters, digits and _, at most (most)
    LANGUAGE_MISSING = (
        "language_missing"  # (part, language): part is title, help, option:<key>, row:<key>, low_label...
    )
    TOO_LONG = "too_long"  # (part, language, most)
    OPTIONS_MISSING = "options_missing"  # (part: options or rows, least)
    OPTION_TWICE = "option_twice"  # (part, key)
    OPTION_BAD = "option_bad"  # (part, key): empty, or longer than (most)
    TOO_MANY_OPTIONS = "too_many_options"  # (part, most)
    NOT_FOR_THIS_KIND = "not_for_this_kind"  # (part)
    SCALE_BOUNDS = "scale_bounds"  # (lowest, highest, most: the longest scale)
    NUMBER_BOUNDS = "number_bounds"  # (lowest, highest)
    DATE_BOUNDS = "date_bounds"  # (lowest, highest)
    CHOICE_BOUNDS = "choice_bounds"  # (least, most, options)
    LENGTH_BOUNDS = "length_bounds"  # (most)
    MEASURE_UNKNOWN = "measure_unknown"  # (measure)
    MEASURE_SCALE = "measure_scale"  # (measure, bounds): asked on another scale than the measure has
    CONDITION_EMPTY = "condition_empty"
    CONDITION_TOO_DEEP = "condition_too_deep"
    CONDITION_TOO_LONG = "condition_too_long"  # (most)
    REFERS_TO_UNKNOWN = "refers_to_unknown"  # (other)
    REFERS_TO_ITSELF = "refers_to_itself"
    REFERS_FORWARD = "refers_forward"  # (other)
    LOOPS = "loops"  # (others: the names along the loop)
    OPERATOR_UNFIT = "operator_unfit"  # (other, operator)
    VALUE_UNFIT = "value_unfit"  # (other, value): an answer that the other question never has
    NEVER_SHOWN = "never_shown"
    REQUIRED_NEVER_SHOWN = "required_never_shown"


# What is worth telling and no reason to refuse.
WARNINGS: Final = frozenset({ProblemCode.NEVER_SHOWN, ProblemCode.PAGE_EMPTY})


@dataclass(frozen=True)
class Problem:
    """One fault; `question` is the name of the question, "" when it is about the whole survey."""

    code: ProblemCode
    question: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def problems_of(definition: SurveyDefinition, languages: Sequence[str]) -> list[Problem]:
    """Every problem of a survey that shall be asked in `languages`, the whole survey first, then by question."""
    found = list(_of_whole(definition, languages))
    for question in definition.questions:
        found += [_problem(question, finding) for finding in shape_findings(question)]
        found += [
            Problem(code, question.name, parameters) for code, parameters in _of_texts(_texts_of(question), languages)
        ]
    if len(definition.questions) <= MOST_QUESTIONS:
        found += [_problem(question, finding) for question, finding in logic_findings(definition)]
    return found


def _problem(question: Question, finding: Finding) -> Problem:
    return Problem(ProblemCode(finding.code), question.name, finding.parameters)


def _of_whole(definition: SurveyDefinition, languages: Sequence[str]) -> Iterable[Problem]:
    questions = definition.questions
    if not questions:
        yield Problem(ProblemCode.NO_QUESTIONS)
    if len(questions) > MOST_QUESTIONS:
        yield Problem(ProblemCode.TOO_MANY_QUESTIONS, parameters={"most": MOST_QUESTIONS})
    if len(definition.pages) > MOST_PAGES:
        yield Problem(ProblemCode.TOO_MANY_PAGES, parameters={"most": MOST_PAGES})
    for page in definition.pages:
        if not page.questions and questions:
            yield Problem(ProblemCode.PAGE_EMPTY, parameters={"page": page.name})
    for name, count in Counter(question.name for question in questions).items():
        if count > 1:
            yield Problem(ProblemCode.TWICE, name)
    texts = [("title", definition.titles, LONGEST_TITLE, True)]
    texts += [("introduction", definition.introductions, LONGEST_PROSE, False)]
    texts += [("thanks", definition.thanks, LONGEST_PROSE, False)]
    texts += [(f"page:{page.name}", page.titles, LONGEST_TITLE, False) for page in definition.pages]
    for code, parameters in _of_texts(texts, languages):
        yield Problem(code, parameters=parameters)


def _texts_of(question: Question) -> list[tuple[str, Texts, int, bool]]:
    """Each text of a question: its part, by language, how long it may be, and whether it must be there."""
    return [
        ("title", question.titles, LONGEST_TITLE, True),
        ("help", question.help, LONGEST_PROSE, False),
        ("low_label", question.low_labels, LONGEST_LABEL, False),
        ("high_label", question.high_labels, LONGEST_LABEL, False),
        *((f"option:{option.key}", option.labels, LONGEST_LABEL, True) for option in question.options),
        *((f"row:{row.key}", row.labels, LONGEST_LABEL, True) for row in question.rows),
    ]


def _of_texts(
    texts: Sequence[tuple[str, Texts, int, bool]], languages: Sequence[str]
) -> Iterable[tuple[ProblemCode, dict[str, Any]]]:
    """A text that must be there is missing in each language without it; another only if some language has it."""
    for part, by_language, most, is_needed in texts:
        if is_needed or any(text.strip() for text in by_language.values()):
            for language in languages:
                if not by_language.get(language, "").strip():
                    yield ProblemCode.LANGUAGE_MISSING, {"part": part, "language": language}
        for language, text in by_language.items():
            if len(text) > most:
                yield ProblemCode.TOO_LONG, {"part": part, "language": language, "most": most}

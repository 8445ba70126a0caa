"""What a survey is: pages of questions in several languages, with the conditions under which each is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

# A text by language: {"en": "How was it?", "pl": "Jak było?"}.
Texts = Mapping[str, str]
Value = str | int | float | bool

MOST_PAGES: Final = 50
MOST_QUESTIONS: Final = 200
MOST_OPTIONS: Final = 100
MOST_COMPARISONS: Final = 50  # in one condition
LONGEST_NAME: Final = 60
LONGEST_KEY: Final = 100
LONGEST_TITLE: Final = 1000
LONGEST_LABEL: Final = 300
LONGEST_PROSE: Final = 4000  # an introduction, a thank-you, a line of help
LONGEST_ANSWER: Final = 4000  # characters of a text answer


class QuestionKind(StrEnum):
    """What kind of answer a question takes, and how the answer is kept."""

    SCALE = "scale"  # a whole number from lowest to highest
    CHOICE = "choice"  # the key of one option
    CHOICES = "choices"  # a list of keys, in the order of the options
    MATRIX = "matrix"  # {key of a row: key of an option}
    RANKING = "ranking"  # a list of every key, the first is the best
    TEXT = "text"  # a text
    NUMBER = "number"  # a number
    DATE = "date"  # "2026-05-01"


class Operator(StrEnum):
    """How an answer is compared. `≠` and `lacks` say no more than that `=` and `contains` do not hold.

    So they hold for a question without an answer too. The others, but for "answered" with the value False, do not.
    """

    IS = "="
    IS_NOT = "≠"
    LESS = "<"
    AT_MOST = "≤"
    MORE = ">"
    AT_LEAST = "≥"
    CONTAINS = "contains"  # an option among several, a piece of a text in any case
    LACKS = "lacks"
    ANSWERED = "answered"  # the value says whether: True or False


class Join(StrEnum):
    """How the parts of a condition count together."""

    ALL = "all"
    ANY = "any"


class KeepsAs(StrEnum):
    """As what an answer is noted on the customer's record."""

    NOTHING = ""
    NEED = "need"
    EXPECTATION = "expectation"
    PREFERENCE = "preference"


@dataclass(frozen=True)
class Comparison:
    """One thing that must be so: `question` names an earlier one, or a row of a matrix as "matrix.row"."""

    question: str
    operator: Operator
    value: Value = True


@dataclass(frozen=True)
class Condition:
    """Comparisons that count together. A part may be a condition itself, whose parts are comparisons only."""

    join: Join
    parts: tuple["Comparison | Condition", ...]


@dataclass(frozen=True)
class Option:
    """One answer to choose from, or one row of a matrix. The key is kept, the labels are shown."""

    key: str
    labels: Texts


@dataclass(frozen=True)
class Question:
    """One question. Which of the later fields count depends on its kind.

    `options`: of choice, choices, ranking, and the columns of a matrix. `rows`: of a matrix. `lowest` and `highest`:
    whole numbers for a scale, any for a number, ISO days for a date; `least_choices` and `most_choices`: of choices.
    `measure`: "", "csat", "ces", "ces2010", "nps" or "isq:<dimension>:<perception | expectation | importance>";
    `item` pairs what was perceived with what was expected (the same item in both, in every version).
    """

    name: str
    kind: QuestionKind
    titles: Texts
    help: Texts = field(default_factory=dict)
    is_required: bool = False
    required_if: Condition | None = None
    shows_if: Condition | None = None
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    lowest: int | float | str | None = None
    highest: int | float | str | None = None
    low_labels: Texts = field(default_factory=dict)
    high_labels: Texts = field(default_factory=dict)
    is_whole: bool = False  # of a number
    is_email: bool = False  # of a text
    is_long: bool = False  # of a text: several lines
    longest: int | None = None  # of a text, in characters
    least_choices: int | None = None
    most_choices: int | None = None
    measure: str = ""
    item: str = ""
    keeps_as: KeepsAs = KeepsAs.NOTHING

    @property
    def longest_answer(self) -> int:
        """The most characters that a text answer may have."""
        return LONGEST_ANSWER if self.longest is None else min(self.longest, LONGEST_ANSWER)


@dataclass(frozen=True)
class Page:
    """What is asked on one screen."""

    name: str
    questions: tuple[Question, ...]
    titles: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyDefinition:
    """A whole survey. `introductions` stand before the first page, `thanks` after the last."""

    titles: Texts
    pages: tuple[Page, ...]
    introductions: Texts = field(default_factory=dict)
    thanks: Texts = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order in which they are asked."""
        return tuple(question for page in self.pages for question in page.questions)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its title, in their order."""
        return tuple(language for language, text in self.titles.items() if text.strip())


def in_language(texts: Texts, language: str) -> str:
    """The text for a reader of `language`, else the English one, else any; "" when there is none."""
    for code in (language, "en", *texts):
        if texts.get(code):
            return texts[code]
    return ""


def comparisons_of(condition: Condition | None) -> tuple[Comparison, ...]:
    """Every comparison of a condition, those of its inner conditions included."""
    if condition is None:
        return ()
    found: list[Comparison] = []
    for part in condition.parts:
        if isinstance(part, Comparison):
            found.append(part)
        else:
            found += comparisons_of(part)
    return tuple(found)

"""A condition as it was read, made one of ours: our operators, our values, one level of inner conditions."""

from collections.abc import Mapping
from itertools import product
from typing import Final

from clientela.voice.rules.surveys.definition import (
    MOST_COMPARISONS,
    Comparison,
    Condition,
    Join,
    Operator,
    Question,
    QuestionKind,
)
from clientela.voice.rules.surveys.surveyjs.expressions import Branch, Literal, Test

_ORDER: Final = {"<": Operator.LESS, "<=": Operator.AT_MOST, ">": Operator.MORE, ">=": Operator.AT_LEAST}
_OPPOSITE: Final = {
    Operator.IS: Operator.IS_NOT,
    Operator.IS_NOT: Operator.IS,
    Operator.CONTAINS: Operator.LACKS,
    Operator.LACKS: Operator.CONTAINS,
    Operator.LESS: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.MORE,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_LEAST: Operator.LESS,
}

Part = Comparison | Condition


class UnknownNameError(Exception):
    """The condition is about a question that was not taken over."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TooManyLevelsError(Exception):
    """The condition says more than one level of inner conditions can, even when written out."""


class Known:
    """The questions that were taken over, by the names they had, and their options by the values they had."""

    def __init__(self) -> None:
        self._questions: dict[str, Question] = {}
        self._keys: dict[str, Mapping[str, str]] = {}
        self._rows: dict[str, Mapping[str, str]] = {}

    def add(self, name: str, question: Question, keys: Mapping[str, str], rows: Mapping[str, str]) -> None:
        """Remember a question by the name it had; names count in any case there."""
        self._questions.setdefault(name.casefold(), question)
        self._keys[question.name] = keys
        self._rows[question.name] = rows

    def find(self, name: str) -> tuple[Question, str]:
        """The question that a name between braces means, and how we refer to it. Raises UnknownNameError."""
        question = self._questions.get(name.casefold())
        if question is not None:
            return question, question.name
        matrix, _dot, row = name.partition(".")
        question = self._questions.get(matrix.casefold())
        if question is None or row not in self._rows[question.name]:
            raise UnknownNameError(name)
        return question, f"{question.name}.{self._rows[question.name][row]}"

    def value(self, question: Question, given: object) -> str | int | float:
        """The value as our answers have it: keys for options, numbers for scales."""
        if question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER} and isinstance(given, str):
            try:
                return float(given) if "." in given else int(given)
            except ValueError:
                return given
        if question.options:
            written = as_key(given)
            return self._keys[question.name].get(written, written)
        return as_key(given) if isinstance(given, bool) or question.kind is QuestionKind.TEXT else given  # type: ignore[return-value]


def as_key(given: object) -> str:
    """A value of SurveyJS as the key of an option: true → "true", 3 → "3"."""
    if isinstance(given, bool):
        return "true" if given else "false"
    return str(int(given)) if isinstance(given, float) and given == int(given) else str(given)


def as_condition(tree: Test | Branch, known: Known) -> Condition:
    """Our condition. Raises UnknownNameError, TooManyLevelsError."""
    part = simplified(_part(tree, known, is_opposite=False))
    if _depth(part) > 1 + 1:
        part = simplified(_spread(part))
    found = part if isinstance(part, Condition) else Condition(Join.ALL, (part,))
    if _count(found) > MOST_COMPARISONS:
        raise TooManyLevelsError
    return found


def simplified(part: Part) -> Part:
    """The same without conditions of one part, and without "all" in "all" or "any" in "any"."""
    if isinstance(part, Comparison):
        return part
    parts: list[Part] = []
    for inner in map(simplified, part.parts):
        if isinstance(inner, Condition) and inner.join is part.join:
            parts += inner.parts
        else:
            parts.append(inner)
    return parts[0] if len(parts) == 1 else Condition(part.join, tuple(parts))


def _part(tree: Test | Branch, known: Known, *, is_opposite: bool) -> Part:
    if isinstance(tree, Test):
        part = _compared(tree, known)
        return _opposite(part) if is_opposite else part
    if tree.join == "not":
        return _part(tree.parts[0], known, is_opposite=not is_opposite)
    is_all = (tree.join == "all") is not is_opposite
    parts = tuple(_part(each, known, is_opposite=is_opposite) for each in tree.parts)
    return Condition(Join.ALL if is_all else Join.ANY, parts)


def _compared(test: Test, known: Known) -> Part:
    question, name = known.find(test.name)
    if test.sign in {"empty", "notempty"}:
        return Comparison(name, Operator.ANSWERED, test.sign == "notempty")
    if test.sign in _ORDER and not isinstance(test.value, tuple):
        return Comparison(name, _ORDER[test.sign], known.value(question, test.value))
    values = [known.value(question, each) for each in _values(test.value)]
    is_list = question.kind is QuestionKind.CHOICES
    is_piece = is_list or (question.kind is QuestionKind.TEXT and "contain" in test.sign)
    if test.sign in {"=", "<>"} and is_list and isinstance(test.value, tuple):
        part = _same_list(name, question, values)
        return part if test.sign == "=" else _opposite(part)
    has = Operator.CONTAINS if is_piece and (is_list is False or test.sign not in {"=", "<>"}) else Operator.IS
    holding: tuple[Part, ...] = tuple(Comparison(name, has, value) for value in values)
    if test.sign in {"=", "contains", "allof"}:
        return Condition(Join.ALL, holding)
    if test.sign == "anyof":
        return Condition(Join.ANY, holding)
    # "notcontains" of several: not all of them; "noneof": not one.
    return _opposite(Condition(Join.ANY if test.sign == "noneof" else Join.ALL, holding))


def _values(value: Literal) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _same_list(name: str, question: Question, values: list[str | int | float]) -> Part:
    if len(values) == 1:
        return Comparison(name, Operator.IS, values[0])
    return Condition(
        Join.ALL,
        tuple(
            Comparison(name, Operator.CONTAINS if option.key in values else Operator.LACKS, option.key)
            for option in question.options
        ),
    )


def _opposite(part: Part) -> Part:
    if isinstance(part, Condition):
        join = Join.ANY if part.join is Join.ALL else Join.ALL
        return Condition(join, tuple(_opposite(each) for each in part.parts))
    if part.operator is Operator.ANSWERED:
        return Comparison(part.question, Operator.ANSWERED, not part.value)
    turned = Comparison(part.question, _OPPOSITE[part.operator], part.value)
    if part.operator in set(_ORDER.values()):
        # What is not less than five may also be no answer at all.
        return Condition(Join.ANY, (turned, Comparison(part.question, Operator.ANSWERED, value=False)))
    return turned


def _spread(part: Part) -> Condition:
    """Written out as "any" of "all"s. Raises TooManyLevelsError."""
    return Condition(Join.ANY, tuple(Condition(Join.ALL, tuple(each)) for each in _ways(part)))


def _ways(part: Part) -> list[list[Comparison]]:
    if isinstance(part, Comparison):
        return [[part]]
    inner = [_ways(each) for each in part.parts]
    if part.join is Join.ANY:
        ways = [way for each in inner for way in each]
    else:
        count = 1
        for each in inner:
            count *= len(each)
        if count > MOST_COMPARISONS:
            raise TooManyLevelsError
        ways = [[comparison for way in chosen for comparison in way] for chosen in product(*inner)]
    if sum(map(len, ways)) > MOST_COMPARISONS:
        raise TooManyLevelsError
    return ways


def _depth(part: Part) -> int:
    return 0 if isinstance(part, Comparison) else 1 + max(map(_depth, part.parts), default=0)


def _count(part: Part) -> int:
    return 1 if isinstance(part, Comparison) else sum(map(_count, part.parts))

"""The language in which SurveyJS writes conditions, as far as we have a use for it: read into a tree, and written.

{score} <= 2 and ({topic} anyof ['price', 'care'] or {words} notempty)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clientela.voice.rules.surveys.definition import (
    Comparison,
    Condition,
    Join,
    Operator,
    Question,
    QuestionKind,
    Value,
)

LONGEST: Final = 5000  # characters of one expression
DEEPEST: Final = 20  # brackets in brackets

Literal = Value | tuple[Value, ...]

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<name>\{[^{}]*\})
      | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<sign><=|>=|<>|!=|==|\*=|&&|\|\||[=<>!()\[\],])
      | (?P<word>[A-Za-z]+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_WORDS: Final = {
    "=": "=", "==": "=", "equal": "=", "<>": "<>", "!=": "<>", "notequal": "<>", "<": "<", "less": "<",
    "<=": "<=", "lessorequal": "<=", ">": ">", "greater": ">", ">=": ">=", "greaterorequal": ">=",
    "contains": "contains", "contain": "contains", "*=": "contains", "notcontains": "notcontains",
    "notcontain": "notcontains", "anyof": "anyof", "allof": "allof", "noneof": "noneof",
    "empty": "empty", "notempty": "notempty",
}  # fmt: skip
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_WRITTEN: Final = {
    Operator.IS: "=",
    Operator.IS_NOT: "<>",
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.MORE: ">",
    Operator.AT_LEAST: ">=",
    Operator.CONTAINS: "contains",
    Operator.LACKS: "notcontains",
}


class UnreadableError(ValueError):
    """An expression that is not of this language: where it stops being it, in characters from 0."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


@dataclass(frozen=True)
class Test:
    """One comparison as it was written: the name between the braces, the sign, and what stands on the other side."""

    name: str
    sign: str
    value: Literal = True


@dataclass(frozen=True)
class Branch:
    """Parts that count together, or the opposite of one."""

    join: str  # "all", "any" or "not"
    parts: tuple["Test | Branch", ...]


def read_expression(text: str) -> Test | Branch:
    """Read an expression. Raises UnreadableError."""
    if len(text) > LONGEST:
        raise UnreadableError(LONGEST)
    return _Reader(text).whole()


class _Reader:
    """Reads from left to right; `or` binds less than `and`, `and` less than `not`."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        self._at = 0
        position = 0
        end = len(text.rstrip())
        while position < end:
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise UnreadableError(position)
            self._tokens.append((found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)))
            position = found.end()
        self._tokens.append(("end", "", end))

    def whole(self) -> Test | Branch:
        tree = self._joined("any", depth=0)
        if self._kind != "end":
            raise UnreadableError(self._position)
        return tree

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _word(self) -> str:
        return self._tokens[self._at][1].lower() if self._kind in {"sign", "word"} else ""

    @property
    def _position(self) -> int:
        return self._tokens[self._at][2]

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _expect(self, sign: str) -> None:
        if self._word != sign:
            raise UnreadableError(self._position)
        self._take()

    def _joined(self, join: str, *, depth: int) -> Test | Branch:
        if depth > DEEPEST:
            raise UnreadableError(self._position)
        words = {"or", "||"} if join == "any" else {"and", "&&"}
        parts = [self._part(join, depth=depth)]
        while self._word in words:
            self._take()
            parts.append(self._part(join, depth=depth))
        return parts[0] if len(parts) == 1 else Branch(join, tuple(parts))

    def _part(self, join: str, *, depth: int) -> Test | Branch:
        if join == "any":
            return self._joined("all", depth=depth)
        if self._word in {"!", "not"}:
            self._take()
            if depth > DEEPEST:
                raise UnreadableError(self._position)
            return Branch("not", (self._part("all", depth=depth + 1),))
        if self._word == "(":
            self._take()
            inner = self._joined("any", depth=depth + 1)
            self._expect(")")
            return inner
        return self._test()

    def _test(self) -> Test:
        if self._kind != "name":
            value = self._literal()
            sign = _TURNED.get(_WORDS.get(self._word, ""))
            if sign is None:
                raise UnreadableError(self._position)
            self._take()
            return Test(self._name(), sign, value)
        name = self._name()
        sign = _WORDS.get(self._word)
        if sign is None:
            raise UnreadableError(self._position)
        self._take()
        return Test(name, sign) if sign in {"empty", "notempty"} else Test(name, sign, self._literal())

    def _name(self) -> str:
        if self._kind != "name":
            raise UnreadableError(self._position)
        return self._take()[1:-1].strip()

    def _literal(self) -> Literal:
        if self._word == "[":
            return self._list()
        if self._kind == "text":
            return _ESCAPED.sub(r"\1", self._take()[1:-1])
        if self._kind == "number":
            written = self._take()
            return float(written) if "." in written else int(written)
        if self._word in {"true", "false"}:
            return self._take().lower() == "true"
        raise UnreadableError(self._position)

    def _list(self) -> tuple[Value, ...]:
        found: list[Value] = []
        self._expect("[")
        while self._word != "]":
            if found:
                self._expect(",")
            one = self._literal()
            if isinstance(one, tuple):
                raise UnreadableError(self._position)
            found.append(one)
        self._expect("]")
        return tuple(found)


def written_expression(condition: Condition, questions: Sequence[Question]) -> str:
    """The condition as SurveyJS writes it."""
    kinds = {question.name: question.kind for question in questions}
    parts = [
        _written(part, kinds.get(part.question))
        if isinstance(part, Comparison)
        else f"({written_expression(part, questions)})"
        for part in condition.parts
    ]
    return (" and " if condition.join is Join.ALL else " or ").join(parts)


def _written(comparison: Comparison, kind: QuestionKind | None) -> str:
    name = f"{{{comparison.question}}}"
    if comparison.operator is Operator.ANSWERED:
        return f"{name} {'notempty' if comparison.value else 'empty'}"
    value = _written_value(comparison.value)
    if kind is QuestionKind.CHOICES and comparison.operator in {Operator.IS, Operator.IS_NOT}:
        value = f"[{value}]"
    return f"{name} {_WRITTEN[comparison.operator]} {value}"


def _written_value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(value, "f") if isinstance(value, float) else str(value)
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"

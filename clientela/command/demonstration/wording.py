"""Small templates from which texts are made that read as if people wrote them.

`[a|b|]` is one of several, chosen anew each time; `{slot}` is filled from the facts, `{Slot}` with a capital letter;
`{w:a|b}` follows who writes, `{t:a|b|c}` the gender of the thing, `{p:a|b}` that of the part: masculine, feminine and,
where the language has it, neuter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

MASCULINE, FEMININE, NEUTER = 0, 1, 2
GENDERS = {"m": MASCULINE, "f": FEMININE, "n": NEUTER}
_GENDERED = ("w", "t", "p")
_SPACES = re.compile(r" {2,}")
_BEFORE_STOP = re.compile(r" +([.,;:])")
_LOOSE_STOPS = (" .", " ,", " ;", " :")
_CONTRACTED = {"es": (("a el ", re.compile(r"\ba el "), "al "), ("de el ", re.compile(r"\bde el "), "del "))}
_FIRST_LETTER = re.compile(r"[^\W\d_]")


class TemplateError(ValueError):
    """A template that cannot be read; says where."""


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    is_capital: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple["_Parts", ...]


@dataclass(frozen=True, slots=True)
class _Gendered:
    of: str
    forms: tuple["_Parts", ...]


_Parts = tuple["str | _Slot | _Choice | _Gendered", ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who writes, in which language, about what: `slots` by name, `genders` by w, t and p."""

    language: str
    slots: Mapping[str, str]
    genders: Mapping[str, int]


class Template:
    """One template, read once."""

    __slots__ = ("_parts", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        parts, end = _read(source, 0, "")
        if end != len(source):
            raise TemplateError(f"“{source}”: there is one bracket too many at {end}.")
        self._parts = parts

    def say(self, rng: Random, voice: Voice) -> str:
        """The text, this time. Raises TemplateError for a slot that the voice does not have."""
        out: list[str] = []
        try:
            _say(self._parts, rng, voice, out)
        except KeyError as missing:
            raise TemplateError(f"“{self.source}”: nothing fills {missing} in {voice.language}.") from None
        return tidied("".join(out), voice.language)

    def __repr__(self) -> str:
        return f"Template({self.source!r})"


def capital(text: str) -> str:
    """The text with its first letter large, past an opening mark or quote; a text that begins with a digit stays."""
    first = _FIRST_LETTER.search(text, 0, 3)
    if first is None:
        return text
    at = first.start()
    return text[:at] + text[at].upper() + text[at + 1 :]


def tidied(text: str, language: str) -> str:
    """Single spaces, none before a stop, and the contractions of the language."""
    if "  " in text:
        text = _SPACES.sub(" ", text)
    text = text.replace("..", ".")  # after "Sp. z o.o."
    if any(stop in text for stop in _LOOSE_STOPS):
        text = _BEFORE_STOP.sub(r"\1", text)
    for plain, pattern, short in _CONTRACTED.get(language, ()):
        if plain in text:
            text = pattern.sub(short, text)
    return text


def _say(parts: _Parts, rng: Random, voice: Voice, out: list[str]) -> None:
    for part in parts:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, _Slot):
            filled = voice.slots[part.name]
            out.append(capital(filled) if part.is_capital else filled)
        elif isinstance(part, _Choice):
            _say(part.options[int(rng.random() * len(part.options))], rng, voice, out)
        else:
            _say(part.forms[min(voice.genders[part.of], len(part.forms) - 1)], rng, voice, out)


def _read(source: str, at: int, closes: str) -> tuple[_Parts, int]:
    """The parts from `at` on, up to a bar or a closing bracket that belongs to somebody above."""
    parts: list[str | _Slot | _Choice | _Gendered] = []
    literal = at
    while at < len(source):
        sign = source[at]
        if sign in "]}" or (sign == "|" and closes):
            break
        if sign not in "[{":
            at += 1
            continue
        if literal < at:
            parts.append(source[literal:at])
        if sign == "[":
            options, at = _alternatives(source, at + 1, "]")
            parts.append(_Choice(options))
        elif source[at + 1 : at + 3] in {f"{of}:" for of in _GENDERED}:
            of = source[at + 1]
            forms, at = _alternatives(source, at + 3, "}")
            parts.append(_Gendered(of, forms))
        else:
            end = source.find("}", at)
            name = source[at + 1 : end]
            if end < 0 or not name.isidentifier():
                raise TemplateError(f"“{source}”: the slot at {at} has no proper name.")
            parts.append(_Slot(name.lower(), name[0].isupper()))
            at = end + 1
        literal = at
    if literal < at:
        parts.append(source[literal:at])
    return tuple(parts), at


def _alternatives(source: str, at: int, closes: str) -> tuple[tuple[_Parts, ...], int]:
    options: list[_Parts] = []
    while True:
        option, at = _read(source, at, closes)
        options.append(option)
        if at >= len(source) or source[at] not in ("|", closes):
            raise TemplateError(f"“{source}”: “{closes}” is missing.")
        if source[at] == closes:
            return tuple(options), at + 1
        at += 1

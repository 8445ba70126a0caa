"""Complaints that are denied, put plainly before the encoder reads them: "nothing to complain about" is "all good".

The encoder hears the complaint and not its denial, so that "No me puedo quejar" alone was read as negative. A denial
stays as it is where the same clause takes it back ("no problem was ever fixed", "no complaints if it had been clean"),
where it is asked for ("no problems?"), or denied in turn ("not without problems").
Praise that is said by a denial ("no pudo salir mejor") goes the same way.

`examples/denials_*.txt`, phrases parted by bars: "!" what denies, "-" what people complain of, "." whole phrases, "~"
words that may stand between or behind, "?" beginnings of words that take it back (with a star for any ending), "<" what
denies it in turn, "+" what is read instead. Written for the product; no text of anybody's was looked at for them but
one half of the reviews that are also measured on.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from clientela.voice.meaning.marks import with_marks
from clientela.voice.meaning.words import LANGUAGES, LONGEST_READ, Stems, folded, stems_of, words_of

_STOPS = re.compile(r"[.,;:!?()\n…]")
_ASKED: Final = "?"
# Letters of a clause that are looked at on either side, so that a text of nothing but denials takes no longer.
_CLAUSE: Final = 200


@dataclass(frozen=True)
class _Denials:
    """What denies a complaint in one language, and what takes that back."""

    phrase: re.Pattern[str]
    takes_back: Stems
    denies_in_turn: frozenset[str]
    plainly: str


def as_encoded(text: str) -> str:
    """The text as the encoder reads it: Polish with its marks, and denied complaints put plainly. Nobody sees it."""
    return put_plainly(with_marks(text))


def put_plainly(text: str) -> str:
    """The text with its denied complaints put plainly; of a very long one the beginning is looked at."""
    plain, places = _folded_with_places(text)
    found: list[tuple[int, int, str]] = []
    for denials in map(_denials, LANGUAGES):
        found += [
            (places[match.start()], places[match.end() - 1] + 1, denials.plainly)
            for match in denials.phrase.finditer(plain)
            if _stands(plain, match, denials)
        ]
    parts: list[str] = []
    done = 0
    for start, end, instead in sorted(found):
        if start >= done:
            parts += [text[done:start], instead.capitalize() if text[start].isupper() else instead]
            done = end
    return "".join(parts) + text[done:]


def _stands(plain: str, match: re.Match[str], denials: _Denials) -> bool:
    """Tell whether nothing in the same clause takes the denial back."""
    behind, *stop = _STOPS.split(plain[match.end() : match.end() + _CLAUSE], maxsplit=1)
    if stop and plain[match.end() + len(behind)] == _ASKED:
        return False
    before = words_of(_STOPS.split(plain[max(0, match.start() - _CLAUSE) : match.start()])[-1])
    if before and before[-1] in denials.denies_in_turn:
        return False
    return not any(denials.takes_back.has(word) for word in before + words_of(behind))


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """The text in small letters without marks, and where each of its letters comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text[:LONGEST_READ]):
        for one in _letter(letter):
            letters.append(one)
            places.append(place)
    return "".join(letters), places


@cache
def _letter(letter: str) -> str:
    return folded(letter)


@cache
def _denials(language: str) -> _Denials:
    told = files(__package__).joinpath("examples", f"denials_{language}.txt").read_text(encoding="utf-8")
    by_mark = {line[0]: line[2:] for line in told.splitlines() if line}
    between = f"(?: {{1,3}}(?:{_any_of(by_mark['~'])})){{0,2}}"
    denied = f"(?:{_any_of(by_mark['!'])}){between} {{1,3}}(?:{_any_of(by_mark['-'])})|{_any_of(by_mark['.'])}"
    return _Denials(
        re.compile(rf"(?<![\w'-])(?:{denied}){between}(?![\w'-])"),
        stems_of(by_mark["?"].split()),
        frozenset(folded(by_mark["<"]).split()),
        by_mark["+"],
    )


def _any_of(phrases: str) -> str:
    """Any of these phrases, the longest first."""
    plain = sorted((folded(phrase.strip()) for phrase in phrases.split("|")), key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", " {1,3}") for phrase in plain)

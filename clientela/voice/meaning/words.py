"""Words as they are compared, without marks and capitals, and those that please or displease, with their denials."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("en", "ro", "pl", "es", "pt")
LONGEST_READ: Final = 20_000

_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "\u2019": "'"})
# Little pictures say it in every language; each counts as two words.
_GLAD: Final = "😀😃😄😁😊🙂😍🥰😘🤩😎👍👏🙏💪❤♥💕💖🎉🥳⭐🌟✨💯👌🤗☺✅🌹"
_SORRY: Final = "😞😟😠😡🤬😢😭😤😩😫😒🙁☹😣😖😨😱🤮🤢👎💩😾🖕❌😕😔🙄💔"
_PICTURE_COUNT: Final = 2
_PIECE = re.compile(rf"[^\W\d_]+|[.,;:!?()\n{_GLAD}{_SORRY}]")
_WORD = re.compile(r"[^\W\d_]+")
# How many words a denial reaches, unless a stop comes between.
_REACH = 3
_SHORTEST_STEM = 2


def folded(text: str) -> str:
    """Lower case without marks. Only the first 20,000 characters are read."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_READ].lower().translate(_LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[: LONGEST_READ * 2]


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return _WORD.findall(folded(text))


@dataclass(frozen=True)
class Stems:
    """Words as given ("late") and beginnings of words ("deliver*"), folded."""

    whole: frozenset[str]
    beginnings: frozenset[str]

    def has(self, word: str) -> bool:
        """Tell whether a folded word is one of them."""
        if word in self.whole:
            return True
        return any(word[:length] in self.beginnings for length in range(len(word), _SHORTEST_STEM - 1, -1))


def stems_of(words: Iterable[str]) -> Stems:
    """Take words as people write them in a list; a star at the end stands for any ending."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for word in words:
        plain = folded(word.strip())
        if len(plain.rstrip("*")) >= _SHORTEST_STEM:
            (beginnings if plain.endswith("*") else whole).add(plain.rstrip("*"))
    return Stems(frozenset(whole), frozenset(beginnings))


@dataclass(frozen=True)
class WordCount:
    """What of a text's words pleases or displeases. A denied "good" counts as bad, a denied "bad" half as good."""

    good: float
    bad: float

    @property
    def balance(self) -> float:
        """Between about -4 and 4: good less bad, against how many there are."""
        return float((self.good - self.bad) / (self.good + self.bad + 1) ** 0.5)


def count_words(text: str, language: str) -> WordCount:
    """Count the words that please and displease. A language without a list has only pictures."""
    pleasing, displeasing, denials = _lists(language)
    good = bad = 0.0
    since = _REACH + 1
    for piece in _PIECE.findall(folded(text).replace("n't", " not")):
        if not piece[0].isalpha():
            since = _REACH + 1
            good += _PICTURE_COUNT * (piece in _GLAD)
            bad += _PICTURE_COUNT * (piece in _SORRY)
        elif piece in denials:
            since = 0
        elif pleasing.has(piece):
            good, bad = (good, bad + 1) if since <= _REACH else (good + 1, bad)
        elif displeasing.has(piece):
            good, bad = (good + 0.5, bad) if since <= _REACH else (good, bad + 1)
        since += 1
    return WordCount(good, bad)


@cache
def _lists(language: str) -> tuple[Stems, Stems, frozenset[str]]:
    if language not in LANGUAGES:
        return Stems(frozenset(), frozenset()), Stems(frozenset(), frozenset()), frozenset()
    lines = files(__package__).joinpath("examples", f"words_{language}.txt").read_text(encoding="utf-8").splitlines()
    by_mark = {line[0]: line[2:].split() for line in lines if line}
    return stems_of(by_mark["+"]), stems_of(by_mark["-"]), frozenset(by_mark["!"])

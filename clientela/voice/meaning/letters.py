"""Which of our languages a text looks like, by the groups of letters in its words, typed with their marks or without.

The kernel's detector knows 176 languages and is unsure of short texts in a hurry: of Romanian remarks of three to five
words it names about half. This knows five, from the sentences shipped with the product, and says how much of the text
it has seen before and how far the likeliest is ahead, so that whoever asks can leave other languages alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.shipped import texts_by_language
from clientela.voice.meaning.words import LANGUAGES, words_of

LONGEST_READ: Final = 2_000
_SIZES: Final = (2, 3, 4)
_LONGEST_WORD: Final = 30
_SMOOTHING: Final = 0.3


@dataclass(frozen=True)
class Guess:
    """The likeliest of our languages; "" for a text without letters.

    `known`: the share of the groups of letters that our sentences have. `lead`: how far it is ahead of the second, in
    the logarithm of the likelihood, for each group.
    """

    language: str
    known: float
    lead: float


def likeliest_language(text: str) -> Guess:
    """Compare the first 2,000 characters of a text with our sentences. Capitals and marks make no difference."""
    places, likelihoods = _learned()
    found = [places.get(group, -1) for group in _groups(text[:LONGEST_READ])]
    if not found:
        return Guess("", 0.0, 0.0)
    rows = [place for place in found if place >= 0]
    scores = likelihoods[rows].sum(axis=0) / len(found)
    second, first = np.argsort(scores)[-2:]
    return Guess(LANGUAGES[first], len(rows) / len(found), float(scores[first] - scores[second]))


@cache
def _learned() -> tuple[dict[str, int], NDArray[np.float32]]:
    """The place of each group of letters, and there its logarithmic likelihood in each language."""
    counts: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
    for language, text in texts_by_language():
        counts[language].update(_groups(text))
    places = {
        group: place for place, group in enumerate(dict.fromkeys(group for one in counts.values() for group in one))
    }
    table = np.full((len(places), len(LANGUAGES)), _SMOOTHING)
    for column, language in enumerate(LANGUAGES):
        for group, count in counts[language].items():
            table[places[group], column] += count
    return places, np.log(table / table.sum(axis=0)).astype(np.float32)


def _groups(text: str) -> Iterator[str]:
    for word in words_of(text):
        framed = f" {word[:_LONGEST_WORD]} "
        for size in _SIZES:
            for start in range(len(framed) - size + 1):
                yield framed[start : start + size]

"""The one sentence that says best what a group of texts says."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from clientela.voice.meaning.alike.neighbours import directions
from clientela.voice.meaning.shipped import Vectors, language_means

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS: Final = 4
_MOST_WORDS: Final = 30
_LESS: Final = 0.15


def best_sentence(sentences: Sequence[str], vectors: Vectors, languages: Sequence[str]) -> int | None:
    """The place of the sentence that is most like all of them; one that is very short or long comes after its likes.

    `sentences`: of all texts of a group, as `sentences_in` cuts them. None where there is none with a vector.
    """
    rows = directions(vectors, languages, language_means())
    is_known = rows.any(axis=1)
    if not is_known.any():
        return None
    likeness = rows @ rows[is_known].mean(axis=0)
    likeness[~is_known] = -np.inf
    sizes = np.array([len(_WORD.findall(sentence)) for sentence in sentences])
    likeness[(sizes < _FEWEST_WORDS) | (sizes > _MOST_WORDS)] -= _LESS
    return int(np.argmax(likeness))

"""What people talk about: a list of subjects that the organisation edits, shared by all languages; several a text.

A subject is described by sentences and words in whatever languages. A text is compared with each sentence, both less
what their languages have in common, and with the words of its own language. How near a subject is, its words,
and how far it stands out among the others become a chance. Texts that the house has sorted move these chances further,
subject by subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.linear import Floats, Linear, chances
from clientela.voice.meaning.shipped import (
    WIDTH,
    SubjectDescription,
    Vectors,
    centred,
    ready_made_subjects,
    shipped_vectors,
    unit,
)
from clientela.voice.meaning.words import Stems, stems_of, words_of

SHIPPED: Final = "list-1"
SURE_OF_SUBJECT: Final = 0.5
MOST_SUBJECTS: Final = 4
# So many of a subject's sentences, the nearest ones, say how near it is.
_NEAREST: Final = 6
_MOST_WORDS: Final = 2
# Without vectors, the chance of a subject of which one word was found, and of which two or more were.
_BY_WORDS: Final = (0.55, 0.75)
# What a word of the subject adds to its likeness. More would let "phone" alone stand for "Nobody can be reached".
_WORD_LIKENESS: Final = 0.05
_FURTHEST_AHEAD: Final = 0.2
# From which score on a subject is more likely than not, and how fast its chance grows. The sentences of the list itself
# would put the bar twice as high, but they were written to be told apart; texts of strangers say more and less clearly.
_BAR: Final = 0.15
_STEEPNESS: Final = 8.0


@dataclass(frozen=True)
class SubjectRead:
    """A subject of a text and the chance that it is one."""

    key: str
    probability: float


@dataclass(frozen=True)
class SubjectsModel:
    """A list of subjects made ready for comparing, and what the house taught of some of them.

    `sentences` (m, 384): of all subjects, centred, of length 1; `owners` (m,): whose each is, as a place in `keys`.
    `learned`: by key, a cut over the vector's 384 numbers and the log-odds that the list alone gives.
    """

    name: str
    keys: tuple[str, ...]
    sentences: Vectors
    owners: NDArray[np.int_]
    words: tuple[Mapping[str, Stems], ...]
    learned: Mapping[str, Linear]

    def read(self, vectors: Vectors, texts: Sequence[str], languages: Sequence[str]) -> list[tuple[SubjectRead, ...]]:
        """Return the subjects of each text, the likeliest first. A row of NaN is read by its words alone."""
        if not self.keys:
            return [() for _ in texts]
        found = self.chances(vectors, texts, languages)
        return [self._of(row) for row in found]

    def chances(self, vectors: Vectors, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """Return the chance of each subject for each text, (n, subjects)."""
        counts = self.word_counts(texts, languages)
        is_known = np.isfinite(vectors).all(axis=1)
        found = np.select([counts >= _MOST_WORDS, counts == 1], [_BY_WORDS[1], _BY_WORDS[0]], 0.0)
        if is_known.any():
            rows = unit(centred(vectors[is_known], [languages[int(row)] for row in np.flatnonzero(is_known)]))
            odds = self.list_odds(rows, counts[is_known])
            for place, key in enumerate(self.keys):
                if key in self.learned:
                    odds[:, place] = self.learned[key].scores(np.column_stack([rows, odds[:, place]]))
            found[is_known] = chances(odds)
        return found

    def list_odds(self, rows: Vectors, counts: NDArray[np.int_]) -> Floats:
        """The log-odds of each subject by the list alone, for centred vectors of length 1."""
        near = nearness(rows @ self.sentences.T, self.owners, len(self.keys))
        return _STEEPNESS * (_shown(near, counts) - _BAR)

    def word_counts(self, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.int_]:
        """How many words of each subject each text has, (n, subjects); at most two count."""
        found = np.zeros((len(texts), len(self.keys)), np.int_)
        for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
            told = set(words_of(text))
            for place, by_language in enumerate(self.words):
                stems = by_language.get(language)
                if stems is not None:
                    found[row, place] = min(_MOST_WORDS, sum(1 for word in told if stems.has(word)))
        return found

    def _of(self, row: Floats) -> tuple[SubjectRead, ...]:
        likeliest = np.argsort(-row, kind="stable")[:MOST_SUBJECTS]
        return tuple(SubjectRead(self.keys[int(at)], float(row[at])) for at in likeliest if row[at] >= SURE_OF_SUBJECT)


def sentences_of(subjects: Sequence[SubjectDescription]) -> list[str]:
    """The sentences of a list, each once: what must be encoded before the list can be used."""
    told = [text for subject in subjects for texts in subject.sentences.values() for text in texts]
    return list(dict.fromkeys(told))


def subjects_model(
    subjects: Sequence[SubjectDescription], vectors: Mapping[str, Vectors], learned: Mapping[str, Linear] | None = None
) -> SubjectsModel:
    """Make a list ready. `vectors`: of its sentences; one without a vector is left out, its words still count."""
    told = [
        (place, language, vectors[text])
        for place, subject in enumerate(subjects)
        for language, texts in sorted(subject.sentences.items())
        for text in texts
        if text in vectors
    ]
    rows = np.array([vector for _, _, vector in told], np.float32).reshape(len(told), WIDTH)
    return SubjectsModel(
        name=SHIPPED,
        keys=tuple(subject.key for subject in subjects),
        sentences=unit(centred(rows, [language for _, language, _ in told])),
        owners=np.array([place for place, _, _ in told], np.int_),
        words=tuple(_stems(subject) for subject in subjects),
        learned=learned or {},
    )


@cache
def shipped_subjects() -> SubjectsModel:
    """The list that an organisation begins with, made ready."""
    return subjects_model(ready_made_subjects(), shipped_vectors())


def nearness(alike: NDArray[np.floating], owners: NDArray[np.int_], count: int) -> Floats:
    """How near each subject is, (n, count): the mean likeness of its nearest sentences; -1 for one without any."""
    found = np.full((len(alike), count), -1.0)
    for place in range(count):
        mine = np.sort(alike[:, owners == place], axis=1)[:, -_NEAREST:]
        if mine.shape[1]:
            found[:, place] = mine.mean(axis=1)
    return found


def _shown(near: Floats, counts: NDArray[np.int_]) -> Floats:
    """What the chance of a subject depends on: how near it is, its words counted in, and how far before the next one,
    or behind the first.
    """
    near = near + _WORD_LIKENESS * counts
    order = np.sort(near, axis=1)
    best = order[:, -1:]
    second = order[:, -2:-1] if near.shape[1] > 1 else np.zeros_like(best)
    ahead = near - np.where(near == best, second, best)
    return np.asarray(near + np.clip(ahead, -1, _FURTHEST_AHEAD), np.float64)


def _stems(subject: SubjectDescription) -> Mapping[str, Stems]:
    return {language: stems_of(words) for language, words in subject.words.items()}

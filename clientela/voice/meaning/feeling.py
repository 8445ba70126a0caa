"""How somebody feels who wrote a text: negative, mixed, neutral, positive, or not to be told.

One cut parts positive from negative, drawn through the vectors of the sentences shipped with the product, each less
what its language has in common, and helped by the words that please and displease. Two more cuts find what is neutral
and what is mixed; they are shown only where they are clear, because on texts of strangers they seldom are. The chances
are calibrated on sentences held out, block by block, so that a chance of 0.8 is right in about 8 of 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.linear import Floats, Linear, chances, fitted
from clientela.voice.meaning.shipped import Vectors, centred, feeling_examples, shipped_cuts, shipped_vectors
from clientela.voice.meaning.words import count_words

SHIPPED: Final = "shipped-1"
POLARITY_SOFTNESS: Final = 1.0
# Neutral and mixed have few examples, and a cut that follows them closely finds little else by mistake.
KIND_SOFTNESS: Final = 10.0
# What one step of the words' balance counts in the log-odds, before they are calibrated.
_WORD_WEIGHT: Final = 0.5
_FOLDS: Final = 5
# Examples stand in pairs on one matter; six lines that follow each other are held out together.
_BLOCK: Final = 6
_CALIBRATION_SOFTNESS: Final = 1e3

# From which chance on a feeling is said. In each language about four texts of five of strangers reach it; the encoder
# parts Polish less clearly than the others, and there what is said is right less often.
_SURE: Final = {"en": 0.8, "es": 0.78, "pt": 0.8, "ro": 0.75, "pl": 0.7}
_SURE_ELSEWHERE: Final = 0.8
_SURE_OF_KIND: Final = 0.6


class Feeling(StrEnum):
    """What is said of a text; as the rows of voices call it."""

    NEGATIVE = "negative"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    CANT_TELL = "cant_tell"


@dataclass(frozen=True)
class FeelingRead:
    """A feeling and the chance that it is right; of one that cannot be told, the chance of the likeliest.

    `positive`: the chance that it is positive, if it is positive or negative at all. `is_by_words`: without a vector.
    """

    feeling: Feeling
    probability: float
    positive: float
    is_by_words: bool = False


@dataclass(frozen=True)
class FeelingModel:
    """Three cuts, calibrated. The polarity has one weight more than the vectors have numbers: of the words' balance."""

    name: str
    polarity: Linear
    neutral: Linear
    mixed: Linear

    def read(self, vectors: Vectors, texts: Sequence[str], languages: Sequence[str]) -> list[FeelingRead]:
        """Return what each text feels like. `vectors` (n, 384) of the encoder; a row of NaN is read by its words."""
        features = polarity_features(vectors, texts, languages)
        plain = features[:, :-1]
        positive = chances(self.polarity.scores(features))
        neutral = chances(self.neutral.scores(plain))
        mixed = chances(self.mixed.scores(plain))
        is_known: NDArray[np.bool_] = np.atleast_1d(np.isfinite(plain).all(axis=1))
        return [
            _read(positive[row], neutral[row], mixed[row], languages[row])
            if is_known[row]
            else feeling_by_words(texts[row], languages[row])
            for row in range(len(texts))
        ]


def polarity_features(vectors: Vectors, texts: Sequence[str], languages: Sequence[str]) -> Vectors:
    """What the cut of polarity looks at: the vector less its language's, and the balance of its words."""
    balances = [count_words(text, language).balance for text, language in zip(texts, languages, strict=True)]
    return np.column_stack([centred(vectors, languages), np.array(balances, np.float32)])


@cache
def shipped_feelings() -> FeelingModel:
    """The model of the product, as it was fitted when its file was made."""
    polarity, neutral, mixed = (Linear(cut[:-1], float(cut[-1])) for cut in shipped_cuts())
    return FeelingModel(SHIPPED, polarity, neutral, mixed)


def fitted_feelings() -> FeelingModel:
    """The model of the product, fitted to its sentences: the same one every time, in some seconds."""
    examples = feeling_examples()
    stored = shipped_vectors()
    vectors = np.array([stored[example.text] for example in examples])
    languages = [example.language for example in examples]
    features = polarity_features(vectors, [example.text for example in examples], languages)
    feelings = np.array([example.feeling for example in examples])
    folds = (np.arange(len(examples)) // _BLOCK) % _FOLDS
    is_plain = np.isin(feelings, ["negative", "positive"])
    return FeelingModel(
        SHIPPED,
        _polarity(features[is_plain], feelings[is_plain] == "positive", folds[is_plain]),
        _kind(features[:, :-1], feelings == "neutral", folds),
        _kind(features[:, :-1], feelings == "mixed", folds),
    )


def feeling_by_words(text: str, language: str) -> FeelingRead:
    """What the words alone say, only where they are plainly on one side. Right in about eight of ten."""
    count = count_words(text, language)
    positive = float(chances(np.array([count.balance]))[0])
    if min(count.good, count.bad) == 0 and max(count.good, count.bad) >= _PLAIN_WORDS:
        feeling = Feeling.POSITIVE if count.good else Feeling.NEGATIVE
        return FeelingRead(feeling, max(positive, 1 - positive), positive, is_by_words=True)
    return FeelingRead(Feeling.CANT_TELL, max(positive, 1 - positive), positive, is_by_words=True)


_PLAIN_WORDS: Final = 2


def calibrated(cut: Linear, held_out: Floats, is_yes: NDArray[np.bool_]) -> Linear:
    """The cut with its log-odds stretched and moved so that they fit what it said of what it had not seen."""
    line = fitted(held_out[:, None], is_yes, softness=_CALIBRATION_SOFTNESS)
    stretch = max(float(line.weights[0]), 0.0)
    return Linear(cut.weights * stretch, cut.bias * stretch + line.bias)


def _polarity(features: Vectors, is_positive: NDArray[np.bool_], folds: NDArray[np.int_]) -> Linear:
    def cut(rows: NDArray[np.bool_]) -> Linear:
        plain = fitted(features[rows, :-1], is_positive[rows], softness=POLARITY_SOFTNESS)
        return Linear(np.append(plain.weights, _WORD_WEIGHT), plain.bias)

    held_out = np.zeros(len(features))
    for fold in range(_FOLDS):
        held_out[folds == fold] = cut(folds != fold).scores(features[folds == fold])
    return calibrated(cut(np.ones(len(features), np.bool_)), held_out, is_positive)


def _kind(vectors: Vectors, is_kind: NDArray[np.bool_], folds: NDArray[np.int_]) -> Linear:
    held_out = np.zeros(len(vectors))
    for fold in range(_FOLDS):
        cut = fitted(vectors[folds != fold], is_kind[folds != fold], softness=KIND_SOFTNESS)
        held_out[folds == fold] = cut.scores(vectors[folds == fold])
    return calibrated(fitted(vectors, is_kind, softness=KIND_SOFTNESS), held_out, is_kind)


def _read(positive: float, neutral: float, mixed: float, language: str) -> FeelingRead:
    for kind, chance in sorted(((Feeling.NEUTRAL, neutral), (Feeling.MIXED, mixed)), key=lambda pair: -pair[1]):
        if chance >= _SURE_OF_KIND:
            return FeelingRead(kind, float(chance), float(positive))
    likeliest = max(float(positive), 1 - float(positive))
    if likeliest < _SURE.get(language, _SURE_ELSEWHERE):
        return FeelingRead(Feeling.CANT_TELL, likeliest, float(positive))
    return FeelingRead(Feeling.POSITIVE if positive >= 1 / 2 else Feeling.NEGATIVE, likeliest, float(positive))

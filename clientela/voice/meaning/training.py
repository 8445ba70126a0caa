"""What the house's own scored texts teach: the shipped cuts, moved as far as those texts bear out.

The cuts are drawn to the shipped ones, so that ten texts move them a little and a thousand much. How far is chosen, and
how well it does is said, by cross-validation: each text is judged by a model that has not seen it, nor any text of the
same words. What was learned is used only where it is not worse than what was shipped, on the very same texts.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.feeling import Feeling, FeelingModel, calibrated, polarity_features, shipped_feelings
from clientela.voice.meaning.linear import Floats, Linear, chances, fitted
from clientela.voice.meaning.shipped import Vectors, centred, unit
from clientela.voice.meaning.subjects import SubjectsModel
from clientela.voice.meaning.words import folded
from clientela.voice.rules.figures.shares import score_interval

FEWEST_TO_LEARN: Final = 40
FEWEST_OF_A_SIDE: Final = 10
_FOLDS: Final = 5
_FEELING_SOFTNESSES: Final = (3.0, 10.0, 30.0)
_SUBJECT_SOFTNESSES: Final = (3.0, 10.0, 30.0, 100.0)
_BINS: Final = 10
_PIECE = re.compile(r"\w+")


@dataclass(frozen=True)
class ScoredExample:
    """A text that a person of the house scored. `feeling` None or `subjects` None: nothing was said of it."""

    text: str
    language: str
    vector: Vectors
    feeling: Feeling | None = None
    subjects: frozenset[str] | None = None


@dataclass(frozen=True)
class Figure:
    """How many of `n` texts were judged right, each by a model that had not seen it; the 95 % interval of the share."""

    right: int
    n: int

    @property
    def share(self) -> float:
        """The share judged right."""
        return self.right / self.n

    @property
    def low(self) -> float:
        """The lower end of its interval."""
        return score_interval(self.right, self.n).low

    @property
    def high(self) -> float:
        """The upper end of its interval."""
        return score_interval(self.right, self.n).high


@dataclass(frozen=True)
class LearnedFeelings:
    """A model of feelings of the house. Figures by language, "" for all: negative against positive.

    `calibration_error`: how far the chances are from the shares that come true, on average, on texts not seen.
    """

    model: FeelingModel
    figures: Mapping[str, Figure]
    figures_shipped: Mapping[str, Figure]
    calibration_error: float
    is_used: bool


@dataclass(frozen=True)
class LearnedSubjects:
    """Cuts of the house for subjects, by key: only those that are not worse than the list alone. Figures by key: how
    many texts were rightly taken to be about it or not.
    """

    name: str
    cuts: Mapping[str, Linear]
    figures: Mapping[str, Figure]
    figures_of_list: Mapping[str, Figure]


def learn_feelings(examples: Sequence[ScoredExample], *, name: str) -> LearnedFeelings | None:
    """Learn from texts scored negative or positive, and neutral or mixed where there are enough. None: too few."""
    shipped = shipped_feelings()
    told = [one for one in examples if one.feeling is not None and np.isfinite(one.vector).all()]
    plain = [one for one in told if one.feeling in {Feeling.NEGATIVE, Feeling.POSITIVE}]
    is_positive = np.array([one.feeling is Feeling.POSITIVE for one in plain], np.bool_)
    if not _are_enough(is_positive):
        return None
    features = _features(plain)
    folds = _folds(plain)
    softness = _best_softness(features, is_positive, folds, shipped.polarity, _FEELING_SOFTNESSES)
    held_out = _held_out(features, is_positive, folds, shipped.polarity, softness)
    found = _calibrated_across(held_out, is_positive, folds)
    cut = fitted(features, is_positive, softness=softness, prior=shipped.polarity)
    before = chances(shipped.polarity.scores(features))
    languages = [one.language for one in plain]
    figures = _figures((found >= 1 / 2) == is_positive, languages)
    shipped_ones = _figures((before >= 1 / 2) == is_positive, languages)
    model = FeelingModel(
        name,
        calibrated(cut, held_out, is_positive),
        _kind(told, Feeling.NEUTRAL, shipped.neutral),
        _kind(told, Feeling.MIXED, shipped.mixed),
    )
    is_used = figures[""].right >= shipped_ones[""].right
    return LearnedFeelings(model, figures, shipped_ones, calibration_error(found, is_positive), is_used)


def learn_subjects(examples: Sequence[ScoredExample], model: SubjectsModel, *, name: str) -> LearnedSubjects:
    """Learn from sorted texts, one subject at a time, on top of what the list says. `model`: the list, made ready."""
    told = [one for one in examples if one.subjects is not None and np.isfinite(one.vector).all()]
    cuts: dict[str, Linear] = {}
    figures: dict[str, Figure] = {}
    figures_of_list: dict[str, Figure] = {}
    if len(told) < FEWEST_TO_LEARN:
        return LearnedSubjects(name, cuts, figures, figures_of_list)
    languages = [one.language for one in told]
    rows = unit(centred(np.array([one.vector for one in told]), languages))
    odds = model.list_odds(rows, model.word_counts([one.text for one in told], languages))
    folds = _folds(told)
    for place, key in enumerate(model.keys):
        is_about = np.array([key in (one.subjects or ()) for one in told], np.bool_)
        if not _are_enough(is_about):
            continue
        features = np.column_stack([rows, odds[:, place]])
        prior = Linear(np.append(np.zeros(rows.shape[1]), 1.0), 0.0)
        softness = _best_softness(features, is_about, folds, prior, _SUBJECT_SOFTNESSES)
        held_out = _held_out(features, is_about, folds, prior, softness)
        figure = _figure((_calibrated_across(held_out, is_about, folds) >= 1 / 2) == is_about)
        of_list = _figure((odds[:, place] >= 0) == is_about)
        if figure.right >= of_list.right:
            cuts[key] = calibrated(fitted(features, is_about, softness=softness, prior=prior), held_out, is_about)
            figures[key], figures_of_list[key] = figure, of_list
    return LearnedSubjects(name, cuts, figures, figures_of_list)


def with_learned(model: SubjectsModel, learned: LearnedSubjects) -> SubjectsModel:
    """The list with what the house taught of its subjects."""
    return replace(model, name=learned.name, learned=learned.cuts)


def calibration_error(found: Floats, is_yes: NDArray[np.bool_]) -> float:
    """How far chances lie from the shares that came true: ten bins of the chance of what is said, weighed by size."""
    said = np.where(found >= 1 / 2, found, 1 - found)
    right = (found >= 1 / 2) == is_yes
    bins = np.minimum(((said - 1 / 2) * 2 * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for number in range(_BINS):
        mine = bins == number
        if mine.any():
            error += float(mine.mean() * abs(said[mine].mean() - right[mine].mean()))
    return error


def _features(examples: Sequence[ScoredExample]) -> Vectors:
    vectors = np.array([one.vector for one in examples], np.float32)
    return polarity_features(vectors, [one.text for one in examples], [one.language for one in examples])


def _kind(told: Sequence[ScoredExample], kind: Feeling, shipped: Linear) -> Linear:
    """The cut for neutral or mixed, moved where the house has scored enough of them and found them told better so."""
    is_kind = np.array([one.feeling is kind for one in told], np.bool_)
    if not _are_enough(is_kind):
        return shipped
    features = _features(told)[:, :-1]
    folds = _folds(told)
    softness = _best_softness(features, is_kind, folds, shipped, _FEELING_SOFTNESSES)
    held_out = _held_out(features, is_kind, folds, shipped, softness)
    cut = calibrated(fitted(features, is_kind, softness=softness, prior=shipped), held_out, is_kind)
    was_right = (shipped.scores(features) >= 0) == is_kind
    is_right = (_calibrated_across(held_out, is_kind, folds) >= 1 / 2) == is_kind
    return cut if is_right.sum() >= was_right.sum() else shipped


def _are_enough(is_yes: NDArray[np.bool_]) -> bool:
    yes = int(is_yes.sum())
    return len(is_yes) >= FEWEST_TO_LEARN and min(yes, len(is_yes) - yes) >= FEWEST_OF_A_SIDE


def _folds(examples: Sequence[ScoredExample]) -> NDArray[np.int_]:
    """The same fold for the same words, the folds about equally large, and always the same ones."""
    keys = [hashlib.sha256(" ".join(_PIECE.findall(folded(one.text))).encode()).digest() for one in examples]
    rank = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([rank[key] % _FOLDS for key in keys], np.int_)


def _held_out(
    features: Vectors, is_yes: NDArray[np.bool_], folds: NDArray[np.int_], prior: Linear, softness: float
) -> Floats:
    found = np.zeros(len(features))
    for fold in range(_FOLDS):
        mine = folds == fold
        found[mine] = fitted(features[~mine], is_yes[~mine], softness=softness, prior=prior).scores(features[mine])
    return found


def _best_softness(
    features: Vectors, is_yes: NDArray[np.bool_], folds: NDArray[np.int_], prior: Linear, choices: Sequence[float]
) -> float:
    def surprise(softness: float) -> float:
        held_out = _held_out(features, is_yes, folds, prior, softness)
        found = np.clip(_calibrated_across(held_out, is_yes, folds), 1e-6, 1 - 1e-6)
        return float(-np.log(np.where(is_yes, found, 1 - found)).mean())

    return _least(choices, surprise)


def _least(choices: Sequence[float], cost: Callable[[float], float]) -> float:
    return min(choices, key=cost)


def _calibrated_across(held_out: Floats, is_yes: NDArray[np.bool_], folds: NDArray[np.int_]) -> Floats:
    """The chances that held-out scores stand for, each by a calibration that has not seen it either."""
    found = np.zeros(len(held_out))
    for fold in range(_FOLDS):
        mine = folds == fold
        line = calibrated(Linear(np.ones(1), 0.0), held_out[~mine], is_yes[~mine])
        found[mine] = chances(line.scores(held_out[mine][:, None]))
    return found


def _figure(is_right: NDArray[np.bool_]) -> Figure:
    return Figure(int(is_right.sum()), len(is_right))


def _figures(is_right: NDArray[np.bool_], languages: Sequence[str]) -> dict[str, Figure]:
    right: Counter[str] = Counter()
    count: dict[str, int] = defaultdict(int)
    for language, is_one in zip(languages, is_right, strict=True):
        for group in ("", language):
            right[group] += int(is_one)
            count[group] += 1
    return {group: Figure(right[group], count[group]) for group in sorted(count)}

"""How well feelings, subjects and neighbours are told, on all reviews of the real data; nothing was trained on them."""

import unicodedata
from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.alike import Neighbours
from clientela.voice.meaning.denials import as_encoded
from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.feeling import Feeling, polarity_features, shipped_feelings
from clientela.voice.meaning.language import read_language
from clientela.voice.meaning.linear import chances
from clientela.voice.meaning.shipped import Vectors, ready_made_subjects, shipped_vectors
from clientela.voice.meaning.subjects import SubjectsModel, subjects_model
from clientela.voice.meaning.training import (
    ScoredExample,
    calibration_error,
    learn_feelings,
    learn_subjects,
    with_learned,
)
from clientela.voice.meaning.words import words_of
from tests.rules.voice.meaning.review_sets import SETS, Said
from tests.rules.voice.meaning.scores import accuracy_of_surest, macro_f1
from tests.rules.voice.meaning.test_alike import LANGUAGES, complaints, others

PROTOTYPES = (
    "I am very dissatisfied with the service.",
    "Terrible quality, I do not recommend it.",
    "It was late and nobody helped me.",
    "Awful, a waste of money.",
    "The staff were rude and the place was dirty.",
    "It is broken and does not work.",
    "I am very satisfied with the service.",
    "Excellent quality, I recommend it.",
    "It came on time and everybody helped me.",
    "Wonderful, worth the money.",
    "The staff were friendly and the place was clean.",
    "It works perfectly.",
)
LABELS = 300
REPEATS = 5
SURE = 0.8
FEWEST_WORDS = 3
MATTERS = ("delivery", "quality", "satisfied")


def feeling_lines() -> Iterator[str]:
    """Tables in Markdown. Takes about ten minutes, most of them for 9,000 vectors."""
    with Encoder() as encoder:
        prototypes = encoder.encode(PROTOTYPES).vectors
        yield "| | texts | F1, each half | F1 | 12 prototypes | right of the surest 80 % | answered, right | calibration error | F1 after 300 | right of the surest 80 % | calibration error |"  # noqa: E501 - a table's head
        yield "|---|---|---|---|---|---|---|---|---|---|---|"
        for language, told in SETS.items():
            everything = told()
            said = [one for one in everything if one.is_positive is not None]
            yield _row(language, said, _vectors(encoder, [one.text for one in said]), prototypes)
        yield ""
        yield "| typed without marks | F1 | right of the surest 80 % | language read, with marks | without |"
        yield "|---|---|---|---|---|"
        for language in ("ro", "pl", "es", "pt"):
            yield _bare_row(encoder, language, [one for one in SETS[language]() if one.is_positive is not None])
        yield ""
        orders = [one for one in SETS["pt"]() if one.matter]
        vectors = encoder.encode([one.text for one in orders]).vectors
        yield "| examples | macro-F1 of three subjects, the likeliest | each above one half |"
        yield "|---|---|---|"
        for examples in (0, 300, 900):
            likeliest, each = _subjects(orders, vectors, examples)
            yield f"| {examples} | {likeliest:.3f} | {each:.3f} |"
        yield ""
        found, plain = _neighbours(encoder)
        yield f"The same complaint among the first three of 512: {found:.3f}; without taking means away {plain:.3f}."


def _row(language: str, said: list[Said], vectors: Vectors, prototypes: Vectors) -> str:
    texts = [one.text for one in said]
    languages = [language] * len(texts)
    is_positive = np.array([one.is_positive for one in said], np.bool_)
    halves = np.array([one.half for one in said])
    model = shipped_feelings()
    features = polarity_features(vectors, texts, languages)
    found = chances(model.polarity.scores(features))
    f1 = partial(_f1, is_positive, found)
    middle = len(PROTOTYPES) // 2
    direction = prototypes[middle:].mean(axis=0) - prototypes[:middle].mean(axis=0)
    plain = vectors @ direction - (prototypes @ direction).mean()
    read = model.read(vectors, texts, languages)
    is_answered = np.array([one.feeling in {Feeling.NEGATIVE, Feeling.POSITIVE} for one in read])
    right = ((found >= 1 / 2) == is_positive)[is_answered].mean()
    after = np.mean([_after(said, vectors, features, language=language, seed=seed) for seed in range(REPEATS)], axis=0)
    return (
        f"| {language} | {len(said)} | {f1(halves == 0):.3f}, {f1(halves == 1):.3f} | {f1(halves >= 0):.3f} | "
        f"{macro_f1(is_positive.tolist(), (plain >= 0).tolist()):.3f} | "
        f"{accuracy_of_surest(is_positive, found, share=SURE):.3f} | {is_answered.mean():.0%}, {right:.3f} | "
        f"{calibration_error(found, is_positive):.3f} | {after[0]:.3f} | {after[1]:.3f} | {after[2]:.3f} |"
    )


def _bare_row(encoder: Encoder, language: str, said: list[Said]) -> str:
    texts = [_bare(one.text) for one in said]
    is_positive = np.array([one.is_positive for one in said], np.bool_)
    features = polarity_features(_vectors(encoder, texts), texts, [language] * len(texts))
    found = chances(shipped_feelings().polarity.scores(features))
    return (
        f"| {language} | {macro_f1(is_positive.tolist(), (found >= 1 / 2).tolist()):.3f} | "
        f"{accuracy_of_surest(is_positive, found, share=SURE):.3f} | "
        f"{_language_told([one.text for one in said], language):.3f} | {_language_told(texts, language):.3f} |"
    )


def _language_told(texts: list[str], language: str) -> float:
    """The share of texts of three words or more whose language is read; without one, nothing counts as right."""
    told = [read_language(text, channel_language="").language for text in texts if len(words_of(text)) >= FEWEST_WORDS]
    return sum(one == language for one in told) / len(told)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.translate(str.maketrans("łŁ", "lL")))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _vectors(encoder: Encoder, texts: list[str]) -> Vectors:
    return encoder.encode([as_encoded(text) for text in texts]).vectors


def _f1(is_positive: NDArray[np.bool_], found: NDArray[np.float64], rows: NDArray[np.bool_]) -> float:
    return macro_f1(is_positive[rows].tolist(), (found[rows] >= 1 / 2).tolist())


def _after(
    said: list[Said], vectors: Vectors, features: Vectors, *, language: str, seed: int
) -> tuple[float, float, float]:
    """F1, accuracy and calibration error on the others, after 300 of the texts were scored by the house."""
    order = np.random.default_rng(seed).permutation(len(said))
    is_positive = np.array([one.is_positive for one in said], np.bool_)
    examples = [
        ScoredExample(
            said[row].text, language, vectors[row], Feeling.POSITIVE if is_positive[row] else Feeling.NEGATIVE
        )
        for row in order[:LABELS]
    ]
    learned = learn_feelings(examples, name="house")
    model = learned.model if learned is not None and learned.is_used else shipped_feelings()
    rest = order[LABELS:]
    found = chances(model.polarity.scores(features[rest]))
    truth = is_positive[rest]
    return (
        macro_f1(truth.tolist(), (found >= 1 / 2).tolist()),
        accuracy_of_surest(truth, found, share=SURE),
        calibration_error(found, truth),
    )


def _subjects(orders: list[Said], vectors: Vectors, examples: int) -> tuple[float, float]:
    described = [one for one in ready_made_subjects() if one.key in MATTERS]
    list_alone = subjects_model(described, shipped_vectors())
    scores = []
    for seed in range(1 if examples == 0 else 3):
        order = np.random.default_rng(seed).permutation(len(orders))
        taught = [
            ScoredExample(orders[row].text, "pt", vectors[row], None, frozenset({orders[row].matter}))
            for row in order[:examples]
        ]
        model = with_learned(list_alone, learn_subjects(taught, list_alone, name="house")) if taught else list_alone
        scores.append(_matters_told(model, [orders[row] for row in order[examples:]], vectors[order[examples:]]))
    likeliest, each = np.mean(scores, axis=0)
    return float(likeliest), float(each)


def _matters_told(model: SubjectsModel, orders: list[Said], vectors: Vectors) -> tuple[float, float]:
    found = model.chances(vectors, [one.text for one in orders], ["pt"] * len(orders))
    truth = [one.matter for one in orders]
    likeliest = macro_f1(truth, [model.keys[place] for place in found.argmax(axis=1)])
    each = []
    for place, key in enumerate(model.keys):
        is_true, is_said = np.array([one == key for one in truth]), found[:, place] >= 1 / 2
        each.append(2 * (is_true & is_said).sum() / (is_true.sum() + is_said.sum()))
    return likeliest, float(np.mean(each))


def _neighbours(encoder: Encoder) -> tuple[float, float]:
    vectors = {tag: encoder.encode([one[tag] for one in complaints()]).vectors for tag in LANGUAGES}
    rest = np.array([shipped_vectors()[text] for text, _ in others()])
    found = plain = asked = 0
    for theirs in LANGUAGES:
        rows = np.vstack([rest, vectors[theirs]])
        known = Neighbours(rows, [tag for _, tag in others()] + [theirs] * len(complaints()))
        for ours in set(LANGUAGES) - {theirs}:
            near = known.nearest(vectors[ours], [ours] * len(complaints()), count=3)
            raw = np.argsort(-(vectors[ours] @ rows.T), axis=1)[:, :3]
            for place, row in enumerate(near):
                asked += 1
                found += len(rest) + place in {one.place for one in row}
                plain += len(rest) + place in raw[place]
    return found / asked, plain / asked

"""Feelings and subjects on reviews of strangers that nothing was trained on. `python -m tests.bench feeling` measures
all of them; here a part of each, always the same, so that it takes a minute.
"""

from functools import cache

import numpy as np
import pytest

from clientela.voice.meaning.denials import as_encoded
from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.feeling import Feeling, polarity_features, shipped_feelings
from clientela.voice.meaning.linear import chances
from clientela.voice.meaning.shipped import Vectors, ready_made_subjects, shipped_vectors
from clientela.voice.meaning.subjects import SubjectsModel, subjects_model
from clientela.voice.meaning.training import ScoredExample, calibration_error, learn_subjects, with_learned
from tests.rules.voice.meaning.review_sets import SETS, Said, sample
from tests.rules.voice.meaning.scores import accuracy_of_surest, macro_f1
from tests.shared_data import needs_shared_data

# As many as it takes for chance to move the figures by little.
SIZES = {"ro": 150, "pl": 400, "es": 300, "en": 600, "pt": 300}
SIZE_OF_SUBJECTS = 500
# The floor of the macro-F1 and of the accuracy on the surest four fifths. The part of the Polish set is harder than the
# whole, where it is .83 and .90; of English see the benchmarks.
FLOORS = {"ro": (0.93, 0.95), "pl": (0.79, 0.85), "es": (0.85, 0.93), "en": (0.88, 0.95), "pt": (0.88, 0.92)}


@cache
def told(language: str) -> list[Said]:
    return sample([one for one in SETS[language]() if one.is_positive is not None], SIZES[language])


@cache
def vectors_of(encoder: Encoder, language: str) -> Vectors:
    return encoder.encode([as_encoded(one.text) for one in told(language)]).vectors


@needs_shared_data
@pytest.mark.shared_data
@pytest.mark.parametrize("language", FLOORS)
def test_feelings_of_strangers_are_told(encoder: Encoder, language: str) -> None:
    texts = [one.text for one in told(language)]
    is_positive = np.array([one.is_positive for one in told(language)], np.bool_)
    vectors = vectors_of(encoder, language)
    found = chances(shipped_feelings().polarity.scores(polarity_features(vectors, texts, [language] * len(texts))))
    f1, accuracy = FLOORS[language]
    assert macro_f1(is_positive.tolist(), (found >= 0.5).tolist()) >= f1
    assert accuracy_of_surest(is_positive, found, share=0.8) >= accuracy
    assert calibration_error(found, is_positive) < 0.1


@needs_shared_data
@pytest.mark.shared_data
@pytest.mark.parametrize("language", FLOORS)
def test_what_would_be_wrong_is_not_told(encoder: Encoder, language: str) -> None:
    texts = [one.text for one in told(language)]
    read = shipped_feelings().read(vectors_of(encoder, language), texts, [language] * len(texts))
    sides = {Feeling.NEGATIVE: False, Feeling.POSITIVE: True}
    pairs = zip(read, told(language), strict=True)
    answered = [(sides[one.feeling], was.is_positive) for one, was in pairs if one.feeling in sides]
    assert 0.7 <= len(answered) / len(texts) <= 0.95
    assert np.mean([said == was for said, was in answered]) >= FLOORS[language][1] - 0.01
    # Neutral and mixed are hardly ever said of texts that are neither.
    assert sum(one.feeling in {Feeling.NEUTRAL, Feeling.MIXED} for one in read) / len(texts) <= 0.08


@needs_shared_data
@pytest.mark.shared_data
def test_subjects_of_orders_are_found_by_the_list_alone_and_better_with_three_hundred_examples(
    encoder: Encoder,
) -> None:
    orders = sample([one for one in SETS["pt"]() if one.matter], SIZE_OF_SUBJECTS)
    vectors = encoder.encode([one.text for one in orders]).vectors
    keys = ["delivery", "quality", "satisfied"]
    described = [one for one in ready_made_subjects() if one.key in keys]
    list_alone = subjects_model(described, shipped_vectors())
    true = [one.matter for one in orders]

    def likeliest(model: SubjectsModel, rows: slice) -> list[str]:
        found = model.chances(vectors[rows], [one.text for one in orders[rows]], ["pt"] * len(orders[rows]))
        return [list_alone.keys[place] for place in found.argmax(axis=1)]

    assert macro_f1(true, likeliest(list_alone, slice(None))) >= 0.68
    taught = [
        ScoredExample(one.text, "pt", vector, None, frozenset({one.matter}))
        for one, vector in zip(orders[:300], vectors[:300], strict=True)
    ]
    learned = with_learned(list_alone, learn_subjects(taught, list_alone, name="house-1"))
    assert macro_f1(true[300:], likeliest(learned, slice(300, None))) >= 0.82

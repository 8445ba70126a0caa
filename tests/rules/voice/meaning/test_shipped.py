from collections import Counter
from importlib.resources import files

import numpy as np
import pytest

from clientela.voice import meaning
from clientela.voice.meaning.encoder import Encoder
from clientela.voice.meaning.shipped import (
    LANGUAGES,
    centred,
    feeling_examples,
    language_means,
    ready_made_subjects,
    shipped_texts,
    shipped_vectors,
)


def test_every_sentence_has_its_vector() -> None:
    assert sorted(shipped_vectors()) == sorted(shipped_texts())
    lengths = np.linalg.norm(np.array(list(shipped_vectors().values())), axis=1)
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-5)


def test_the_vectors_are_small_enough_to_ship() -> None:
    assert len(files(meaning).joinpath("examples", "vectors.npz").read_bytes()) < 1_000_000


def test_the_vectors_are_what_the_encoder_says(encoder: Encoder) -> None:
    texts = shipped_texts()[::12]
    stored = np.array([shipped_vectors()[text] for text in texts])
    found = encoder.encode(texts)
    assert found.is_known.all()
    assert (stored * found.vectors).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_as_many_glad_as_sorry_sentences_and_all_four_feelings(language: str) -> None:
    count = Counter(one.feeling for one in feeling_examples() if one.language == language)
    assert abs(count["positive"] - count["negative"]) <= 2
    assert count["positive"] > 90
    assert count["neutral"] > 15
    assert count["mixed"] >= 12


def test_no_sentence_has_two_feelings() -> None:
    feelings: dict[str, set[str]] = {}
    for one in feeling_examples():
        feelings.setdefault(one.text, set()).add(one.feeling)
    assert [text for text, told in feelings.items() if len(told) > 1] == []


def test_every_subject_is_described_in_every_language_and_named_in_those_of_the_product() -> None:
    subjects = ready_made_subjects()
    assert 16 <= len(subjects) <= 20
    assert len({one.key for one in subjects}) == len(subjects)
    for one in subjects:
        assert set(one.names) == {"en", "ro", "pl", "es"}
        assert {language: len(told) >= 4 for language, told in one.sentences.items()} == dict.fromkeys(LANGUAGES, True)
        assert set(one.words) == set(LANGUAGES)


def test_what_a_language_has_in_common_is_taken_away() -> None:
    vectors = np.array([language_means()["ro"], language_means()[""]])
    assert np.abs(centred(vectors, ["ro", "fi"])).max() < 1e-6

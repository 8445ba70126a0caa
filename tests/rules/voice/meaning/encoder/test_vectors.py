"""The network computes what the engine that comes with the weights computes."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from clientela.voice.meaning.encoder import Encoder, forward
from tests.encoding import needs_encoder

pytestmark = needs_encoder


def test_a_hundred_sentences_mean_what_they_mean_to_the_engine(
    encoder: Encoder, sentences: list[str], expected_vectors: NDArray[np.float32]
) -> None:
    """The engine rounds to 8 bits before every product and we do not, hence the rest: for one sentence .99977."""
    encoded = encoder.encode(sentences)
    vectors = encoded.vectors
    assert encoded.is_known.all()
    expected = expected_vectors[:100] / np.linalg.norm(expected_vectors[:100], axis=1, keepdims=True)
    cosines = np.sort((vectors * expected).sum(axis=1))
    assert cosines[0] >= 0.9997
    assert cosines[1] >= 0.9998
    assert np.median(cosines) >= 0.9999


def test_a_long_text_is_the_mean_of_its_windows_as_the_engine_makes_it(
    encoder: Encoder, sentences: list[str], expected_vectors: NDArray[np.float32]
) -> None:
    vectors = encoder.encode([" ".join(sentences)]).vectors
    assert vectors[0] @ (expected_vectors[100] / np.linalg.norm(expected_vectors[100])) >= 0.9999


def test_of_a_very_long_text_four_windows_count(encoder: Encoder) -> None:
    known = "un cuvânt " * 1_000
    tokens = 4 * 510 - 2  # the prefix is two tokens
    exact = " ".join(["a"] * tokens)
    texts = [f"{exact} {known}", f"{exact} 123 456", " ".join(["a"] * (tokens - 510))]
    one, other, less = encoder.encode(texts).vectors
    assert np.allclose(one, other, atol=1e-6)
    assert not np.allclose(one, less, atol=1e-4)


def test_a_text_means_the_same_alone_and_among_others(encoder: Encoder, sentences: list[str]) -> None:
    together = encoder.encode(sentences).vectors
    alone = np.vstack([encoder.encode([sentence]).vectors for sentence in sentences[::9]])
    assert np.abs(together[::9] - alone).max() < 1e-5
    assert np.abs(encoder.encode(sentences[::-1]).vectors[::-1] - together).max() < 1e-5


def test_vectors_have_length_1(encoder: Encoder, sentences: list[str]) -> None:
    vectors = encoder.encode(sentences).vectors
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_a_text_with_nothing_to_read_has_no_vector_and_disturbs_nobody(encoder: Encoder) -> None:
    encoded = encoder.encode(["", "Merge bine.", "\0\ud800", " "])
    vectors, is_known = encoded.vectors, encoded.is_known
    assert is_known.tolist() == [False, True, False, False]
    assert np.isnan(vectors[~is_known]).all()
    assert np.allclose(vectors[1], encoder.encode(["Merge bine."]).vectors[0], atol=1e-6)


def test_no_texts_no_vectors(encoder: Encoder) -> None:
    nothing = encoder.encode([])
    assert (nothing.vectors.shape, nothing.is_known.shape) == ((0, 384), (0,))


def test_the_quick_gelu_is_the_exact_one_to_three_hundred_thousandths() -> None:
    values = np.linspace(-40, 40, 400_001, dtype=np.float32)
    curve = np.minimum(values * values, forward._SATURATED)
    forward._bend(values, curve)
    exact = values * (1 + erf(values / np.sqrt(2)))
    assert np.abs(curve / 2 - exact / 2).max() < 3e-5


def test_the_same_complaint_is_nearest_in_every_language(encoder: Encoder) -> None:
    """A sanity check of meaning, not of exactness: translations lie closer than other complaints."""
    late = ["The parcel came too late.", "Coletul a ajuns prea târziu.", "El paquete llegó demasiado tarde."]
    rude = ["The seller was rude.", "Vânzătorul a fost nepoliticos.", "El vendedor fue grosero."]
    vectors = encoder.encode([*late, *rude]).vectors
    likeness = vectors @ vectors.T
    for row in range(3):
        others = [column for column in range(3) if column != row]
        assert min(likeness[row, column] for column in others) > likeness[row, 3:].max()

import time
from collections.abc import Sequence

import numpy as np
import pytest

from clientela.voice.meaning.encoder import Encoded, Encoder, EncoderStoppedError
from clientela.voice.meaning.feeling import Feeling
from clientela.voice.meaning.reading import TextIn, read_texts, shipped_model
from clientela.voice.meaning.shipped import WIDTH

HOSTILE = {
    "nothing": "",
    "NUL": "\x00" * 1000,
    "lone surrogates": "\ud800\udfff" * 500,
    "a ligature that unfolds": "\ufdfa" * 5000,
    "no space": "a" * 1_000_000,
    "digits": "1" * 1_000_000,
    "at signs": "@" * 100_000,
    "marks": "e" + "\u0301" * 100_000,
    "pictures": "😡" * 10_000,
    "directions": "\u202e\u2066abc\u2069",
    "a bomb of brackets": "(" * 100_000,
    "line breaks": "\n" * 100_000,
    "no letters": "?! 12 .. ##",
}


class Stopped:
    """An encoder that answers to nothing."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        raise EncoderStoppedError(f"{len(texts)} texts are too many today")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_like_any_other(text: str) -> None:
    started = time.monotonic()
    (read,) = read_texts([TextIn(text, "ro")], encoder=None, model=shipped_model())
    assert time.monotonic() - started < 30
    assert read.vector is None
    assert read.is_by_words


def test_hostile_texts_do_not_disturb_the_others_of_their_batch(encoder: Encoder) -> None:
    texts = [*HOSTILE.values(), "The room was filthy and the staff rude."]
    read = read_texts([TextIn(text, "en") for text in texts], encoder=encoder, model=shipped_model())
    assert len(read) == len(texts)
    assert read[-1].feeling.feeling is Feeling.NEGATIVE
    assert read[-1].vector is not None
    assert read[-1].vector.shape == (WIDTH,)
    by_name = dict(zip(HOSTILE, read, strict=False))
    assert by_name["pictures"].feeling.feeling is Feeling.NEGATIVE
    for name in ("nothing", "NUL", "no letters", "line breaks"):
        assert by_name[name].feeling.feeling is Feeling.CANT_TELL
        assert by_name[name].subjects == ()


def test_a_text_is_understood_whole(encoder: Encoder) -> None:
    (read,) = read_texts(
        [TextIn("Factura este greșită și Ion Popa de la 0722123456 a fost obraznic.", "en")],
        encoder=encoder,
        model=shipped_model(),
        names=["Ion Popa"],
    )
    assert (read.language, read.is_mixed_language, read.is_by_words) == ("ro", False, False)
    assert read.feeling.feeling is Feeling.NEGATIVE
    assert {one.key for one in read.subjects} >= {"invoice"}
    assert [span.kind.value for span in read.personal] == ["name", "phone"]


def test_more_texts_than_a_batch_come_back_in_their_order() -> None:
    texts = [TextIn("rude and filthy" if place % 3 else "friendly and clean", "en") for place in range(150)]
    read = read_texts(texts, encoder=None, model=shipped_model())
    assert [one.feeling.feeling for one in read] == [
        Feeling.NEGATIVE if place % 3 else Feeling.POSITIVE for place in range(150)
    ]
    assert read_texts([], encoder=None, model=shipped_model()) == []


def test_where_the_encoder_stopped_words_are_counted() -> None:
    (read,) = read_texts([TextIn("rude and filthy", "en")], encoder=Stopped(), model=shipped_model())
    assert (read.feeling.feeling, read.is_by_words, read.vector) == (Feeling.NEGATIVE, True, None)


def test_an_insult_is_negative(encoder: Encoder) -> None:
    read = read_texts(
        [TextIn("You are all idiots.", "en"), TextIn("Sunteți niște incompetenți și hoți.", "ro")],
        encoder=encoder,
        model=shipped_model(),
    )
    assert [one.feeling.feeling for one in read] == [Feeling.NEGATIVE, Feeling.NEGATIVE]


def test_a_vector_is_that_of_the_encoder(encoder: Encoder) -> None:
    text = "The lift is out of order."
    (read,) = read_texts([TextIn(text)], encoder=encoder, model=shipped_model())
    assert read.vector is not None
    assert float(read.vector @ encoder.encode([text]).vectors[0]) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(read.vector).all()

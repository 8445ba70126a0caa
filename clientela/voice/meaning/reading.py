"""One door to understanding: texts in, and of each its language, feeling, subjects, personal data and vector."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.denials import as_encoded
from clientela.voice.meaning.encoder import EncoderStoppedError
from clientela.voice.meaning.feeling import FeelingModel, FeelingRead, shipped_feelings
from clientela.voice.meaning.language import has_letters, read_language
from clientela.voice.meaning.personal import Span, personal_data
from clientela.voice.meaning.shipped import WIDTH, Vectors
from clientela.voice.meaning.subjects import SubjectRead, SubjectsModel, shipped_subjects

BATCH: Final = 64
# Of a longer text this much is read for what it means. Personal data is looked for in all of it.
LONGEST_MEANT: Final = 20_000
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


class Encodes(Protocol):
    """What gives vectors: `Encoder`, or vectors kept from before."""

    def encode(self, texts: Sequence[str]) -> "EncodedTexts":
        """Return one row a text."""


class EncodedTexts(Protocol):
    """Vectors (n, 384) of length 1, and which of them are known; the others are NaN."""

    @property
    def vectors(self) -> Vectors:
        """The rows."""

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Which rows mean something."""


@dataclass(frozen=True)
class TextIn:
    """A text, and the language of the way it came, for where the text is too short to tell."""

    text: str
    channel_language: str = "en"


@dataclass(frozen=True)
class TextRead:
    """What a text means. `vector`: None where there is no encoder, or nothing that it could read."""

    language: str
    is_mixed_language: bool
    feeling: FeelingRead
    subjects: tuple[SubjectRead, ...]
    personal: tuple[Span, ...]
    vector: Vectors | None

    @property
    def is_by_words(self) -> bool:
        """Whether only words were counted."""
        return self.feeling.is_by_words


@dataclass(frozen=True)
class MeaningModel:
    """What is known of feelings and of subjects."""

    feelings: FeelingModel
    subjects: SubjectsModel


@cache
def shipped_model() -> MeaningModel:
    """What the product brings along."""
    return MeaningModel(shipped_feelings(), shipped_subjects())


def read_texts(
    texts: Sequence[TextIn], *, encoder: Encodes | None, model: MeaningModel, names: Iterable[str] = ()
) -> list[TextRead]:
    """Read texts, in batches, whatever is in them. Without an encoder, or where it stopped, words are counted.

    `names`: of the house's people, to be found as personal data. Raises EncoderMissingError and EncoderDamagedError.
    """
    people = tuple(names)
    found: list[TextRead] = []
    for start in range(0, len(texts), BATCH):
        found += _read_batch(texts[start : start + BATCH], encoder, model, people)
    return found


def _read_batch(
    batch: Sequence[TextIn], encoder: Encodes | None, model: MeaningModel, names: tuple[str, ...]
) -> list[TextRead]:
    told = [_NOT_TEXT.sub(" ", one.text[: LONGEST_MEANT * 2])[:LONGEST_MEANT] for one in batch]
    languages = [
        read_language(text, channel_language=one.channel_language) for text, one in zip(told, batch, strict=True)
    ]
    tags = [one.language for one in languages]
    vectors = _vectors(told, encoder)
    feelings = model.feelings.read(vectors, told, tags)
    subjects = model.subjects.read(vectors, told, tags)
    return [
        TextRead(
            language=languages[row].language,
            is_mixed_language=languages[row].is_mixed,
            feeling=feelings[row],
            subjects=subjects[row],
            personal=personal_data(batch[row].text, names=names),
            vector=vectors[row] if np.isfinite(vectors[row]).all() else None,
        )
        for row in range(len(batch))
    ]


def _vectors(texts: Sequence[str], encoder: Encodes | None) -> Vectors:
    """A row for each text; NaN for what has no letters, without an encoder, and where the encoder gave up."""
    vectors = np.full((len(texts), WIDTH), np.nan, np.float32)
    rows = [row for row, text in enumerate(texts) if has_letters(text)]
    if encoder is None or not rows:
        return vectors
    try:
        found = encoder.encode([as_encoded(texts[row]) for row in rows])
    except EncoderStoppedError:
        return vectors
    vectors[rows] = np.where(found.is_known[:, None], found.vectors, np.nan)
    return vectors

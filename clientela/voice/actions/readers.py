"""The reader of this house: the encoder, the house's list of subjects, and what the house has taught it."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from clientela.voice.actions.hearing import text_key
from clientela.voice.actions.reading import Reading, TextToRead, kept_vectors
from clientela.voice.meaning.denials import as_encoded
from clientela.voice.meaning.encoder import Encoded
from clientela.voice.meaning.feeling import Feeling, FeelingModel, FeelingRead, shipped_feelings
from clientela.voice.meaning.language import has_letters, read_language
from clientela.voice.meaning.linear import Linear
from clientela.voice.meaning.reading import LONGEST_MEANT
from clientela.voice.meaning.shipped import WIDTH, SubjectDescription, shipped_vectors
from clientela.voice.meaning.subjects import SubjectsModel, sentences_of, subjects_model
from clientela.voice.models import LearnedModel, Subject, Voice

ENCODER: Final = "e5-small-4bit-3"  # the weights and how they are read; another name encodes everything anew
_MARK = "cut."  # numpy has names of its own


class Encodes(Protocol):
    """What is asked of an encoder."""

    def encode(self, texts: Sequence[str]) -> Encoded: ...  # noqa: D102 - as on meaning.encoder.Encoder


@dataclass(frozen=True)
class HouseReader:
    """Reads as the house has taught. Without an encoder it reads by words, and says so."""

    name: str
    encoder: str
    by: str
    feelings: FeelingModel
    subjects: SubjectsModel
    encodes: Encodes | None

    def vectors(self, texts: Sequence[str]) -> list[bytes | None]:
        """Encode texts. Raises the encoder's errors."""
        if self.encodes is None:
            return [None] * len(texts)
        encoded = self.encodes.encode([as_encoded(text[:LONGEST_MEANT]) for text in texts])
        return [
            row.astype("<f2").tobytes() if is_known else None
            for row, is_known in zip(encoded.vectors, encoded.is_known, strict=True)
        ]

    def read(self, texts: Sequence[TextToRead]) -> list[Reading]:
        """Understand texts."""
        words = [text.text[:LONGEST_MEANT] for text in texts]
        rows = rows_of([one.vector if has_letters(told) else None for one, told in zip(texts, words, strict=True)])
        languages = [language_of(text) for text in texts]
        feelings = self.feelings.read(rows, words, languages)
        subjects = self.subjects.read(rows, words, languages)
        return [
            Reading(
                language=language,
                feeling=feeling.feeling.value,
                probability=None if feeling.is_by_words else round(feeling.probability, 4),
                subjects=tuple((one.key, None if feeling.is_by_words else round(one.probability, 4)) for one in about),
                leans=_leans(feeling),
            )
            for language, feeling, about in zip(languages, feelings, subjects, strict=True)
        ]


def house_reader(*, at: datetime, encodes: Encodes | None) -> HouseReader:
    """Return the reader of this moment: its list of subjects and what was learned. Their sentences are encoded once."""
    described = subjects_described()
    learned = {row.kind: row for row in LearnedModel.objects.filter(is_used=True)} if encodes else {}
    taught = learned.get(LearnedModel.Kind.SUBJECTS)
    feelings = learned.get(LearnedModel.Kind.FEELING)
    made = json.dumps([[one.key, one.sentences, one.words] for one in described], sort_keys=True) + (
        taught.name if taught else ""
    )
    digest = sha256(made.encode()).hexdigest()[:8]
    feeling_model = feelings_from_bytes(bytes(feelings.content), name=feelings.name) if feelings else shipped_feelings()
    reader = HouseReader(
        name=f"{ENCODER}/{feeling_model.name}/{digest}" if encodes else f"words/{digest}",
        encoder=ENCODER if encodes else "",
        by=Voice.By.MODEL if encodes else Voice.By.WORDS,
        feelings=feeling_model,
        subjects=subjects_model(described, {}),
        encodes=encodes,
    )
    if encodes is None:
        return reader
    cuts = cuts_from_bytes(bytes(taught.content)) if taught else None
    return _with_list(reader, described, cuts, at=at)


def subjects_described() -> list[SubjectDescription]:
    """Return the subjects in use as they are compared with texts. One statement."""
    return [
        SubjectDescription(
            row.key,
            row.names,
            {language: tuple(told) for language, told in row.sentences.items()},
            {language: tuple(told) for language, told in row.words.items()},
        )
        for row in Subject.objects.filter(state=Subject.State.USED).order_by("key")
    ]


def language_of(text: TextToRead) -> str:
    """Return the language of the words themselves; of the way they came where they are too few to tell."""
    return read_language(text.text[:LONGEST_MEANT], channel_language=text.language).language


def rows_of(vectors: Sequence[bytes | None]) -> NDArray[np.float32]:
    """Return kept vectors as rows (n, 384); NaN for a text that has none."""
    rows = np.full((len(vectors), WIDTH), np.nan, np.float32)
    for place, vector in enumerate(vectors):
        if vector is not None:
            rows[place] = np.frombuffer(vector, "<f2")
    return rows


def _leans(feeling: FeelingRead) -> str:
    if feeling.feeling is not Feeling.CANT_TELL or feeling.positive == 1 / 2:
        return ""
    return (Feeling.POSITIVE if feeling.positive > 1 / 2 else Feeling.NEGATIVE).value


def feelings_as_bytes(model: FeelingModel) -> bytes:
    """Return the cuts of a model as they are kept."""
    return cuts_as_bytes({"polarity": model.polarity, "neutral": model.neutral, "mixed": model.mixed})


def feelings_from_bytes(content: bytes, *, name: str) -> FeelingModel:
    """Return a kept model."""
    return FeelingModel(name=name, **cuts_from_bytes(content))


def cuts_as_bytes(cuts: Mapping[str, Linear]) -> bytes:
    """Return cuts by name as numbers in a file of numpy's, without anything that could be run."""
    file = io.BytesIO()
    arrays: dict[str, NDArray[np.float64]] = {
        _MARK + key: np.append(cut.weights, cut.bias) for key, cut in cuts.items()
    }
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def cuts_from_bytes(content: bytes) -> dict[str, Linear]:
    """Return kept cuts by name."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {key.removeprefix(_MARK): Linear(file[key][:-1], float(file[key][-1])) for key in file.files}


def _with_list(
    reader: HouseReader, described: Sequence[SubjectDescription], cuts: Mapping[str, Linear] | None, *, at: datetime
) -> HouseReader:
    told, shipped = sentences_of(described), shipped_vectors()
    keys = {key: text for text in told if text not in shipped and (key := text_key(text)) is not None}
    kept = kept_vectors(at=at, reader=reader, texts=keys)
    vectors = {keys[key]: rows_of([vector])[0] for key, vector in kept.items() if vector is not None}
    vectors |= {text: shipped[text] for text in told if text in shipped}
    return HouseReader(
        name=reader.name,
        encoder=reader.encoder,
        by=reader.by,
        feelings=reader.feelings,
        subjects=subjects_model(described, vectors, cuts),
        encodes=reader.encodes,
    )

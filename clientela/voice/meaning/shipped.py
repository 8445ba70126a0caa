"""What the product brings along: sentences written for it, what each says, and what was computed of them beforehand.

Their vectors lie in `examples/vectors.npz`, found by their text, and beside it in `cuts.npz` the cuts between feelings
that were fitted to them. `tools/encode_examples.py` makes both anew after a sentence or a word was changed, and tests
say when that was forgotten.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.words import LANGUAGES

Vectors = NDArray[np.float32]

WIDTH: Final = 384
_MARKS = {"-": "negative", "+": "positive", "~": "mixed", "=": "neutral"}
_STEPS = 127


@dataclass(frozen=True)
class Example:
    """A sentence, its language, and its feeling."""

    text: str
    language: str
    feeling: str


@dataclass(frozen=True)
class SubjectDescription:
    """Something that people talk about, described in as many languages as one likes.

    `names`, `sentences` and `words` by language; a word may end in a star for any ending.
    """

    key: str
    names: Mapping[str, str]
    sentences: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]


@cache
def feeling_examples() -> tuple[Example, ...]:
    """The sentences written for feelings, each text once a language."""
    found: dict[tuple[str, str], Example] = {}
    for language in LANGUAGES:
        for line in _text(f"feeling_{language}.txt").splitlines():
            if line:
                found.setdefault((language, line[2:]), Example(line[2:], language, _MARKS[line[0]]))
    return tuple(found.values())


@cache
def ready_made_subjects() -> tuple[SubjectDescription, ...]:
    """The list of subjects that an organisation begins with."""
    return tuple(
        SubjectDescription(
            row["key"],
            row["names"],
            {language: tuple(told) for language, told in row["sentences"].items()},
            {language: tuple(told) for language, told in row["words"].items()},
        )
        for row in json.loads(_text("subjects.json"))
    )


@cache
def shipped_vectors() -> Mapping[str, Vectors]:
    """The vectors of all these sentences, of length 1, by text."""
    texts = {key_of(text): text for text in shipped_texts()}
    with as_file(files(__package__).joinpath("examples", "vectors.npz")) as path, np.load(path) as stored:
        keys, steps = stored["keys"], stored["steps"]
    vectors = unpacked(steps)
    return {texts[key]: vector for raw, vector in zip(keys, vectors, strict=True) if (key := raw.tobytes()) in texts}


def shipped_cuts() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The cuts between feelings, of polarity, neutral and mixed: weights, and the bias at the end."""
    with as_file(files(__package__).joinpath("examples", "cuts.npz")) as path, np.load(path) as stored:
        return stored["polarity"], stored["neutral"], stored["mixed"]


def shipped_texts() -> list[str]:
    """Every sentence that has a vector of ours, each once."""
    told = [example.text for example in feeling_examples()]
    for subject in ready_made_subjects():
        told += [sentence for sentences in subject.sentences.values() for sentence in sentences]
    return list(dict.fromkeys(told))


@cache
def language_means() -> Mapping[str, Vectors]:
    """What the vectors of each language have in common, whatever they say; "" for any other language."""
    by_language: dict[str, list[Vectors]] = {language: [] for language in LANGUAGES}
    vectors = shipped_vectors()
    for language, text in texts_by_language():
        by_language[language].append(vectors[text])
    means = {language: np.asarray(np.mean(rows, axis=0), np.float32) for language, rows in by_language.items()}
    means[""] = np.asarray(np.mean(list(means.values()), axis=0), np.float32)
    return means


def centred(vectors: Vectors, languages: Iterable[str]) -> Vectors:
    """Vectors less what their language has in common."""
    means = language_means()
    common = [means.get(language, means[""]) for language in languages]
    return np.asarray(vectors - np.array(common, np.float32), np.float32) if common else vectors


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Vectors of length 1; one without a direction stays nothing."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


def key_of(text: str) -> bytes:
    """Under what a text's vector is found in the file."""
    return hashlib.sha256(text.encode()).digest()[:8]


def packed(vectors: Vectors) -> NDArray[np.int8]:
    """Vectors as whole steps, a byte each, the largest number of each being 127."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.asarray(np.rint(vectors / largest * _STEPS), np.int8)


def unpacked(steps: NDArray[np.int8]) -> Vectors:
    """The vectors again; their length is 1, so the size of a step needs no keeping."""
    return unit(steps.astype(np.float32))


def texts_by_language() -> list[tuple[str, str]]:
    """Every sentence with its language before it."""
    told = [(example.language, example.text) for example in feeling_examples()]
    for subject in ready_made_subjects():
        told += [(language, text) for language, texts in subject.sentences.items() for text in texts]
    return told


def _text(name: str) -> str:
    return files(__package__).joinpath("examples", name).read_text(encoding="utf-8")

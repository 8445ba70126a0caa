"""Voices for tests, and a small reader of a few words, so that what is read is plain to see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.reading import Reading, TextToRead, read_voices
from clientela.voice.models import Subject, Voice
from tests.world import World

WORDS = {"late": "waiting", "cold": "food", "rude": "kindness"}


class WordsReader:
    """Negative for a word of the list, positive for "good", both is mixed; a text with "poison" kills the batch."""

    encoder = "letters-1"
    by = "model"

    def __init__(self, name: str = "words-1") -> None:
        self.name = name
        self.encoded: list[str] = []

    def vectors(self, texts: Sequence[str]) -> list[bytes | None]:
        """How often each letter stands in the text, in 384 places."""
        if any("poison" in text for text in texts):
            raise RuntimeError("poison")
        self.encoded += texts
        return [letters(text) for text in texts]

    def read(self, texts: Sequence[TextToRead]) -> list[Reading]:
        """By the words."""
        return [self._one(text) for text in texts]

    def _one(self, text: TextToRead) -> Reading:
        if "poison" in text.text:
            raise RuntimeError("poison")
        bad = tuple((subject, 0.9) for word, subject in WORDS.items() if word in text.text)
        good = "good" in text.text
        feeling = "mixed" if good and bad else "negative" if bad else "positive" if good else "cant_tell"
        return Reading("en", feeling, 0.9, bad)


def letters(text: str) -> bytes:
    """A vector of length 1: how often each letter stands in the text."""
    vector = np.zeros(384)
    for sign in " ".join(text.lower().split()):  # of the same text, however it is spaced
        vector[ord(sign) % 384] += 1
    return (vector / max(float(np.linalg.norm(vector)), 1.0)).astype("<f2").tobytes()


def subjects(at: datetime, *keys: str) -> dict[str, int]:
    """Subjects in use by these keys."""
    return {
        key: Subject.objects.create(key=key, names={"en": key.title()}, made_at=at, changed_at=at).pk
        for key in keys or WORDS.values()
    }


def said(world: World, text: str = "", **more: Any) -> Voice:
    """Zofia says something of Care; `more` as on VoiceToHear, `by` a key of the cast."""
    count = Voice.objects.count()
    at = more.pop("at", world.at)
    speaker = more.pop("by", "zofia")
    values: dict[str, Any] = {
        "kind": "review",
        "source": f"review:{count + 1}",
        "side": "outside",
        "provider_id": world.care.id,
        "said_at": at,
        "language": "en",
        "speaker_id": world.id_of(speaker) if speaker else None,
        "text": text,
    }
    (number,) = hear(at=at, voices=[VoiceToHear(**(values | more))])
    return Voice.objects.get(pk=number)


def read(world: World, reader: WordsReader | None = None) -> int:
    """Read all that waits."""
    return read_voices(moment=lambda: world.at, reader=reader or WordsReader())

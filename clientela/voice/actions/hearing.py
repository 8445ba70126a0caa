"""Hearing: the one place where a voice is written, with its counts, in the transaction of what brought it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.voice.actions.meanings import meanings_of
from clientela.voice.actions.tallies import UNREAD, count_meanings, count_up, week_of
from clientela.voice.models import Voice, VoiceGroup, VoiceSubject
from clientela.voice.rules.folding import folded

AT_ONCE = 5000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what a database text cannot hold
_NAMED_IN_JOURNAL = re.compile(r"[a-z_]+:\d+")

# Two that hear the same at once: the second waits for the first one's row, and then passes it over.
_WRITE = """
    INSERT INTO voice_voice (
        kind, source, side, provider_id, service_id, about, speaker_id, rater_id, is_anonymous, measure, score, text,
        language, said_at, heard_at, text_key, feeling, feeling_by, read_by
    )
    SELECT *, '', '', '' FROM unnest(
        %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[],
        %s::boolean[], %s::text[], %s::smallint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
        %s::bytea[]
    )
    ON CONFLICT (source) DO NOTHING RETURNING source, id
"""

__all__ = ["VoiceToHear", "hear", "hear_words", "text_key", "unhear", "week_of"]


@dataclass(frozen=True)
class VoiceToHear:
    """One thing that was said. `source` is unique: heard again, it is passed over.

    `measure` is "csat", "stars", "nps", "ces", "isq:<dimension>"…, with its `score`; or "" without one. `language` is
    that of the way it came; the words' own is found when they are read. `speaker_id` is None of an anonymous voice.
    """

    kind: str
    source: str
    side: str
    provider_id: int | None
    said_at: datetime
    language: str
    about: str = ""
    service_id: int | None = None
    speaker_id: int | None = None
    rater_id: int | None = None
    is_anonymous: bool = False
    measure: str = ""
    score: int | None = None
    text: str = ""


@transaction.atomic
def hear(*, at: datetime, voices: Sequence[VoiceToHear], is_told: bool = True) -> list[int]:
    """Write voices and count them; return the ids of the new ones, in order. One already heard is passed over.

    Each new one is told to the journal as "voice_heard" (about its source, itself, its provider), unless `is_told` is
    False, for a past that nobody must react to. A million at once are taken in steps of AT_ONCE.
    """
    ids: list[int] = []
    for start in range(0, len(voices), AT_ONCE):
        some = list({one.source: one for one in voices[start : start + AT_ONCE]}.values())
        known = _write(some, at=at)
        fresh = [one for one in some if one.source in known]
        count_up(fresh)
        if is_told:
            record_many([_fact_of(one, known[one.source], at=at) for one in fresh])
        ids += [known[one.source] for one in fresh]
    return ids


@transaction.atomic
def hear_words(*, at: datetime, source: str, text: str) -> None:
    """Put words to a voice that had none, or others than before; it is read again, whatever was said of the old ones.

    Told to the journal as "voice_worded". Nothing happens for a source that was never heard, or the same words.
    """
    voice = Voice.objects.select_for_update().filter(source=source).first()
    words = _storable(text)
    if voice is None or voice.text == words:
        return
    _forget_meanings([voice])
    voice.text, voice.text_key = words, text_key(words)
    voice.feeling = voice.feeling_by = voice.read_by = ""
    voice.feeling_probability = voice.group = None
    voice.save(
        update_fields=["text", "text_key", "feeling", "feeling_by", "feeling_probability", "read_by", "group"],
    )
    record(verb="voice_worded", by=voice.speaker_id, at=at, about=_names_of(voice, voice.pk), kind=voice.kind)


@transaction.atomic
def unhear(*, at: datetime, sources: Sequence[str], because: str) -> int:
    """Take voices back as if they had never been said, with their counts; return how many there were."""
    voices = list(Voice.objects.select_for_update().filter(source__in=sources).order_by("pk"))
    _forget_meanings(voices)
    count_up(voices, by=-1)
    # Nothing of what was said, and nobody who said it, is left in the journal either.
    record_many(
        [
            FactToRecord(
                "voice_unheard", None, at, (thing("voice", voice.pk),), {"kind": voice.kind, "because": because}
            )
            for voice in voices
        ]
    )
    Voice.objects.filter(pk__in=[voice.pk for voice in voices]).delete()
    return len(voices)


def text_key(text: str) -> bytes | None:
    """Return the SHA-256 of a text's folded words, by which its vector is kept; None without words."""
    words = folded(text)
    return sha256(words.encode()).digest() if words else None


def _forget_meanings(voices: Sequence[Voice]) -> None:
    meanings = meanings_of(voices)
    count_meanings([(voice, meanings[voice.pk], UNREAD) for voice in voices])
    ids = [voice.pk for voice in voices]
    VoiceSubject.objects.filter(voice__in=ids).delete()
    # A group that speaks in the words of one of them has no words any more; by night the others are grouped anew.
    VoiceGroup.objects.filter(best_voice__in=ids).delete()


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("", text)


def _write(some: Sequence[VoiceToHear], *, at: datetime) -> dict[str, int]:
    texts = [_storable(one.text) for one in some]
    columns: list[list[object]] = [
        [getattr(one, name) for one in some]
        for name in (
            "kind",
            "source",
            "side",
            "provider_id",
            "service_id",
            "about",
            "speaker_id",
            "rater_id",
            "is_anonymous",
            "measure",
            "score",
        )
    ]
    columns.append(list(texts))
    columns.append([one.language for one in some])
    columns.append([one.said_at for one in some])
    columns.append([at] * len(some))
    columns.append([text_key(text) for text in texts])
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns)
        return {str(source): int(number) for source, number in cursor.fetchall()}


def _fact_of(one: VoiceToHear, number: int, *, at: datetime) -> FactToRecord:
    return FactToRecord(
        verb="voice_heard", by=one.speaker_id, at=at, about=_names_of(one, number), data={"kind": one.kind}
    )


def _names_of(one: VoiceToHear | Voice, number: int) -> tuple[str, ...]:
    names = [one.source] if _NAMED_IN_JOURNAL.fullmatch(one.source) else []  # an answer has no number
    names += [thing("voice", number)]
    names += [thing("party", one.provider_id)] if one.provider_id else []
    return tuple([*names, one.about] if one.about else names)

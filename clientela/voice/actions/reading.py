"""Reading: what the words of a voice mean, found by a reader in the background, in batches.

A batch is encoded outside of any transaction, because every follower of the journal waits for the oldest one that is
open; what was found is then written in a short one, with the tallies. Vectors are kept by the text's content, so that
no text is encoded twice, also when a newer model reads everything again.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connection, transaction
from django.db.models import Q

from clientela.voice.actions.meanings import meanings_of
from clientela.voice.actions.tallies import FEELING_VALUES, Meaning, count_meanings
from clientela.voice.meaning.encoder.errors import EncoderError
from clientela.voice.models import Subject, TextVector, Voice, VoiceSubject

logger = logging.getLogger(__name__)

BATCH = 200
LANES = 8  # so many workers read at once at most, each in a lane of its own
MARKED_AT_ONCE = 10_000
LONGEST_LANGUAGE = 8
_NEWEST = 2**63 - 1
_LANE_LOCK = 52_055  # any number that no other session lock of ours has

_UNREAD = Q(read_by="") & ~Q(text="")
_KEEP = """
    INSERT INTO voice_textvector (text_key, encoder, vector, made_at)
    SELECT * FROM unnest(%s::bytea[], %s::text[], %s::bytea[], %s::timestamptz[])
    ON CONFLICT (text_key) DO UPDATE
    SET encoder = excluded.encoder, vector = excluded.vector, made_at = excluded.made_at
"""
_WRITE = """
    UPDATE voice_voice SET language = found.language, feeling = found.feeling,
        feeling_probability = found.probability, feeling_by = found.by, read_by = found.read_by
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::float8[], %s::text[], %s::text[])
        AS found (id, language, feeling, probability, by, read_by)
    WHERE voice_voice.id = found.id
"""


@dataclass(frozen=True)
class Reading:
    """What a text means. `feeling` is one of Voice.Feeling, never ""; `subjects`: (key, probability or None).

    `leans`: where the feeling cannot be told, "negative" or "positive", whichever is likelier; "" if neither is.
    """

    language: str
    feeling: str
    probability: float | None
    subjects: tuple[tuple[str, float | None], ...] = ()
    leans: str = ""


NOTHING_UNDERSTOOD = Reading("", Voice.Feeling.CANT_TELL, None)


@dataclass(frozen=True)
class TextToRead:
    """A text with the language of the way it came, and its vector: None without an encoder, or if it has none."""

    text: str
    language: str
    vector: bytes | None


class Reader(Protocol):
    """Whoever understands texts: by the encoder, or by word lists where there is none.

    `name` changes with whatever changes its judgement, at most 40 signs; what another name read is read again.
    `encoder` names the maker of its vectors, "" without one; `by` is "model" or "words".
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - above
    @property
    def encoder(self) -> str: ...  # noqa: D102 - above
    @property
    def by(self) -> str: ...  # noqa: D102 - above
    def vectors(self, texts: Sequence[str]) -> Sequence[bytes | None]:
        """Encode texts: 384 float16 each, little endian; None for what cannot be read."""
        ...

    def read(self, texts: Sequence[TextToRead]) -> Sequence[Reading]:
        """Understand texts, one reading each, in their order."""
        ...


def read_voices(
    *, moment: Callable[[], datetime], reader: Reader, goes_on: Callable[[], bool] = lambda: True, batch: int = BATCH
) -> int:
    """Read what waits, the newest first, until nothing waits or `goes_on` says No; return how many were read.

    Any number of workers may do this at once. One that is stopped loses at most the batch it was reading.
    """
    total = 0
    # Where each lane has come to. Once past, a voice is not looked at again in this run: what is held at this moment,
    # or comes meanwhile, waits for the next one. So a large backlog is walked through once, the newest of it first.
    places: dict[int, int] = dict.fromkeys(range(LANES), _NEWEST)
    while places:
        for lane in list(places):
            if not goes_on():
                return total
            with _lane(lane) as is_free:
                waiting = _waiting(lane, below=places[lane], limit=batch) if is_free else []
                if not waiting:
                    del places[lane]
                    continue
                places[lane] = waiting[-1].id
                total += _read_batch(waiting, moment=moment, reader=reader)
    return total


def mark_for_reading(*, reader_name: str, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Let everything that another reader read be read again; return how many voices wait for it now.

    What it was taken for stays until then. What a person said stays for good.
    """
    last = Voice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    total = 0
    for start in range(0, last + 1, MARKED_AT_ONCE):
        if not goes_on():
            break
        some = Voice.objects.filter(pk__gte=start, pk__lt=start + MARKED_AT_ONCE)
        total += some.exclude(Q(text="") | Q(read_by="") | Q(read_by=reader_name)).update(read_by="")
    return total


@contextmanager
def _lane(number: int) -> Iterator[bool]:
    # A lock of the session, not of a transaction: while a batch is encoded no transaction may be open.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LANE_LOCK, number])
        (is_free,) = cursor.fetchone()
    try:
        yield bool(is_free)
    finally:
        if is_free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LANE_LOCK, number])


@dataclass(frozen=True)
class _Waiting:
    """A voice that waits to be read."""

    id: int
    text: str
    text_key: bytes | None
    language: str


def _waiting(lane: int, *, below: int, limit: int) -> list[_Waiting]:
    rows = (
        Voice.objects.filter(_UNREAD, pk__lt=below)
        .extra(where=["id %% %s = %s"], params=[LANES, lane])
        .order_by("-pk")
        .values_list("pk", "text", "text_key", "language")[:limit]
    )
    return [_Waiting(pk, text, None if key is None else bytes(key), language) for pk, text, key, language in rows]


def _read_batch(waiting: Sequence[_Waiting], *, moment: Callable[[], datetime], reader: Reader) -> int:
    keys = {one.text_key: one.text for one in waiting if one.text_key is not None}
    vectors = kept_vectors(at=moment(), reader=reader, texts=keys) if reader.encoder else {}
    texts = [
        TextToRead(one.text, one.language, vectors.get(one.text_key) if one.text_key is not None else None)
        for one in waiting
    ]
    readings = readings_of(reader, texts)
    found = {one.id: (one.text, reading) for one, reading in zip(waiting, readings, strict=True)}
    return _write(found, reader=reader)


def kept_vectors(*, at: datetime, reader: Reader, texts: Mapping[bytes, str]) -> dict[bytes, bytes | None]:
    """Return the vectors of texts by their keys; those that are not kept yet are made and kept."""
    rows = TextVector.objects.filter(text_key__in=list(texts), encoder=reader.encoder)
    found = {
        bytes(key): None if vector is None else bytes(vector) for key, vector in rows.values_list("text_key", "vector")
    }
    missing = {key: text for key, text in texts.items() if key not in found}
    if missing:
        made = dict(zip(missing, _vectors(reader, list(missing.values())), strict=True))
        ordered = sorted(made.items())  # two workers that keep the same texts do it in the same order
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP,
                [[k for k, _v in ordered], [reader.encoder] * len(ordered), [v for _k, v in ordered], [at] * len(made)],
            )
        found |= made
    return found


def _vectors(reader: Reader, texts: Sequence[str]) -> Sequence[bytes | None]:
    try:
        return reader.vectors(texts)
    except EncoderError:  # it is no text's fault: tried again when the encoder is there again
        raise
    except Exception:  # one text may not stop the others, whatever it does to the encoder
        logger.exception("A batch of %s texts could not be encoded.", len(texts))
    return [_vector(reader, text) for text in texts]


def _vector(reader: Reader, text: str) -> bytes | None:
    try:
        return reader.vectors([text])[0]
    except EncoderError:
        raise
    except Exception:
        logger.exception("A text of %s signs could not be encoded.", len(text))
        return None


def readings_of(reader: Reader, texts: Sequence[TextToRead]) -> Sequence[Reading]:
    """Return what texts mean; one that the reader fails on is not understood, and stops no other."""
    try:
        return reader.read(texts)
    except Exception:  # the same
        logger.exception("A batch of %s texts could not be read.", len(texts))
    return [_reading(reader, text) for text in texts]


def _reading(reader: Reader, text: TextToRead) -> Reading:
    try:
        return reader.read([text])[0]
    except Exception:
        logger.exception("A text of %s signs could not be read.", len(text.text))
        return NOTHING_UNDERSTOOD


@transaction.atomic
def _write(found: Mapping[int, tuple[str, Reading]], *, reader: Reader) -> int:
    # A voice that somebody corrects at this moment is passed by: it still waits, and is read in a later batch. So is
    # one whose words have changed since, and one that another worker has read meanwhile.
    held = Voice.objects.select_for_update(skip_locked=True).filter(_UNREAD, pk__in=found)
    voices = [voice for voice in held.order_by("pk") if voice.text == found[voice.pk][0]]
    before = meanings_of(voices)
    subject_ids = dict(Subject.objects.filter(state=Subject.State.USED).values_list("key", "pk"))
    by_person = _said_by_persons(voices)
    links, changes, rows = [], [], []
    for voice in voices:
        reading = found[voice.pk][1]
        said = by_person.get(voice.pk, {})
        heard = {subject_ids[key]: share for key, share in reading.subjects if key in subject_ids}
        links += [
            VoiceSubject(
                voice_id=voice.pk,
                subject_id=number,
                probability=share,
                by=reader.by,
                said_at=voice.said_at,
                provider_id=voice.provider_id,
            )
            for number, share in heard.items()
            if number not in said
        ]
        if voice.feeling_by != Voice.By.PERSON:
            voice.feeling = reading.feeling if reading.feeling in FEELING_VALUES else Voice.Feeling.CANT_TELL
            voice.feeling_by = reader.by
            voice.feeling_probability = reading.probability
        about = {number for number in heard if number not in said} | {n for n, is_about in said.items() if is_about}
        changes.append((voice, before[voice.pk], Meaning(voice.feeling, frozenset(about))))
        language = (reading.language or voice.language)[:LONGEST_LANGUAGE]
        rows.append((voice.pk, language, voice.feeling, voice.feeling_probability, voice.feeling_by, reader.name))
    ids = [voice.pk for voice in voices]
    VoiceSubject.objects.filter(voice__in=ids).exclude(by=Voice.By.PERSON).delete()
    VoiceSubject.objects.bulk_create(links, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [[row[place] for row in rows] for place in range(6)])
    count_meanings(changes)
    return len(voices)


def _said_by_persons(voices: Sequence[Voice]) -> dict[int, dict[int, bool]]:
    said: dict[int, dict[int, bool]] = {}
    rows = VoiceSubject.objects.filter(voice__in=[voice.pk for voice in voices], by=Voice.By.PERSON)
    for voice_id, subject_id, is_about in rows.values_list("voice_id", "subject_id", "is_about"):
        said.setdefault(voice_id, {})[subject_id] = is_about
    return said

"""Reading: in batches, whatever the texts are; and what a person says counts at once and for good."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, connections, transaction

from clientela.kernel.policies import HiddenError
from clientela.voice.actions.correcting import CorrectionError, say_feeling, say_subject, unsay_subject
from clientela.voice.actions.hearing import hear_words, text_key
from clientela.voice.actions.reading import Reading, TextToRead, mark_for_reading, read_voices
from clientela.voice.models import ScoredText, SubjectTally, Tally, TextVector, Voice, VoiceSubject
from tests.contexts.voice.saying import WordsReader, letters, read, said, subjects
from tests.world import World

HOSTILE = ("\ufdfa" * 3000, "a\x00b", "\ud800 alone", "x" * 1_000_000, "🙂🙂", " ", "\u200b")


def counted() -> dict[tuple[str, str], int]:
    rows = SubjectTally.objects.filter(n__gt=0).values_list("subject__key", "feeling", "n")
    return {row[:2]: row[2] for row in rows}


def feelings() -> dict[int, int]:
    return dict(Tally.objects.filter(measure="feeling", cut="", n__gt=0).values_list("value", "n"))


def test_what_was_understood_stands_in_the_voice_and_in_the_tallies(world: World) -> None:
    subjects(world.at)
    late = said(world, "It came late and cold")
    said(world, "All good")
    said(world, measure="csat", score=5)
    assert read(world) == 2
    late.refresh_from_db()
    assert (late.feeling, late.feeling_by, late.feeling_probability, late.read_by) == (
        "negative",
        "model",
        0.9,
        "words-1",
    )
    assert sorted(late.subjects.values_list("subject__key", "by", "probability")) == [
        ("food", "model", 0.9),
        ("waiting", "model", 0.9),
    ]
    assert counted() == {("food", "negative"): 1, ("waiting", "negative"): 1}
    assert feelings() == {0: 1, 3: 1}
    assert read(world) == 0


def test_the_same_text_is_encoded_once(world: World) -> None:
    reader = WordsReader()
    for _ in range(3):
        said(world, "It came late")
    said(world, "  It  came late ")
    read(world, reader)
    assert len(reader.encoded) == 1
    read_voices(moment=lambda: world.at, reader=reader)
    Voice.objects.update(read_by="")
    read(world, reader)
    assert len(reader.encoded) == 1
    kept = TextVector.objects.get()
    assert (bytes(kept.text_key), bytes(kept.vector or b"")) == (text_key("It came late"), letters("It came late"))
    assert np.frombuffer(kept.vector or b"", "<f2").shape == (384,)


def test_hostile_texts_block_nothing(world: World) -> None:
    for text in (*HOSTILE, "poison and late"):
        said(world, text)
    good = said(world, "good")
    assert read(world) == len(HOSTILE) + 2
    assert set(Voice.objects.exclude(pk=good.pk).values_list("feeling", flat=True)) == {"cant_tell"}
    good.refresh_from_db()
    assert good.feeling == "positive"
    assert Voice.objects.filter(read_by="").exclude(text="").count() == 0
    assert TextVector.objects.filter(vector=None).count() == 1


def test_a_feeling_that_there_is_not_is_taken_for_cant_tell(world: World) -> None:
    class Confused(WordsReader):
        def _one(self, text: object) -> object:  # type: ignore[override]
            return type(super()._one(text))("a-very-long-language", "angry", 2.0, (("no-such-subject", 1.0),))  # type: ignore[arg-type]

    voice = said(world, "late")
    read(world, Confused())
    voice.refresh_from_db()
    assert (voice.feeling, voice.language, voice.subjects.count()) == ("cant_tell", "a-very-l", 0)


def test_a_newer_model_reads_again_without_encoding_and_without_touching_a_persons_word(world: World) -> None:
    keys = subjects(world.at)
    mine, other = said(world, "late"), said(world, "late late")
    read(world)
    say_feeling(by=world.ana, at=world.at, voice_id=mine.pk, feeling="positive")
    unsay_subject(by=world.ana, at=world.at, voice_id=mine.pk, subject_id=keys["waiting"])
    assert mark_for_reading(reader_name="words-1") == 0
    assert mark_for_reading(reader_name="words-2") == 2
    other.refresh_from_db()
    assert other.feeling == "negative"  # it stays until it is read
    newer = WordsReader("words-2")
    assert read(world, newer) == 2
    assert newer.encoded == []
    mine.refresh_from_db()
    assert (mine.feeling, mine.feeling_by, mine.read_by) == ("positive", "person", "words-2")
    assert list(mine.subjects.values_list("is_about", "by")) == [(False, "person")]
    assert counted() == {("waiting", "negative"): 1}
    assert feelings() == {0: 1, 3: 1}


def test_reading_stops_when_told_and_goes_on_later(world: World) -> None:
    for number in range(20):
        said(world, f"late {number}")
    reader = WordsReader()
    done = read_voices(moment=lambda: world.at, reader=reader, goes_on=lambda: not reader.encoded, batch=1)
    assert done == 1
    assert read(world) == 19


def test_the_newest_are_read_first_and_what_comes_meanwhile_waits_for_the_next_run(world: World) -> None:
    for number in range(20):
        said(world, f"late {number}")

    class Slow(WordsReader):
        def read(self, texts: Sequence[TextToRead]) -> list[Reading]:
            if len(self.encoded) == 9:  # the second round of the lanes has begun
                said(world, "late, meanwhile")
            return super().read(texts)

    slow = Slow()
    assert read_voices(moment=lambda: world.at, reader=slow, batch=1) == 20
    # Eight lanes take turns, so the first eight are the newest eight.
    assert sorted(slow.encoded[:8]) == sorted(f"late {number}" for number in range(12, 20))
    assert read(world) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_everything_once_and_hold_no_transaction_while_encoding(world: World) -> None:
    subjects(world.at)
    for number in range(60):
        said(world, f"late {number}")
    opened: list[bool] = []

    class Watching(WordsReader):
        def vectors(self, texts: object) -> list[bytes | None]:
            opened.append(connection.in_atomic_block)
            return super().vectors(texts)  # type: ignore[arg-type]

    done: list[int] = []

    def work() -> None:
        done.append(read_voices(moment=lambda: world.at, reader=Watching(), batch=5))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    read(world)
    assert counted() == {("waiting", "negative"): 60}
    assert feelings() == {0: 60}
    assert set(opened) == {False}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 52055")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_a_voice_that_somebody_corrects_at_this_moment_is_passed_by(world: World) -> None:
    held, free = said(world, "late"), said(world, "good")

    def work() -> None:
        read(world)
        connections.close_all()

    with transaction.atomic():
        Voice.objects.select_for_update().get(pk=held.pk)
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
    held.refresh_from_db()
    free.refresh_from_db()
    assert (held.feeling, free.feeling) == ("", "positive")
    assert read(world) == 1


def test_a_stranger_corrects_nothing_and_does_not_learn_that_there_is_something(world: World) -> None:
    keys = subjects(world.at)
    voice = said(world, "late")
    for viewer in (world.tomasz, world.vera, world.zofia):
        with pytest.raises(HiddenError):
            say_feeling(by=viewer, at=world.at, voice_id=voice.pk, feeling="positive")
        with pytest.raises(HiddenError):
            say_subject(by=viewer, at=world.at, voice_id=voice.pk, subject_id=keys["food"])
        with pytest.raises(HiddenError):
            unsay_subject(by=viewer, at=world.at, voice_id=voice.pk, subject_id=keys["food"])
    voice.refresh_from_db()
    assert (voice.feeling, VoiceSubject.objects.count(), ScoredText.objects.count()) == ("", 0, 0)


@pytest.mark.parametrize("feeling", ["", "cant_tell", "angry"])
def test_a_person_says_one_of_four_feelings(world: World, feeling: str) -> None:
    voice = said(world, "late")
    with pytest.raises(CorrectionError, match=r"^Say whether it is negative, mixed, neutral or positive\.$"):
        say_feeling(by=world.ana, at=world.at, voice_id=voice.pk, feeling=feeling)
    assert ScoredText.objects.count() == 0


def test_of_a_score_without_words_nothing_can_be_said(world: World) -> None:
    voice = said(world, measure="csat", score=1)
    with pytest.raises(CorrectionError, match=r"^There are no words here to say anything of\.$"):
        say_feeling(by=world.ana, at=world.at, voice_id=voice.pk, feeling="negative")


def test_a_correction_counts_at_once_and_is_learned_from(world: World) -> None:
    keys = subjects(world.at)
    voice = said(world, "It came late")
    read(world)
    later = world.at + timedelta(hours=1)
    say_feeling(by=world.radu, at=world.at, voice_id=voice.pk, feeling="mixed")
    assert counted() == {("waiting", "mixed"): 1}
    say_subject(by=world.radu, at=world.at, voice_id=voice.pk, subject_id=keys["kindness"])
    say_subject(by=world.radu, at=world.at, voice_id=voice.pk, subject_id=keys["kindness"])
    assert counted() == {("waiting", "mixed"): 1, ("kindness", "mixed"): 1}
    unsay_subject(by=world.carmen, at=later, voice_id=voice.pk, subject_id=keys["waiting"])
    assert counted() == {("kindness", "mixed"): 1}
    assert feelings() == {1: 1}
    learned = ScoredText.objects.get()
    assert (bytes(learned.text_key), learned.text, learned.feeling, learned.subjects) == (
        text_key("It came late"),
        "It came late",
        "mixed",
        ["kindness"],
    )
    assert (learned.said_by_id, learned.said_at) == (world.id_of("carmen"), later)


def test_words_that_change_while_they_are_read_are_read_again(world: World) -> None:
    subjects(world.at)
    voice = said(world, "late")

    class Slow(WordsReader):
        def read(self, texts: Sequence[TextToRead]) -> list[Reading]:
            hear_words(at=world.at, source=voice.source, text="good")
            return super().read(texts)

    assert read(world, Slow()) == 0
    voice.refresh_from_db()
    assert (voice.text, voice.feeling, voice.read_by, counted()) == ("good", "", "", {})
    assert read(world) == 1
    voice.refresh_from_db()
    assert voice.feeling == "positive"

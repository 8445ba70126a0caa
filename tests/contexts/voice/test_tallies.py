"""The counts of the weeks are what one counts in the rows, whatever was said, read, corrected and taken back."""

import random
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from clientela.voice import actions
from clientela.voice.actions.correcting import CorrectionError
from clientela.voice.actions.hearing import hear_words
from clientela.voice.actions.tallies import FEELING_VALUES, week_of
from clientela.voice.models import Subject, SubjectTally, Tally, Voice, VoiceSubject
from tests.contexts.voice.saying import WORDS, WordsReader, read, said, subjects
from tests.world import World

TEXTS = ("", "late", "cold and late", "good", "good but rude", "🙂🙂", "nothing of this")


def cuts_of(voice: Voice) -> list[str]:
    given = {"rater": voice.rater_id, "service": voice.service_id}
    return ["", *(f"{name}:{number}" for name, number in given.items() if number)]


def counted_in_rows() -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    scores: Counter[tuple[object, ...]] = Counter()
    about: Counter[tuple[object, ...]] = Counter()
    for voice in Voice.objects.filter(is_anonymous=False):
        week = week_of(voice.said_at)
        for cut in cuts_of(voice):
            where = (week, voice.provider_id, voice.side, cut)
            scores["said", *where, 0] += 1
            if voice.score is not None:
                scores[voice.measure, *where, voice.score] += 1
            if voice.feeling:
                scores["feeling", *where, FEELING_VALUES[voice.feeling]] += 1
        for subject in VoiceSubject.objects.filter(voice=voice, is_about=True).values_list("subject", flat=True):
            about[week, subject, voice.provider_id, voice.side, voice.feeling] += 1
    return scores, about


def counted_in_tallies() -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    rows = Tally.objects.filter(n__gt=0)
    about = SubjectTally.objects.filter(n__gt=0)
    return (
        Counter(
            {
                tuple(row[:6]): row[6]
                for row in rows.values_list("measure", "week_on", "provider", "side", "cut", "value", "n")
            }
        ),
        Counter(
            {
                tuple(row[:5]): row[5]
                for row in about.values_list("week_on", "subject", "provider", "side", "feeling", "n")
            }
        ),
    )


def somebody_says(world: World, chance: random.Random, number: int) -> None:
    is_inside, is_anonymous = chance.random() < 0.4, chance.random() < 0.2
    has_score = chance.random() < 0.5
    said(
        world,
        chance.choice(TEXTS),
        source=f"review:{number + 1000}",
        by=None if is_anonymous else chance.choice(("zofia", "lucia")),
        is_anonymous=is_anonymous,
        side="inside" if is_inside else "outside",
        rater_id=world.it.id if is_inside else None,
        provider_id=chance.choice((world.care.id, world.workshop.id, None)),
        measure="csat" if has_score else "",
        score=chance.randint(1, 5) if has_score else None,
        said_at=world.at - timedelta(days=chance.randint(0, 20)),
    )


def somebody_corrects(world: World, chance: random.Random, voice: Voice) -> None:
    among = list(Subject.objects.filter(state="used").values_list("pk", flat=True))
    what = chance.randrange(4)
    given: dict[str, Any] = {"by": world.carmen, "at": world.at, "voice_id": voice.pk}
    try:
        if what == 0:
            actions.say_feeling(feeling=chance.choice(("negative", "mixed", "neutral", "positive")), **given)
        elif what == 1:
            actions.say_subject(subject_id=chance.choice(among), **given)
        elif what == 2:
            actions.unsay_subject(subject_id=chance.choice(among), **given)
        else:
            actions.mask_voice(spans=[(0, 2)], seen_key=bytes(voice.text_key or b""), **given)
    except CorrectionError:
        assert voice.text == "" or voice.text_key is None  # of no words nothing can be said


def something_else_happens(world: World, chance: random.Random, voice: Voice, number: int) -> None:
    what = chance.randrange(6)
    if what == 0:
        hear_words(at=world.at, source=voice.source, text=chance.choice(TEXTS))
    elif what == 1:
        assert actions.unhear(at=world.at, sources=[voice.source], because="a mistake") == 1
    elif what == 2:
        actions.mark_for_reading(reader_name=f"words-{number}")
    elif what == 3 and chance.random() < 0.2:
        actions.forget_speaker(at=world.at, person_id=world.id_of("lucia"))
    elif what == 4 and chance.random() < 0.2:
        first, second = chance.sample(list(Subject.objects.values_list("pk", flat=True)), 2)
        actions.merge_subjects(by=world.carmen, at=world.at, subject_id=first, into_id=second)
    else:
        read(world, WordsReader(f"words-{number}"))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_tallies_are_what_one_counts_in_the_rows(world: World, seed: int) -> None:
    chance = random.Random(seed)
    subjects(world.at)
    for number in range(120):
        voice = Voice.objects.order_by("?").first() if number > 5 else None
        if voice is None or chance.random() < 0.4:
            somebody_says(world, chance, number)
        elif chance.random() < 0.5:
            somebody_corrects(world, chance, voice)
        else:
            something_else_happens(world, chance, voice, number)
        assert counted_in_tallies() == counted_in_rows(), number
    assert counted_in_rows()[1]  # something was spoken of


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_count_exactly(world: World) -> None:
    about = subjects(world.at)
    voices = [said(world, text, source=f"review:{number}") for number, text in enumerate([*TEXTS[1:]] * 5)]
    failures: list[BaseException] = []

    def work(number: int) -> None:
        chance = random.Random(number)
        try:
            for step in range(12):
                voice = chance.choice(voices)
                if number % 2:
                    actions.mark_for_reading(reader_name=f"words-{number}-{step}")
                    read(world, WordsReader(f"words-{number}-{step}"))
                elif step % 3:
                    key = chance.choice(list(WORDS.values()))
                    actions.say_subject(by=world.carmen, at=world.at, voice_id=voice.pk, subject_id=about[key])
                else:
                    feeling = chance.choice(("negative", "positive"))
                    actions.say_feeling(by=world.carmen, at=world.at, voice_id=voice.pk, feeling=feeling)
        except BaseException as error:  # noqa: BLE001 - of whatever kind it is, the test tells it
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert counted_in_tallies() == counted_in_rows()

"""What is asked of many voices: Listen, a department's mirror, parity, lists and searches. Runs in a side's process."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.directory.queries import DepartmentCard
from clientela.kernel.journal import prepare_months
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.reading import Reading, TextToRead, read_voices
from clientela.voice.models import Subject, Voice
from clientela.voice.queries import mirror_of, parity
from clientela.voice.queries.voices import VoiceFilters, listen_summary, voice_page, voices_page
from tests.world import World

SMALL, LARGE = 10_000, 1_000_000
WEEKS = 104
TEXTS = 5_000  # different ones
RARE_WORD = "samovar"
RARE = 50  # voices that have it
INSIDE, COMPLAINTS, WITH_WORDS = 0.35, 0.02, 0.5  # shares of all voices
HEARD_AT_ONCE = 50_000
FEELINGS = ("negative", "negative", "mixed", "neutral", "positive", "positive", "positive", "cant_tell")
SUBJECTS = ("waiting", "kindness", "invoices", "parts", "parking", "prices", "quality", "notice")
WORDS = ("the", "a", "repair", "came", "late", "kind", "rude", "invoice", "part", "price", "good", "again", "door")
_asked: dict[str, Callable[[], object]] = {}


class QuickReader:
    """Reads by the length of the text: what is measured here is the database, not the encoder."""

    name = "quick-1"
    encoder = "quick"
    by = "model"

    def vectors(self, texts: Sequence[str]) -> list[bytes | None]:
        """Some numbers for each text, the same every time."""
        rows = [np.random.default_rng(len(text)).normal(size=384) for text in texts]
        return [(row / np.linalg.norm(row)).astype("<f2").tobytes() for row in rows]

    def read(self, texts: Sequence[TextToRead]) -> list[Reading]:
        """By the length."""
        return [
            Reading(
                text.language,
                FEELINGS[len(text.text) % len(FEELINGS)],
                0.9,
                ((SUBJECTS[len(text.text) % len(SUBJECTS)], 0.8),),
            )
            for text in texts
        ]


def fill(size: int) -> dict[str, Any]:
    """Fill the empty database with so many voices of two years, half of them with words, and read them."""
    call_command("migrate", interactive=False, verbosity=0)
    world = World()
    departments = [world.care, world.workshop, world.workshop_warsaw, world.it, world.maintenance, world.hr]
    prepare_months(at=world.at, since=(world.at - timedelta(weeks=WEEKS + 1)).date())
    Subject.objects.bulk_create(
        Subject(key=key, names={"en": key}, made_at=world.at, changed_at=world.at) for key in SUBJECTS
    )
    rng = random.Random(5)
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(6, 40))) for _ in range(TEXTS)]
    began = perf_counter()
    for start in range(0, size, HEARD_AT_ONCE):
        numbers = range(start, min(start + HEARD_AT_ONCE, size))
        voices = [_voice(number, size, world, departments, rng.choice(texts), rng) for number in numbers]
        hear(at=world.at, voices=voices, is_told=False)
    heard = perf_counter() - began
    began = perf_counter()
    read_voices(moment=lambda: world.at, reader=QuickReader(), batch=2_000)
    took = perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {
        "heard_seconds": round(heard, 1),
        "read_seconds": round(took, 1),
        "care": world.care.id,
        "owner": world.carmen.person_id,
        "head": world.ana.person_id,
        "at": world.at.isoformat(),
    }


def _voice(  # noqa: PLR0917 - what a voice of the bench is made of
    number: int, size: int, world: World, departments: Sequence[DepartmentCard], words: str, rng: random.Random
) -> VoiceToHear:
    said_at = world.at - timedelta(seconds=(size - number) * WEEKS * 7 * 86_400 / size)
    is_rare = number >= size - RARE
    is_inside = rng.random() < INSIDE
    return VoiceToHear(
        kind="complaint" if rng.random() < COMPLAINTS else "rating",
        source=f"rating:{number}",
        side="inside" if is_inside else "outside",
        provider_id=rng.choice(departments).id,
        said_at=said_at,
        language="en",
        speaker_id=world.id_of("tomasz" if is_inside else "zofia"),
        rater_id=rng.choice(departments).id if is_inside else None,
        measure="csat",
        score=rng.choice((1, 3, 4, 4, 5, 5, 5)),
        text=f"{words} {RARE_WORD}" if is_rare else words if rng.random() < WITH_WORDS else "",
    )


def prepare(filled: dict[str, Any]) -> dict[str, int]:
    """Get ready to ask, and say how much the answers show, which must be the same on both sides."""
    world = World()
    world._ids = dict(_ids())  # the cast that `fill` has written
    at = datetime.fromisoformat(filled["at"])
    owner, head = world.carmen, world.ana
    newest = (
        Voice.objects.filter(provider=filled["care"])
        .exclude(text="")
        .order_by("-said_at")
        .values_list("pk", flat=True)[0]
    )
    listed = partial(voices_page, owner)
    rare = partial(voices_page, owner, VoiceFilters(words=RARE_WORD), limit=RARE)
    middle = voices_page(owner, limit=25).next_after
    mirror = partial(mirror_of, head, filled["care"], at=at)
    _asked.update(
        {
            "Listen: twelve weeks": partial(listen_summary, owner, at=at),
            "A department's mirror": mirror,
            "Parity": partial(parity, owner, at=at),
            "The newest voices": listed,
            "The next page": partial(voices_page, owner, after=middle),
            "A department's newest": partial(voices_page, head),
            "Negative ones about a subject": partial(
                voices_page, owner, VoiceFilters(feeling="negative", subject=SUBJECTS[0])
            ),
            "A department's complaints": partial(
                voices_page, owner, VoiceFilters(kind="complaint", provider_id=filled["care"])
            ),
            f"A search that matches {RARE}": rare,
            "A search that matches half of all": partial(voices_page, owner, VoiceFilters(words="late")),
            "One voice": partial(voice_page, head, newest, at=at),
        }
    )
    return {
        "voices on a page": len(listed().voices),
        "voices found": len(rare().voices),
        "raters in the mirror": len(mirror().raters.rows),
        "weeks in the mirror": len(mirror().outside.weeks),
    }


def _ids() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, party_id FROM directory_department")
        found = [(str(key), int(number)) for key, number in cursor.fetchall()]
        cursor.execute("SELECT email, person_id FROM directory_account WHERE email IS NOT NULL")
        return [*found, *((str(email).partition("@")[0], int(number)) for email, number in cursor.fetchall())]


def names() -> list[str]:
    """What can be asked."""
    return list(_asked)


def seconds(name: str) -> float:
    """How long the answer took."""
    begun = perf_counter()
    _asked[name]()
    return perf_counter() - begun


def statements(name: str) -> int:
    """How many statements it took, what never changes being known."""
    _asked[name]()
    with CaptureQueriesContext(connection) as captured:
        _asked[name]()
    return len(captured)

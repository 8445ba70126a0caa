"""The side that asks and answers surveys: a database of its own, whose process does what `answers` tells it."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from time import perf_counter

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from clientela.directory import rules
from clientela.directory.models import ContactPoint, Party, Person
from clientela.kernel.journal import prepare_months
from clientela.voice.actions import ToAsk, close_round, open_round, send_answers
from clientela.voice.actions.surveys.inviting import invite_many
from clientela.voice.models import Survey, SurveyInvitation, SurveyVersion
from clientela.voice.policies import survey_token
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition, to_json
from tests.bench.house import LONG_AGO, NOW, furnish

THREADS = 8
SCORE = Question(
    "score", QuestionKind.SCALE, {"en": "How was it?"}, lowest=0, highest=10, measure="nps", is_required=True
)
WORDS = Question("words", QuestionKind.TEXT, {"en": "What should we do better?"}, is_long=True)
DEFINITION = SurveyDefinition({"en": "How are we doing?"}, (Page("one", (SCORE, WORDS)),))
COMMENT = "The visit was on time, but the second part had to be ordered and nobody told us for a week. " * 2


def fill(people: int) -> dict[str, int]:
    """Make a house with so many people outside, and a survey of each kind, each with its round."""
    call_command("migrate", interactive=False, verbosity=0)
    house = furnish(10)
    prepare_months(at=NOW, since=NOW.date())
    parties = Party.objects.bulk_create(
        [
            Party(
                kind="person",
                name=f"Reader {number}",
                name_key=rules.name_key(f"Reader {number}"),
                language="en",
                zone="Europe/Bucharest",
                created_at=LONG_AGO,
            )
            for number in range(people)
        ],
        batch_size=2000,
    )
    Person.objects.bulk_create(
        [Person(party_id=party.pk, short_name=f"Reader {party.pk}") for party in parties], batch_size=2000
    )
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                party_id=party.pk,
                kind="email",
                value=f"reader{party.pk}@example.test",
                is_main=True,
                added_at=LONG_AGO,
            )
            for party in parties
        ],
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_rows (id bigserial PRIMARY KEY, words text)")
        cursor.execute("VACUUM (ANALYZE)")
    return {
        kind: _round(house.departments["care"], kind, is_anonymous=kind == "anonymous")
        for kind in ("named", "anonymous")
    } | {"first": parties[0].pk, "people": people}


def invite_seconds(round_id: int, first: int, count: int) -> tuple[float, int]:
    """Ask so many people in a round; return the seconds and the statements."""
    wanted = [ToAsk(first + number, "outside") for number in range(count)]
    with CaptureQueriesContext(connection) as seen:
        begun = perf_counter()
        asked = invite_many(at=NOW, round_id=round_id, wanted=wanted)
        took = perf_counter() - begun
    if len(asked.people) != count:
        raise RuntimeError(asked.left_out)
    return took, len(seen)


def named_a_second(round_id: int, count: int) -> float:
    """Let so many of a named round answer, eight at a time; return how many a second."""
    return _answers_a_second(round_id, count, is_anonymous=False)


def anonymous_a_second(round_id: int, count: int) -> float:
    """Let so many of an anonymous round answer, eight at a time; return how many a second."""
    return _answers_a_second(round_id, count, is_anonymous=True)


def _answers_a_second(round_id: int, count: int, *, is_anonymous: bool) -> float:
    waiting = SurveyInvitation.objects.filter(round=round_id, spent_on__isnull=True).order_by("pk")
    tokens = [survey_token(number) for number in islice(waiting.values_list("pk", flat=True), count)]

    def send(token: str) -> None:
        answers = {"score": str(secrets.randbelow(11)), "words": COMMENT}
        send_answers(
            at=NOW + timedelta(hours=1), token=token, answers=answers, language="en", is_anonymous=is_anonymous
        )

    return _rate(send, tokens)


def rows_a_second(count: int) -> float:
    """The yardstick: as many plain rows with as many words, each in a transaction of its own, eight at a time."""

    def write(_token: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_rows (words) VALUES (%s)", [COMMENT])

    return _rate(write, [""] * count)


def release_seconds(round_id: int) -> float:
    """End a round."""
    begun = perf_counter()
    close_round(at=NOW + timedelta(days=7), round_id=round_id)
    return perf_counter() - begun


def _rate(act: Callable[[str], None], tokens: list[str]) -> float:
    parts = [tokens[place::THREADS] for place in range(THREADS)]

    def run(part: list[str]) -> None:
        try:
            for token in part:
                act(token)
        finally:
            connections.close_all()

    begun = perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(run, parts))
    return len(tokens) / (perf_counter() - begun)


def _round(owner_id: int, key: str, *, is_anonymous: bool) -> int:
    survey = Survey.objects.create(
        key=key,
        kind=Survey.Kind.NPS,
        state=Survey.State.OPEN,
        owner_id=owner_id,
        is_anonymous=is_anonymous,
        trigger_data={"open_days": 30},
        link_key=key,
        made_at=NOW,
    )
    SurveyVersion.objects.create(survey=survey, number=1, definition=to_json(DEFINITION), made_at=NOW, published_at=NOW)
    return open_round(at=NOW, survey_id=survey.pk)

"""The side that opens results: rounds of very many answers in a database of its own, asked by `answers_results`."""

import random
import resource
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db import connection

from clientela.directory.policies import HOUSE
from clientela.kernel.journal import prepare_months
from clientela.voice.actions import open_round
from clientela.voice.actions.surveys.counting import count_answers
from clientela.voice.models import Survey, SurveyAnswer, SurveyRound, SurveyVersion
from clientela.voice.queries.survey_lists import surveys_seen
from clientela.voice.queries.survey_results import survey_results
from clientela.voice.rules.surveys import QuestionKind, SurveyDefinition, to_json
from clientela.voice.rules.surveys.ready.quality import GAP
from tests.bench.house import NOW, furnish
from tests.contexts.voice.making.samples import EVERYTHING

MODELS = 2_000  # answers that differ; the others are copies of them
SIDES = ("inside", "outside")


def fill(count: int) -> dict[str, int]:
    """Make a survey of eleven questions of every kind, the same anonymous, and the ready-made one of gaps."""
    call_command("migrate", interactive=False, verbosity=0)
    house = furnish(10)
    prepare_months(at=NOW, since=NOW.date())
    gap = GAP.definition
    for key, definition, is_anonymous in (
        ("many", EVERYTHING, False),
        ("gap", gap, False),
        ("quiet", EVERYTHING, True),
    ):
        survey = Survey.objects.create(
            key=key,
            kind=Survey.Kind.FREE,
            state=Survey.State.OPEN,
            owner_id=house.departments["care"],
            is_anonymous=is_anonymous,
            cuts=["supplier", "side"] if is_anonymous else [],
            trigger_data={"open_days": 30},
            link_key=key,
            made_at=NOW,
        )
        version = SurveyVersion.objects.create(
            survey=survey, number=1, definition=to_json(definition), made_at=NOW, published_at=NOW
        )
        asking = open_round(at=NOW, survey_id=survey.pk)
        _answer(asking, version.pk, definition, list(house.departments.values()), count, is_anonymous=is_anonymous)
        if is_anonymous:
            SurveyRound.objects.filter(pk=asking).update(released_at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return {"questions": len(GAP.definition.questions)}


def open_seconds(key: str, words: dict[str, Any]) -> tuple[float, int, bool]:
    """Open the results; return the seconds, how many answers are shown, and whether all of them are."""
    begun = perf_counter()
    found = survey_results(HOUSE, key, language="en", **words)
    return perf_counter() - begun, found.n, found.progress is None


def count_seconds(key: str, words: dict[str, Any]) -> float:
    """Do what the job does that the page asks for; return the seconds."""
    found = survey_results(HOUSE, key, language="en", **words).to_count
    begun = perf_counter()
    if found is not None:
        for cut in found.cuts:
            count_answers(at=NOW + timedelta(days=90), round_ids=found.round_ids, version_id=found.version_id, cut=cut)
    return perf_counter() - begun


def list_seconds() -> float:
    """Open the list of surveys; return the seconds."""
    begun = perf_counter()
    surveys_seen(HOUSE, language="en")
    return perf_counter() - begun


def grown_mb() -> float:
    """The most memory that this process has ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _answer(
    asking: int, version: int, definition: SurveyDefinition, departments: list[int], count: int, *, is_anonymous: bool
) -> None:
    chance = random.Random(7)
    made = []
    for place in range(MODELS):
        at = None if is_anonymous else NOW
        values = _values(definition, chance)
        if is_anonymous:
            values.pop("words", None)
        made.append(
            SurveyAnswer(
                round_id=asking,
                version_id=version,
                values=values,
                side=SIDES[place % 2],
                language=("en", "ro", "pl")[place % 3],
                supplier_id=departments[place % len(departments)],
                is_complete=True,
                saved_at=at,
                answered_at=at,
            )
        )
    SurveyAnswer.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO voice_surveyanswer (id, round_id, version_id, about, supplier_id, side, language, "values",
                is_complete, saved_at, answered_at)
            SELECT gen_random_uuid(), round_id, version_id, '', supplier_id, side, language, "values", TRUE,
                saved_at + copy * interval '1 minute', answered_at + copy * interval '1 minute'
            FROM voice_surveyanswer, generate_series(1, %s) copy WHERE round_id = %s
            """,
            [count // MODELS - 1, asking],
        )


def _values(definition: SurveyDefinition, chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in definition.questions:
        keys = [option.key for option in one.options]
        match one.kind:
            case QuestionKind.SCALE:
                found[one.name] = chance.randint(int(one.lowest or 0), int(one.highest or 10))
            case QuestionKind.CHOICE:
                found[one.name] = chance.choice(keys)
            case QuestionKind.CHOICES | QuestionKind.RANKING:
                found[one.name] = chance.sample(keys, len(keys))
            case QuestionKind.MATRIX:
                found[one.name] = {row.key: chance.choice(keys) for row in one.rows}
            case QuestionKind.TEXT:
                found[one.name] = "The visit was on time, but the second part had to be ordered. " * 2
            case QuestionKind.NUMBER:
                found[one.name] = chance.randint(0, 900) / 10
            case QuestionKind.DATE:
                found[one.name] = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return found

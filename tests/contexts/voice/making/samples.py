"""Surveys and answers for the tests of making and of results."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from clientela.voice.actions.surveys.drafting import change_draft, draft_survey, publish_survey
from clientela.voice.models import Survey, SurveyAnswer, SurveyRound
from clientela.voice.rules.anonymity.keeping import values_kept
from clientela.voice.rules.surveys import (
    Comparison,
    Condition,
    Join,
    Operator,
    Option,
    Page,
    Question,
    QuestionKind,
    SurveyDefinition,
    from_json,
    to_json,
)
from tests.world import World

YES_NO = (Option("yes", {"en": "Yes", "pl": "Tak"}), Option("no", {"en": "No", "pl": "Nie"}))
HOW = Question("how", QuestionKind.SCALE, {"en": "How was it?", "pl": "Jak było?"}, lowest=1, highest=5, measure="csat")
WHY = Question(
    "why",
    QuestionKind.TEXT,
    {"en": "What went wrong?", "pl": "Co poszło nie tak?"},
    is_long=True,
    shows_if=Condition(Join.ALL, (Comparison("how", Operator.AT_MOST, 2),)),
)
AGAIN = Question("again", QuestionKind.CHOICE, {"en": "Again?", "pl": "Znowu?"}, options=YES_NO)
TWO_LANGUAGES = SurveyDefinition(
    titles={"en": "After a repair", "pl": "Po naprawie"},
    pages=(Page("page1", (HOW, WHY)), Page("page2", (AGAIN,))),
)
EVERYTHING = SurveyDefinition(
    titles={"en": "Everything"},
    pages=(
        Page(
            "page1",
            (
                HOW,
                Question("nps", QuestionKind.SCALE, {"en": "Recommend?"}, lowest=0, highest=10, measure="nps"),
                Question("ces", QuestionKind.SCALE, {"en": "Easy?"}, lowest=1, highest=7, measure="ces"),
                Question("plain", QuestionKind.SCALE, {"en": "How many stars?"}, lowest=1, highest=3),
                AGAIN,
                Question("which", QuestionKind.CHOICES, {"en": "Which?"}, options=YES_NO),
                Question(
                    "rows", QuestionKind.MATRIX, {"en": "Each"}, options=YES_NO, rows=(Option("r1", {"en": "One"}),)
                ),
                Question("order", QuestionKind.RANKING, {"en": "Order"}, options=YES_NO),
                Question("words", QuestionKind.TEXT, {"en": "Words"}),
                Question("hours", QuestionKind.NUMBER, {"en": "Hours"}),
                Question("day", QuestionKind.DATE, {"en": "Day"}),
            ),
        ),
    ),
)


def drafted(world: World, definition: SurveyDefinition = TWO_LANGUAGES, *, key: str = "care") -> str:
    """A draft of Care's head with these questions; its key."""
    made = draft_survey(by=world.ana, at=world.at, owner_id=getattr(world, key).id, title="Sample")
    change_draft(by=world.ana, at=world.at, key=made, definition=to_json(definition))
    return made


def published(world: World, definition: SurveyDefinition = TWO_LANGUAGES, **more: Any) -> str:
    """The same, published: its first round is open. `more` are columns of the survey."""
    key = drafted(world, definition)
    Survey.objects.filter(key=key).update(**more)
    publish_survey(by=world.ana, at=world.at, key=key)
    return key


def answer_all(
    key: str, values: Sequence[Mapping[str, Any]], *, at: datetime | None, number: int = 1, **more: Any
) -> list[SurveyAnswer]:
    """Write finished answers straight into a round, a minute apart; `at` None writes them as anonymous ones are.

    So they are written as they were given; `keep_all` makes of them what is kept when a round ends.
    """
    asked = SurveyRound.objects.select_related("version").get(survey__key=key, number=number)
    return SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            round=asked,
            version=asked.version,
            values=dict(one),
            saved_at=at and at + timedelta(minutes=place),
            answered_at=at and at + timedelta(minutes=place),
            **{"side": "outside", "language": "en", "is_complete": True, **more},
        )
        for place, one in enumerate(values)
    )


def keep_all(key: str, *, number: int = 1, seed: int = 0) -> None:
    """Make of a round's answers what is kept of an anonymous one, with the same lots every time."""
    asked = SurveyRound.objects.select_related("version").get(survey__key=key, number=number)
    rows = list(SurveyAnswer.objects.filter(round=asked, is_complete=True).order_by("pk"))
    rows.sort(key=lambda row: json.dumps(row.values, sort_keys=True))
    kept = values_kept(
        [row.values for row in rows],
        from_json(asked.version.definition).questions,
        earlier={},
        chance=Random(seed),
    )
    for row, values in zip(rows, kept, strict=True):
        row.values = values
    SurveyAnswer.objects.bulk_update(rows, ["values"])


def anonymous(world: World, definition: SurveyDefinition = TWO_LANGUAGES, *, rounds: int = 1) -> str:
    """An anonymous survey of which so many rounds have ended."""
    key = published(world, definition, is_anonymous=True, cuts=["supplier"], trigger_data={"open_days": 7})
    first = SurveyRound.objects.get(survey__key=key)
    SurveyRound.objects.filter(pk=first.pk).update(released_at=world.at + timedelta(days=7))
    for number in range(2, rounds + 1):
        opens_at = world.at + timedelta(days=30 * number)
        SurveyRound.objects.create(
            survey=first.survey,
            version=first.version,
            number=number,
            opens_at=opens_at,
            released_at=opens_at + timedelta(days=7),
        )
    return key


TEN: list[dict[str, Any]] = [
    {
        "how": 5 if place < 9 else 1,
        "nps": (9, 10, 9, 10, 9, 7, 8, 6, 0, 5)[place],
        "ces": 7,
        "plain": 1 + place % 3,
        "again": "yes" if place < 7 else "no",
        "which": ["yes", "no"] if place < 2 else ["no"],
        "rows": {"r1": "yes"} if place < 4 else {"r1": "no"} if place < 8 else {},
        "order": ["yes", "no"] if place < 8 else ["no", "yes"],
        "words": f"Words {place}",
        "hours": place + 0.5,
        "day": f"2026-11-{place + 10}",
    }
    for place in range(10)
]

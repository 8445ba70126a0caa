"""Surveys for tests: a definition in a few words, published and opened."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from clientela.voice.actions import ToAsk, open_round
from clientela.voice.actions.surveys.inviting import Asked, invite
from clientela.voice.models import Survey, SurveyInvitation, SurveyRound, SurveyVersion
from clientela.voice.policies import survey_token
from clientela.voice.rules.surveys import (
    Comparison,
    Condition,
    Join,
    KeepsAs,
    Operator,
    Option,
    Page,
    Question,
    QuestionKind,
    SurveyDefinition,
    to_json,
)

K = QuestionKind
SCORE = Question(
    "score",
    K.SCALE,
    {"en": "How satisfied are you?", "pl": "Jak bardzo są Państwo zadowoleni?"},
    is_required=True,
    lowest=1,
    highest=5,
    low_labels={"en": "not at all", "pl": "wcale"},
    high_labels={"en": "very", "pl": "bardzo"},
    measure="csat",
)
WHY = Question(
    "why",
    K.TEXT,
    {"en": "What should we do better?", "pl": "Co możemy poprawić?"},
    is_required=True,
    is_long=True,
    shows_if=Condition(Join.ALL, (Comparison("score", Operator.AT_MOST, 3),)),
)
NEED = Question(
    "need",
    K.TEXT,
    {"en": "What matters most to you?", "pl": "Co jest dla Państwa najważniejsze?"},
    keeps_as=KeepsAs.NEED,
)
WORDS = Question("words", K.TEXT, {"en": "Anything else?", "pl": "Coś jeszcze?"}, is_long=True)
SHORT = SurveyDefinition(
    {"en": "How was the repair?", "pl": "Jak przebiegła naprawa?"},
    (Page("one", (SCORE, WHY)), Page("two", (NEED,))),
    thanks={"en": "Thank you, that helps.", "pl": "Dziękujemy, to pomaga."},
)
PULSE = SurveyDefinition({"en": "How is work?", "pl": "Jak się pracuje?"}, (Page("one", (SCORE, WORDS)),))


def options(*keys: str) -> tuple[Option, ...]:
    """Options whose labels are their keys with a capital."""
    return tuple(Option(key, {"en": key.capitalize(), "pl": f"{key.capitalize()} (pl)"}) for key in keys)


EVERY_KIND = SurveyDefinition(
    {"en": "Everything", "pl": "Wszystko"},
    (
        Page(
            "all",
            (
                SCORE,
                Question("one", K.CHOICE, {"en": "Which one?", "pl": "Które?"}, options=options("red", "blue")),
                Question(
                    "some",
                    K.CHOICES,
                    {"en": "Which ones?", "pl": "Które?"},
                    options=options("bread", "salt", "wine"),
                    most_choices=2,
                ),
                Question(
                    "grid",
                    K.MATRIX,
                    {"en": "How are they?", "pl": "Jakie są?"},
                    rows=options("speed", "care"),
                    options=options("bad", "good"),
                ),
                Question("order", K.RANKING, {"en": "Order them", "pl": "Uporządkuj"}, options=options("a", "b", "c")),
                Question("many", K.NUMBER, {"en": "How many?", "pl": "Ile?"}, is_whole=True, lowest=0, highest=99),
                Question("day", K.DATE, {"en": "When?", "pl": "Kiedy?"}, lowest="2026-01-01"),
                WORDS,
            ),
        ),
    ),
)


def make_survey(
    owner_id: int,
    *,
    at: datetime,
    key: str = "repairs",
    definition: SurveyDefinition = SHORT,
    is_anonymous: bool = False,
    cuts: Sequence[str] = (),
    trigger: str = Survey.Trigger.NONE,
    trigger_data: Mapping[str, Any] | None = None,
    share_percent: int = 100,
    is_open_to_all: bool = False,
    kind: str = Survey.Kind.CSAT,
) -> Survey:
    """A published, open survey without a round."""
    survey = Survey.objects.create(
        key=key,
        kind=kind,
        state=Survey.State.OPEN,
        owner_id=owner_id,
        is_anonymous=is_anonymous,
        trigger=trigger,
        trigger_data=dict(trigger_data or {}),
        share_percent=share_percent,
        cuts=list(cuts),
        link_key=f"link-{key}",
        is_open_to_all=is_open_to_all,
        made_at=at,
    )
    SurveyVersion.objects.create(survey=survey, number=1, definition=to_json(definition), made_at=at, published_at=at)
    return survey


def opened(owner_id: int, *, at: datetime, **more: Any) -> SurveyRound:
    """The first round of such a survey."""
    survey = make_survey(owner_id, at=at, **more)
    return SurveyRound.objects.get(pk=open_round(at=at, survey_id=survey.pk))


def asked(one: SurveyRound, *wanted: ToAsk, at: datetime) -> list[str]:
    """Ask people; return the keys of their invitations, in the order of the ids."""
    invite(at=at, round_id=one.pk, wanted=wanted)
    return tokens_of(one)


def told(one: SurveyRound, *wanted: ToAsk, at: datetime) -> Asked:
    """Ask people; return what was told of it."""
    return invite(at=at, round_id=one.pk, wanted=wanted)


def tokens_of(one: SurveyRound) -> list[str]:
    """The keys of a round's invitations, oldest first."""
    return [
        survey_token(number)
        for number in SurveyInvitation.objects.filter(round=one).order_by("pk").values_list("pk", flat=True)
    ]


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)

"""Answers of the past are written in bulk with the voices and facts that the single actions would have made."""

from datetime import UTC, datetime

import pytest

from clientela.kernel.models import Fact, Letter
from clientela.voice.actions import ToAsk, close_round, send_answers
from clientela.voice.actions.surveys.history import PastAnswer, write_survey_history
from clientela.voice.models import SealedBox, SurveyAnswer, SurveyInvitation, Voice
from tests.contexts.voice.surveys.building import PULSE, asked, days, opened
from tests.world import World

SAID = {"score": 2, "why": "Przyjedźcie wcześniej"}
WHAT = ("kind", "side", "provider", "service", "about", "speaker", "rater", "measure", "score", "text", "language")


def past(world: World, who: str = "zofia", **more: object) -> PastAnswer:
    given: dict[str, object] = {
        "person_id": world.id_of(who),
        "side": "outside" if who == "zofia" else "inside",
        "language": "pl",
        "asked_at": world.at,
        "supplier_id": world.care.id,
        "answered_at": world.at + days(1),
        "values": SAID,
    }
    return PastAnswer(**{**given, **more})  # type: ignore[arg-type]  # the test's own words


def test_an_answer_that_the_survey_would_refuse_is_no_history(world: World) -> None:
    opened(world.care.id, at=world.at)
    with pytest.raises(ValueError, match="none that this survey takes"):
        write_survey_history(survey_key="repairs", past=[past(world, values={"score": 9})])
    assert SurveyInvitation.objects.count() == SurveyAnswer.objects.count() == Voice.objects.count() == 0


def test_an_answer_of_the_past_says_what_the_same_answer_says_today(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    (voice_id,) = write_survey_history(survey_key="repairs", past=[past(world)])
    assert voice_id is not None
    written = Voice.objects.filter(pk=voice_id).values(*WHAT, "said_at").get()
    told = Fact.objects.filter(verb__in=["survey_asked", "survey_answered"]).order_by("id")
    facts = list(told.values_list("verb", "at"))
    close_round(at=world.at + days(1), round_id=one.pk)

    other = opened(world.care.id, at=world.at, key="repairs-again")
    (token,) = asked(other, ToAsk(world.id_of("zofia"), "outside", supplier_id=world.care.id), at=world.at + days(20))
    send_answers(at=world.at + days(21), token=token, answers=SAID, language="pl", is_anonymous=False)
    single = Voice.objects.exclude(pk=voice_id).values(*WHAT, "said_at").get()
    assert written == single | {"said_at": world.at + days(1)}
    assert facts == [("survey_asked", world.at), ("survey_answered", world.at + days(1))]


def test_who_kept_silent_was_reminded_then_and_nobody_is_told_or_written_to(world: World) -> None:
    opened(world.care.id, at=world.at)
    assert write_survey_history(survey_key="repairs", past=[past(world, answered_at=None, values={})]) == [None]
    invitation = SurveyInvitation.objects.get()
    assert (invitation.spent_on, invitation.reminded_at) == (None, world.at + days(5))
    assert Letter.objects.count() == 0
    assert not Fact.objects.filter(verb="voice_heard").exists()


def test_anonymous_answers_of_the_past_lie_sealed_until_the_round_ends(world: World) -> None:
    one = opened(world.care.id, at=world.at, definition=PULSE, is_anonymous=True)
    people = ("ana", "radu", "piotr", "stefan", "ioana")
    some = [past(world, name, values={"score": score}) for score, name in enumerate(people, start=1)]
    assert write_survey_history(survey_key="repairs", past=some) == [None] * len(people)
    assert SealedBox.objects.count() == 1
    assert SurveyAnswer.objects.count() == Voice.objects.count() == 0
    assert set(SurveyInvitation.objects.values_list("spent_on", flat=True)) == {
        (world.at + days(1)).astimezone(UTC).date()
    }
    close_round(at=datetime(2026, 12, 24, 8, tzinfo=UTC), round_id=one.pk)
    answers = SurveyAnswer.objects.filter(round=one)
    assert sorted(answer.values["score"] for answer in answers) == [1, 2, 3, 4, 5]
    assert not answers.filter(person__isnull=False).exists()

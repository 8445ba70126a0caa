"""A house whose people answer an anonymous survey, round after round."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from clientela.voice.actions import close_round, open_round, send_answers
from clientela.voice.models import SurveyInvitation, SurveyRound
from clientela.voice.policies import survey_token
from clientela.voice.rules.surveys import Page, Question, QuestionKind, SurveyDefinition
from tests.contexts.voice.surveys.building import SCORE, WORDS, days, make_survey, options
from tests.world import World

PEOPLE = ("ana", "radu", "piotr", "stefan", "ioana", "tomasz", "magda", "vera")
ENOUGH_TO_WRITE = (*PEOPLE, "carmen", "zofia", "lucia")
WHAT = Question("what", QuestionKind.NUMBER, {"en": "A number"}, is_whole=True)
MARK = Question("mark", QuestionKind.CHOICE, {"en": "A mark"}, options=options(*(f"m{n}" for n in range(100))))
MARKED = SurveyDefinition({"en": "Marks"}, (Page("one", (replace(SCORE, is_required=False), MARK, WHAT, WORDS)),))


class House:
    """A survey, round after round, answered by the same people."""

    def __init__(self, world: World, *, definition: SurveyDefinition = MARKED, cuts: tuple[str, ...] = ()) -> None:
        self.world = world
        self.at = world.at
        self.survey = make_survey(
            world.management.id,
            at=self.at,
            definition=definition,
            is_anonymous=True,
            cuts=cuts,
            trigger_data={"open_days": 7},
        )

    def round(self, people: tuple[str, ...] = PEOPLE, **more: Any) -> SurveyRound:
        """Open a round in which these are asked."""
        self.at += timedelta(days=10)
        one = SurveyRound.objects.get(pk=open_round(at=self.at, survey_id=self.survey.pk))
        SurveyInvitation.objects.bulk_create(
            SurveyInvitation(
                round=one,
                person_id=self.world.id_of(key),
                side="inside",
                language="en",
                asked_at=self.at,
                expires_at=self.at + days(7),
                **more,
            )
            for key in people
        )
        return one

    def answer(self, one: SurveyRound, key: str, answers: dict[str, object], *, minutes: int = 0) -> None:
        """Somebody sends an answer, some minutes after the round opened."""
        number = SurveyInvitation.objects.get(round=one, person=self.world.id_of(key)).pk
        send_answers(
            at=self.at + timedelta(minutes=minutes),
            token=survey_token(number),
            answers=answers,
            language="en",
            is_anonymous=True,
        )

    def end(self, one: SurveyRound) -> None:
        """The round ends when its time is up."""
        close_round(at=self.at + days(7), round_id=one.pk)

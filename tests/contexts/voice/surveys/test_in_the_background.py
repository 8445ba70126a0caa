"""What the worker does for surveys: rounds turn, audiences are asked, talks bring questions."""

from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.kernel.clock import now
from clientela.kernel.journal import facts_about, record, thing
from clientela.voice.actions import ToAsk, open_round, save_answers
from clientela.voice.jobs import remind_who_was_asked, turn_rounds
from clientela.voice.jobs.surveys import ask_for_answers, ask_people
from clientela.voice.models import Survey, SurveyAnswer, SurveyInvitation, SurveyRound, Talk
from tests.contexts.voice.surveys.building import asked, days, make_survey, opened
from tests.world import World

WEEKLY = {"every_weeks": 1, "open_days": 5, "side": "inside"}


def test_a_round_that_opens_by_schedule_asks_its_audience_in_a_job_of_its_own(world: World) -> None:
    survey = make_survey(world.management.id, at=now(), trigger=Survey.Trigger.SCHEDULE, trigger_data=WEEKLY)
    one = open_round(at=now(), survey_id=survey.pk)
    ask_for_answers(facts_about(thing("survey_round", one)))
    job = ProcrastinateJob.objects.get(task_name="clientela.voice.jobs.ask_people")
    assert job.args == {"round_id": one}
    assert SurveyInvitation.objects.count() == 0
    ask_people(one)
    ask_people(one)
    assert SurveyInvitation.objects.count() == 9


def test_rounds_turn_at_every_minute_and_what_was_left_unsent_counts(world: World) -> None:
    begun = now() - days(8)
    survey = make_survey(world.management.id, at=begun, trigger=Survey.Trigger.SCHEDULE, trigger_data=WEEKLY)
    one = SurveyRound.objects.get(pk=open_round(at=begun, survey_id=survey.pk))
    (token,) = asked(one, ToAsk(world.id_of("ana"), "inside"), at=begun)
    save_answers(at=begun, token=token, answers={"score": "4"}, language="en")
    assert turn_rounds() == 2
    assert turn_rounds() == 0
    assert SurveyAnswer.objects.get().is_complete is True
    assert [(row.number, row.released_at is None) for row in SurveyRound.objects.order_by("number")] == [
        (1, False),
        (2, True),
    ]


def test_a_talk_that_was_held_asks_once_however_often_the_follower_runs(world: World) -> None:
    opened(world.care.id, at=now(), trigger=Survey.Trigger.ROUND_DONE)
    talk = Talk.objects.create(
        customer_id=world.delta.id,
        provider_id=world.care.id,
        talker_id=world.id_of("ana"),
        with_person_id=world.id_of("mihai"),
        language="ro",
        held_at=now(),
    )
    record(verb="talk_held", by=None, at=now(), about=[thing("talk", talk.pk)])
    facts = facts_about(thing("talk", talk.pk))
    ask_for_answers(facts)
    ask_for_answers(facts)
    assert SurveyInvitation.objects.count() == 1


def test_reminders_are_written_until_none_is_due(world: World) -> None:
    one = opened(world.care.id, at=now() - days(6))
    asked(one, *(ToAsk(world.id_of(name), "outside") for name in ("zofia", "lucia")), at=now() - days(6))
    assert remind_who_was_asked() == 2
    assert remind_who_was_asked() == 0

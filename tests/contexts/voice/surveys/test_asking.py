"""Whom surveys ask, how often, and by what: by hand, by what happened, by schedule."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.directory.actions import gather_group, set_boundary
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about, thing
from clientela.kernel.models import Letter
from clientela.kernel.policies import NotAllowedError
from clientela.requests import actions as requests
from clientela.voice.actions import NotPublishedError, RoundOpenError, RoundOverError, ToAsk, ask_by_hand, open_round
from clientela.voice.actions.ratings import invite_rating
from clientela.voice.actions.surveys.audiences import ask_after_talks, ask_audience, audience_of
from clientela.voice.actions.surveys.reminding import remind_once
from clientela.voice.actions.surveys.rounds import end_rounds_that_are_over, open_rounds_that_are_due
from clientela.voice.jobs.ratings import ask_how_it_went
from clientela.voice.models import (
    ListeningPolicy,
    RatingInvitation,
    Survey,
    SurveyInvitation,
    SurveyRound,
    SurveyVersion,
    Talk,
)
from tests.contexts.voice.surveys.building import days, make_survey, opened, told
from tests.shop import Shop
from tests.world import World

OUTSIDE = {"side": "outside"}


def zofia(world: World, **more: Any) -> ToAsk:
    return ToAsk(world.id_of("zofia"), "outside", **more)


def test_only_who_makes_a_survey_asks_by_it(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    for stranger in (world.tomasz, world.radu, world.zofia):
        with pytest.raises(NotAllowedError):
            ask_by_hand(by=stranger, at=world.at, survey_id=one.survey_id, person_ids=[world.id_of("zofia")])
    assert (SurveyInvitation.objects.count(), Letter.objects.count()) == (0, 0)
    assert ask_by_hand(
        by=world.ana, at=world.at, survey_id=one.survey_id, person_ids=[world.id_of("zofia")]
    ).people == {world.id_of("zofia")}


def test_nobody_is_asked_where_no_round_is_open(world: World) -> None:
    survey = make_survey(world.care.id, at=world.at)
    with pytest.raises(RoundOverError):
        ask_by_hand(by=world.ana, at=world.at, survey_id=survey.pk, person_ids=[world.id_of("zofia")])


def test_a_group_is_asked_and_colleagues_rate_for_their_department(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    people = [world.id_of("lucia"), world.id_of("tomasz"), world.delta.id]
    group = gather_group(by=world.vera, at=world.at, name="Friends", party_ids=people)
    ask_by_hand(by=world.ana, at=world.at, survey_id=one.survey_id, group_ids=[group])
    assert set(SurveyInvitation.objects.values_list("person_id", "side", "rater_id", "language")) == {
        (world.id_of("lucia"), "outside", None, "en"),
        (world.id_of("tomasz"), "inside", world.maintenance.id, "pl"),
    }


def test_nobody_is_asked_twice_about_a_thing_or_again_before_they_have_rested(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    assert told(one, zofia(world), zofia(world), at=world.at).left_out == {"already_asked": 1}
    assert told(one, zofia(world), at=world.at + days(90)).left_out == {"already_asked": 1}
    other = opened(world.care.id, at=world.at, key="other")
    assert told(other, zofia(world), at=world.at + days(13)).left_out == {"too_soon": 1}
    assert len(told(other, zofia(world), at=world.at + days(14)).people) == 1
    assert Letter.objects.filter(kind="survey").count() == 2


def test_the_budget_of_a_quarter_counts_ratings_too(world: World) -> None:
    for number, after in enumerate((0, 20, 40, 60)):
        invite_rating(
            at=world.at + days(after),
            subject=f"request:{number}",
            person_id=world.id_of("zofia"),
            provider_id=world.care.id,
            side="outside",
            language="pl",
            is_asked=number != 3,
        )
    one = opened(world.care.id, at=world.at)
    assert len(told(one, zofia(world), at=world.at + days(75)).people) == 1
    other = opened(world.care.id, at=world.at, key="other")
    assert told(other, zofia(world), at=world.at + days(90)).left_out == {"budget_spent": 1}
    assert len(told(other, zofia(world), at=world.at + days(91)).people) == 1


def test_a_house_that_asks_nobody_asks_nobody(world: World) -> None:
    ListeningPolicy.objects.create(pk=1, asks_a_quarter=0, changed_at=world.at)
    assert told(opened(world.care.id, at=world.at), zofia(world), at=world.at).left_out == {"budget_spent": 1}


def test_who_wants_no_surveys_is_not_asked_and_quiet_hours_put_the_letter_off(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    set_boundary(
        by=HOUSE,
        at=world.at,
        party_id=world.id_of("zofia"),
        kind="subject",
        rule={"subject": "surveys"},
        source="phone",
    )
    set_boundary(
        by=HOUSE,
        at=world.at,
        party_id=world.id_of("lucia"),
        kind="quiet_hours",
        rule={"from": "08:00", "to": "18:00"},
        source="phone",
    )
    set_boundary(by=HOUSE, at=world.at, party_id=world.delta.id, kind="do_not_contact", rule={}, source="phone")
    found = told(
        one,
        zofia(world),
        ToAsk(world.id_of("lucia"), "outside"),
        ToAsk(world.id_of("mihai"), "outside", for_party_id=world.delta.id),
        at=world.at,
    )
    assert (set(found.people), dict(found.left_out)) == ({world.id_of("lucia")}, {"refuses": 2})
    letter = Letter.objects.get()
    assert letter.not_before is not None
    assert letter.not_before > world.at


def test_a_share_is_drawn_and_stays_drawn(world: World) -> None:
    one = opened(world.care.id, at=world.at, share_percent=50)
    wanted = [zofia(world, about=f"request:{number}") for number in range(400)]
    found = told(one, *wanted, at=world.at)
    # 200 of 400 are expected to be passed by, with a standard deviation of 10; of the others one is asked, once.
    assert 150 < found.left_out["not_drawn"] < 250
    assert told(one, *wanted, at=world.at).left_out["not_drawn"] == found.left_out["not_drawn"]


def test_ten_times_as_many_people_take_no_more_statements(world: World) -> None:
    one = opened(world.care.id, at=world.at)

    def statements(*names: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            told(one, *(ToAsk(world.id_of(name), "inside") for name in names), at=world.at)
        return len(seen)

    assert statements("ana", "radu") == statements("piotr", "stefan", "ioana", "tomasz", "magda", "vera", "carmen")


def test_the_reminder_comes_once_and_never_to_who_answered_or_declined(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    told(
        one,
        zofia(world),
        *(ToAsk(world.id_of(name), "outside") for name in ("lucia", "mihai")),
        at=world.at,
    )
    SurveyInvitation.objects.filter(person=world.id_of("lucia")).update(spent_on=world.at.date())
    SurveyInvitation.objects.filter(person=world.id_of("mihai")).update(declined_on=world.at.date())
    # They were asked at nine in Warsaw: their fifth day begins at midnight there, not five times 24 hours later.
    midnight = world.at + days(5) - timedelta(hours=9)
    assert remind_once(at=midnight - timedelta(minutes=1)) == 0
    assert remind_once(at=midnight) == 1
    assert remind_once(at=world.at + days(6)) == 0
    reminder = Letter.objects.get(kind="survey_reminder")
    assert (reminder.to_address, reminder.language) == ("zofia@example.test", "pl")


def test_who_refuses_by_now_is_not_reminded(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    told(one, zofia(world), at=world.at)
    refused_at = world.at + days(1)
    set_boundary(
        by=HOUSE,
        at=refused_at,
        party_id=world.id_of("zofia"),
        kind="subject",
        rule={"subject": "surveys"},
        source="phone",
    )
    remind_once(at=world.at + days(6))
    assert not Letter.objects.filter(kind="survey_reminder").exists()


def test_no_reminder_comes_on_the_last_day(world: World) -> None:
    one = opened(world.care.id, at=world.at, trigger_data={"open_days": 6})
    told(one, zofia(world), at=world.at)
    assert remind_once(at=world.at + days(5)) == 0


def test_a_survey_has_one_open_round_and_needs_something_published(world: World) -> None:
    one = opened(world.care.id, at=world.at)
    with pytest.raises(RoundOpenError):
        open_round(at=world.at, survey_id=one.survey_id)
    draft = make_survey(world.care.id, at=world.at, key="draft")
    SurveyVersion.objects.filter(survey=draft).update(published_at=None)
    with pytest.raises(NotPublishedError):
        open_round(at=world.at, survey_id=draft.pk)
    with pytest.raises(NotAllowedError):
        open_round(by=world.tomasz, at=world.at, survey_id=one.survey_id)
    assert SurveyRound.objects.count() == 1


def test_scheduled_rounds_turn_by_the_weeks_and_others_by_their_end(world: World) -> None:
    make_survey(
        world.care.id,
        at=world.at,
        trigger=Survey.Trigger.SCHEDULE,
        trigger_data={"every_weeks": 4, "open_days": 7, **OUTSIDE},
    )
    make_survey(world.care.id, at=world.at, key="by-hand")
    first = open_rounds_that_are_due(at=world.at)
    assert len(first) == 2  # the one that is asked by hand begins too, once
    assert open_rounds_that_are_due(at=world.at) == []
    assert end_rounds_that_are_over(at=world.at + days(7) - days(0.001)) == 0
    assert end_rounds_that_are_over(at=world.at + days(7)) == 1
    assert open_rounds_that_are_due(at=world.at + days(28) - days(0.001)) == []
    (second,) = open_rounds_that_are_due(at=world.at + days(28))
    assert SurveyRound.objects.get(pk=second).number == 2


def test_a_resolved_request_is_asked_by_the_survey_and_its_closing_letter_asks_nothing(shop: Shop) -> None:
    world = shop.world
    opened(
        world.care.id,
        at=shop.at,
        trigger=Survey.Trigger.REQUEST_CLOSED,
        trigger_data={**OUTSIDE, "provider_ids": [world.care.id]},
    )
    number = resolved(shop)
    ask_how_it_went(facts_about(thing("request", number)))
    ask_how_it_went(facts_about(thing("request", number)))
    asked = SurveyInvitation.objects.get()
    assert (asked.about, asked.person_id, asked.supplier_id, asked.rater_id, asked.side) == (
        f"request:{number}",
        world.id_of("zofia"),
        world.care.id,
        None,
        "outside",
    )
    assert RatingInvitation.objects.get().is_asked is False
    closing, survey = Letter.objects.filter(kind__in=["closing", "survey"]).order_by("kind")
    assert "/r/" not in closing.text
    assert "Washing machine leaks since yesterday" in survey.text


def test_a_survey_about_another_service_or_side_leaves_the_rating_to_the_closing_letter(shop: Shop) -> None:
    world = shop.world
    triggers: tuple[tuple[str, dict[str, Any]], ...] = (
        (Survey.Trigger.REQUEST_CLOSED, {"side": "inside"}),
        (Survey.Trigger.REQUEST_CLOSED, {"provider_ids": [world.it.id]}),
        (Survey.Trigger.ORDER_DELIVERED, {}),
        (Survey.Trigger.ORDER_DELIVERED, {"service_ids": [999_999]}),
    )
    for number, (trigger, data) in enumerate(triggers):
        opened(world.care.id, at=shop.at, key=f"s{number}", trigger=trigger, trigger_data=data)
    ask_how_it_went(facts_about(thing("request", resolved(shop))))
    assert (SurveyInvitation.objects.count(), RatingInvitation.objects.get().is_asked) == (0, True)
    assert "/r/" in Letter.objects.get(kind="closing").text


def test_the_fifth_closing_letter_of_a_quarter_asks_nothing(shop: Shop) -> None:
    for number in range(5):
        ask_how_it_went(facts_about(thing("request", resolved(shop, hours=number))))
    asked = [row.is_asked for row in RatingInvitation.objects.order_by("asked_at")]
    assert asked == [True, True, True, True, False]
    assert Letter.objects.filter(kind="closing").count() == 5


def test_after_a_talk_the_person_is_asked_about_the_department_they_talked_with(world: World) -> None:
    opened(world.care.id, at=world.at, trigger=Survey.Trigger.ROUND_DONE)
    talk = Talk.objects.create(
        customer_id=world.delta.id,
        provider_id=world.care.id,
        talker_id=world.id_of("ana"),
        with_person_id=world.id_of("mihai"),
        language="ro",
        held_at=world.at,
    )
    ask_after_talks(at=world.at, talk_ids=[talk.pk])
    ask_after_talks(at=world.at + days(30), talk_ids=[talk.pk])
    asked = SurveyInvitation.objects.get()
    assert (asked.about, asked.person_id, asked.supplier_id, asked.side) == (
        f"talk:{talk.pk}",
        world.id_of("mihai"),
        world.care.id,
        "outside",
    )


def test_internal_quality_asks_each_departments_people_about_those_it_depends_on(world: World) -> None:
    pairs = [[world.care.id, world.it.id], [world.care.id, world.workshop.id], [world.hr.id, world.it.id]]
    survey = make_survey(
        world.management.id,
        at=world.at,
        kind=Survey.Kind.SERVICE_QUALITY,
        trigger=Survey.Trigger.SCHEDULE,
        trigger_data={"every_weeks": 13, "open_days": 14, "rates": pairs},
    )
    one = open_round(at=world.at, survey_id=survey.pk)
    assert len(ask_audience(at=world.at, round_id=one).people) == 3
    assert ask_audience(at=world.at, round_id=one).people == frozenset()
    asked = set(SurveyInvitation.objects.values_list("person_id", "rater_id", "supplier_id"))
    assert asked == {
        (world.id_of("ana"), world.care.id, world.it.id),
        (world.id_of("ana"), world.care.id, world.workshop.id),
        (world.id_of("radu"), world.care.id, world.it.id),
        (world.id_of("radu"), world.care.id, world.workshop.id),
        (world.id_of("magda"), world.hr.id, world.it.id),
    }
    assert Letter.objects.filter(kind="survey").count() == 3


def test_without_pairs_who_asked_whom_in_the_last_quarter_says_it(shop: Shop) -> None:
    world = shop.world
    repair = shop.ask_repair()
    shop.ask_workshop(repair.id)
    survey = make_survey(
        world.management.id, at=shop.at, kind=Survey.Kind.SERVICE_QUALITY, trigger=Survey.Trigger.SCHEDULE
    )
    wanted = {(one.rater_id, one.supplier_id) for one in audience_of(survey, at=shop.after(1))}
    assert wanted == {(world.care.id, world.workshop.id)}
    assert audience_of(survey, at=shop.after(24 * 100)) == []


def test_a_pulse_asks_every_colleague_and_a_relational_one_who_was_served_outside(shop: Shop) -> None:
    world = shop.world
    shop.ask_repair()
    pulse = make_survey(world.management.id, at=shop.at, key="pulse", trigger_data={"side": "inside"})
    nps = make_survey(world.management.id, at=shop.at, key="nps", trigger_data=OUTSIDE)
    colleagues = {one.person_id for one in audience_of(pulse, at=shop.after(1))}
    assert colleagues == {
        world.id_of(key) for key in ("ana", "radu", "piotr", "stefan", "ioana", "tomasz", "magda", "vera", "carmen")
    }
    assert [one.person_id for one in audience_of(nps, at=shop.after(1))] == [world.id_of("zofia")]


def resolved(shop: Shop, *, hours: float = 0) -> int:
    asked = shop.ask_repair(at=shop.after(hours))
    requests.reply_to_customer(
        by=shop.world.ana,
        at=shop.after(hours + 0.5),
        request_id=asked.id,
        text="Gotowe.",
        language="pl",
        then="resolve",
    )
    return asked.id

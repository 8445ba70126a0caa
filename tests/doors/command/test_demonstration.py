"""The demonstration is loaded through the house's own doors into an empty database, all or nothing."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db.models import Q
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from clientela.catalogue import queries as catalogue
from clientela.command import demo
from clientela.command.demonstration.loading import PASSWORD, load_plan, logins_of_the_cast
from clientela.command.demonstration.plan import demonstration_plan
from clientela.directory import queries as directory
from clientela.impact.actions.case_files import ESTIMATE_CASES_JOB
from clientela.impact.models import CaseFile, CaseFilePart, Rollout, RolloutPlace
from clientela.kernel.models import Fact, FollowerCursor, Letter
from clientela.kernel.postgres import Cluster
from clientela.network.models import AskedWord, DependenceSheet
from clientela.network.queries.asked import asked_pairs
from clientela.network.queries.service_map.declared import declared
from clientela.promises import queries as promises
from clientela.requests.models import Dependency, Request
from clientela.voice.jobs import FOLLOWERS
from clientela.voice.models import (
    Evidence,
    FollowUp,
    Improvement,
    Rating,
    RatingInvitation,
    Review,
    ReviewMeeting,
    SealedBox,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyRound,
    Talk,
    TalkPlan,
    Voice,
)
from tests.doors.command.conftest import CHECKOUT
from tests.world import World

UNTIL = datetime(2026, 11, 21, 10, 50, tzinfo=UTC)
REQUESTS = 400


@pytest.fixture
def _loaded(db: None) -> None:
    load_plan(demonstration_plan(until=UNTIL, requests=REQUESTS), told=lambda _what: None)


@pytest.mark.usefixtures("_loaded")
def test_what_the_plan_tells_stands_in_the_database() -> None:
    followed_up = FollowUp.objects.filter(reason="low_rating").count()
    assert followed_up == 2
    assert Request.objects.count() == REQUESTS + followed_up
    assert len(directory.departments()) == 10
    assert set(Request.objects.values_list("language", flat=True)) == {"en", "ro", "pl", "es"}
    assert Dependency.objects.count() == Request.objects.filter(needed_by__isnull=False).count()
    assert Fact.objects.filter(verb="request_opened").count() == REQUESTS + followed_up
    rated = Rating.objects.values_list("subject", flat=True)
    assert set(rated) <= set(RatingInvitation.objects.values_list("subject", flat=True))
    assert Fact.objects.filter(verb="rating_given").count() == len(rated)


@pytest.mark.usefixtures("_loaded")
def test_the_past_is_not_answered_again() -> None:
    assert Letter.objects.count() == 0
    followed = {f"voice.{name}" for name in ("closing_letters", "asking", "hearing", "follow_ups", "understanding")}
    assert {follower.name for follower in FOLLOWERS} == followed
    assert set(FollowerCursor.objects.filter(xid__gt=0).values_list("name", flat=True)) >= followed


@pytest.mark.usefixtures("_loaded")
def test_what_people_said_is_heard_and_waits_to_be_read() -> None:
    kinds = Counter(Voice.objects.values_list("kind", "is_anonymous"))
    assert kinds["rating", False] == Rating.objects.count()
    assert kinds["review", False] == Review.objects.count()
    assert kinds["talk", False] == Talk.objects.count()
    named = SurveyAnswer.objects.filter(answered_at__isnull=False)
    assert kinds["survey", False] == named.count() == Fact.objects.filter(verb="survey_answered").count()
    assert kinds["complaint", False] > 0
    assert not Voice.objects.filter(is_anonymous=True, speaker__isnull=False).exists()
    assert set(Voice.objects.values_list("read_by", flat=True)) == {""}
    assert set(Voice.objects.exclude(text="").values_list("language", flat=True)) == {"en", "ro", "pl", "es"}


@pytest.mark.usefixtures("_loaded")
def test_surveys_stand_in_every_state_and_what_is_anonymous_cannot_be_read_before_its_end() -> None:
    states = dict(Survey.objects.values_list("kind", "state"))
    assert states == {"csat": "open", "ces": "open", "nps": "open", "isq": "open", "free": "open", "poll": "draft"}
    ended = SurveyRound.objects.filter(released_at__isnull=False).values_list("survey__kind", flat=True)
    assert set(ended) == {"nps", "isq"}
    quality = SurveyAnswer.objects.filter(round__survey__kind="isq")
    rated = [values for values in quality.values_list("values", flat=True) if any(name != "change" for name in values)]
    spent = SurveyInvitation.objects.filter(round__survey__kind="isq", spent_on__isnull=False).count()
    assert len(rated) == spent == 175
    assert not quality.filter(Q(person__isnull=False) | Q(answered_at__isnull=False)).exists()
    (box,) = SealedBox.objects.values_list("round__survey__kind", flat=True)
    assert box == "free"
    assert not SurveyAnswer.objects.filter(round__survey__kind="free").exists()


@pytest.mark.usefixtures("_loaded")
def test_talks_reviews_and_improvements_tell_the_story_of_listening() -> None:
    assert TalkPlan.objects.count() == 5
    assert Talk.objects.count() == 3
    assert Review.objects.count() == 25
    waiting = Review.objects.filter(answered_at__isnull=True)
    clocks = promises.open_clocks_of([f"review:{one.pk}" for one in waiting], at=UNTIL)
    assert sorted(clock.state for some in clocks.values() for clock in some) == ["at_risk", "running"]
    states = Counter(Improvement.objects.values_list("state", flat=True))
    assert states == {"done": 2, "agreed": 1, "dropped": 1, "proposed": 1}
    done = Improvement.objects.filter(state="done")
    assert all(Evidence.objects.filter(improvement=one).exists() for one in done)
    assert ReviewMeeting.objects.values_list("department__key", flat=True).get() == "care"


@pytest.mark.usefixtures("_loaded")
def test_one_line_happens_that_nobody_declared_and_one_is_declared_that_never_happens() -> None:
    ids = {card.key: card.id for card in directory.departments()}
    told = declared(at=UNTIL)
    happens = set(
        Request.objects.filter(side="inside", customer__kind="department").values_list("provider", "customer")
    )
    surprises = {pair for pair in happens if not told.covers({pair[0]}, {pair[1]})}
    assert surprises == {(ids["maintenance"], ids["hr"])}
    assert set(told.by_hand) - happens >= {(ids["sales"], ids["purchasing"])}
    # Who is not on the list of whom it serves may ask all the same: everybody is let in by name.
    service = catalogue.service_seen(key="maintenance-question", language="en")
    hr = next(one for one in directory.colleagues_of(ids["hr"], UNTIL))
    asked = catalogue.services_to_ask([(service.version_id, ids["hr"], hr.id)])
    assert bool(asked[0].may_ask_from_inside) is True


@pytest.mark.usefixtures("_loaded")
def test_what_colleagues_said_of_each_other_is_counted_and_two_departments_see_it_differently() -> None:
    ids = {card.key: card.id for card in directory.departments()}
    said = asked_pairs()
    customers = said.by_customer[ids["warehouse"], ids["workshop"]].importance
    suppliers = said.by_supplier[ids["warehouse"], ids["workshop"]].importance
    assert customers is not None
    assert suppliers is not None
    assert (customers.low > 3, suppliers.high < 2) == (True, True)
    assert min(customers.n, suppliers.n) >= 5
    assert said.by_customer[ids["maintenance"], ids["hr"]].people == 5  # they know whom they need
    assert not DependenceSheet.objects.exists()
    said_alike = set(AskedWord.objects.filter(service=None).values_list("words", flat=True))
    assert said_alike & {"repairs and visits", "reparații și vizite", "naprawy i wizyty", "reparaciones y visitas"}


@pytest.mark.usefixtures("_loaded")
def test_what_helped_in_one_department_is_tried_in_the_others() -> None:
    rollout = Rollout.objects.select_related("improvement").get()
    assert (rollout.state, rollout.improvement.state if rollout.improvement else "") == ("running", "done")
    places = RolloutPlace.objects.filter(rollout=rollout).select_related("department__party")
    assert {place.department.key for place in places} == {card.key for card in directory.departments()} - {"care"}
    assert {place.step for place in places} == {1, 2, 3, 4}
    has_begun = {place.step: place.began_on is not None for place in places if place.began_on is not None}
    assert set(has_begun) >= {1, 2}
    assert 4 not in has_begun


@pytest.mark.usefixtures("_loaded")
def test_the_cases_from_before_are_brought_by_the_owner_and_wait_for_the_worker() -> None:
    brought = CaseFile.objects.select_related("brought_by__account").get()
    assert brought.title == "The shops before Clientela (made up for the demonstration)"
    assert brought.brought_by is not None
    assert brought.brought_by.account.is_owner is True
    assert (brought.state, brought.outcomes) == ("waiting", ["score", "came_back_within_90_days"])
    parts = {part.part: part for part in CaseFilePart.objects.filter(case_file=brought)}
    assert set(parts) == {"cases", "inside"}
    assert parts["cases"].roles["supplier"] == "department"
    names = {department.name_in("en") for department in directory.departments()}
    place = parts["cases"].columns.index("department")
    assert {row[place] for row in parts["cases"].first_rows} <= names
    jobs = ProcrastinateJob.objects.filter(task_name=ESTIMATE_CASES_JOB)
    assert [job.args for job in jobs] == [{"case_file_id": brought.pk}]


@pytest.mark.usefixtures("_loaded")
def test_the_logins_that_are_printed_let_their_people_in(client: Client) -> None:
    logins = dict(logins_of_the_cast())
    assert logins["ana.ionescu@clientela.test"] == "Ana, Care"
    given = {"username": "ana.ionescu@clientela.test", "password": "wrong"}
    assert client.post("/login", given).status_code == 422
    assert client.post("/login", {**given, "password": PASSWORD}).status_code == 302
    shown = list(demo.first_steps())
    assert any("ana.ionescu@clientela.test" in line for line in shown)


def test_a_database_with_people_in_it_is_left_as_it_is(world: World) -> None:
    assert world.care.id > 0
    assert demo.load_if_empty() is False
    assert Request.objects.count() == 0
    assert list(demo.first_steps()) == []


def test_a_database_without_tables_is_told_what_to_do_first(standing: tuple[Cluster, str]) -> None:
    _, url = standing
    done = subprocess.run(
        [sys.executable, "-m", "clientela.command.main", "demo", "load"],
        cwd=CHECKOUT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "clientela demo: the database is not of this version yet. Run `clientela migrate` first.\n"

"""Drafting, changing, publishing and closing surveys: refusals first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clientela.directory.policies import Viewer
from clientela.kernel.models import Fact
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.actions.surveys.asking import Asking, AskingError, set_asking
from clientela.voice.actions.surveys.drafting import (
    DraftChangedError,
    NoDraftError,
    SurveyProblemsError,
    change_draft,
    close_survey,
    delete_draft,
    draft_survey,
    go_back_to_version,
    publish_survey,
)
from clientela.voice.actions.surveys.policy import PolicyError, change_listening_policy
from clientela.voice.models import ListeningPolicy, Survey, SurveyRound, SurveyVersion
from clientela.voice.queries.survey_lists import listening_policy, survey_draft, survey_page, surveys_seen
from clientela.voice.rules.editing import mark_of
from clientela.voice.rules.surveys import Page, ProblemCode, StoredFormError, from_json, to_json
from tests.contexts.voice.making.samples import HOW, TWO_LANGUAGES, WHY, answer_all, drafted, published
from tests.world import World

CHANGED = replace(TWO_LANGUAGES, pages=(Page("page1", (HOW,)),))


def newest(key: str) -> SurveyVersion:
    return SurveyVersion.objects.filter(survey__key=key).order_by("-number")[0]


@pytest.mark.parametrize("name", ["radu", "stefan", "zofia"])
def test_who_does_not_head_the_department_makes_no_survey_of_it(world: World, name: str) -> None:
    with pytest.raises(NotAllowedError):
        draft_survey(by=getattr(world, name), at=world.at, owner_id=world.care.id, title="Mine")
    assert not Survey.objects.exists()


@pytest.mark.parametrize("name", ["ana", "carmen", "vera"])
def test_the_head_the_owner_and_administrators_make_surveys(world: World, name: str) -> None:
    by: Viewer = getattr(world, name)
    key = draft_survey(by=by, at=world.at, owner_id=world.care.id, title="How was it?", language="pl")
    survey = Survey.objects.get(key=key)
    assert (survey.key, survey.state, survey.kind, survey.made_by_id) == ("how-was-it", "draft", "free", by.person_id)
    version = newest(key)
    assert (version.number, version.published_at, version.made_by_id) == (1, None, by.person_id)
    assert from_json(version.definition).titles == {"pl": "How was it?"}
    assert list(Fact.objects.values_list("verb", flat=True)) == ["survey_drafted"]


def test_two_of_one_title_and_one_named_like_a_page_have_keys_of_their_own(world: World) -> None:
    keys = [
        draft_survey(by=world.ana, at=world.at, owner_id=world.care.id, title=title)
        for title in ("A", "A", "New", "🙂")
    ]
    assert keys == ["a", "a-2", "new-2", "survey"]


def test_a_copy_of_a_survey_that_one_does_not_see_is_not_there(world: World) -> None:
    key = drafted(world)
    with pytest.raises(HiddenError):
        draft_survey(by=world.tomasz, at=world.at, owner_id=world.maintenance.id, source=f"copy:{key}")
    with pytest.raises(HiddenError):
        draft_survey(by=world.ana, at=world.at, owner_id=world.care.id, source="ready:there-is-none")
    assert Survey.objects.count() == 1


def test_a_copy_has_the_same_questions_and_a_life_of_its_own(world: World) -> None:
    key = drafted(world)
    copy = draft_survey(by=world.ana, at=world.at, owner_id=world.care.id, source=f"copy:{key}")
    assert copy == "after-a-repair"
    assert newest(copy).definition == newest(key).definition
    first, second = Survey.objects.order_by("pk")
    assert first.link_key != second.link_key


def test_for_other_departments_a_survey_does_not_exist_and_colleagues_may_not_change_it(world: World) -> None:
    key = drafted(world)
    before = newest(key).definition
    with pytest.raises(HiddenError):
        change_draft(by=world.tomasz, at=world.at, key=key, definition=to_json(CHANGED))
    with pytest.raises(NotAllowedError):
        change_draft(by=world.radu, at=world.at, key=key, definition=to_json(CHANGED))
    for act in (publish_survey, close_survey, delete_draft):
        with pytest.raises(HiddenError):
            act(by=world.tomasz, at=world.at, key=key)
        with pytest.raises(NotAllowedError):
            act(by=world.radu, at=world.at, key=key)
    assert newest(key).definition == before


def test_a_change_made_from_something_older_is_refused_and_nothing_is_lost(world: World) -> None:
    key = drafted(world)
    seen = mark_of(newest(key).definition)
    change_draft(by=world.carmen, at=world.at, key=key, definition=to_json(CHANGED), seen=seen)
    with pytest.raises(DraftChangedError):
        change_draft(by=world.ana, at=world.at, key=key, definition=to_json(TWO_LANGUAGES), seen=seen)
    with pytest.raises(DraftChangedError):
        publish_survey(by=world.ana, at=world.at, key=key, seen=seen)
    assert newest(key).definition == to_json(CHANGED)
    assert newest(key).made_by_id == world.carmen.person_id


def test_what_is_no_definition_is_refused(world: World) -> None:
    key = drafted(world)
    with pytest.raises(StoredFormError):
        change_draft(by=world.ana, at=world.at, key=key, definition={"form": 1, "titles": {}, "pages": "none"})
    assert newest(key).definition == to_json(TWO_LANGUAGES)


def test_a_survey_with_problems_is_not_published_and_each_is_named(world: World) -> None:
    broken = replace(
        TWO_LANGUAGES,
        pages=(Page("page1", (replace(WHY, titles={"en": "What went wrong?"}), HOW)),),
    )
    key = drafted(world, broken)
    with pytest.raises(SurveyProblemsError) as caught:
        publish_survey(by=world.ana, at=world.at, key=key)
    found = {(problem.code, problem.question) for problem in caught.value.problems}
    assert found == {(ProblemCode.LANGUAGE_MISSING, "why"), (ProblemCode.REFERS_FORWARD, "why")}
    assert newest(key).published_at is None
    assert Survey.objects.get(key=key).state == "draft"
    assert not SurveyRound.objects.exists()


def test_publishing_opens_the_first_round(world: World) -> None:
    key = drafted(world)
    assert publish_survey(by=world.ana, at=world.at, key=key) == 1
    survey, opened = Survey.objects.get(key=key), SurveyRound.objects.get()
    assert (survey.state, newest(key).published_at) == ("open", world.at)
    assert (opened.survey_id, opened.version_id, opened.number, opened.opens_at) == (
        survey.pk,
        newest(key).pk,
        1,
        world.at,
    )
    assert opened.released_at is None
    with pytest.raises(NoDraftError):
        publish_survey(by=world.ana, at=world.at, key=key)


def test_a_published_version_is_never_changed(world: World) -> None:
    key = published(world)
    change_draft(by=world.ana, at=world.at, key=key, definition=to_json(CHANGED))
    one, two = SurveyVersion.objects.order_by("number")
    assert (one.definition, two.definition) == (to_json(TWO_LANGUAGES), to_json(CHANGED))
    assert (one.published_at, two.published_at, two.number) == (world.at, None, 2)
    go_back_to_version(by=world.ana, at=world.at, key=key, number=1)
    assert newest(key).definition == to_json(TWO_LANGUAGES)
    with pytest.raises(HiddenError):
        go_back_to_version(by=world.ana, at=world.at, key=key, number=9)
    assert delete_draft(by=world.ana, at=world.at, key=key) is False
    with pytest.raises(NoDraftError):
        delete_draft(by=world.ana, at=world.at, key=key)
    assert SurveyVersion.objects.count() == 1


def test_saving_what_stands_there_already_makes_no_version(world: World) -> None:
    key = published(world)
    change_draft(by=world.ana, at=world.at, key=key, definition=to_json(TWO_LANGUAGES))
    assert SurveyVersion.objects.count() == 1


def test_a_new_version_begins_a_round_of_its_own_where_the_running_one_has_no_end(world: World) -> None:
    key = published(world)
    change_draft(by=world.ana, at=world.at, key=key, definition=to_json(CHANGED))
    later = world.at + timedelta(days=2)
    assert publish_survey(by=world.ana, at=later, key=key) == 2
    one, two = SurveyRound.objects.order_by("number")
    assert (one.released_at, two.released_at, two.opens_at) == (later, None, later)
    assert (one.version.number, two.version.number) == (1, 2)


def test_a_round_that_has_an_end_goes_on_to_it_with_its_questions(world: World) -> None:
    key = published(world, trigger_data={"open_days": 14})
    change_draft(by=world.ana, at=world.at, key=key, definition=to_json(CHANGED))
    publish_survey(by=world.ana, at=world.at, key=key)
    opened = SurveyRound.objects.get()
    assert (opened.version.number, opened.released_at) == (1, None)


def test_a_closed_survey_ends_its_round_and_can_be_asked_again(world: World) -> None:
    key = published(world)
    later = world.at + timedelta(days=1)
    close_survey(by=world.ana, at=later, key=key)
    assert Survey.objects.get(key=key).state == "closed"
    assert SurveyRound.objects.get().released_at == later
    close_survey(by=world.ana, at=later + timedelta(days=1), key=key)
    assert SurveyRound.objects.get().released_at == later
    assert publish_survey(by=world.ana, at=later, key=key) == 1
    assert SurveyRound.objects.count() == 2
    assert Survey.objects.get(key=key).state == "open"


def test_a_draft_that_was_never_published_goes_whole(world: World) -> None:
    key = drafted(world)
    assert delete_draft(by=world.ana, at=world.at, key=key) is True
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("asking", "field"),
    [
        (Asking(trigger="sometimes"), "trigger"),
        (Asking(side="above"), "side"),
        (Asking(share_percent=0), "share_percent"),
        (Asking(share_percent=101), "share_percent"),
        (Asking(cuts=["person"]), "cuts"),
        (Asking(trigger="schedule", open_days=7), "every_weeks"),
        (Asking(trigger="schedule", every_weeks=2), "open_days"),
        (Asking(trigger="schedule", every_weeks=1, open_days=8), "open_days"),
        (Asking(every_weeks=105), "every_weeks"),
        (Asking(open_days=366), "open_days"),
        (Asking(is_anonymous=True), "open_days"),
        (Asking(is_anonymous=True, open_days=7, is_open_to_all=True), "is_open_to_all"),
        (Asking(trigger="request_closed"), "provider_ids"),
        (Asking(provider_ids=[987654]), "provider_ids"),
        (Asking(service_ids=[987654]), "service_ids"),
    ],
)
def test_asking_that_does_not_work_out_is_refused(world: World, asking: Asking, field: str) -> None:
    key = drafted(world)
    with pytest.raises(AskingError) as caught:
        set_asking(by=world.ana, at=world.at, key=key, asking=asking)
    assert caught.value.field == field
    assert Survey.objects.get(key=key).trigger_data == {}


def test_a_head_asks_about_their_own_department_only(world: World) -> None:
    key = drafted(world)
    with pytest.raises(AskingError):
        set_asking(
            by=world.ana,
            at=world.at,
            key=key,
            asking=Asking(trigger="request_closed", provider_ids=[world.maintenance.id]),
        )
    with pytest.raises(AskingError):
        set_asking(by=world.ana, at=world.at, key=key, asking=Asking(rates=[(world.workshop.id, world.maintenance.id)]))
    set_asking(
        by=world.ana,
        at=world.at,
        key=key,
        asking=Asking(
            trigger="request_closed",
            provider_ids=[world.care.id],
            side="outside",
            share_percent=33,
            cuts=["language", "supplier"],
            rates=[(world.care.id, world.workshop.id)],
        ),
    )
    survey = Survey.objects.get(key=key)
    assert survey.trigger == "request_closed"
    assert survey.trigger_data == {
        "side": "outside",
        "provider_ids": [world.care.id],
        "rates": [[world.care.id, world.workshop.id]],
    }
    assert (survey.share_percent, survey.cuts) == (33, ["supplier", "language"])
    set_asking(by=world.carmen, at=world.at, key=key, asking=Asking(trigger="request_closed"))


def test_what_was_promised_stays_once_somebody_has_answered(world: World) -> None:
    key = published(world)
    set_asking(by=world.ana, at=world.at, key=key, asking=Asking(is_anonymous=True, open_days=7, cuts=["language"]))
    set_asking(by=world.ana, at=world.at, key=key, asking=Asking(cuts=["language"]))
    answer_all(key, [{"how": 5}], at=world.at)
    for asking, field in (
        (Asking(is_anonymous=True, open_days=7, cuts=["language"]), "is_anonymous"),
        (Asking(cuts=["side"]), "cuts"),
    ):
        with pytest.raises(AskingError) as caught:
            set_asking(by=world.ana, at=world.at, key=key, asking=asking)
        assert caught.value.field == field
    set_asking(by=world.ana, at=world.at, key=key, asking=Asking(cuts=["language"], share_percent=50))
    survey = Survey.objects.get(key=key)
    assert (survey.is_anonymous, survey.cuts, survey.share_percent) == (False, ["language"], 50)


def test_the_houses_rules_are_set_by_owner_and_administrators(world: World) -> None:
    values: dict[str, Any] = {
        "asks_a_quarter": 6,
        "days_between_asks": 7,
        "remind_after_days": 0,
        "follow_up_at_or_below": 1,
        "follow_up_service_id": None,
        "publishes_what_we_heard": True,
    }
    with pytest.raises(NotAllowedError):
        change_listening_policy(by=world.ana, at=world.at, **values)
    with pytest.raises(PolicyError) as caught:
        change_listening_policy(by=world.carmen, at=world.at, **{**values, "follow_up_at_or_below": 5})
    assert caught.value.field == "follow_up_at_or_below"
    assert not ListeningPolicy.objects.exists()
    assert listening_policy().asks_a_quarter == 4
    change_listening_policy(by=world.vera, at=world.at, **values)
    change_listening_policy(by=world.carmen, at=world.at, **{**values, "asks_a_quarter": 5})
    seen = listening_policy()
    assert (seen.asks_a_quarter, seen.remind_after_days, seen.publishes_what_we_heard) == (5, 0, True)


def test_the_list_shows_what_one_may_see(world: World, django_assert_num_queries: object) -> None:
    published(world)
    with django_assert_num_queries(7):  # type: ignore[operator]
        rows = surveys_seen(world.ana, language="pl").rows
    assert [(row.title, row.state, row.may_make, row.may_see_results) for row in rows] == [
        ("Po naprawie", "open", True, True)
    ]
    assert [(row.may_make, row.may_see_results) for row in surveys_seen(world.radu, language="en").rows] == [
        (False, True)
    ]
    assert [(row.may_make, row.may_see_results) for row in surveys_seen(world.vera, language="en").rows] == [
        (True, False)
    ]
    assert surveys_seen(world.tomasz, language="en").rows == ()
    assert surveys_seen(world.zofia, language="en").rows == ()


def test_the_page_of_a_survey_names_its_versions_and_rounds(world: World, django_assert_num_queries: object) -> None:
    key = published(world)
    change_draft(by=world.carmen, at=world.at, key=key, definition=to_json(CHANGED))
    with django_assert_num_queries(7):  # type: ignore[operator]
        page = survey_page(world.ana, key, language="en")
    assert [(one.number, one.made_by, one.question_count, one.is_newest) for one in page.versions] == [
        (2, "Carmen Ruiz", 1, True),
        (1, "Ana Ionescu", 3, False),
    ]
    assert [(one.number, one.is_open, one.asked, one.answered) for one in page.rounds] == [(1, True, 0, 0)]
    assert (page.draft.head.number, page.draft.head.published_number, page.draft.head.has_draft) == (2, 1, True)
    with pytest.raises(HiddenError):
        survey_page(world.tomasz, key, language="en")
    with pytest.raises(NotAllowedError):
        survey_draft(world.radu, key, language="en")

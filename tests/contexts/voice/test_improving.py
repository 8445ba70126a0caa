"""From what people said to something that somebody changes: proposed, agreed with owner and date, done, or dropped."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from clientela.directory.models import Party
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.actions.improving import (
    add_evidence,
    agree_improvement,
    drop_improvement,
    finish_improvement,
    show_in_public,
    take_evidence_away,
    take_up_again,
)
from clientela.voice.actions.meeting import write_review_meeting
from clientela.voice.actions.proposing import ImprovementError, propose_improvement, propose_what_grows
from clientela.voice.actions.tallies import UNREAD, Meaning, count_meanings
from clientela.voice.models import Evidence, Improvement, ReviewMeeting, Subject, Voice, VoiceSubject
from clientela.voice.queries.improvements import Counted, improvement_page
from clientela.voice.queries.meetings import meeting_page
from tests.shop import Shop

TOMORROW = date(2026, 11, 24)


def subject(shop: Shop, key: str = "told-in-time") -> int:
    made = Subject.objects.create(
        key=f"test-{key}", names={"en": "Told in time"}, made_at=shop.at, changed_at=shop.at, state="used"
    )
    return made.pk


def proposed(shop: Shop, **more: Any) -> int:
    values: dict[str, Any] = {"department_id": shop.world.care.id, "title": " Tell them before it gets late "} | more
    return propose_improvement(by=values.pop("by", shop.world.radu), at=shop.at, **values)


def agreed(shop: Shop, **more: Any) -> int:
    number = proposed(shop, **more)
    agree_improvement(
        by=shop.world.ana,
        at=shop.at,
        improvement_id=number,
        owner_id=shop.world.radu.person_id or 0,
        due_on=TOMORROW,
        what="We write before the promise breaks.",
        expected_points=3,
    )
    return number


def voices(shop: Shop, count: int, *, subject_id: int | None = None, weeks_ago: int = 0, start: int = 0) -> list[int]:
    """So many unhappy voices about Care, with their subject and its tally, as reading them writes it."""
    said_at = shop.at - timedelta(weeks=weeks_ago)
    numbers = hear(
        at=shop.at,
        voices=[
            VoiceToHear(
                kind="rating",
                source=f"rating:{start + place}",
                side="outside",
                provider_id=shop.world.care.id,
                said_at=said_at,
                language="pl",
                text="Nikt nie uprzedził.",
            )
            for place in range(count)
        ],
    )
    feeling = "negative" if subject_id is not None else "positive"
    Voice.objects.filter(pk__in=numbers).update(feeling=feeling)
    about = frozenset({subject_id} if subject_id is not None else set())
    VoiceSubject.objects.bulk_create(
        VoiceSubject(voice_id=number, subject_id=one, by="model", said_at=said_at, provider_id=shop.world.care.id)
        for number in numbers
        for one in about
    )
    with transaction.atomic():
        count_meanings([(voice, UNREAD, Meaning(feeling, about)) for voice in Voice.objects.filter(pk__in=numbers)])
    return numbers


def test_a_colleague_of_another_department_proposes_nothing_here(shop: Shop) -> None:
    with pytest.raises(NotAllowedError):
        proposed(shop, by=shop.world.tomasz)
    with pytest.raises(NotAllowedError):
        proposed(shop, by=shop.world.zofia)
    assert Improvement.objects.count() == 0


def test_who_works_there_proposes_with_the_voices_that_speak_for_it(shop: Shop) -> None:
    ours = voices(shop, 2)
    (theirs,) = hear(
        at=shop.at,
        voices=[VoiceToHear("talk", "talk:1", "inside", shop.world.it.id, shop.at, "en", text="Too slow.")],
    )
    number = proposed(shop, voice_ids=[*ours, theirs])
    made = Improvement.objects.get()
    assert (made.title, made.state, made.measure, made.proposed_by_id) == (
        "Tell them before it gets late",
        "proposed",
        "satisfied",
        shop.world.radu.person_id,
    )
    assert set(Evidence.objects.values_list("voice", flat=True)) == set(ours)
    assert [fact.verb for fact in facts_about(f"improvement:{number}")] == ["improvement_proposed"]


@pytest.mark.parametrize(("title", "words"), [(" ", "Say in a few words"), ("x" * 161, "Keep it to 160")])
def test_a_title_says_something_and_fits_a_line(shop: Shop, title: str, words: str) -> None:
    with pytest.raises(ImprovementError, match=f"^{words}") as refusal:
        proposed(shop, title=title)
    assert refusal.value.field == "title"


def test_a_subject_has_one_open_improvement_a_department(shop: Shop) -> None:
    about = subject(shop)
    proposed(shop, subject_id=about)
    with pytest.raises(ImprovementError, match="is open already"):
        proposed(shop, subject_id=about)
    proposed(shop, subject_id=about, department_id=shop.world.it.id, by=shop.world.ioana)
    assert Improvement.objects.count() == 2


def test_only_the_head_and_the_owner_of_the_house_agree(shop: Shop) -> None:
    number = proposed(shop)
    terms: dict[str, Any] = {
        "at": shop.at,
        "improvement_id": number,
        "owner_id": shop.world.radu.person_id,
        "due_on": TOMORROW,
        "what": "We write before the promise breaks.",
    }
    with pytest.raises(NotAllowedError):
        agree_improvement(by=shop.world.radu, **terms)
    with pytest.raises(HiddenError):
        agree_improvement(by=shop.world.tomasz, **terms)
    assert Improvement.objects.get().state == "proposed"
    agree_improvement(by=shop.world.carmen, **terms)
    assert Improvement.objects.get().state == "agreed"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": " "}, "what"),
        ({"due_on": date(2026, 11, 22)}, "due_on"),
        ({"owner_id": "zofia"}, "owner"),
        ({"expected": "x" * 301}, "expected"),
    ],
)
def test_an_agreement_has_a_deed_a_day_to_come_and_a_colleague(shop: Shop, wrong: dict[str, Any], field: str) -> None:
    number = proposed(shop)
    values: dict[str, Any] = {"owner_id": "radu", "due_on": TOMORROW, "what": "We write."} | wrong
    values["owner_id"] = shop.world.id_of(values["owner_id"])
    with pytest.raises(ImprovementError) as refusal:
        agree_improvement(by=shop.world.ana, at=shop.at, improvement_id=number, **values)
    assert refusal.value.field == field
    assert Improvement.objects.get().state == "proposed"


def test_who_has_it_in_hand_says_that_it_is_done(shop: Shop) -> None:
    number = agreed(shop)
    with pytest.raises(ImprovementError, match="Choose today or an earlier day"):
        finish_improvement(by=shop.world.radu, at=shop.at, improvement_id=number, done_on=TOMORROW)
    with pytest.raises(NotAllowedError):
        finish_improvement(by=shop.world.tomasz, at=shop.at, improvement_id=number, done_on=shop.at.date())
    finish_improvement(by=shop.world.radu, at=shop.at, improvement_id=number, done_on=shop.at.date())
    assert (Improvement.objects.get().state, Improvement.objects.get().done_on) == ("done", shop.at.date())
    with pytest.raises(NotAllowedError, match=r"^This is done already\.$"):
        finish_improvement(by=shop.world.ana, at=shop.at, improvement_id=number, done_on=shop.at.date())


def test_what_is_only_proposed_is_not_done(shop: Shop) -> None:
    number = proposed(shop)
    with pytest.raises(NotAllowedError, match=r"^This is only proposed: agree on it first\.$"):
        finish_improvement(by=shop.world.ana, at=shop.at, improvement_id=number, done_on=shop.at.date())


def test_dropping_needs_a_reason_and_can_be_taken_back(shop: Shop) -> None:
    number = agreed(shop)
    with pytest.raises(ImprovementError):
        drop_improvement(by=shop.world.ana, at=shop.at, improvement_id=number, because=" ")
    with pytest.raises(NotAllowedError):
        drop_improvement(by=shop.world.tomasz, at=shop.at, improvement_id=number, because="Too dear.")
    drop_improvement(by=shop.world.ana, at=shop.at, improvement_id=number, because="Too dear.")
    assert Improvement.objects.get().dropped_because == "Too dear."
    take_up_again(by=shop.world.ana, at=shop.at, improvement_id=number)
    assert (Improvement.objects.get().state, Improvement.objects.get().dropped_because) == ("agreed", "")


def test_it_is_not_taken_up_beside_another_on_the_same_subject(shop: Shop) -> None:
    about = subject(shop)
    first = proposed(shop, subject_id=about)
    drop_improvement(by=shop.world.ana, at=shop.at, improvement_id=first, because="Not now.")
    proposed(shop, subject_id=about)
    with pytest.raises(ImprovementError, match="Go on there"):
        take_up_again(by=shop.world.ana, at=shop.at, improvement_id=first)
    assert Improvement.objects.get(pk=first).state == "dropped"


def test_a_proposal_is_hidden_from_other_departments_and_an_agreement_is_not(shop: Shop) -> None:
    number = proposed(shop)
    (voice,) = voices(shop, 1)
    with pytest.raises(HiddenError):
        add_evidence(by=shop.world.tomasz, at=shop.at, improvement_id=number, voice_ids=[voice])
    add_evidence(by=shop.world.radu, at=shop.at, improvement_id=number, voice_ids=[voice, voice])
    assert Evidence.objects.count() == 1
    take_evidence_away(by=shop.world.radu, at=shop.at, improvement_id=number, voice_id=voice)
    assert Evidence.objects.count() == 0


def test_only_what_is_done_is_shown_in_public(shop: Shop) -> None:
    number = agreed(shop)
    with pytest.raises(NotAllowedError, match=r"^This is agreed already\.$"):
        show_in_public(by=shop.world.ana, at=shop.at, improvement_id=number, is_public=True)
    finish_improvement(by=shop.world.ana, at=shop.at, improvement_id=number, done_on=shop.at.date())
    show_in_public(by=shop.world.ana, at=shop.at, improvement_id=number, is_public=True)
    assert Improvement.objects.get().is_public


def test_a_subject_that_grows_is_proposed_once_with_its_figures_and_voices(shop: Shop) -> None:
    about = subject(shop)
    voices(shop, 60, weeks_ago=8, start=100)
    voices(shop, 1, subject_id=about, weeks_ago=9, start=200)
    now = voices(shop, 8, subject_id=about, weeks_ago=1, start=300)
    voices(shop, 12, weeks_ago=2, start=400)
    assert propose_what_grows(at=shop.at) == 1
    made = Improvement.objects.get()
    assert (made.title, made.subject_id, made.department_id, made.proposed_by_id) == (
        "Told in time",
        about,
        shop.world.care.id,
        None,
    )
    assert made.proposed_because == {
        "before": 1,
        "before_of": 61,
        "now": 8,
        "now_of": 20,
        "weeks_before": 12,
        "weeks_now": 4,
    }
    assert set(Evidence.objects.values_list("voice", flat=True)) == set(now)
    assert propose_what_grows(at=shop.at) == 0
    drop_improvement(by=shop.world.ana, at=shop.at, improvement_id=made.pk, because="We know.")
    assert propose_what_grows(at=shop.at + timedelta(days=1)) == 0


def test_what_stays_as_it_was_is_not_proposed(shop: Shop) -> None:
    about = subject(shop)
    voices(shop, 60, weeks_ago=8)
    voices(shop, 24, subject_id=about, weeks_ago=9, start=200)
    voices(shop, 8, subject_id=about, weeks_ago=1, start=300)
    voices(shop, 20, weeks_ago=1, start=400)
    assert propose_what_grows(at=shop.at) == 0


def test_voices_without_words_and_voices_that_wait_to_be_read_make_nothing_look_smaller(shop: Shop) -> None:
    about = subject(shop)
    voices(shop, 30, weeks_ago=8, start=100)
    voices(shop, 8, subject_id=about, weeks_ago=1, start=300)
    voices(shop, 2, weeks_ago=1, start=400)
    unread: dict[str, Any] = {
        "kind": "rating",
        "side": "outside",
        "provider_id": shop.world.care.id,
        "language": "pl",
        "said_at": shop.at,
    }
    hear(at=shop.at, voices=[VoiceToHear(source=f"rating:{one}", text="Czekam.", **unread) for one in range(500, 600)])
    hear(at=shop.at, voices=[VoiceToHear(source=f"rating:{one}", **unread) for one in range(600, 700)])
    assert propose_what_grows(at=shop.at) == 1
    because = Improvement.objects.get().proposed_because
    assert (because["now"], because["now_of"], because["before"], because["before_of"]) == (8, 10, 0, 30)
    number = Improvement.objects.get().pk
    Improvement.objects.update(
        state="done", done_on=date(2026, 11, 9), agreed_at=shop.at, owner=shop.world.id_of("ana"), due_on=TOMORROW
    )
    effect = improvement_page(shop.world.ana, number, at=shop.at).effect
    assert effect is not None
    assert (effect.before, effect.since) == (Counted(0, 30), Counted(8, 10))


def test_what_was_said_early_on_the_first_day_is_evidence_too(shop: Shop) -> None:
    about = subject(shop)
    voices(shop, 60, weeks_ago=8, start=100)
    early = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)  # a Monday; the night's job runs later in the day
    numbers = voices(shop, 8, subject_id=about, weeks_ago=1, start=300)
    Voice.objects.filter(pk__in=numbers).update(said_at=early)
    VoiceSubject.objects.update(said_at=early)
    assert propose_what_grows(at=shop.at) == 1
    assert Evidence.objects.count() == 8


NIGHT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # the 24th, half past midnight, in Bucharest


def test_the_day_is_that_of_the_one_who_agrees_and_who_reads(shop: Shop) -> None:
    terms: dict[str, Any] = {
        "by": shop.world.ana,
        "at": NIGHT,
        "owner_id": shop.world.id_of("radu"),
        "what": "We write in time.",
    }
    number = proposed(shop)
    with pytest.raises(ImprovementError, match="still to come"):
        agree_improvement(improvement_id=number, due_on=date(2026, 11, 23), **terms)
    agree_improvement(improvement_id=number, due_on=TOMORROW, **terms)
    finish_improvement(by=shop.world.ana, at=NIGHT, improvement_id=number, done_on=TOMORROW)
    take_up_again(by=shop.world.ana, at=NIGHT, improvement_id=number)
    Improvement.objects.update(due_on=date(2026, 11, 23))
    assert improvement_page(shop.world.ana, number, at=NIGHT).seen.is_overdue
    assert not improvement_page(shop.world.carmen, number, at=NIGHT).seen.is_overdue  # it is the 23rd in Madrid


def test_a_meeting_of_the_night_is_of_its_own_day(shop: Shop) -> None:
    written: dict[str, Any] = {"department_id": shop.world.care.id, "held_on": TOMORROW, "notes": "We looked."}
    with pytest.raises(ImprovementError, match="has been held"):
        write_review_meeting(by=shop.world.carmen, at=NIGHT, **written)
    write_review_meeting(by=shop.world.ana, at=NIGHT, **written)
    ReviewMeeting.objects.update(held_on=date(2026, 11, 2), next_on=TOMORROW)
    assert meeting_page(shop.world.ana, "care", at=NIGHT).is_due
    assert not meeting_page(shop.world.carmen, "care", at=NIGHT).is_due


def test_what_the_house_proposes_is_named_in_the_departments_language(shop: Shop) -> None:
    Party.objects.filter(pk=shop.world.care.id).update(language="ro")
    about = subject(shop)
    Subject.objects.filter(pk=about).update(names={"en": "Told in time", "ro": "Anunțat la timp"})
    voices(shop, 60, weeks_ago=8, start=100)
    voices(shop, 8, subject_id=about, weeks_ago=1, start=300)
    assert propose_what_grows(at=shop.at) == 1
    assert Improvement.objects.get().title == "Anunțat la timp"

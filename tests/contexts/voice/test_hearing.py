"""Hearing: whatever way it came, a voice is written once, counted once, and told once."""

from datetime import date, timedelta

import pytest

from clientela.kernel.journal import facts_about, follow_journal, thing
from clientela.requests import actions as requests
from clientela.voice.actions import (
    PastRating,
    VoiceToHear,
    comment_on_rating,
    hear,
    hear_complaints,
    hear_words,
    invite_rating,
    rate,
    unhear,
    write_rating_history,
)
from clientela.voice.jobs.hearing import HEARING, hear_the_desk
from clientela.voice.models import Rating, Tally, Voice
from clientela.voice.policies import rating_token
from tests.contexts.voice.saying import read, said, subjects
from tests.shop import Shop
from tests.world import World

MONDAY = date(2026, 11, 23)


def tallies(**which: object) -> dict[tuple[str, str, str, int], int]:
    rows = Tally.objects.filter(n__gt=0, **which).values_list("measure", "side", "cut", "value", "n")
    return {row[:4]: row[4] for row in rows}


def rated(shop: Shop, *, by: str = "zofia", side: str = "outside", request_id: int = 1, score: int = 2) -> str:
    invitation = invite_rating(
        at=shop.at,
        subject=thing("request", request_id),
        person_id=shop.world.id_of(by),
        provider_id=shop.world.care.id,
        side=side,
        language="pl",
    )
    token = rating_token(invitation or 0)
    rate(at=shop.at, token=token, score=score)
    return token


def test_what_was_heard_is_passed_over_when_heard_again(world: World) -> None:
    said(world, "It came late", source="review:7")
    again = VoiceToHear("review", "review:7", "outside", world.care.id, world.at, "en", text="Another text")
    assert hear(at=world.at, voices=[again, again]) == []
    assert Voice.objects.get().text == "It came late"
    assert tallies() == {("said", "outside", "", 0): 1}
    assert [fact.verb for fact in facts_about("review:7")] == ["voice_heard"]


def test_an_anonymous_voice_is_counted_nowhere_and_names_nobody(world: World) -> None:
    voice = said(
        world, "It came late", by=None, is_anonymous=True, source="answer:0e0e", measure="csat", score=1, side="inside"
    )
    subjects(world.at)
    read(world)
    assert tallies() == {}
    (fact,) = facts_about(thing("voice", voice.pk))
    assert (fact.by, fact.about) == (None, (thing("voice", voice.pk), thing("party", world.care.id)))


def test_a_score_counts_in_its_week_and_in_every_cut(world: World) -> None:
    sunday = world.at - timedelta(hours=9)  # still the week before
    said(world, measure="csat", score=5, side="inside", rater_id=world.it.id, at=sunday)
    assert tallies(week_on=MONDAY) == {}
    assert tallies(week_on=MONDAY - timedelta(weeks=1)) == {
        ("said", "inside", "", 0): 1,
        ("csat", "inside", "", 5): 1,
        ("said", "inside", f"rater:{world.it.id}", 0): 1,
        ("csat", "inside", f"rater:{world.it.id}", 5): 1,
    }


def test_a_past_that_nobody_must_react_to_is_not_told(world: World) -> None:
    old = VoiceToHear("review", "review:1", "outside", world.care.id, world.at, "en")
    (number,) = hear(at=world.at, voices=[old], is_told=False)
    assert facts_about(thing("voice", number)) == []
    assert tallies() == {("said", "outside", "", 0): 1}


def test_a_rating_is_heard_with_the_score_and_again_with_its_words(shop: Shop) -> None:
    opened = shop.ask_repair()
    token = rated(shop, request_id=opened.id)
    voice = Voice.objects.get()
    assert (voice.kind, voice.source, voice.about) == (
        "rating",
        thing("rating", Rating.objects.get().pk),
        thing("request", opened.id),
    )
    assert (voice.measure, voice.score, voice.text, voice.text_key) == ("csat", 2, "", None)
    assert (voice.speaker_id, voice.rater_id) == (shop.world.id_of("zofia"), None)
    assert voice.service is not None
    assert voice.service.key == "repair"
    comment_on_rating(at=shop.after(1), token=token, comment="It came late")
    voice.refresh_from_db()
    assert (voice.text, voice.read_by, len(voice.text_key or b"")) == ("It came late", "", 32)
    assert [fact.verb for fact in facts_about(thing("voice", voice.pk))] == ["voice_worded", "voice_heard"]
    subjects(shop.at)
    read(shop.world)
    assert tallies(cut="", measure="feeling") == {("feeling", "outside", "", 0): 1}
    # Other words: what was understood of the first ones is forgotten with its counts.
    comment_on_rating(at=shop.after(2), token=token, comment="No, it was fine")
    voice.refresh_from_db()
    assert (voice.feeling, voice.subjects.count()) == ("", 0)
    assert tallies(cut="", measure="feeling") == {}


def test_a_colleagues_rating_names_the_department_that_rates(shop: Shop) -> None:
    rated(shop, by="tomasz", side="inside", request_id=999)
    assert Voice.objects.get().rater_id == shop.world.maintenance.id


def test_words_for_a_voice_that_was_never_heard_change_nothing(world: World) -> None:
    hear_words(at=world.at, source="rating:99", text="Late")
    assert Voice.objects.count() == 0


def test_a_voice_taken_back_leaves_no_count_and_no_name(world: World) -> None:
    voice = said(world, "It came late", measure="stars", score=1)
    said(world, "Good")
    subjects(world.at)
    read(world)
    assert unhear(at=world.at, sources=[voice.source, "review:99"], because="asked for it") == 1
    assert tallies() == {("said", "outside", "", 0): 1, ("feeling", "outside", "", 4): 1}
    assert [fact.by for fact in facts_about(thing("voice", voice.pk)) if fact.verb == "voice_unheard"] == [None]


@pytest.mark.django_db(transaction=True)
def test_a_complaint_is_heard_once_however_often_it_is_followed(shop: Shop) -> None:
    opened = shop.ask_repair()
    requests.complain(
        by=shop.world.zofia, at=shop.after(3), request_id=opened.id, text="Nikt nie dzwoni.", language="pl"
    )
    assert follow_journal(HEARING) > 0
    hear_the_desk([fact for fact in facts_about(thing("request", opened.id)) if fact.verb in HEARING.verbs])
    voice = Voice.objects.get()
    assert (voice.kind, voice.source, voice.text) == ("complaint", thing("request", opened.id), "Nikt nie dzwoni.")
    assert (voice.side, voice.provider_id, voice.speaker_id) == (
        "outside",
        shop.world.care.id,
        shop.world.id_of("zofia"),
    )


def test_ratings_and_complaints_of_before_are_heard_without_being_told(shop: Shop) -> None:
    opened = shop.ask_repair(at=shop.after(-24 * 30), is_complaint=True)
    message = next(fact for fact in facts_about(thing("request", opened.id)) if fact.verb == "complaint_made")
    write_rating_history(
        [
            PastRating(
                subject=thing("request", opened.id),
                person_id=shop.world.id_of("zofia"),
                provider_id=shop.world.care.id,
                side="outside",
                language="pl",
                asked_at=shop.after(-24 * 20),
                score=1,
                comment="Nie",
                rated_at=shop.after(-24 * 20),
            )
        ]
    )
    Voice.objects.filter(kind="rating").delete()  # as they stand in a house that was never listened to
    Tally.objects.all().delete()
    facts = [fact for fact in facts_about(thing("request", opened.id)) if fact.verb in HEARING.verbs]
    for _twice in range(2):
        hear_the_desk(facts)
    assert list(Voice.objects.order_by("kind").values_list("kind", "text", "score")) == [
        ("complaint", "Pralka od wczoraj przecieka.", None),
        ("rating", "Nie", 1),
    ]
    assert tallies(cut="", measure="said") == {("said", "outside", "", 0): 1}
    assert not [fact for fact in facts_about(thing("request", opened.id)) if fact.verb == "voice_heard"]
    assert hear_complaints(at=shop.at, message_ids=[message.data["message"]]) == []


@pytest.mark.parametrize("words", ["🙂🙂", "idiots\0!", "târziu, spóźnione, tarde, late"])
def test_whatever_is_written_to_a_score_is_kept_and_read(shop: Shop, words: str) -> None:
    token = rated(shop, request_id=shop.ask_repair().id)
    comment_on_rating(at=shop.after(1), token=token, comment=words)
    assert read(shop.world) == 1
    assert Voice.objects.get().text == Rating.objects.get().comment != ""

"""Somebody goes back to who was served badly: once, in a request with promises, never in circles."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction

from clientela.directory.models import Party
from clientela.kernel.journal import FactSeen, facts_about, record
from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.requests import actions as requests
from clientela.requests.models import Message, Request
from clientela.voice.actions.following_up import (
    NobodyToAnswerError,
    follow_up,
    follow_up_what_hurts,
    pass_words_on,
)
from clientela.voice.actions.hearing import VoiceToHear, hear
from clientela.voice.jobs.improving import go_back_to_people
from clientela.voice.models import FollowUp, ListeningPolicy, Voice
from tests.shop import Shop


def heard(shop: Shop, source: str = "rating:1", **more: Any) -> int:
    said: dict[str, Any] = {
        "kind": "rating",
        "source": source,
        "side": "outside",
        "provider_id": shop.world.care.id,
        "said_at": shop.at,
        "language": "pl",
        "speaker_id": shop.world.zofia.person_id,
        "measure": "csat",
        "score": 1,
        "text": "Trzeci raz tłumaczę to samo.",
    } | more
    return hear(at=shop.at, voices=[VoiceToHear(**said)])[0]


def set_policy(at: datetime, **values: Any) -> None:
    ListeningPolicy.objects.create(pk=1, changed_at=at, **values)


def test_a_low_score_opens_a_request_with_promises_in_the_persons_name(shop: Shop) -> None:
    asked = shop.ask_repair()
    voice = heard(shop, about=f"request:{asked.id}")
    (number,) = follow_up_what_hurts(at=shop.after(1), voice_ids=[voice])
    request = Request.objects.get(pk=number)
    assert (request.provider_id, request.customer_id, request.asker_id, request.side, request.state) == (
        shop.world.care.id,
        shop.world.zofia.person_id,
        shop.world.zofia.person_id,
        "outside",
        "open",
    )
    assert "Washing machine leaks since yesterday" in request.title
    assert Message.objects.get(request=number).text.endswith("\n\nTrzeci raz tłumaczę to samo.")
    assert request.next_due_at is not None
    assert FollowUp.objects.get().reason == "low_rating"
    assert facts_about(f"voice:{voice}")[0].verb == "follow_up_opened"


@pytest.mark.parametrize(
    ("measure", "score", "is_followed"),
    [("csat", 2, True), ("csat", 3, False), ("nps", 2, True), ("nps", 3, False), ("ces", 2, True), ("ces", 3, False)],
)
def test_what_is_low_is_low_on_every_scale(shop: Shop, measure: str, score: int, is_followed: bool) -> None:  # noqa: FBT001 - the table says it
    opened = follow_up_what_hurts(at=shop.at, voice_ids=[heard(shop, measure=measure, score=score)])
    assert bool(opened) is is_followed


def test_the_same_voice_is_followed_up_once(shop: Shop) -> None:
    voice = heard(shop)
    first = follow_up_what_hurts(at=shop.at, voice_ids=[voice])
    assert follow_up_what_hurts(at=shop.at, voice_ids=[voice]) == []
    assert follow_up(by=shop.world.ana, at=shop.at, voice_id=voice) == first[0]
    assert Request.objects.count() == 1


def test_a_second_low_score_goes_to_the_follow_up_that_is_open_and_opens_another_after_it(shop: Shop) -> None:
    (first,) = follow_up_what_hurts(at=shop.at, voice_ids=[heard(shop)])
    again = heard(shop, "rating:2", text="I znowu.")
    assert follow_up_what_hurts(at=shop.after(1), voice_ids=[again]) == [first]
    assert Message.objects.filter(request=first, kind="note").get().text.endswith("I znowu.")
    requests.cancel_request(by=shop.world.ana, at=shop.after(2), request_id=first, reason="done")
    (third,) = follow_up_what_hurts(at=shop.after(3), voice_ids=[heard(shop, "rating:3")])
    assert third != first


def test_what_is_said_of_a_follow_up_opens_no_other_one(shop: Shop) -> None:
    (first,) = follow_up_what_hurts(at=shop.at, voice_ids=[heard(shop)])
    about_it = heard(shop, "rating:2", about=f"request:{first}")
    requests.cancel_request(by=shop.world.ana, at=shop.after(2), request_id=first, reason="done")
    assert follow_up_what_hurts(at=shop.after(3), voice_ids=[about_it]) == []
    assert FollowUp.objects.count() == 1


def test_a_complaint_is_its_own_follow_up(shop: Shop) -> None:
    asked = shop.ask_repair(is_complaint=True)
    about = f"request:{asked.id}"
    voice = heard(shop, about, kind="complaint", about=about, measure="", score=None)
    assert follow_up_what_hurts(at=shop.at, voice_ids=[voice]) == []
    assert FollowUp.objects.values_list("request", "reason").get() == (asked.id, "complaint")


def test_words_that_come_after_the_score_reach_who_follows_it_up(shop: Shop) -> None:
    voice = heard(shop, text="", about="request:1")
    (number,) = follow_up_what_hurts(at=shop.at, voice_ids=[voice])
    Voice.objects.filter(pk=voice).update(text="Nikt nie oddzwonił.")
    pass_words_on(at=shop.after(1), about="request:1", speaker_id=shop.world.zofia.person_id or 0)
    assert Message.objects.get(request=number, kind="note").text == "Nikt nie oddzwonił."


def test_the_house_decides_what_is_low_and_by_which_service_it_goes_back(shop: Shop) -> None:
    set_policy(shop.at, follow_up_at_or_below=0)
    assert follow_up_what_hurts(at=shop.at, voice_ids=[heard(shop)]) == []


def test_an_anonymous_voice_is_never_followed_up(shop: Shop) -> None:
    voice = heard(shop, speaker_id=None, is_anonymous=True)
    assert follow_up_what_hurts(at=shop.at, voice_ids=[voice]) == []
    with pytest.raises(NotAllowedError, match=r"^Nobody knows who said this"):
        follow_up(by=shop.world.ana, at=shop.at, voice_id=voice)


def test_a_colleague_of_another_department_follows_nothing_up(shop: Shop) -> None:
    voice = heard(shop, score=5)
    with pytest.raises(NotAllowedError):
        follow_up(by=shop.world.tomasz, at=shop.at, voice_id=voice)
    with pytest.raises(HiddenError):
        follow_up(by=shop.world.ana, at=shop.at, voice_id=voice + 1)
    assert Request.objects.count() == 0
    assert follow_up(by=shop.world.radu, at=shop.at, voice_id=voice) == Request.objects.get().pk


def test_where_no_service_would_take_it_a_colleague_is_told_so(shop: Shop) -> None:
    voice = heard(shop, provider_id=shop.world.hr.id, score=5)
    with pytest.raises(NobodyToAnswerError):
        follow_up(by=shop.world.magda, at=shop.at, voice_id=voice)
    assert FollowUp.objects.count() == 0


def test_a_voice_that_cannot_be_followed_up_does_not_stop_the_others(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    bad = heard(shop)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE voice_followup ADD CONSTRAINT refuses_one CHECK (voice_id <> {bad})")
    good = heard(shop, "rating:2", speaker_id=shop.world.lucia.person_id, language="es")
    (number,) = follow_up_what_hurts(at=shop.at, voice_ids=[bad, good])
    assert FollowUp.objects.values_list("voice", "request").get() == (good, number)
    assert Request.objects.get().asker_id == shop.world.lucia.person_id
    assert f"Voice {bad} could not be followed up." in caplog.text


def test_a_colleague_who_scores_a_department_in_a_survey_is_not_named_by_a_follow_up(shop: Shop) -> None:
    inside: dict[str, Any] = {"kind": "survey", "side": "inside", "speaker_id": shop.world.tomasz.person_id}
    voice = heard(shop, "answer:1b4e28ba-2fa1-11d2-883f-0016d3cca427", language="en", **inside)
    assert follow_up_what_hurts(at=shop.at, voice_ids=[voice]) == []
    assert Request.objects.count() == 0


def test_there_is_nobody_to_go_back_to_where_a_whole_department_spoke_or_who_said_it_is_erased(shop: Shop) -> None:
    team = heard(shop, "talk:1", kind="talk", speaker_id=shop.world.delta.id, measure="", score=None)
    with pytest.raises(NobodyToAnswerError):
        follow_up(by=shop.world.radu, at=shop.at, voice_id=team)
    voice = heard(shop)
    Party.objects.filter(pk=shop.world.id_of("zofia")).update(erased_at=shop.at)
    assert follow_up_what_hurts(at=shop.at, voice_ids=[voice]) == []
    assert Request.objects.count() == 0


def test_words_reach_who_follows_it_up_once_however_late_the_follower_is(shop: Shop) -> None:
    voice = heard(shop, text="", about="request:1")
    came = FactSeen(1, shop.at, "voice_heard", None, (f"voice:{voice}",), {})
    commented = record_comment(shop, voice, "Nikt nie oddzwonił.")
    go_back_to_people([came, commented])
    (number,) = Request.objects.values_list("pk", flat=True)
    assert Message.objects.get(request=number).text.endswith("Nikt nie oddzwonił.")  # and no note beside it
    first, second = record_comment(shop, voice, "Nikt."), record_comment(shop, voice, "Nikt, nigdy.")
    go_back_to_people([first, second])
    assert list(Message.objects.filter(request=number, kind="note").values_list("text", flat=True)) == ["Nikt, nigdy."]


def record_comment(shop: Shop, voice: int, words: str) -> FactSeen:
    """Zofia writes words to her score, and the journal tells."""
    Voice.objects.filter(pk=voice).update(text=words)
    with transaction.atomic():
        number = record(verb="rating_commented", by=shop.world.zofia.person_id, at=shop.at, about=["request:1"])
    return FactSeen(number, shop.at, "rating_commented", shop.world.zofia.person_id, ("request:1",), {})

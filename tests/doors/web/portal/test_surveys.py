"""The pages behind a survey's links: one page of questions at a time, saved as one goes, sent once."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from clientela.command.run import _web
from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.requests.letters import status_token
from clientela.requests.rules import without_keys
from clientela.voice.actions import ToAsk
from clientela.voice.models import SealedBox, SurveyAnswer, SurveyInvitation, SurveyRound, Voice
from clientela.web.portal.surveys import flood
from tests.contexts.voice.surveys.building import EVERY_KIND, PULSE, asked, days, opened
from tests.world import World


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    flood.forget()


def page_of(world: World, *, who: str = "zofia", **more: Any) -> str:
    """The address of a survey that somebody was asked to answer, of today's clock."""
    one = opened(world.care.id, at=now(), **more)
    side = "outside" if who in {"zofia", "lucia", "mihai"} else "inside"
    (token,) = asked(one, ToAsk(world.id_of(who), side, supplier_id=world.care.id), at=now())
    return reverse("portal:survey", args=[token])


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_a_key_that_is_not_ours_is_not_there(world: World, client: Client) -> None:
    page_of(world)
    for name, args in (("survey", ["WzFd:x"]), ("survey_click", ["WzFd:x", 4]), ("open_survey", ["none"])):
        assert client.get(reverse(f"portal:{name}", args=args)).status_code == 404
        assert client.post(reverse(f"portal:{name}", args=args)).status_code in {404, 405}
    assert client.post(reverse("portal:survey_decline", args=["WzFd:x"])).status_code == 404


def test_opening_every_link_changes_nothing(world: World, client: Client) -> None:
    address = page_of(world)
    for path in (address, *(f"{address}/{score}" for score in (1, 2, 3, 4, 5, 99)), f"{address}/decline"):
        client.get(path)
    invitation = SurveyInvitation.objects.get()
    assert (invitation.spent_on, invitation.declined_on) == (None, None)
    assert (SurveyAnswer.objects.count(), Voice.objects.count(), Session.objects.count()) == (0, 0, 0)


def test_the_page_speaks_as_invited_and_says_what_is_kept_before_it_asks(world: World, client: Client) -> None:
    page = text_of(client.get(page_of(world)))
    assert 'lang="pl"' in page
    assert "Jak bardzo są Państwo zadowoleni?" in page
    assert page.index('id="kept-t"') < page.index('id="q-score"')


def test_another_language_is_a_button_that_loses_nothing(world: World, client: Client) -> None:
    address = page_of(world)
    answer = client.post(
        address, {"page": "0", "shown": "score", "q.score": "4", "language": "pl", "go": "language:en"}
    )
    page = text_of(client.get(answer["Location"]))
    assert "How satisfied are you?" in page
    assert re.search(r'value="4" checked', page)
    assert SurveyAnswer.objects.get().values == {"score": 4}


def test_the_way_through_without_any_script(world: World, client: Client) -> None:
    address = page_of(world) + "?language=en"
    # A low score brings up a question on the same page: it is shown before anything goes on.
    first = client.post(address, {"page": "0", "shown": "score", "q.score": "2", "go": "next"})
    assert first.status_code == 200
    assert "What should we do better?" in text_of(first)
    assert "Your answer brings up one more thing on this page." in text_of(first)
    missing = client.post(address, {"page": "0", "shown": "score why", "q.score": "2", "q.why": "", "go": "next"})
    assert missing.status_code == 422
    assert "Please answer this one: we need it." in text_of(missing)
    second = client.post(
        address, {"page": "0", "shown": "score why", "q.score": "2", "q.why": "Too long", "go": "next"}, follow=True
    )
    assert "What matters most to you?" in text_of(second)
    assert "Page 2 of 2" in text_of(second)
    back = client.post(address, {"page": "1", "shown": "need", "q.need": "Time", "go": "back"}, follow=True)
    assert "Too long" in text_of(back)
    review = client.post(address, {"page": "1", "shown": "need", "q.need": "Time", "go": "next"}, follow=True)
    assert "Is everything as you meant it?" in text_of(review)
    assert "Too long" in text_of(review)
    assert Voice.objects.count() == 0
    done = client.post(address, {"page": "2", "shown": "", "go": "send", "promise": "named"}, follow=True)
    assert "Thank you, that helps." in text_of(done)
    assert SurveyAnswer.objects.get().values == {"score": 2, "why": "Too long", "need": "Time"}
    assert Voice.objects.count() == 2
    again = client.post(address, {"page": "0", "shown": "score", "q.score": "5", "go": "send", "promise": "named"})
    assert "Thank you, that helps." in text_of(again)
    assert SurveyAnswer.objects.get().values["score"] == 2


def test_with_scripts_a_condition_redraws_the_questions_and_else_only_saves(world: World, client: Client) -> None:
    address = page_of(world) + "?language=en"
    htmx: Any = {"HTTP_HX_REQUEST": "true"}
    redrawn = client.post(address, {"page": "0", "shown": "score", "q.score": "1"}, **htmx)
    assert "What should we do better?" in text_of(redrawn)
    assert "<html" not in text_of(redrawn)
    saved = client.post(address, {"page": "0", "shown": "score why", "q.score": "1", "q.why": "Slow"}, **htmx)
    assert saved["HX-Reswap"] == "none"
    assert "Saved" in text_of(saved)
    assert SurveyAnswer.objects.get().values == {"score": 1, "why": "Slow"}


def test_one_click_in_the_letter_chooses_and_a_persons_sign_saves_it(world: World, client: Client) -> None:
    address = page_of(world)
    page = text_of(client.get(f"{address}/5"))
    assert re.search(r'value="5" checked', page)
    assert "data-send-on-sign-of-life" in page
    assert SurveyAnswer.objects.count() == 0
    client.post(address, {"page": "0", "shown": "score", "q.score": "5", "click": "1", "promise": "named"})
    assert (SurveyAnswer.objects.get().values, SurveyAnswer.objects.get().is_complete) == ({"score": 5}, False)


def test_every_kind_of_question_is_asked_and_taken(world: World, client: Client) -> None:
    address = page_of(world, definition=EVERY_KIND) + "?language=en"
    page = text_of(client.get(address))
    for label in ("How satisfied are you?", "Which one?", "How are they?", "Order them", "How many?", "When?"):
        assert label in page
    names = "score one some grid order many day words"
    given = {
        "page": "0",
        "shown": names,
        "promise": "named",
        "q.score": "5",
        "q.one": "blue",
        "q.some": ["salt", "wine"],
        "q.grid.speed": "good",
        "q.grid.care": "bad",
        "q.many": "12",
        "q.day": "2026-05-01",
        "q.words": "Fine",
    }
    moved = client.post(address, {**given, "go": "up:order:c"}, follow=True)
    assert moved.status_code == 200
    client.post(address, {**given, "q.order": ["a", "c", "b"], "go": "send"})
    assert SurveyAnswer.objects.get().values == {
        "score": 5,
        "one": "blue",
        "some": ["salt", "wine"],
        "grid": {"speed": "good", "care": "bad"},
        "order": ["a", "c", "b"],
        "many": 12,
        "day": "2026-05-01",
        "words": "Fine",
    }


def test_a_ranking_is_moved_by_buttons_and_counts_only_when_touched(world: World, client: Client) -> None:
    address = page_of(world, definition=EVERY_KIND)
    client.post(address, {"page": "0", "shown": "score order", "q.score": "5"})
    assert SurveyAnswer.objects.get().values == {"score": 5}
    client.post(address, {"page": "0", "shown": "order", "go": "up:order:c"})
    assert SurveyAnswer.objects.get().values["order"] == ["a", "c", "b"]
    client.post(address, {"page": "0", "shown": "order", "q.order": ["a", "c", "b"], "go": "down:order:a"})
    assert SurveyAnswer.objects.get().values["order"] == ["c", "a", "b"]


def test_an_anonymous_survey_keeps_nothing_until_it_is_sent_and_then_only_the_day(world: World, client: Client) -> None:
    address = page_of(world, who="ana", definition=PULSE, is_anonymous=True) + "?language=en"
    page = text_of(client.get(address))
    assert "Nobody learns what you answered" in page
    given = {"page": "0", "shown": "score words", "q.score": "2", "q.words": "Ciszej", "promise": "anonymous"}
    client.post(address, {**given}, HTTP_HX_REQUEST="true")
    client.post(address, {**given, "go": "language:pl"})
    assert (SurveyAnswer.objects.count(), SealedBox.objects.count(), Session.objects.count()) == (0, 0, 0)
    done = client.post(address, {**given, "go": "send"}, follow=True)
    assert "They are in the sealed box now." in text_of(done)
    assert (SurveyAnswer.objects.count(), SealedBox.objects.count(), Voice.objects.count()) == (0, 1, 0)
    assert SurveyInvitation.objects.get().spent_on is not None
    for cookie in client.cookies.values():
        assert "Ciszej" not in cookie.value
    assert "Ciszej" not in text_of(done)
    assert Session.objects.count() == 0


def test_an_anonymous_page_carries_answers_from_page_to_page_in_the_browser(world: World, client: Client) -> None:
    address = page_of(world, is_anonymous=True) + "?language=en"
    second = client.post(address, {"page": "0", "shown": "score", "q.score": "5", "go": "next"})
    assert "What matters most to you?" in text_of(second)
    kept = re.search(r'name="kept" value="([^"]*)"', second.content.decode())
    assert kept is not None
    assert unescape(kept[1]) == '{"score": "5"}'
    for hostile in ("[1]", "{", '{"score": {"a": [1]}}', "null"):
        assert client.post(address, {"page": "1", "shown": "need", "kept": hostile, "go": "back"}).status_code == 200
    client.post(
        address,
        {"page": "1", "shown": "need", "kept": unescape(kept[1]), "q.need": "", "go": "send", "promise": "anonymous"},
    )
    assert SealedBox.objects.count() == 1


def test_a_score_in_an_anonymous_address_is_dropped(world: World, client: Client) -> None:
    address = page_of(world, is_anonymous=True)
    assert client.get(f"{address}/5")["Location"] == address


def test_declining_is_one_button(world: World, client: Client) -> None:
    address = page_of(world)
    assert client.post(f"{address}/decline")["Location"] == reverse("portal:home")
    assert SurveyInvitation.objects.get().declined_on is not None


def test_what_has_ended_says_so_kindly(world: World, client: Client) -> None:
    address = page_of(world)
    SurveyRound.objects.update(closes_at=now(), opens_at=now() - days(1))
    answer = client.get(address + "?language=en")
    assert (answer.status_code, "These questions have ended" in text_of(answer)) == (200, True)
    posted = client.post(address, {"page": "0", "shown": "score", "q.score": "5", "go": "send", "promise": "named"})
    assert posted.status_code == 200
    assert SurveyAnswer.objects.count() == 0


def test_an_open_link_takes_one_answer_a_browser_session(world: World, client: Client) -> None:
    one = opened(world.care.id, at=now(), is_open_to_all=True)
    address = reverse("portal:open_survey", args=[one.survey.link_key])
    given = {"page": "0", "shown": "score", "q.score": "5", "go": "send", "promise": "named"}
    assert "We keep your answers without asking who you are." in text_of(client.get(address))
    client.post(address, given)
    assert "Thank you, that helps." in text_of(client.get(address))
    client.post(address, given)
    assert SurveyAnswer.objects.count() == 1
    Client().post(address, given)
    assert SurveyAnswer.objects.count() == 2


def test_a_flood_by_an_open_link_is_asked_to_wait_and_keeps_what_was_written(world: World) -> None:
    one = opened(world.care.id, at=now(), is_open_to_all=True)
    address = reverse("portal:open_survey", args=[one.survey.link_key])
    given = {"page": "0", "shown": "score", "q.score": "4", "go": "send", "promise": "named"}
    for _time in range(flood.AT_MOST):
        assert not flood.is_flood("127.0.0.1", at=now())
    answer = Client().post(address, given)
    assert answer.status_code == 429
    assert re.search(r'value="4" checked', text_of(answer))
    assert SurveyAnswer.objects.count() == 0


def test_a_megabyte_of_words_is_told_beside_its_field(world: World, client: Client) -> None:
    address = page_of(world) + "?language=en"
    answer = client.post(
        address, {"page": "0", "shown": "score why", "q.score": "1", "q.why": "a" * 1_000_000, "go": "send"}
    )
    assert answer.status_code == 422
    assert "This is longer than we can keep: at most 4000 characters." in text_of(answer)


def test_what_waits_stands_in_the_portal_of_customers_and_of_colleagues(world: World, client: Client) -> None:
    address = page_of(world, who="ana")
    client.force_login(world.account_of("ana"))
    assert address in text_of(client.get(reverse("portal:home")))
    other = Client()
    other.get(reverse("account:letter", args=[status_token(person_id=world.id_of("zofia"), request_id=1, at=now())]))
    assert address not in text_of(other.get(reverse("portal:home")))


def test_the_keys_of_links_stand_neither_in_an_access_log_nor_in_what_others_are_shown_of_a_letter(
    world: World,
) -> None:
    address = page_of(world)
    assert "--access-log" not in _web("127.0.0.1", 8000).command
    letter = Letter.objects.get(kind="survey")
    assert address in letter.text
    assert address not in without_keys(letter.text) + without_keys(letter.html)


def test_the_page_asks_the_database_little(world: World, client: Client, django_assert_num_queries: Any) -> None:
    address = page_of(world)
    client.get(address)
    with django_assert_num_queries(4):
        client.get(address)

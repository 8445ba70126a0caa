"""What strangers and machines send to a survey's pages: it is told kindly or passed over, and nothing breaks."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clientela.kernel.clock import now
from clientela.kernel.models import Letter
from clientela.voice.actions import ToAsk, close_round
from clientela.voice.models import SealedBox, SurveyAnswer, SurveyInvitation, SurveyRound, Voice
from clientela.voice.rules.surveys import Page, SurveyDefinition
from clientela.web.portal.surveys import flood
from tests.contexts.voice.surveys.building import EVERY_KIND, PULSE, SCORE, SHORT, asked, opened
from tests.doors.web.desk.visits import Desk
from tests.doors.web.portal.test_surveys import page_of, text_of
from tests.world import World

DEEP = '{"words": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    flood.forget()


@pytest.mark.parametrize(
    "kept",
    [
        DEEP,
        '{"words": ' + "[" * 900 + "]" * 900 + "}",
        '{"words": "a\\ud800b"}',
        '{"words": "a\\u0000b"}',
        '{"words": ["\\ud800"]}',
        '{"words": {"\\ud800": "\\ud800"}}',
        '{"score": NaN}',
        '{"score": 1e999}',
        '{"score": ' + "9" * 5000 + "}",
        '{"score": true, "words": 7}',
        "[]",
        "null",
        "{",
        '{"nothing": 1}',
    ],
)
@pytest.mark.parametrize("go", ["", "next", "send", "page:9999999", "page:-1", "up:score:1", "language:xx"])
def test_what_a_browser_should_not_carry_breaks_nothing(world: World, client: Client, kept: str, go: str) -> None:
    address = page_of(world, who="radu", definition=PULSE, is_anonymous=True) + "?language=zz"
    answer = client.post(address, {"page": "1", "shown": "", "kept": kept, "go": go, "promise": "anonymous"})
    assert answer.status_code in {200, 422}
    answer.content.decode()
    assert (SealedBox.objects.count(), SurveyInvitation.objects.get().spent_on) == (0, None)


@pytest.mark.parametrize(
    "given",
    [
        {"q.score": "4\x00"},
        {"q.score": "NaN"},
        {"q.score": "1e3"},
        {"q.many": "Infinity"},
        {"q.many": "٣" * 400},
        {"q.day": "2026-13-45"},
        {"q.day": "0001-01-01"},
        {"q.one": "purple"},
        {"q.some": ["bread", "salt", "wine"]},
        {"q.grid.speed": "none"},
        {"q.order": ["a", "a", "a"]},
        {"q.words": "\x00"},
    ],
)
def test_odd_answers_of_every_kind_are_told_or_passed_over(world: World, client: Client, given: dict[str, Any]) -> None:
    address = page_of(world, definition=EVERY_KIND) + "?language=en"
    shown = "score one some grid order many day words"
    answer = client.post(address, {"page": "0", "shown": shown, "go": "next", **given})
    assert answer.status_code in {200, 302, 422}
    row = SurveyAnswer.objects.first()
    assert row is None or set(row.values) <= {"score", "many"}


def test_answers_to_questions_that_are_hidden_or_not_there_are_not_kept(world: World, client: Client) -> None:
    address = page_of(world, definition=SHORT) + "?language=en"
    sent = {"page": "0", "shown": "score why nothing", "q.score": "5", "q.why": "Hidden", "q.nothing": "x"}
    client.post(address, {**sent, "go": "next"})
    assert SurveyAnswer.objects.get().values == {"score": 5}


def test_a_key_of_a_round_that_has_ended_takes_nothing(world: World, client: Client) -> None:
    address = page_of(world)
    close_round(at=now(), round_id=SurveyRound.objects.get().pk)
    for go in ("", "next", "send"):
        sent = {"page": "0", "shown": "score", "q.score": "4", "go": go, "promise": "named"}
        assert client.post(address, sent, follow=True).status_code == 200
    client.post(f"{address}/decline")
    invitation = SurveyInvitation.objects.get()
    assert (SurveyAnswer.objects.count(), invitation.spent_on, invitation.declined_on) == (0, None, None)


def test_who_is_logged_in_does_not_matter_to_whose_answer_it_is(world: World, desk: Desk) -> None:
    """The link is the right: a customer at a colleague's link answers as the colleague, and is named nowhere."""
    address = page_of(world, who="radu", definition=SHORT)
    sent = {"page": "0", "shown": "score", "q.score": "4", "go": "next"}
    assert desk.of_customer("zofia").post(address, sent).status_code == 302
    row = SurveyAnswer.objects.get()
    assert (row.person_id, row.side) == (world.id_of("radu"), "inside")


def test_a_form_of_another_site_sends_nothing(world: World) -> None:
    address = page_of(world)
    strict = Client(enforce_csrf_checks=True)
    sent = {"page": "0", "shown": "score", "q.score": "4", "go": "send", "promise": "named"}
    for path in (address, f"{address}/decline"):
        assert strict.post(path, sent).status_code == 403
    assert (SurveyAnswer.objects.count(), SurveyInvitation.objects.get().declined_on) == (0, None)


def test_words_of_a_survey_are_words_wherever_they_stand(world: World, client: Client) -> None:
    """HTML and template signs in titles, labels and answers are shown as they are, and run nowhere."""
    hostile = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}"
    score = SCORE.__class__(
        **{**{name: getattr(SCORE, name) for name in SCORE.__dataclass_fields__}, "titles": {"en": hostile}}
    )
    definition = SurveyDefinition(
        {"en": hostile}, (Page("one", (score,)),), introductions={"en": hostile}, thanks={"en": hostile}
    )
    address = page_of(world, definition=definition)
    pages = [client.get(address).content.decode()]
    sent = {"page": "0", "shown": "score", "q.score": "4", "go": "next"}
    pages.append(client.post(address, sent, follow=True).content.decode())
    sent = {"page": "1", "shown": "", "go": "send", "promise": "named"}
    pages.append(client.post(address, sent, follow=True).content.decode())
    letter = Letter.objects.get(kind="survey")
    for page in [*pages, letter.html]:
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}{% now" in page


def test_a_title_of_several_lines_adds_no_header_to_the_letter(world: World) -> None:
    title = "News\r\nBcc: all@example.test\n\nWords"
    one = opened(world.care.id, at=now(), definition=SurveyDefinition({"en": title}, (Page("one", (SCORE,)),)))
    asked(one, ToAsk(world.id_of("zofia"), "outside"), at=now())
    letter = Letter.objects.get(kind="survey")
    assert not {"\r", "\n"} & set(letter.subject)


def test_a_language_that_is_not_there_is_another_one(world: World, client: Client) -> None:
    address = page_of(world)
    for code in ("xx", "en'\"<", "ro", "\x00", "a" * 5000, "../../etc"):
        assert 'lang="pl"' in text_of(client.get(address, {"language": code}))
    client.post(address, {"page": "0", "shown": "score", "q.score": "4", "language": "xx", "go": "next"})
    assert SurveyAnswer.objects.get().language == "pl"


def test_a_megabyte_by_an_open_link_is_told_and_nothing_is_kept(world: World, client: Client) -> None:
    one = opened(world.care.id, at=now(), definition=PULSE, is_open_to_all=True)
    address = reverse("portal:open_survey", args=[one.survey.link_key])
    kept = json.dumps({"words": "a" * 1_000_000, "score": 4})
    sent = {"page": "1", "shown": "", "kept": kept, "go": "send", "promise": "named"}
    assert client.post(address, sent).status_code in {200, 422}
    assert (SurveyAnswer.objects.count(), Voice.objects.count()) == (0, 0)

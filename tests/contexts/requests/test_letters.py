"""The letters of requests, whole."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from clientela.directory.policies import HOUSE
from clientela.kernel.models import Letter
from clientela.requests import actions, letters
from tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: object) -> None:
    settings.PUBLIC_URL = "https://service.example.test"  # type: ignore[attr-defined]


def link_of(shop: Shop, request_id: int, who: str, at: datetime) -> str:
    token = letters.status_token(person_id=shop.world.id_of(who), request_id=request_id, at=at)
    return f"https://service.example.test/p/{token}"


def test_the_acknowledgement_says_what_is_promised_by_when_and_what_is_missing(shop: Shop) -> None:
    opened = actions.open_request(
        by=HOUSE,
        at=shop.at,
        service_version_id=shop.version("repair"),
        customer_id=shop.world.id_of("lucia"),
        asker_id=shop.world.id_of("lucia"),
        channel="email",
        title="The fridge is warm",
        text="It does not cool.",
        language="en",
        message_id="one@example.test",
    )
    letter = Letter.objects.get()
    assert (letter.kind, letter.subject, letter.language) == (
        "acknowledgement",
        f"Re: The fridge is warm [{opened.reference}]",
        "en",
    )
    assert (letter.in_reply_to, letter.from_name, letter.to_address) == (
        "one@example.test",
        "Customer Care",
        "lucia@example.test",
    )
    # Lucía is in Madrid: two working hours from 10:00 in Bucharest is 11:00 for her.
    assert letter.text == (
        f"Thank you for writing to Customer Care. Your request “The fridge is warm” has the number"
        f" {opened.reference}.\n\n"
        "You hear from us by Monday, 23 November, 11:00.\n"
        "We have promised to finish this by Tuesday, 24 November, 16:00.\n\n"
        "To help you sooner, please send us also:\n"
        "- Which appliance is it?\n\n"
        "If you want to add something, simply reply to this letter.\n\n"
        f"How it stands: {link_of(shop, opened.id, 'lucia', shop.at)}\n\n"
        "Customer Care\n"
    )
    assert f'<a class="button" href="{link_of(shop, opened.id, "lucia", shop.at)}">See how it stands</a>' in letter.html
    assert "<li>Which appliance is it?</li>" in letter.html


@pytest.mark.parametrize("channel", ["desk", "phone"])
def test_what_an_agent_wrote_down_is_not_acknowledged(shop: Shop, channel: str) -> None:
    shop.ask_repair(by=shop.world.zofia, channel=channel)
    assert Letter.objects.count() == 0


def test_a_department_that_is_asked_gets_no_letter(shop: Shop) -> None:
    opened = shop.ask_repair(channel="phone")
    shop.ask_workshop(opened.id)
    assert Letter.objects.count() == 0


def test_a_reply_says_whose_turn_it_is(shop: Shop) -> None:
    opened = shop.ask_repair(channel="phone", language="en")
    link = link_of(shop, opened.id, "zofia", shop.after(1))

    def foot(then: str) -> str:
        sent = actions.reply_to_customer(
            by=shop.world.ana,
            at=shop.after(1),
            request_id=opened.id,
            text="Good morning,\n\nwe mend it.",
            language="en",
            then=then,
        )
        text = Letter.objects.get(pk=sent.letter_id).text
        beginning = "Good morning,\n\nwe mend it.\n\n--\n"
        assert text.startswith(beginning)
        return text.removeprefix(beginning)

    last = f"Your request {opened.reference}, and how it stands: {link}\n"
    # Zofia is in Warsaw, an hour behind Bucharest.
    assert foot("stay") == f"We have promised to finish this by Tuesday, 24 November, 16:00.\n\n{last}"
    assert foot("wait") == f"To go on we need your answer. Simply reply to this letter.\n\n{last}"
    assert foot("resolve") == (
        f"We think this is done. If it is not, reply to this letter and we go on with it.\n\n{last}"
    )


def test_what_people_write_never_becomes_html(shop: Shop) -> None:
    opened = shop.ask_repair(channel="phone", title="<b>Bold</b>")
    sent = actions.reply_to_customer(
        by=shop.world.ana, at=shop.at, request_id=opened.id, text="<script>x</script>", language="en"
    )
    letter = Letter.objects.get(pk=sent.letter_id)
    assert "<p>&lt;script&gt;x&lt;/script&gt;</p>" in letter.html
    assert "<b>Bold" not in letter.html
    assert letter.text.startswith("<script>x</script>\n")


def test_a_colleague_gets_the_reply_of_the_department_they_asked(shop: Shop) -> None:
    opened = shop.ask_repair(channel="phone")
    child = shop.ask_workshop(opened.id)
    sent = actions.reply_to_customer(
        by=shop.world.stefan, at=shop.at, request_id=child.id, text="The seal.", language="en"
    )
    letter = Letter.objects.get(pk=sent.letter_id)
    assert (letter.to_address, letter.from_address) == ("ana@casa-lavora.test", "workshop@clientela.test")


def test_a_link_lets_in_one_person_to_one_request_for_ninety_days() -> None:
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    token = letters.status_token(person_id=7, request_id=12, at=at)
    read = letters.read_status_token(token, at=at + timedelta(days=90))
    assert read == letters.StatusLink(person_id=7, request_id=12)
    assert letters.read_status_token(token, at=at + timedelta(days=90, seconds=1)) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "W10:abc", "\u20ac", "x" * 5000])
def test_a_token_that_is_not_ours_opens_nothing(token: str) -> None:
    assert letters.read_status_token(token, at=datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_a_token_that_was_changed_opens_nothing() -> None:
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    mine = letters.status_token(person_id=7, request_id=12, at=at)
    other = letters.status_token(person_id=8, request_id=13, at=at)
    swapped = other.rpartition(":")[0] + ":" + mine.rpartition(":")[2]
    assert letters.read_status_token(swapped, at=at) is None
    with override_settings(SECRET_KEY="another key of an installation elsewhere"):
        assert letters.read_status_token(mine, at=at) is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Tuesday, 24 November, 13:05"),
        ("ro", "marți, 24 noiembrie, 13:05"),
        ("pl", "wtorek, 24 listopada, 13:05"),
        ("es", "martes, 24 de noviembre, 13:05"),
    ],
)
def test_a_moment_is_written_as_its_reader_writes_it(language: str, words: str) -> None:
    at = datetime(2026, 11, 24, 12, 5, tzinfo=UTC)
    assert letters.moment_in_words(at, "Europe/Warsaw", language) == words

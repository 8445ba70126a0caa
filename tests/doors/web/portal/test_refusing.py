"""No more of these: by the button on the page, or by a mail program's one click, and never by opening the link."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from clientela.directory.actions import refusal_headers, refusal_token
from clientela.directory.models import Boundary
from clientela.kernel.clock import now
from clientela.kernel.journal import follow_journal
from clientela.kernel.models import Letter
from clientela.requests import actions as requests
from clientela.voice.jobs import FOLLOWERS
from tests.shop import Shop


def link(shop: Shop, *, subject: str = "surveys") -> str:
    token = refusal_token(person_id=shop.world.zofia.person_id or 0, subject=subject)
    return reverse("portal:refuse", args=[token])


def wishes() -> list[tuple[int, str, dict[str, str]]]:
    return [(wish.party_id, wish.kind, wish.rule) for wish in Boundary.objects.order_by("pk")]


@pytest.mark.parametrize("token", ["nothing", "a:b", ""])
def test_a_link_that_is_not_ours_opens_nothing(shop: Shop, client: Client, token: str) -> None:
    ours = refusal_token(person_id=shop.world.zofia.person_id or 0, subject="surveys")
    for address in (f"/u/{token or ours[:-1] + '!'}", f"/u/{ours[:-2]}"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert wishes() == []


@pytest.mark.parametrize("subject", ["service", "access", "everything"])
def test_a_link_for_what_nobody_can_refuse_opens_nothing(shop: Shop, client: Client, subject: str) -> None:
    assert client.post(link(shop, subject=subject)).status_code == 404
    assert wishes() == []


def test_opening_the_link_asks_and_changes_nothing(shop: Shop, client: Client) -> None:
    answer = client.get(link(shop))
    assert answer.status_code == 200
    assert 'lang="pl"' in answer.content.decode()
    assert f'action="{link(shop)}"' in answer.content.decode()
    assert wishes() == []


def test_a_mail_programs_one_click_writes_the_wish_down_once_without_cookies_or_a_form(shop: Shop) -> None:
    program = Client(enforce_csrf_checks=True)
    for _time in range(2):
        assert program.post(link(shop), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wishes() == [(shop.world.zofia.person_id, "subject", {"subject": "surveys"})]
    assert f'action="{link(shop)}"' not in program.get(link(shop)).content.decode()


def test_the_headers_promise_one_click_only_over_https(settings: object) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert list(refusal_headers(person_id=7, subject="surveys")) == ["List-Unsubscribe"]
    settings.PUBLIC_URL = "https://service.example.test"
    headers = refusal_headers(person_id=7, subject="surveys")
    token = refusal_token(person_id=7, subject="surveys")
    assert headers == {
        "List-Unsubscribe": f"<https://service.example.test/u/{token}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


@pytest.mark.django_db(transaction=True)
def test_the_letter_that_asks_how_it_went_can_be_refused_and_then_says_only_that_it_is_done(
    shop: Shop, client: Client
) -> None:
    def closing_of_a_new_request(*, at: datetime) -> Letter:
        opened = shop.ask_repair(at=at)
        requests.reply_to_customer(
            by=shop.world.ana, at=at, request_id=opened.id, text="Gotowe.", language="pl", then="resolve"
        )
        follow_journal(FOLLOWERS[0])
        return Letter.objects.get(kind="closing", about__contains=[f"request:{opened.id}"])

    first = closing_of_a_new_request(at=shop.at)
    assert "/r/" in first.text
    address = first.headers["List-Unsubscribe"].strip("<>")
    path = "/u/" + address.partition("/u/")[2]
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    # The page was asked today, whichever day that is: what is asked on the Monday after knows of it.
    weeks = max(0, (now() - shop.at) // timedelta(weeks=1) + 1)
    second = closing_of_a_new_request(at=shop.at + timedelta(weeks=weeks))
    assert (second.hold_reason, second.headers) == ("", {})
    assert "/r/" not in second.text + second.html
    assert "/p/" in second.text
    replies = Letter.objects.filter(kind="reply")
    assert replies.count() == 2
    assert not any(letter.headers for letter in replies)  # an answer is no mailing

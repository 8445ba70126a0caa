"""Who may come in: a stranger is asked to log in; for a customer and for other departments the page does not exist."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from clientela.inbox.models import RawMessage
from clientela.requests.models import Attachment, Message, Request
from clientela.web.desk.urls import urlpatterns
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

OPEN_PAGES = ("my_day", "day_part", "new", "requests")
OF_A_REQUEST = ("request", "ask", "turn", "choose", "queue", "ask_together")
ACTS = (
    "lookers",
    "reply",
    "note",
    "write",
    "ask",
    "complain",
    "take",
    "release",
    "assign",
    "hand_over",
    "wait",
    "resume",
    "resolve",
    "close",
    "reopen",
    "cancel",
    "promise",
    "follow_order",
    "weigh",
    "ask_together",
    "link",
    "merge",
    "unmerge",
)
MAILS = ("join_mail", "keep_mail_apart", "make_customer")
FULL_OF_WORDS = {
    "text": "Words",
    "words": "Call you",
    "due_at": "2026-11-23T15:00",
    "until": "2026-11-24T15:00",
    "reason": "Because",
    "channel": "phone",
    "department": "1",
    "people_affected": "3",
    "why": "quick",
    "into": "R-7KX2-4",
}


def addresses(shop: Shop) -> list[tuple[str, str]]:
    """Every address of the desk about one request: how it is asked, and where it is."""
    opened = shop.ask_repair()
    message = Message.objects.get(pk=opened.message_id)
    message.html = "<p>Hello</p>"
    message.save()
    file = Attachment.objects.create(
        message=message, name="a.txt", media_type="text/plain", size_bytes=1, sha256="0" * 64
    )
    mail = RawMessage.objects.create(
        received_at=shop.at,
        came_by="smtp",
        content=b"Subject: x\n\nx",
        sha256="0" * 64,
        size_bytes=1,
        understood_at=shop.at,
        outcome="opened",
        request_id=opened.id,
        message=message,
        perhaps_of_id=opened.id,
    )
    at = [opened.reference]
    return [
        *(("get", reverse(f"desk:{name}", args=at)) for name in OF_A_REQUEST),
        *(("post", reverse(f"desk:{name}", args=at)) for name in ACTS),
        ("post", reverse("desk:ask_next", args=[*at, 1])),
        ("post", reverse("desk:drop_parts", args=[*at, 1])),
        ("post", reverse("desk:unlink", args=[*at, opened.reference])),
        ("post", reverse("desk:keep_promise", args=[*at, 1])),
        ("post", reverse("desk:move_promise", args=[*at, 1])),
        ("post", reverse("desk:step", args=[*at, "mend"])),
        ("post", reverse("desk:undo_step", args=[*at, "mend"])),
        ("get", reverse("desk:file", args=[file.pk])),
        ("get", reverse("desk:letter_html", args=[message.pk])),
        ("get", reverse("desk:mail", args=[message.pk])),
        *(("post", reverse(f"desk:{name}", args=[*at, mail.pk])) for name in MAILS),
    ]


def asked(client: Client, method: str, address: str) -> int:
    return client.post(address, FULL_OF_WORDS).status_code if method == "post" else client.get(address).status_code


def test_every_address_of_the_desk_is_tried_here(desk: Desk, shop: Shop) -> None:
    tried = len({address for _, address in addresses(shop)}) + len(OPEN_PAGES)
    assert tried == len(urlpatterns)


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_a_stranger_is_asked_to_log_in(desk: Desk, page: str) -> None:
    address = reverse(f"desk:{page}")
    assert Client().get(address)["Location"] == f"/login?next={address}"


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_for_a_customer_let_in_by_a_letter_the_desk_does_not_exist(desk: Desk, page: str) -> None:
    assert desk.of_customer("zofia").get(reverse(f"desk:{page}")).status_code == HTTPStatus.NOT_FOUND


def test_a_stranger_gets_nowhere_with_a_request(desk: Desk, shop: Shop) -> None:
    for method, address in addresses(shop):
        response = getattr(Client(), method)(address)
        assert (address, response["Location"]) == (address, f"/login?next={address}")


def test_a_customer_gets_nowhere_at_the_desk_even_with_their_own_request(desk: Desk, shop: Shop) -> None:
    client = desk.of_customer("zofia")
    for method, address in addresses(shop):
        assert (address, asked(client, method, address)) == (address, HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("who", ["magda", "vera", "tomasz"])
def test_for_another_department_and_for_the_administrator_the_request_does_not_exist(
    desk: Desk, shop: Shop, who: str
) -> None:
    client = desk.of(who)
    for method, address in addresses(shop):
        assert (address, asked(client, method, address)) == (address, HTTPStatus.NOT_FOUND)
    assert Request.objects.get().state == "open"


def test_a_request_that_never_was_answers_like_one_that_is_hidden(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    hidden = desk.of("magda").get(reverse("desk:request", args=[opened.reference]))
    for reference in ("R-0000-0", "nonsense", "R-\x00"):
        never = desk.of("magda").get(reverse("desk:request", args=[reference]))
        assert (never.status_code, never.content[-300:]) == (404, hidden.content[-300:])


@pytest.mark.parametrize("act", ["take", "resolve", "cancel", "reply", "lookers"])
def test_an_act_is_never_done_by_a_mere_link(desk: Desk, shop: Shop, act: str) -> None:
    opened = shop.ask_repair()
    response = desk.of("ana").get(reverse(f"desk:{act}", args=[opened.reference]))
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert Request.objects.get().holder is None


def test_the_owner_reads_everything_and_is_told_why_nothing_can_be_done(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    html = desk.page("carmen", opened)
    assert "Only the people of the department that answers this request can do this." in html
    assert 'name="then"' not in html
    response = desk.post("carmen", "take", opened)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Only the people of the department that answers this request can do this." in response.content.decode()


def test_a_form_without_its_key_is_refused(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    client = Client(enforce_csrf_checks=True)
    client.cookies = desk.of("ana").cookies
    assert client.post(reverse("desk:take", args=[opened.reference])).status_code == HTTPStatus.FORBIDDEN
    assert Request.objects.get().holder is None

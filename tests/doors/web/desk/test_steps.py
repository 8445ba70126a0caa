"""A step that takes another department's service, on the page of a request."""

import re
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse

from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Dependency, Step
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(shop: Shop) -> OpenedRequest:
    shop.let_step_need("repair", "order_part", "pump")
    return shop.ask_repair()


def address(opened: OpenedRequest, step: str = "order_part") -> str:
    return f"{reverse('desk:ask', args=[opened.reference])}?step={step}"


def links(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', html)]


def test_a_stranger_and_who_only_asked_are_not_shown_the_way(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    assert desk.of("magda").get(address(opened)).status_code == HTTPStatus.NOT_FOUND
    assert f"{address(child)}#write-ask" not in links(desk.page("radu", child))
    html = desk.of("radu").get(address(child)).content.decode()
    assert 'id="id_ask-text"' not in html


def test_one_click_opens_the_form_with_the_service_and_the_words_of_the_step(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    html = desk.page("ana", opened)
    assert "Ask Workshop: A pump" in html
    assert f"{address(opened)}#write-ask" in links(html)
    response = desk.of("ana").get(address(opened))
    assert response.status_code == HTTPStatus.OK
    ask: Any = response.context["ask"]
    assert (response.context["panel"], ask["department"].department_id) == ("ask", shop.world.id_of("workshop"))
    form = ask["form"]
    assert [form[name].value() for name in ("service", "title", "is_blocking", "text")] == [
        shop.version("pump"),
        "Order the part",
        True,
        None,
    ]


def test_a_step_that_takes_nothing_or_is_none_opens_the_empty_panel(desk: Desk, opened: OpenedRequest) -> None:
    for step in ("collect", "paint", "<script>"):
        response = desk.of("ana").get(reverse("desk:ask", args=[opened.reference]), {"step": step})
        assert (response.status_code, response.context["panel"]) == (HTTPStatus.OK, "ask")
        assert response.context["ask"]["department"] is None


def test_the_form_as_it_is_opened_asks_the_department_and_the_step_then_leads_there(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    form: Any = desk.of("ana").get(address(opened)).context["ask"]
    sent = {name: form["form"][name].value() for name in ("service", "title")}
    answer = desk.post(
        "ana",
        "ask",
        opened,
        **sent,
        department=form["department"].department_id,
        text="For a Lavora 7.",
        is_blocking="on",
    )
    assert answer.status_code == HTTPStatus.FOUND
    child = Dependency.objects.get(waiting=opened.id).needed
    assert (child.title, child.provider_id) == ("Order the part", shop.world.id_of("workshop"))
    html = desk.page("ana", opened)
    assert "Ask Workshop: A pump" not in html
    side = html[html.index(">Steps</h2>") :]
    assert f'Workshop: <a href="{reverse("desk:request", args=[child.reference])}">Order the part</a>' in side

    actions.resolve_request(by=shop.world.stefan, at=shop.after(0), request_id=child.pk)
    assert Step.objects.get(request=opened.id, key="order_part").done_at == shop.at
    told = "A step is done, because the department that was asked for it is done: Order the part."
    assert told in desk.page("ana", opened)
    actions.reopen_request(by=shop.world.stefan, at=shop.after(0), request_id=child.pk)
    told = "A step is open again, because what was asked for it is not done after all: Order the part."
    assert told in desk.page("ana", opened)


def test_a_step_that_is_done_is_not_asked_for(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    actions.finish_step(by=shop.world.ana, at=shop.at, request_id=opened.id, step_key="order_part")
    assert "Ask Workshop: A pump" not in desk.page("ana", opened)
    side = desk.page("ana", opened).partition(">Steps</h2>")[2]
    assert 'aria-label="Take back: Order the part"' in side
    assert 'aria-label="Done"' in side.partition("Order the part")[0]
    assert 'aria-label="Done: The appliance is collected"' in side

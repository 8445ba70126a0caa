"""What is done from the page of a request, and what is said when it cannot be."""

from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clientela.kernel.models import Letter
from clientela.promises.models import Clock
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Attachment, Message, Request, Step
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop


@pytest.fixture
def opened(shop: Shop) -> OpenedRequest:
    return shop.ask_repair()


def row(opened: OpenedRequest) -> Request:
    return Request.objects.get(pk=opened.id)


def last_message(opened: OpenedRequest) -> Message:
    found = Message.objects.filter(request=opened.id).order_by("-pk").first()
    assert found is not None
    return found


# --- replies, notes, words as the customer


def test_a_reply_without_words_is_refused_beside_its_field_and_nothing_is_sent(
    desk: Desk, opened: OpenedRequest
) -> None:
    response = desk.post("ana", "reply", opened, text="  ", then="wait")
    html = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="reply_text-error"' in html
    assert "There is nothing to send yet. Write a few words first." in html
    assert Message.objects.count() == 1
    assert row(opened).state == "open"


@pytest.mark.parametrize(
    ("then", "state"), [("stay", "open"), ("wait", "waiting_customer"), ("resolve", "resolved"), ("", "open")]
)
def test_a_reply_goes_out_in_the_customers_language_and_does_what_its_button_says(
    desk: Desk, opened: OpenedRequest, then: str, state: str
) -> None:
    response = desk.post("ana", "reply", opened, text="Już patrzymy.", then=then)
    assert response["Location"] == f"/desk/requests/{opened.reference}"
    message = last_message(opened)
    assert (message.kind, message.text, message.language) == ("to_customer", "Już patrzymy.", "pl")
    assert row(opened).state == state
    assert row(opened).holder_id == message.author_id
    assert Letter.objects.get(text__contains="Już patrzymy.").to_address == "zofia@example.test"


def test_a_reply_that_asks_for_something_unknown_is_not_sent(desk: Desk, opened: OpenedRequest) -> None:
    assert desk.post("ana", "reply", opened, text="Hej", then="explode").status_code == 422
    assert Message.objects.count() == 1


def test_a_reply_takes_its_files_along(desk: Desk, opened: OpenedRequest) -> None:
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]
    desk.post("ana", "reply", opened, text="W załączniku.", then="stay", attached=files)
    assert sorted(Attachment.objects.values_list("name", "size_bytes")) == [("a.txt", 3), ("b.txt", 3)]


def test_after_sending_the_browser_is_told_that_the_draft_has_arrived(desk: Desk, opened: OpenedRequest) -> None:
    client = desk.of("ana")
    page = reverse("desk:request", args=[opened.reference])
    draft = f"request-{opened.reference}-reply"
    assert f'data-draft="{draft}"' in client.get(page).content.decode()
    client.post(reverse("desk:reply", args=[opened.reference]), {"text": "Hej", "then": "wait"})
    html = client.get(page).content.decode()
    assert f'data-draft-arrived="{draft}"' in html
    assert "Sent. You are waiting for the customer’s answer." in html


def test_when_a_colleague_was_faster_the_words_stay_and_the_page_says_so(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    actions.resolve_request(by=shop.world.radu, at=shop.at, request_id=opened.id)
    response = desk.post("ana", "reply", opened, text="Długo pisany list.", then="resolve")
    html = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This request is already resolved. Reopen it first." in html
    assert "Długo pisany list.</textarea>" in html
    assert not Message.objects.filter(kind="to_customer").exists()


def test_two_who_resolve_at_once_are_told_apart(desk: Desk, opened: OpenedRequest) -> None:
    assert desk.post("radu", "resolve", opened).status_code == HTTPStatus.FOUND
    second = desk.post("ana", "resolve", opened)
    assert second.status_code == HTTPStatus.CONFLICT
    assert "This request is already resolved. Reopen it first." in second.content.decode()


def test_a_note_stays_inside(desk: Desk, opened: OpenedRequest) -> None:
    desk.post("radu", "note", opened, text="It is the pump.")
    assert (last_message(opened).kind, last_message(opened).text) == ("note", "It is the pump.")
    assert not Letter.objects.filter(text__contains="It is the pump.").exists()
    html = desk.page("ana", opened)
    assert "Note, only inside" in html
    assert "It is the pump." in html


def test_an_empty_note_comes_back_to_its_own_panel(desk: Desk, opened: OpenedRequest) -> None:
    response = desk.post("radu", "note", opened, text="")
    html = response.content.decode()
    assert response.status_code == 422
    assert 'href="#write-note" id="tab-note" aria-current="true"' in html
    assert 'id="note_text-error"' in html
    assert 'id="reply_text-error"' not in html


def test_the_asking_department_writes_as_the_customer(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    assert desk.post("ana", "write", child, text="").status_code == 422
    desk.post("ana", "write", child, text="It is the seal, I think.")
    assert (last_message(child).kind, last_message(child).text) == ("from_customer", "It is the seal, I think.")


def test_an_agent_does_not_write_in_the_customers_name(desk: Desk, opened: OpenedRequest) -> None:
    response = desk.post("ana", "write", opened, text="I am Zofia.")
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "Only the customer of this request can write here." in response.content.decode()


# --- asking a department


def ask_data(shop: Shop, **more: object) -> dict[str, object]:
    return {
        "department": shop.world.id_of("workshop"),
        "service": shop.version("pump"),
        "title": "A pump",
        "text": "Pump or seal?",
        "is_blocking": "on",
    } | more


def test_a_department_is_chosen_first_and_then_what_it_offers(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    address = reverse("desk:ask", args=[opened.reference])
    client = desk.of("ana")
    whole = client.get(address, {"department": shop.world.id_of("workshop")}).content.decode()
    assert "<html" in whole
    assert 'href="#write-ask" id="tab-ask" aria-current="true"' in whole
    assert f'value="{shop.version("pump")}"' in whole
    part = client.get(address, {"department": shop.world.id_of("workshop")}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert f'value="{shop.version("pump")}"' in part.content.decode()
    assert f'value="{shop.version("bench")}"' not in part.content.decode()


@pytest.mark.parametrize("department", ["", "999999", "x", "9" * 40])
def test_what_is_no_department_to_ask_opens_nothing(
    desk: Desk, shop: Shop, opened: OpenedRequest, department: str
) -> None:
    response = desk.of("ana").get(reverse("desk:ask", args=[opened.reference]), {"department": department})
    assert response.status_code == (404 if department == "x" else 200)
    assert b'id="ask_text"' not in response.content


def test_a_department_is_asked_and_the_request_waits_for_it(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    response = desk.post("ana", "ask", opened, **ask_data(shop))
    assert response.status_code == HTTPStatus.FOUND
    child = Request.objects.exclude(pk=opened.id).get()
    assert (child.title, child.provider_id, child.customer_id) == (
        "A pump",
        shop.world.id_of("workshop"),
        shop.care_id,
    )
    assert row(opened).state == "waiting_department"


def test_without_the_tick_the_request_does_not_wait(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    data = ask_data(shop)
    del data["is_blocking"]
    desk.post("ana", "ask", opened, **data)
    assert row(opened).state == "open"
    assert Request.objects.count() == 2


def test_a_question_without_words_comes_back_with_the_department_chosen(
    desk: Desk, shop: Shop, opened: OpenedRequest
) -> None:
    response = desk.post("ana", "ask", opened, **ask_data(shop, text="", title="A pump, please"))
    html = response.content.decode()
    assert response.status_code == 422
    assert "Say in a few words what you need." in html
    assert 'value="A pump, please"' in html
    assert Request.objects.count() == 1


def test_a_service_of_one_department_is_not_asked_of_another(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    response = desk.post("ana", "ask", opened, **ask_data(shop, service=shop.version("bench")))
    assert response.status_code == 422
    assert Request.objects.count() == 1


def test_whoever_only_asked_cannot_ask_on(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    response = desk.post("ana", "ask", child, **ask_data(shop))
    assert response.status_code == HTTPStatus.FORBIDDEN


# --- who has it


def test_who_takes_what_a_colleague_has_is_told_who_has_it(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    desk.post("radu", "take", opened)
    response = desk.post("ana", "take", opened)
    assert response.status_code == HTTPStatus.CONFLICT
    assert "Radu Popa has taken this request already." in response.content.decode()


def test_a_request_is_given_to_a_colleague_and_only_to_one(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    stranger = desk.post("ana", "assign", opened, person=shop.world.id_of("magda"))
    assert stranger.status_code == 422
    assert row(opened).holder_id is None
    desk.post("ana", "assign", opened, person=shop.world.id_of("radu"))
    assert row(opened).holder_id == shop.world.id_of("radu")


def test_a_request_is_handed_over_with_a_reason_or_not_at_all(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    workshop = shop.world.id_of("workshop")
    silent = desk.post("ana", "hand_over", opened, department=workshop, reason="")
    assert silent.status_code == 422
    assert 'id="hand_over_reason-error"' in silent.content.decode()
    response = desk.post("ana", "hand_over", opened, department=workshop, reason="They know pumps.")
    assert response["Location"] == "/desk/"  # it is no longer ours to see
    assert row(opened).provider_id == workshop
    assert "Ana Ionescu handed it to Workshop: They know pumps." in desk.page("stefan", opened)


def test_somebody_who_only_asked_cannot_give_it_on(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    child = shop.ask_workshop(opened.id)
    assert desk.post("ana", "assign", child, person=shop.world.id_of("ana")).status_code == HTTPStatus.FORBIDDEN
    response = desk.post("ana", "hand_over", child, department=shop.care_id, reason="Mine")
    assert response.status_code == HTTPStatus.FORBIDDEN


# --- how it stands


def test_it_waits_for_the_customer_and_the_waiting_can_be_undone(desk: Desk, opened: OpenedRequest) -> None:
    client = desk.of("ana")
    client.post(reverse("desk:wait", args=[opened.reference]), {"for": "customer"})
    assert row(opened).state == "waiting_customer"
    undo = reverse("desk:resume", args=[opened.reference])
    page = client.get(reverse("desk:request", args=[opened.reference])).content.decode()
    toast = page.split('class="c-toast"')[1].split("</form>")[0]
    assert "It waits for the customer." in toast
    assert f'action="{undo}"' in toast
    client.post(undo)
    assert row(opened).state == "open"


def test_a_moment_is_that_of_the_one_who_types_it(desk: Desk, opened: OpenedRequest) -> None:
    desk.post("ana", "wait", opened, until="2026-11-25T10:00")
    waiting_until = row(opened).waiting_until
    assert waiting_until is not None
    assert waiting_until.isoformat() == "2026-11-25T08:00:00+00:00"  # ten o’clock in Bucharest


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "Say when. Choose a day and an hour."),
        ("tomorrow", "This is not a day and an hour."),
        ("2026-11-22T10:00", "That moment has already passed. Choose a later one."),
    ],
)
def test_what_is_no_moment_to_come_is_refused_beside_its_field(
    desk: Desk, opened: OpenedRequest, until: str, words: str
) -> None:
    response = desk.post("ana", "wait", opened, until=until)
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html.split('id="wait_until-error"')[1].split("</p>")[0]
    assert row(opened).state == "open"


def test_it_is_resolved_closed_and_opened_again(desk: Desk, opened: OpenedRequest) -> None:
    assert desk.post("ana", "close", opened).status_code == HTTPStatus.CONFLICT
    states = []
    for act in ("resolve", "close", "reopen"):
        desk.post("ana", act, opened)
        states.append(row(opened).state)
    assert states == ["resolved", "closed", "open"]


def test_it_is_not_resolved_while_a_department_works_on_its_part(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    shop.ask_workshop(opened.id)
    response = desk.post("ana", "resolve", opened)
    assert response.status_code == HTTPStatus.CONFLICT
    assert "Another department is still working on a part of this." in response.content.decode()


def test_it_is_cancelled_with_a_reason(desk: Desk, opened: OpenedRequest) -> None:
    desk.post("ana", "cancel", opened, reason="She bought a new one.")
    assert row(opened).state == "cancelled"
    assert "Ana Ionescu cancelled it: She bought a new one." in desk.page("ana", opened)


def test_a_complaint_is_written_down_in_the_customers_name(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    assert desk.post("ana", "complain", opened, text="", channel="phone").status_code == 422
    desk.post("ana", "complain", opened, text="Nobody came.", channel="phone")
    message = last_message(opened)
    assert (message.author_id, message.channel, message.text) == (shop.world.id_of("zofia"), "phone", "Nobody came.")
    assert row(opened).is_complaint


# --- promises and steps


def test_a_promise_is_made_moved_and_kept(desk: Desk, opened: OpenedRequest) -> None:
    wrong = desk.post("ana", "promise", opened, words="Call you", due_at="2026-11-20T10:00")
    assert wrong.status_code == 422
    assert "The promised moment has already passed." in wrong.content.decode()
    desk.post("ana", "promise", opened, words="Call you", due_at="2026-11-23T15:00")
    clock = Clock.objects.get(kind="personal")
    moved = desk.post("ana", "move_promise", opened, clock.pk, due_at="2026-11-22T10:00")
    assert moved.status_code == 422
    assert f'id="move{clock.pk}_due_at-error"' in moved.content.decode()
    desk.post("ana", "move_promise", opened, clock.pk, due_at="2026-11-24T15:00")
    clock.refresh_from_db()
    assert clock.due_at is not None
    assert clock.due_at.isoformat() == "2026-11-24T13:00:00+00:00"
    desk.post("ana", "keep_promise", opened, clock.pk)
    clock.refresh_from_db()
    assert not clock.is_open
    again = desk.post("ana", "keep_promise", opened, clock.pk)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "This promise has already ended." in again.content.decode()


def test_a_colleagues_promise_is_not_changed_by_another(desk: Desk, opened: OpenedRequest) -> None:
    desk.post("ana", "promise", opened, words="Call you", due_at="2026-11-23T15:00")
    clock = Clock.objects.get(kind="personal")
    assert f"/promises/{clock.pk}/keep" not in desk.page("radu", opened)
    assert desk.post("radu", "keep_promise", opened, clock.pk).status_code == HTTPStatus.FORBIDDEN


def test_a_promise_is_not_reached_through_another_request(desk: Desk, shop: Shop, opened: OpenedRequest) -> None:
    desk.post("ana", "promise", opened, words="Call you", due_at="2026-11-23T15:00")
    clock = Clock.objects.get(kind="personal")
    assert desk.post("ana", "keep_promise", shop.ask_repair(), clock.pk).status_code == HTTPStatus.NOT_FOUND


def test_a_step_is_ticked_and_taken_back(desk: Desk, opened: OpenedRequest) -> None:
    assert desk.post("ana", "step", opened, "no-such-step").status_code == HTTPStatus.NOT_FOUND
    desk.post("ana", "step", opened, "mend")
    assert Step.objects.get(request=opened.id, key="mend").done_at is not None
    assert "Ana Ionescu finished a step: The appliance is mended." in desk.page("ana", opened)
    desk.post("ana", "undo_step", opened, "mend")
    assert Step.objects.get(request=opened.id, key="mend").done_at is None

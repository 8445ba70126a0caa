"""What a stranger sends on purpose and a tired clerk by mistake: a clear answer, and never a broken page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from clientela.directory.actions import access_token
from clientela.directory.models import Party
from clientela.kernel.journal import facts_about
from clientela.promises.models import DepartmentCalendar
from clientela.requests.models import Attachment, Message, Request
from clientela.web.viewer import SESSION_CUSTOMER
from tests.doors.web.coming_in import come_in
from tests.shop import Shop
from tests.shop import shop as shop  # noqa: PLC0414 - the cast at work, for every test here
from tests.world import World
from tests.world import world as world  # noqa: PLC0414 - the cast


def as_zofia(client: Client, world: World) -> None:
    session = client.session
    session[SESSION_CUSTOMER] = world.id_of("zofia")
    session["language"] = "en"
    session.save()


def test_somebody_erased_in_the_meantime_is_a_stranger_again_and_sees_no_broken_page(
    world: World, client: Client
) -> None:
    as_zofia(client, world)
    Party.objects.filter(id=world.id_of("zofia")).update(erased_at=timezone.now())
    assert client.get(reverse("portal:home")).status_code == 200
    assert client.get(reverse("portal:requests")).status_code == 302


@pytest.mark.parametrize(
    "page",
    [
        "/portal/requests/%00",
        "/people/?q=%00",
        "/people/?after=%00",
        "/desk/requests/?q=%00pralka",
        "/desk/requests/?before=%00&after=%00",
        "/desk/new?q=%00",
        "/desk/new?customer=99999999999999999999",
        "/people/99999999999999999999/",
        "/settings/letters/?state=%00&before=%00",
        "/settings/mail/?outcome=%00&before=%00",
        "/settings/mail/?q=%00%25_&outcome=waiting",
        "/settings/mail/99999999999999999999",
        "/settings/mail/addresses/99999999999999999999",
        "/settings/mail/suppressed/?q=%00%25&state=%00&before=%00",
        "/settings/letters/?q=%00@&kind=%00",
        "/settings/letters/?q=@&state=bounced&kind=reply",
        "/desk/messages/99999999999999999999/mail",
        "/desk/messages/99999999999999999999/letter?pictures=1",
        "/settings/accounts/?q=%00",
        "/map/?until=%00&days=%00&at=%00",
        "/login?next=%00",
        "/login?next=//evil.example/",
        "/p/%00",
        "/r/%00/5",
        "/r/x/99999999999999999999999",
    ],
)
def test_an_address_that_nobody_of_us_wrote_breaks_nothing(world: World, client: Client, page: str) -> None:
    come_in(client, world, "vera")
    assert client.get(page).status_code in {200, 301, 302, 404, 410}


def test_a_sign_that_nobody_types_is_left_out_of_a_search(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    come_in(client, shop.world, "ana")
    assert opened.reference in client.get("/desk/requests/?q=%00pralka").content.decode()


def test_who_sends_more_than_a_message_may_hold_is_told_before_it_is_read(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    as_zofia(client, shop.world)
    film = SimpleUploadedFile("film.mp4", b"x" * 3_000_000, content_type="video/mp4")
    with override_settings(MESSAGE_LIMIT_BYTES=1_000_000):
        answer = client.post(reverse("portal:write", args=[opened.reference]), {"text": "Oto film", "file": film})
    assert answer.status_code == 413
    assert "Go back and send fewer or smaller files." in answer.content.decode()
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 0)


def test_a_stranger_cannot_fill_the_disk_with_a_form_either(client: Client, world: World) -> None:
    film = SimpleUploadedFile("film.mp4", b"x" * 3_000_000)
    with override_settings(MESSAGE_LIMIT_BYTES=1_000_000):
        assert client.post(reverse("account:link"), {"address": "a@b.test", "f": film}).status_code == 413


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:1"])
def test_after_logging_in_nobody_lands_on_another_site(world: World, client: Client, elsewhere: str) -> None:
    account = world.account_of("vera")
    account.set_password("a long enough secret")
    account.save()
    answer = client.post(
        reverse("account:login"),
        {"username": account.email, "password": "a long enough secret", "next": elsewhere},
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("account:front"))


def test_a_link_from_a_letter_gives_the_visitor_a_new_session(shop: Shop, client: Client) -> None:
    client.get(reverse("portal:home"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = client.session.session_key
    token = access_token(shop.world.id_of("zofia"), at=timezone.now())
    client.get(reverse("account:letter", args=[token]))
    assert client.session.session_key != before
    assert "planted" not in client.session


def test_done_pressed_twice_says_thank_you_twice_and_closes_once(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    as_zofia(client, shop.world)
    done = reverse("portal:done", args=[opened.reference])
    for _press in range(2):
        assert client.post(done).status_code == 302
    assert [fact.verb for fact in facts_about(f"request:{opened.id}")].count("request_cancelled") == 1
    page = client.get(reverse("portal:status", args=[opened.reference])).content.decode()
    assert "This was cancelled." in page


NO_HOURS = "has no calendar. Give it working hours in Settings, Calendars."


def without_hours(shop: Shop, key: str) -> None:
    DepartmentCalendar.objects.filter(department=shop.world.id_of(key)).delete()


def test_handing_over_to_a_department_without_working_hours_is_refused_in_words(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    without_hours(shop, "hr")
    come_in(client, shop.world, "ana")
    page = reverse("desk:hand_over", args=[opened.reference])
    answer = client.post(page, {"department": shop.world.id_of("hr"), "reason": "It is theirs."})
    assert answer.status_code == 422
    assert NO_HOURS in answer.content.decode()
    assert shop.row(opened.id).provider_id == shop.care_id


def test_asking_a_department_without_working_hours_is_refused_in_words(shop: Shop, client: Client) -> None:
    opened = shop.ask_repair()
    without_hours(shop, "it")
    come_in(client, shop.world, "ana")
    answer = client.post(
        reverse("desk:ask", args=[opened.reference]),
        {
            "department": shop.world.id_of("it"),
            "service": shop.version("laptop"),
            "title": "A laptop",
            "text": "For the counter.",
        },
    )
    assert answer.status_code == 422
    assert NO_HOURS in answer.content.decode()
    assert Request.objects.count() == 1


def test_a_customer_of_a_department_without_working_hours_is_told_and_loses_no_word(shop: Shop, client: Client) -> None:
    without_hours(shop, "care")
    as_zofia(client, shop.world)
    page = reverse("portal:ask", args=["repair"])
    assert client.get(page).status_code == 200
    answer = client.post(page, {"f_model": "Lavora 7", "text": "Cieknie od wczoraj"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Cieknie od wczoraj" in html
    assert "We can’t take this just now." in html
    assert NO_HOURS not in html
    assert Request.objects.count() == 0

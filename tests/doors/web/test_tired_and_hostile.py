"""What a stranger sends on purpose and a tired clerk by mistake: a clear answer, and never a broken page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from clientela.directory.actions import access_token
from clientela.directory.models import Party
from clientela.requests.models import Attachment, Message
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
    assert client.get(page).status_code in {200, 301, 302, 400, 404, 410}


def test_a_search_with_a_sign_that_nobody_types_is_refused_in_words(world: World, client: Client) -> None:
    come_in(client, world, "ana")
    answer = client.get("/desk/requests/?q=%00pralka")
    assert answer.status_code == 400
    assert "Nothing was changed." in answer.content.decode()


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

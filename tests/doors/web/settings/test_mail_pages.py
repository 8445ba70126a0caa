"""Settings, Mail: one message and the search, the addresses that take mail, and those that nothing is sent to."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from clientela.inbox import queries as inbox
from clientela.inbox.actions import define_mail_address, quarantine_message, store_raw_message
from clientela.inbox.models import MailAddress, RawMessage
from clientela.kernel import post
from clientela.kernel.models import Letter, SuppressedAddress
from clientela.kernel.policies import HiddenError
from tests.doors.web.coming_in import come_in
from tests.shop import Shop

LETTER = b"From: zofia@example.test\r\nSubject: Pralka\r\n\r\nHer private words.\r\n"


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def stored(shop: Shop, subject: str = "Pralka przecieka", *, sender: str = "zofia@example.test", **more: object) -> int:
    raw_id = store_raw_message(
        at=shop.at, content=LETTER, envelope_from=sender, envelope_to=["care@casa-lavora.test"], came_by="smtp"
    )
    RawMessage.objects.filter(pk=raw_id).update(subject=subject, from_address=sender, **more)
    return raw_id


def aside(shop: Shop, reason: str = "A fault of ours.") -> int:
    raw_id = stored(shop)
    quarantine_message(at=shop.at, raw_id=raw_id, reason=reason)
    return raw_id


def page(client: Client, name: str, *args: object, **data: str) -> str:
    response = client.get(reverse(f"settings:{name}", args=args), data)
    assert response.status_code == 200
    return response.content.decode()


PAGES = ("mail", "mail_addresses", "new_mail_address", "suppressed")


@pytest.mark.parametrize("name", PAGES)
def test_for_an_agent_and_for_the_owner_these_pages_do_not_exist(client: Client, shop: Shop, name: str) -> None:
    for who in ("ana", "carmen"):
        come_in(client, shop.world, who)
        assert client.get(reverse(f"settings:{name}")).status_code == 404


def test_only_who_looks_after_the_mail_asks_about_one_message(client: Client, shop: Shop) -> None:
    raw_id = stored(shop)
    come_in(client, shop.world, "ana")
    assert client.get(reverse("settings:mail_one", args=[raw_id])).status_code == 404
    with pytest.raises(HiddenError):
        inbox.received_mail_seen(shop.world.ana, raw_id)
    assert inbox.put_aside_count(shop.world.ana) == 0


def test_one_message_is_told_from_its_coming_in_without_its_words(client: Client, shop: Shop) -> None:
    opened = shop.ask_repair()
    raw_id = stored(
        shop,
        understood_at=shop.at,
        outcome="opened",
        reason="It is new.",
        request=opened.id,
        peer="192.0.2.7",
        trust={"checked_by": "mx.test", "spf": "fail", "dkim": "none", "dmarc": "fail", "verdict": "failed"},
        details={"defects": ["a header line was broken in two"]},
    )
    come_in(client, shop.world, "vera")
    html = page(client, "mail_one", raw_id)
    for words in (
        "Stored, byte for byte",
        "Understood: opened a request",
        "It is new.",
        "192.0.2.7",
        "Sender not confirmed",
        "a header line was broken in two",
        f"It stands on {opened.reference}, which is read by those who answer it.",
    ):
        assert words in html
    assert "private words" not in html
    assert "Try again" not in html
    assert reverse("desk:request", args=[opened.reference]) not in html


def test_a_message_put_aside_says_why_and_is_tried_again_from_its_page(client: Client, shop: Shop) -> None:
    raw_id = aside(shop)
    come_in(client, shop.world, "vera")
    html = page(client, "mail_one", raw_id)
    assert "A fault of ours." in html
    assert reverse("settings:mail_raw", args=[raw_id]) in html
    again = client.post(reverse("settings:mail_again", args=[raw_id]), {"next": "one"})
    assert again["Location"] == reverse("settings:mail_one", args=[raw_id])
    assert RawMessage.objects.get(pk=raw_id).outcome == "opened"


def test_a_message_that_waits_says_so(client: Client, shop: Shop) -> None:
    raw_id = stored(shop)
    come_in(client, shop.world, "vera")
    assert "Waits to be understood" in page(client, "mail_one", raw_id)
    assert "Pralka przecieka" in page(client, "mail", outcome="waiting")
    RawMessage.objects.filter(pk=raw_id).update(understood_at=shop.at, outcome="opened")
    assert "No such mail" in page(client, "mail", outcome="waiting")


def test_a_message_that_never_came_has_no_page(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    assert client.get(reverse("settings:mail_one", args=[1])).status_code == 404


@pytest.mark.parametrize("words", ["ZOFIA@example", "przeCIEKA", "the reference"])
def test_a_message_is_found_by_sender_subject_or_reference(client: Client, shop: Shop, words: str) -> None:
    opened = shop.ask_repair()
    stored(shop, understood_at=shop.at, outcome="opened", request=opened.id)
    stored(shop, "Something else", sender="marek@example.test")
    come_in(client, shop.world, "vera")
    html = page(client, "mail", q=opened.reference.lower() if words == "the reference" else words)
    assert "Pralka przecieka" in html
    assert "Something else" not in html


def test_a_search_keeps_the_filter_and_finds_nothing_politely(client: Client, shop: Shop) -> None:
    aside(shop)
    come_in(client, shop.world, "vera")
    html = page(client, "mail", q="nobody", outcome="quarantined")
    assert "No such mail" in html
    assert 'name="outcome" value="quarantined"' in html
    assert "?outcome=bounce&amp;q=nobody" in html


def test_the_navigation_counts_what_is_put_aside_for_administrators_alone(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    assert "put aside" not in client.get(reverse("desk:my_day")).content.decode()
    aside(shop)
    assert "1 mail is put aside" in client.get(reverse("desk:my_day")).content.decode()
    come_in(client, shop.world, "ana")
    assert "put aside" not in client.get(reverse("desk:my_day")).content.decode()


# --- addresses


def test_the_addresses_of_departments_are_shown_with_what_they_open(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    html = page(client, "mail_addresses")
    assert "care@casa-lavora.test" in html
    assert "nothing: mail is put aside" in html  # most departments offer nothing by mail
    assert "No address was added" in html


def test_an_address_is_added_for_a_service_changed_and_removed(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    new = reverse("settings:new_mail_address")
    assert client.post(new, {"address": "Repairs@example.org", "place": "service:repair"}).status_code == 302
    defined = MailAddress.objects.get()
    assert defined.address == "repairs@example.org"
    html = page(client, "mail_addresses")
    assert "Repair of an appliance" in html
    change = reverse("settings:mail_address", args=[defined.pk])
    assert 'value="service:repair" selected' in client.get(change).content.decode()
    assert client.post(change, {"place": f"department:{shop.world.id_of('it')}"}).status_code == 302
    defined.refresh_from_db()
    assert defined.department_id == shop.world.id_of("it")
    assert client.post(reverse("settings:remove_mail_address", args=[defined.pk])).status_code == 302
    assert not MailAddress.objects.exists()
    assert client.get(change).status_code == 404


@pytest.mark.parametrize(
    ("address", "place", "words"),
    [
        ("no address", "service:repair", "is not an e-mail address."),
        ("zofia@example.test", "service:repair", "is the address of a person or an organisation."),
        ("taken@example.org", "service:repair", "has a place already."),
        ("", "service:repair", "Please write something here."),
        ("new@example.org", "service:never", "This is not one of the answers to choose from."),
    ],
)
def test_an_address_that_cannot_be_is_told_beside_its_field(
    client: Client, shop: Shop, address: str, place: str, words: str
) -> None:
    define_mail_address(by=shop.world.vera, at=shop.at, address="taken@example.org", service_key="repair")
    come_in(client, shop.world, "vera")
    response = client.post(reverse("settings:new_mail_address"), {"address": address, "place": place})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert MailAddress.objects.count() == 1


def test_an_agent_adds_and_removes_no_address(client: Client, shop: Shop) -> None:
    address_id = define_mail_address(by=shop.world.vera, at=shop.at, address="a@example.org", service_key="repair")
    come_in(client, shop.world, "ana")
    place = {"address": "b@example.org", "place": "service:repair"}
    assert client.post(reverse("settings:new_mail_address"), place).status_code == 404
    assert client.post(reverse("settings:remove_mail_address", args=[address_id])).status_code == 404
    assert [row.address for row in MailAddress.objects.all()] == ["a@example.org"]


# --- suppressed addresses


def suppress(shop: Shop, address: str = "marek@example.test", *, hours: float = 0) -> int:
    return post.suppress_address(
        address, at=shop.at + timedelta(hours=hours), status="5.1.1", words="550 User <unknown>", letter_id=None
    )


def test_a_suppressed_address_says_why_and_since_when(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    assert "No address is suppressed" in page(client, "suppressed")
    suppress(shop)
    html = page(client, "suppressed")
    assert "marek@example.test" in html
    assert "Their mail server says:" in html
    assert "550 User &lt;unknown&gt;" in html
    assert "5.1.1" in html
    assert "marek@example.test" in page(client, "suppressed", q="MAREK")
    assert "No such address" in page(client, "suppressed", q="zofia")


def test_an_agent_lifts_nothing(client: Client, shop: Shop) -> None:
    suppressed_id = suppress(shop)
    come_in(client, shop.world, "ana")
    assert client.post(reverse("settings:lift_suppression", args=[suppressed_id])).status_code == 404
    assert SuppressedAddress.objects.get().lifted_at is None


def test_an_administrator_lifts_it_and_it_stands_in_the_other_list(client: Client, shop: Shop) -> None:
    suppressed_id = suppress(shop)
    come_in(client, shop.world, "vera")
    lift = reverse("settings:lift_suppression", args=[suppressed_id])
    assert "Letters go there again." in client.post(lift, follow=True).content.decode()
    assert "No address is suppressed" in page(client, "suppressed")
    assert "Lifted" in page(client, "suppressed", state="lifted")
    assert client.post(lift).status_code == 404


def test_to_send_what_was_held_is_offered_where_something_is_held(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    suppressed_id = suppress(shop, "zofia@example.test")
    suppress(shop, "nobody@example.test")
    assert "send what was held" not in page(client, "suppressed")
    shop.ask_repair()
    (held,) = Letter.objects.filter(is_held_by_address=True)
    assert held.to_address == "zofia@example.test"
    assert page(client, "suppressed").count("send what was held") == 1
    assert "send what was held" not in page(client, "suppressed", q="nobody")
    lift = reverse("settings:lift_suppression", args=[suppressed_id])
    said = client.post(lift, {"held": "send"}, follow=True).content.decode()
    assert "1 letter that was held goes out now." in said
    assert "send what was held" not in said
    held.refresh_from_db()
    assert (held.hold_reason, held.due_at is None) == ("", False)


def test_an_address_is_suppressed_by_hand_with_a_reason(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    suppressed = reverse("settings:suppressed")
    wrong = client.post(suppressed, {"address": "nobody", "words": "She said so."})
    assert (wrong.status_code, SuppressedAddress.objects.count()) == (422, 0)
    assert "is not a mail address." in wrong.content.decode()
    empty = client.post(suppressed, {"address": "lucia@example.test", "words": ""})
    assert (empty.status_code, SuppressedAddress.objects.count()) == (422, 0)
    assert client.post(suppressed, {"address": "lucia@example.test", "words": "She said so."}).status_code == 302
    html = page(client, "suppressed")
    assert "Vera" in html
    assert "She said so." in html

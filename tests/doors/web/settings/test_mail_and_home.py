"""Received mail through the door, and Settings at a glance."""

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from clientela.inbox.actions import quarantine_message, store_raw_message, understand_message
from clientela.inbox.models import Mailbox, RawMessage
from clientela.kernel.environment import read_environment
from clientela.web.settings.home import environment_rows
from tests.doors.web.coming_in import come_in
from tests.shop import Shop
from tests.world import World

MAIL = (
    b"From: Zofia Nowak <zofia@example.test>\r\nTo: care@casa-lavora.test\r\n"
    b"Subject: Pralka przecieka\r\nMessage-ID: <one@example.test>\r\n\r\nPralka od wczoraj przecieka.\r\n"
)


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def put_aside(shop: Shop, content: bytes = MAIL) -> int:
    raw_id = store_raw_message(
        at=shop.at,
        content=content,
        envelope_from="zofia@example.test",
        envelope_to=["care@casa-lavora.test"],
        came_by="smtp",
    )
    quarantine_message(at=shop.at, raw_id=raw_id, reason="A fault of ours.")
    return raw_id


def test_who_does_not_look_after_the_mail_finds_none(client: Client, shop: Shop) -> None:
    raw_id = put_aside(shop)
    come_in(client, shop.world, "ana")
    assert client.get(reverse("settings:mail_raw", args=[raw_id])).status_code == 404
    assert client.post(reverse("settings:mail_again", args=[raw_id])).status_code == 404
    assert RawMessage.objects.get(pk=raw_id).outcome == "quarantined"


def test_a_message_that_was_understood_stays_closed(client: Client, shop: Shop) -> None:
    raw_id = store_raw_message(
        at=shop.at,
        content=MAIL,
        envelope_from="zofia@example.test",
        envelope_to=["care@casa-lavora.test"],
        came_by="smtp",
    )
    understand_message(at=shop.at, raw_id=raw_id)
    come_in(client, shop.world, "vera")
    assert client.get(reverse("settings:mail_raw", args=[raw_id])).status_code == 404
    assert client.post(reverse("settings:mail_again", args=[raw_id])).status_code == 404
    html = client.get(reverse("settings:mail")).content.decode()
    assert "Pralka przecieka" in html
    assert "Opened a request" in html


def test_a_message_put_aside_is_handed_out_byte_for_byte_as_a_download(client: Client, shop: Shop) -> None:
    raw_id = put_aside(shop)
    come_in(client, shop.world, "vera")
    response = client.get(reverse("settings:mail_raw", args=[raw_id]))
    assert response.content == MAIL
    assert response["Content-Disposition"] == f'attachment; filename="message-{raw_id}.eml"'
    assert "sandbox" in response["Content-Security-Policy"]


def test_tried_again_it_becomes_a_request(client: Client, shop: Shop) -> None:
    raw_id = put_aside(shop)
    come_in(client, shop.world, "vera")
    assert "One message is put aside" in client.get(reverse("settings:mail")).content.decode()
    response = client.post(reverse("settings:mail_again", args=[raw_id]), follow=True)
    row = RawMessage.objects.select_related("request").get(pk=raw_id)
    assert row.outcome == "opened"
    assert row.request is not None
    assert f"Understood: it belongs to {row.request.reference}." in response.content.decode()


def test_the_list_is_filtered_by_what_became_of_it(client: Client, shop: Shop) -> None:
    put_aside(shop)
    come_in(client, shop.world, "vera")
    mail = reverse("settings:mail")
    assert "A fault of ours." in client.get(mail, {"outcome": "quarantined"}).content.decode()
    assert "A fault of ours." not in client.get(mail, {"outcome": "bounce"}).content.decode()
    assert "A fault of ours." in client.get(mail, {"outcome": "nothing we know", "before": "never"}).content.decode()


def test_at_a_glance_what_is_missing_is_named(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    assert "Everything is set up." in client.get(reverse("settings:home")).content.decode()
    put_aside(shop)
    html = client.get(reverse("settings:home")).content.decode()
    assert "One thing needs you." in html
    assert "1 message is put aside" in html


def test_on_an_empty_house_at_a_glance_says_where_to_begin(client: Client, world: World) -> None:
    come_in(client, world, "vera")
    html = client.get(reverse("settings:home")).content.decode()
    assert "Nothing can be asked yet. Offer the first service." in html
    assert "Nothing is promised yet. Make the first terms." in html
    assert "Without working hours: Customer Care" in html


def test_no_secret_of_the_environment_is_shown(tmp_path: object) -> None:
    environment = read_environment(
        {
            "CLIENTELA_HOME": str(tmp_path),
            "CLIENTELA_SECRET_KEY": "k" * 40,
            "CLIENTELA_MAIL_SERVER": "smtps://ana:hunter2@mail.example.org:465",
            "DATABASE_URL": "postgresql://owner:hunter3@db.example.org:5432/house?sslpassword=hunter4",
        }
    )
    rows = dict(environment_rows(environment))
    said = " ".join(rows.values())
    assert "hunter" not in said
    assert "kkkk" not in said
    assert rows["CLIENTELA_MAIL_SERVER"] == "smtps://mail.example.org:465"
    assert rows["DATABASE_URL"] == "postgresql://db.example.org:5432/house"
    assert rows["CLIENTELA_SECRET_KEY"] == "set, and not shown"


def test_a_mailbox_that_cannot_be_read_needs_somebody(client: Client, shop: Shop) -> None:
    Mailbox.objects.create(
        address="info@example.org",
        server="imap.example.org",
        port=993,
        security="tls",
        user_name="info",
        log_in="password",
        folder="INBOX",
        done_folder="Done",
        unreadable_folder="Unreadable",
        created_at=shop.at,
    )
    come_in(client, shop.world, "vera")
    assert "1 mailbox elsewhere is read" in client.get(reverse("settings:home")).content.decode()
    Mailbox.objects.update(trouble="refused", trouble_since_at=shop.at)
    assert "Cannot be read: info@example.org" in client.get(reverse("settings:home")).content.decode()


def test_what_is_not_set_is_said_to_be_none(tmp_path: object) -> None:
    rows = dict(environment_rows(read_environment({"CLIENTELA_HOME": str(tmp_path)})))
    for name in ("LMTP_PORT", "TLS_KEY", "MAIL_RELAYS", "OLD_SECRET_KEYS", "DKIM_KEY", "TRUSTED_CHECKERS"):
        assert (name, rows[f"CLIENTELA_{name}"]) == (name, "none")
    keys = "CLIENTELA_OLD_SECRET_KEYS"
    old = dict(environment_rows(read_environment({"CLIENTELA_HOME": str(tmp_path), keys: "o" * 40})))
    assert old[keys] == "set, and not shown"

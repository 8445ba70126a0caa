"""Settings, Mailboxes: secrets go in and never come out; what is wrong is said with the remedy."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from clientela.directory.policies import HOUSE
from clientela.inbox.actions.mailbox_reading import note_trouble
from clientela.inbox.actions.mailboxes import (
    MailboxSettings,
    WrongMailboxError,
    change_mailbox,
    define_mailbox,
    remove_mailbox,
)
from clientela.inbox.models import MailAddress, Mailbox
from clientela.kernel.models import Fact
from clientela.kernel.policies import NotAllowedError
from clientela.kernel.secrets import open_secret
from tests.doors.inbox.mailbox_parts import mail
from tests.doors.web.coming_in import come_in
from tests.mail_servers.dovecot import PASSWORD, dovecot
from tests.shop import Shop

SECRET = "o-parolă-de-încercare"
FORM: dict[str, Any] = {
    "address": "support@example.org",
    "server": "imap.example.org",
    "security": "tls",
    "port": "993",
    "user_name": "support",
    "log_in": "password",
    "password": SECRET,
    "folder": "INBOX",
    "done_folder": "Clientela done",
    "unreadable_folder": "Clientela unreadable",
}


@pytest.fixture(autouse=True)
def _our_domain() -> Iterator[None]:
    with override_settings(MAIL_DOMAIN="casa-lavora.test"):
        yield


def settings_of(**changed: Any) -> MailboxSettings:
    given = {
        "address": "care@casa-lavora.test",
        "server": "imap.example.org",
        "port": 993,
        "user_name": "care",
        "password": SECRET,
    }
    return MailboxSettings(**{**given, **changed})


def defined(shop: Shop, **changed: Any) -> int:
    return define_mailbox(by=HOUSE, at=shop.at, settings=settings_of(**changed))


def test_who_is_no_administrator_does_not_learn_that_there_are_mailboxes(client: Client, shop: Shop) -> None:
    mailbox_id = defined(shop)
    come_in(client, shop.world, "ana")
    for name in ("mailboxes", "new_mailbox"):
        assert client.get(reverse(f"settings:{name}")).status_code == 404
    assert client.get(reverse("settings:mailbox", args=[mailbox_id])).status_code == 404
    for name in ("try_mailbox", "pause_mailbox", "go_on_mailbox", "remove_mailbox"):
        assert client.post(reverse(f"settings:{name}", args=[mailbox_id])).status_code == 404
    assert Mailbox.objects.get().paused_at is None


def test_who_is_no_administrator_may_do_nothing_with_them(shop: Shop) -> None:
    mailbox_id = defined(shop)
    with pytest.raises(NotAllowedError):
        define_mailbox(by=shop.world.ana, at=shop.at, settings=settings_of(address="it@casa-lavora.test"))
    with pytest.raises(NotAllowedError):
        change_mailbox(by=shop.world.ana, at=shop.at, mailbox_id=mailbox_id, settings=settings_of(server="evil.test"))
    with pytest.raises(NotAllowedError):
        remove_mailbox(by=shop.world.ana, at=shop.at, mailbox_id=mailbox_id)
    assert Mailbox.objects.get().server == "imap.example.org"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": "support"}, "address"),
        ({"server": "https://imap.example.org"}, "server"),
        ({"port": 0}, "port"),
        ({"security": "none"}, "security"),
        ({"certificate": "not a certificate"}, "certificate"),
        ({"user_name": "a\r\nb LOGOUT"}, "user_name"),
        ({"password": None}, "password"),
        ({"log_in": "oauth2"}, "token_url"),
        ({"log_in": "oauth2", "token_url": "http://elsewhere.test/token"}, "token_url"),
        ({"log_in": "oauth2", "token_url": "https://elsewhere.test/token"}, "client_id"),
        ({"log_in": "oauth2", "token_url": "https://elsewhere.test/token", "client_id": "x"}, "refresh_token"),
        ({"folder": ""}, "folder"),
        ({"done_folder": "inbox"}, "done_folder"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field(shop: Shop, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongMailboxError) as refused:
        defined(shop, **changed)
    assert refused.value.field == field
    assert Mailbox.objects.count() == 0


def test_one_address_is_read_once(shop: Shop) -> None:
    defined(shop)
    with pytest.raises(WrongMailboxError) as refused:
        defined(shop, address="Care@Casa-Lavora.test")
    assert refused.value.field == "address"


def test_an_address_that_leads_nowhere_is_refused_until_it_is_said_where_its_mail_goes(
    client: Client, shop: Shop
) -> None:
    come_in(client, shop.world, "vera")
    response = client.post(reverse("settings:new_mailbox"), FORM)
    assert response.status_code == 422
    assert "Nobody takes mail at this address yet." in response.content.decode()
    assert SECRET not in response.content.decode()
    assert Mailbox.objects.count() == 0
    response = client.post(reverse("settings:new_mailbox"), {**FORM, "place": f"department:{shop.care_id}"})
    row = Mailbox.objects.get()
    assert response.headers["Location"] == reverse("settings:mailbox", args=[row.pk])
    assert MailAddress.objects.get().department_id == shop.care_id
    assert (row.address, row.server, row.port, open_secret(row.password_locked)) == (
        "support@example.org",
        "imap.example.org",
        993,
        SECRET,
    )
    assert row.since_at is not None


def test_a_secret_is_never_shown_and_stays_when_the_field_is_left_empty(client: Client, shop: Shop) -> None:
    mailbox_id = defined(shop)
    come_in(client, shop.world, "vera")
    page = client.get(reverse("settings:mailbox", args=[mailbox_id]))
    row = Mailbox.objects.get()
    assert SECRET not in page.content.decode()
    assert row.password_locked not in page.content.decode()
    changed = {**FORM, "address": "care@casa-lavora.test", "server": "mail.example.org", "password": ""}
    assert client.post(reverse("settings:mailbox", args=[mailbox_id]), changed).status_code == 302
    row = Mailbox.objects.get()
    assert (row.server, row.settings_version, open_secret(row.password_locked)) == ("mail.example.org", 2, SECRET)
    fact = Fact.objects.get(verb="mailbox_changed")
    assert fact.data == {"fields": ["server", "user_name"]}
    assert not any(SECRET in str(one) for one in Fact.objects.values_list("data", flat=True))


def test_another_server_is_read_from_now_on_and_not_from_the_old_count(shop: Shop) -> None:
    mailbox_id = defined(shop)
    Mailbox.objects.update(uid_validity=7, taken_uid=99)
    change_mailbox(
        by=HOUSE,
        at=shop.after(1),
        mailbox_id=mailbox_id,
        settings=settings_of(server="mail.example.org", password=None),
    )
    row = Mailbox.objects.get()
    assert (row.uid_validity, row.taken_uid, row.since_at) == (None, 0, shop.after(1))


def test_what_is_wrong_stands_on_the_page_with_the_remedy(client: Client, shop: Shop) -> None:
    mailbox_id = defined(shop)
    pauses = [
        note_trouble(
            at=shop.after(hours), mailbox_id=mailbox_id, settings_version=1, trouble="wrong_login", detail="AUTH <b>"
        )
        for hours in range(9)
    ]
    assert [pause.total_seconds() for pause in pauses] == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    assert Mailbox.objects.get().trouble_since_at == shop.at
    assert Mailbox.objects.get().next_look_at == shop.after(8) + timedelta(minutes=10)
    come_in(client, shop.world, "vera")
    html = client.get(reverse("settings:mailbox", args=[mailbox_id])).content.decode()
    assert "The server does not let us in." in html
    assert "Some providers want an app password, or OAuth2 instead." in html
    assert "AUTH &lt;b&gt;" in html
    listed = client.get(reverse("settings:mailboxes")).content.decode()
    assert "The server does not let us in." in listed


def test_it_is_paused_gone_on_with_and_removed_with_its_secrets(client: Client, shop: Shop) -> None:
    mailbox_id = defined(shop)
    come_in(client, shop.world, "vera")
    client.post(reverse("settings:pause_mailbox", args=[mailbox_id]))
    assert Mailbox.objects.get().paused_at is not None
    assert "Go on reading it" in client.get(reverse("settings:mailbox", args=[mailbox_id])).content.decode()
    client.post(reverse("settings:go_on_mailbox", args=[mailbox_id]))
    assert (Mailbox.objects.get().paused_at, Mailbox.objects.get().settings_version) == (None, 3)
    client.post(reverse("settings:remove_mailbox", args=[mailbox_id]))
    assert Mailbox.objects.count() == 0
    verbs = list(Fact.objects.filter(verb__startswith="mailbox_").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["mailbox_defined", "mailbox_paused", "mailbox_resumed", "mailbox_removed"]
    assert "No mailbox is read" in client.get(reverse("settings:mailboxes")).content.decode()


def test_trying_it_says_at_once_whether_we_get_in(client: Client, shop: Shop) -> None:
    come_in(client, shop.world, "vera")
    with dovecot() as server:
        server.deliver("care", mail(1))
        certificate = server.certificate.path.read_text()
        there = {"server": "localhost", "port": server.tls_port, "certificate": certificate}
        mailbox_id = defined(shop, **there, password=PASSWORD)
        html = client.post(reverse("settings:try_mailbox", args=[mailbox_id])).content.decode()
        assert "We are in." in html
        assert "1 mail lies in it. The server tells us of new mail at once." in html
        assert server.folders("care")["INBOX"] == [mail(1)]
        change_mailbox(by=HOUSE, at=shop.at, mailbox_id=mailbox_id, settings=settings_of(**there, password="wrong"))
        html = client.post(reverse("settings:try_mailbox", args=[mailbox_id])).content.decode()
        assert "The server does not let us in." in html
        assert "Authentication failed." in html

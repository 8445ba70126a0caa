"""Letters through the door: who sees which, how much of it, and what happens on "send again"."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from clientela.directory.actions import send_access_link
from clientela.kernel.models import Letter, LetterAttempt
from clientela.requests.actions import OpenedRequest
from tests.doors.web.coming_in import come_in
from tests.shop import Shop

SERVER = "smtp://mail.example.test:25"


@pytest.fixture
def opened(shop: Shop) -> OpenedRequest:
    """Zofia's request, with its acknowledgement in the post."""
    return shop.ask_repair(at=shop.at - timedelta(days=30))


def letter_of(opened: OpenedRequest) -> Letter:
    return Letter.objects.get(about__contains=[f"request:{opened.id}"])


def failed(letter: Letter, shop: Shop) -> Letter:
    Letter.objects.filter(pk=letter.pk).update(due_at=None, kept_at=None, failed_at=shop.at)
    LetterAttempt.objects.create(letter=letter, at=shop.at, outcome="refused", answer="550 no such mailbox")
    return letter


def page(client: Client, letter: Letter, name: str = "letter") -> str:
    response = client.get(reverse(f"settings:{name}", args=[letter.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_an_agent_does_not_see_the_list_of_all_letters(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    come_in(client, shop.world, "ana")
    assert client.get(reverse("settings:letters")).status_code == 404


def test_who_may_not_read_the_request_does_not_learn_that_the_letter_exists(
    client: Client, shop: Shop, opened: OpenedRequest
) -> None:
    come_in(client, shop.world, "tomasz")
    letter = letter_of(opened)
    for name in ("letter", "letter_html"):
        assert client.get(reverse(f"settings:{name}", args=[letter.pk])).status_code == 404
    assert client.post(reverse("settings:send_again", args=[letter.pk])).status_code == 404
    assert client.get(reverse("settings:letter", args=[letter.pk + 1])).status_code == 404


def test_an_agent_reads_the_letters_of_a_request_they_serve(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    come_in(client, shop.world, "ana")
    letter = letter_of(opened)
    html = page(client, letter)
    assert opened.reference in html
    assert "to Zofia Nowak" in html
    assert "No mail server is set, so this letter ends here." in html
    assert f'src="{reverse("settings:letter_html", args=[letter.pk])}"' in html


def test_the_frame_lets_a_letter_run_nothing_and_reach_nothing(
    client: Client, shop: Shop, opened: OpenedRequest
) -> None:
    come_in(client, shop.world, "ana")
    response = client.get(reverse("settings:letter_html", args=[letter_of(opened).pk]))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in response.content.decode()


def test_without_a_mail_server_the_administrator_reads_letters_and_their_links_work(
    client: Client, shop: Shop, opened: OpenedRequest
) -> None:
    come_in(client, shop.world, "vera")
    letter = letter_of(opened)
    link = next(word for word in letter.text.split() if "/p/" in word)
    assert link in page(client, letter, "letter_html")
    response = client.get(link.partition("/p/")[1] + link.partition("/p/")[2])
    assert response.status_code == 302
    assert response["Location"] == reverse("portal:status", args=[opened.reference])


@override_settings(MAIL_SERVER=SERVER)
def test_with_a_mail_server_the_administrator_sees_how_a_letter_stands_but_not_its_words(
    client: Client, shop: Shop, opened: OpenedRequest
) -> None:
    come_in(client, shop.world, "vera")
    letter = letter_of(opened)
    html = page(client, letter)
    assert "Its words are not for you" in html
    assert letter.subject in html
    assert "/p/" not in html
    assert page(client, letter, "letter_html") == ""


@override_settings(MAIL_SERVER=SERVER)
def test_with_a_mail_server_an_agent_reads_the_letter_without_the_links_of_its_reader(
    client: Client, shop: Shop, opened: OpenedRequest
) -> None:
    come_in(client, shop.world, "ana")
    letter = letter_of(opened)
    token = letter.text.partition("/p/")[2].split()[0]
    assert len(token) > 20
    for name in ("letter", "letter_html"):
        html = page(client, letter, name)
        assert token not in html
        assert "/p/…" in html


@override_settings(MAIL_SERVER=SERVER)
def test_a_link_to_come_in_is_never_shown_to_an_administrator_once_it_is_really_sent(
    client: Client, shop: Shop
) -> None:
    assert send_access_link(address="zofia@example.test", at=shop.at)
    letter = Letter.objects.get(kind="access")
    come_in(client, shop.world, "vera")
    assert "Its words are not for you" in page(client, letter)


def test_the_list_says_how_each_letter_stands(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    come_in(client, shop.world, "vera")
    letters = reverse("settings:letters")
    assert "waiting" in client.get(letters).content.decode()
    Letter.objects.update(due_at=None, kept_at=shop.at)
    assert "kept here" in client.get(letters).content.decode()
    failed(letter_of(opened), shop)
    html = client.get(letters, {"state": "failed"}).content.decode()
    assert "550 no such mailbox" in html
    assert "No letter stands so" in client.get(letters, {"state": "held"}).content.decode()
    assert letter_of(opened).subject in client.get(letters, {"state": "no such state"}).content.decode()


def test_an_owner_sees_the_list_and_reads_the_letters(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    come_in(client, shop.world, "carmen")
    assert letter_of(opened).subject in client.get(reverse("settings:letters")).content.decode()
    with override_settings(MAIL_SERVER=SERVER):
        assert "As plain text" in page(client, letter_of(opened))


def test_the_list_is_walked_from_the_newest_and_never_repeats(
    client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientela.web.settings.letters.A_PAGE", 2)
    for day in range(5):
        shop.ask_repair(at=shop.at - timedelta(days=day + 1))
    come_in(client, shop.world, "vera")
    address, seen = reverse("settings:letters"), []
    while address:
        response = client.get(address)
        seen += [shown.row.written_at for shown in response.context["rows"]]
        address = response.context["older_url"]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


def test_a_letter_that_was_sent_is_not_sent_again(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    Letter.objects.update(due_at=None, sent_at=shop.at)
    come_in(client, shop.world, "vera")
    assert client.post(reverse("settings:send_again", args=[letter_of(opened).pk])).status_code == 403
    assert letter_of(opened).due_at is None


def test_the_owner_sends_nothing_again(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    failed(letter_of(opened), shop)
    come_in(client, shop.world, "carmen")
    assert client.post(reverse("settings:send_again", args=[letter_of(opened).pk])).status_code == 403


@override_settings(MAIL_SERVER=SERVER)
@pytest.mark.parametrize("who", ["vera", "radu"])
def test_a_letter_that_failed_is_sent_again_by_who_looks_after_it(
    client: Client, shop: Shop, opened: OpenedRequest, who: str
) -> None:
    letter = failed(letter_of(opened), shop)
    come_in(client, shop.world, who)
    assert "Send it again" in page(client, letter)
    response = client.post(reverse("settings:send_again", args=[letter.pk]))
    assert (response.status_code, response["Location"]) == (302, reverse("settings:letter", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.failed_at is None
    assert letter.due_at is not None

"""Letters through the door: who sees which, how much of it, and what happens on "send again"."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from clientela.directory.actions import send_access_link
from clientela.kernel.clock import now
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


def test_without_a_mail_server_the_administrator_reads_letters_and_their_links_work(client: Client, shop: Shop) -> None:
    opened = shop.ask_repair(at=now())  # links of letters live 90 days
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


def test_letters_are_found_by_reader_kind_and_reference(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    other = shop.ask_repair(by=shop.world.lucia, title="La lavadora pierde agua", language="es")
    come_in(client, shop.world, "vera")
    letters, zofias, lucias = reverse("settings:letters"), letter_of(opened), letter_of(other)
    for search in ("zofia@example.test", "ZOFIA", opened.reference.lower()):
        html = client.get(letters, {"q": search}).content.decode()
        assert (search, zofias.subject in html, lucias.subject in html) == (search, True, False)
    everybody = client.get(letters, {"q": "@example.test", "kind": "acknowledgement"}).content.decode()
    assert zofias.subject in everybody
    assert lucias.subject in everybody
    assert "No letter stands so" in client.get(letters, {"kind": "reply"}).content.decode()
    assert zofias.subject in client.get(letters, {"kind": "no such kind"}).content.decode()
    filtered = client.get(letters, {"q": "zofia", "kind": "acknowledgement", "state": "failed"}).content.decode()
    assert "?kind=acknowledgement&amp;q=zofia" in filtered
    assert 'name="state" value="failed"' in filtered


def test_a_letter_that_came_back_says_so_with_what_to_do_and_its_whole_fate(
    client: Client, shop: Shop, opened: OpenedRequest
) -> None:
    letter = letter_of(opened)
    at = shop.at
    LetterAttempt.objects.create(letter=letter, at=at, outcome="refused_for_now", answer="450 try later")
    LetterAttempt.objects.create(letter=letter, at=at + timedelta(hours=1), outcome="sent", answer="250 taken")
    Letter.objects.filter(pk=letter.pk).update(
        due_at=None, sent_at=at, bounced_at=at, bounce_reason="mailbox_full", bounce_words="552 <full>"
    )
    come_in(client, shop.world, "vera")
    html = page(client, letter)
    fate = html.split("What happened to it")[1]
    for words in ("Written", "Put off by the mail server", "450 try later", "Taken by the mail server", "250 taken"):
        assert words in fate
    assert "Came back" in html
    assert "552 &lt;full&gt;" in html
    assert "The mailbox is full. Send it again in a day or two; ring them up if it cannot wait." in html
    assert "came back" in client.get(reverse("settings:letters"), {"state": "bounced"}).content.decode()


def test_a_letter_that_waits_says_when_it_is_tried_next(client: Client, shop: Shop, opened: OpenedRequest) -> None:
    letter = letter_of(opened)
    Letter.objects.filter(pk=letter.pk).update(due_at=shop.at, not_before=None)
    come_in(client, shop.world, "vera")
    assert "Is tried next" in page(client, letter)
    Letter.objects.filter(pk=letter.pk).update(not_before=shop.at)
    assert "Goes out: their quiet hours are over then" in page(client, letter)

"""The manual inside the product."""

from html import escape
from http import HTTPStatus

import pytest
from django.test import Client

from clientela.web.manual.pages import FOLDER, manual_entries, manual_page
from clientela.web.viewer import SESSION_LANGUAGE
from tests.doors.web.coming_in import come_in
from tests.world import World

PAGES = sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README")


@pytest.mark.django_db
def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    answer = client.get("/manual/")
    assert (answer.status_code, answer.headers["Location"]) == (HTTPStatus.FOUND, "/login?next=/manual/")


@pytest.mark.parametrize("name", ["no-such-page", "README", "..%2Fbenchmarks", "%2E%2E"])
def test_a_page_that_is_not_there_is_not_found(client: Client, world: World, name: str) -> None:
    come_in(client, world, "ana")
    assert client.get(f"/manual/{name}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["", *PAGES])
def test_every_page_is_shown_and_its_links_lead_somewhere(client: Client, world: World, name: str) -> None:
    come_in(client, world, "ana")
    answer = client.get(f"/manual/{name}")
    assert answer.status_code == HTTPStatus.OK
    page = manual_page(name)
    assert page is not None
    assert f"<h1>{escape(page.title)}</h1>" in answer.content.decode()
    assert ".md" not in "".join(part.split('"')[0] for part in page.html.split('href="')[1:])
    for link in (part.split('"')[0] for part in page.html.split('href="')[1:]):
        if link.startswith("/manual/"):
            address, _, anchor = link.removeprefix("/manual/").partition("#")
            target = manual_page(address)
            assert target is not None, link
            assert not anchor or f'id="{anchor}"' in target.html, link


def test_the_list_names_every_page_once(client: Client, world: World) -> None:
    come_in(client, world, "ana")
    shown = client.get("/manual/").content.decode()
    assert [entry.name for entry in sorted(manual_entries(), key=lambda entry: entry.name)] == PAGES
    assert [shown.count(f'href="/manual/{name}"') >= 1 for name in PAGES] == [True] * len(PAGES)


def test_who_reads_another_language_is_told_that_it_is_in_english(client: Client, world: World) -> None:
    come_in(client, world, "piotr")
    session = client.session
    session[SESSION_LANGUAGE] = "pl"
    session.save()
    shown = client.get("/manual/").content.decode()
    assert '<article class="c-manual" lang="en">' in shown
    assert '<p class="c-s c-2" lang="pl">' in shown

"""Mirrors, both sides beside each other, and the public page: what is shown, and never of too few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clientela.voice.actions.improving import show_in_public
from clientela.voice.models import ListeningPolicy
from tests.doors.web.desk.visits import Desk
from tests.doors.web.listen.test_home import improve, page_of, say_things
from tests.shop import Shop

MIRROR = "/listen/mirror/"


def publish(shop: Shop, *, is_on: bool = True) -> None:
    ListeningPolicy.objects.update_or_create(pk=1, defaults={"publishes_what_we_heard": is_on, "changed_at": shop.at})


def rate(shop: Shop, count: int, score: int, **more: object) -> None:
    say_things(shop, count, score=score, text="", **more)


def test_nobody_looks_into_the_mirror_of_another_department(desk: Desk, shop: Shop) -> None:
    key = shop.world.care.key
    for who in ("tomasz", "vera"):
        assert desk.of(who).get(f"{MIRROR}{key}").status_code == 404
        assert desk.of(who).get(f"{MIRROR}{key}.csv").status_code == 404
    assert desk.of_customer("zofia").get(f"{MIRROR}{key}").status_code == 404
    assert desk.of("ana").get(f"{MIRROR}nowhere").status_code == 404


def test_a_colleague_is_led_to_the_mirror_of_the_own_department(desk: Desk, shop: Shop) -> None:
    response = desk.of("radu").get("/listen/mirror")
    assert response.status_code == 302
    assert response["Location"] == f"{MIRROR}{shop.world.care.key}"
    # What is not theirs to read leads nowhere else either.
    other = desk.of("radu").get(f"/listen/mirror?department={shop.world.hr.key}")
    assert other["Location"] == f"{MIRROR}{shop.world.care.key}"


def test_an_empty_mirror_says_how_to_hear_more(desk: Desk, shop: Shop) -> None:
    assert "Nobody has said anything of Customer Care yet" in page_of(desk, f"{MIRROR}{shop.world.care.key}")


def test_a_mirror_shows_both_sides_with_intervals_and_hatches_too_few(desk: Desk, shop: Shop) -> None:
    rate(shop, 40, 5)
    rate(shop, 3, 1, side="inside", speaker_id=None, rater_id=shop.world.maintenance.id)
    html = page_of(desk, f"{MIRROR}{shop.world.care.key}")
    assert "(91–100), 40 answers" in html
    assert "too few to say: 3 answers" in html
    assert "Maintenance" in html
    assert f'href="/listen/meeting/{shop.world.care.key}"' in html


def test_how_we_see_those_who_serve_us_is_shown_from_five_answers_on(desk: Desk, shop: Shop) -> None:
    said = {"side": "inside", "speaker_id": None, "rater_id": shop.world.care.id}
    rate(shop, 4, 2, provider_id=shop.world.workshop.id, **said)
    html = page_of(desk, f"{MIRROR}{shop.world.care.key}")
    assert "Workshop" not in html.split("How we see those who serve us")[-1].split("The newest words", maxsplit=1)[0]
    rate(shop, 3, 2, provider_id=shop.world.workshop.id, **said)
    html = page_of(desk, f"{MIRROR}{shop.world.care.key}")
    section = html.split("How we see those who serve us")[1].split("The newest words", maxsplit=1)[0]
    assert "Workshop" in section
    assert "7 answers" in section


def test_a_change_that_is_more_than_chance_is_said_in_words(desk: Desk, shop: Shop) -> None:
    for week in range(20):
        rate(shop, 14, 5, said_at=shop.at - timedelta(weeks=week, days=1))
        rate(shop, 2 if week > 4 else 14, 1, said_at=shop.at - timedelta(weeks=week, days=1, hours=3))
    html = page_of(desk, f"{MIRROR}{shop.world.care.key}")
    assert "clearly lower" in html
    assert "50" in html.split("clearly lower")[1][:30]


def test_a_mirror_costs_the_same_whatever_was_said(desk: Desk, shop: Shop) -> None:
    client, address = desk.of("ana"), f"{MIRROR}{shop.world.care.key}"
    say_things(shop, 6, score=4)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    say_things(shop, 300, score=5)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) == 18


def test_the_figures_of_a_mirror_come_as_a_file_without_figures_of_too_few(desk: Desk, shop: Shop) -> None:
    rate(shop, 40, 5)
    rate(shop, 3, 1, side="inside", speaker_id=None, rater_id=shop.world.maintenance.id)
    response = desk.of("ana").get(f"{MIRROR}{shop.world.care.key}.csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "side,part,name,measure,answers,share,low,high"
    assert "outside,all,Customer Care,csat,40,1.0000,0.9124,1.0000" in lines
    assert "inside,all,Customer Care,csat,3,,," in lines


def test_both_sides_are_compared_only_for_the_owner_and_heads(desk: Desk, shop: Shop) -> None:
    for who in ("radu", "vera"):
        assert desk.of(who).get("/listen/parity").status_code == 404
        assert "/listen/parity" not in page_of(desk, who=who)
    assert desk.of_customer("zofia").get("/listen/parity").status_code == 404
    assert "/listen/parity" in page_of(desk)
    assert "Nobody has said how satisfied they are yet" in page_of(desk, "/listen/parity")


@pytest.mark.parametrize(
    ("inside", "outside", "words"),
    [
        ((10, 30), (35, 5), "Customers outside are served better than colleagues."),
        ((35, 5), (10, 30), "Colleagues are served better than customers outside."),
        ((10, 10), (11, 9), "No difference to see between inside and outside"),
        ((3, 0), (11, 9), "Too few answers yet to compare inside and outside."),
    ],
)
def test_parity_says_in_words_whether_there_is_a_difference(
    desk: Desk, shop: Shop, inside: tuple[int, int], outside: tuple[int, int], words: str
) -> None:
    for (good, bad), side in ((inside, "inside"), (outside, "outside")):
        rate(shop, good, 5, side=side, speaker_id=None)
        if bad:
            rate(shop, bad, 1, side=side, speaker_id=None)
    assert words in page_of(desk, "/listen/parity", "carmen")


def test_the_owner_finds_the_departments_beside_each_other(desk: Desk, shop: Shop) -> None:
    rate(shop, 40, 5)
    rate(shop, 40, 1, provider_id=shop.world.workshop.id, speaker_id=None, side="inside")
    html = page_of(desk, "/listen/mirror", "carmen")
    assert "Yes, the departments differ" in html
    assert "clearly better than all together" in html


def test_what_we_heard_does_not_exist_until_the_house_publishes_it(desk: Desk, shop: Shop) -> None:
    assert Client().get("/heard").status_code == 404
    publish(shop, is_on=False)
    assert Client().get("/heard").status_code == 404
    assert desk.of("ana").get("/heard").status_code == 404


def test_everybody_reads_what_was_done_but_nobodys_words(desk: Desk, shop: Shop) -> None:
    publish(shop)
    voices = say_things(shop, 8, said_at=shop.at - timedelta(days=45))
    review = say_things(shop, kind="review", text="They never call.", language="en", speaker_id=None, measure="stars")
    shown, kept = improve(shop, [*voices, *review]), improve(shop, [])
    html = Client().get("/heard", headers={"Accept-Language": "en"}).content.decode()
    assert "Nothing is finished yet" in html
    show_in_public(by=shop.world.ana, at=shop.at, improvement_id=shown, is_public=True)
    html = Client().get("/heard", headers={"Accept-Language": "en"}).content.decode()
    assert html.count("Told before it gets late") == 1
    assert kept != shown
    assert "9 voices" in html
    assert "We write before the promise breaks." in html
    assert "They never call." in html
    assert "Nikt nie" not in html
    assert "Radu" not in html
    assert "Zofia" not in html


def test_too_few_answers_are_not_published_as_a_figure(desk: Desk, shop: Shop) -> None:
    publish(shop)
    rate(shop, 4, 5)
    html = Client().get("/heard", headers={"Accept-Language": "en"}).content.decode()
    assert "too few to say: 4 answers" in html
    rate(shop, 16, 5)
    assert "(84–100), 20 answers" in Client().get("/heard", headers={"Accept-Language": "en"}).content.decode()

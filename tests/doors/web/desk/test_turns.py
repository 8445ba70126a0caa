"""Whose turn it is, at the desk: sentences, figures, another one first, and what hangs on a request."""

import re
from datetime import timedelta

from django.db import connection
from django.urls import reverse

from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import OwnChoice, Request
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

MY_DAY = "/desk/"


def words_of(html: str) -> str:
    """The page as it is read, without its marks."""
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&nbsp;", " ").replace("&#x27;", "'")
    return re.sub(r" ([.;,])", r"\1", plain)


def day_of(desk: Desk, who: str = "ana") -> str:
    return words_of(desk.of(who).get(MY_DAY).content.decode())


def taken(shop: Shop, who: str = "ana", **more: object) -> OpenedRequest:
    opened = shop.ask_repair(**more)  # type: ignore[arg-type]
    actions.take_request(by=getattr(shop.world, who), at=shop.at, request_id=opened.id)
    return opened


def quiet(shop: Shop, opened: OpenedRequest, who: str = "ana") -> OpenedRequest:
    """Answered, so that it owes no reply."""
    by = getattr(shop.world, who)
    actions.reply_to_customer(by=by, at=shop.at, request_id=opened.id, text="Yes", language="en")
    return opened


# --- every kind of place has its sentence


def test_an_own_promise(desk: Desk, shop: Shop) -> None:
    quiet(shop, taken(shop))
    sentence = "First, because it is promised to be done by tomorrow 17:00 and 16 h of working time are left; about 1 h"
    assert f"{sentence} of work." in day_of(desk)


def test_an_own_promise_that_is_broken(desk: Desk, shop: Shop) -> None:
    quiet(shop, taken(shop, at=shop.at - timedelta(days=4)))
    assert re.search(
        r"First, because it was promised to be done by Fri \d+:\d\d and is 2 h of working time late; about 1 h of "
        r"work\.",
        day_of(desk),
    )


def pump_of(shop: Shop, repair: OpenedRequest) -> OpenedRequest:
    pump = shop.ask_workshop(repair.id)
    actions.take_request(by=shop.world.stefan, at=shop.at, request_id=pump.id)
    return quiet(shop, pump, "stefan")


def test_a_carried_promise(desk: Desk, shop: Shop) -> None:
    pump_of(shop, quiet(shop, taken(shop, at=shop.after(-70))))
    assert re.search(
        r"First, because Ana Ionescu’s request for Zofia Nowak waits on it, promised by (today|tomorrow) \d+:\d\d; "
        r"about 1 h of work\.",
        day_of(desk, "stefan"),
    )


def test_a_carried_promise_that_is_broken(desk: Desk, shop: Shop) -> None:
    pump_of(shop, quiet(shop, taken(shop, at=shop.at - timedelta(days=4))))
    assert re.search(
        r"First, because Ana Ionescu’s request for Zofia Nowak waits on it, promised by Fri \d+:\d\d and late; "
        r"about 1 h of work\.",
        day_of(desk, "stefan"),
    )


def test_a_private_matter_of_a_colleague_is_not_named(desk: Desk, shop: Shop) -> None:
    own = shop.ask_repair(by=shop.world.radu_at_home, at=shop.at - timedelta(days=4), title="Radu's own machine")
    pump = pump_of(shop, own)
    words = day_of(desk, "stefan")
    assert "First, because a request of another department waits on it, promised by" in words
    figures = words_of(desk.of("stefan").get(reverse("desk:turn", args=[pump.reference])).content.decode())
    for told in (words, figures):
        assert "Radu" not in told
        assert own.reference not in told


def test_safety_own_and_carried(desk: Desk, shop: Shop) -> None:
    repair = quiet(shop, taken(shop))
    actions.weigh_request(
        by=shop.world.ana, at=shop.at, request_id=repair.id, people_affected=1, touches_safety=True, stops_work=False
    )
    assert (
        "First, because somebody’s safety or dignity is at stake, which goes before everything else; about 1 h of work."
    ) in day_of(desk)
    pump_of(shop, repair)
    assert (
        "First, because Ana Ionescu’s request for Zofia Nowak waits on it, and somebody’s safety or dignity is at "
        "stake there; about 1 h of work."
    ) in day_of(desk, "stefan")


def test_what_waited_longest_own_and_carried(desk: Desk, shop: Shop) -> None:
    repair = quiet(shop, taken(shop, at=shop.at - timedelta(days=30)))
    assert re.search(
        r"First, because it has waited \d+ h of working time, and nothing may wait longer than 80 h; about 1 h of "
        r"work\.",
        day_of(desk),
    )
    pump_of(shop, repair)
    assert re.search(
        r"First, because Ana Ionescu’s request for Zofia Nowak waits on it and has waited \d+ h of working time; "
        r"nothing may wait longer than 80 h; about 1 h of work.",
        day_of(desk, "stefan"),
    )


def test_nothing_promised(desk: Desk, shop: Shop) -> None:
    quiet(shop, taken(shop))
    from_clocks = "UPDATE promises_clock SET is_open = false, due_at = NULL, next_notice_at = NULL"
    with connection.cursor() as cursor:
        cursor.execute(from_clocks)
    assert (
        "First, because nothing is promised by a moment; it counts as if due 40 h of working time after it came; "
        "about 1 h of work."
    ) in day_of(desk)


def test_what_just_came_in_is_said_on_its_page(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    words = words_of(desk.page("ana", opened))
    assert "It has just come in and stands first until it is weighed, in a few minutes at most." in words
    actions.rank_everything(at=shop.at)
    assert "Number 1 of 1 in the queue of Customer Care." in words_of(desk.page("ana", opened))


# --- the figures


def test_the_figures_name_each_that_counts_and_say_that_inside_and_outside_are_equal(desk: Desk, shop: Shop) -> None:
    repair = quiet(shop, taken(shop, at=shop.after(-70), is_complaint=True))
    pump = pump_of(shop, repair)
    response = desk.of("stefan").get(reverse("desk:turn", args=[pump.reference]))
    words = words_of(response.content.decode())
    assert response.status_code == 200
    assert "this request itself" in words
    assert "Ana Ionescu’s request for Zofia Nowak decides" in words
    assert "complaint × 1.5" in words
    assert "1 h; there is no history yet" in words
    assert "Inside and outside count the same here." in words
    assert f'href="/desk/requests/{repair.reference}"' in response.content.decode()


def test_the_figures_are_a_page_and_a_part_of_my_day(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    address = reverse("desk:turn", args=[opened.reference])
    assert "<html" in desk.of("ana").get(address).content.decode()
    part = desk.of("ana").get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "What counts for this place" in part


def test_the_figures_are_not_for_other_departments(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    for who in ("magda", "stefan"):
        for act in ("turn", "choose"):
            assert desk.of(who).get(reverse(f"desk:{act}", args=[opened.reference])).status_code == 404


# --- another one first


def test_a_line_offers_to_do_this_one_first_and_the_next_one_does_not(desk: Desk, shop: Shop) -> None:
    late = taken(shop, at=shop.at - timedelta(days=4), title="Late")
    quick = taken(shop, title="Quick")
    html = desk.of("ana").get(MY_DAY).content.decode()
    assert f'href="/desk/requests/{quick.reference}/first?instead={late.reference}"' in html
    assert f"/desk/requests/{late.reference}/first" not in html


def test_without_a_reason_nothing_is_chosen(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    for data, words in (
        ({}, "Choose why this one goes first."),
        ({"why": "other", "words": ""}, "Say in a few words why this one goes first."),
    ):
        response = desk.post("ana", "choose", opened, **data)
        assert response.status_code == 422
        assert words in response.content.decode()
    assert OwnChoice.objects.count() == 0


def test_another_one_first_with_a_reason_and_back_to_the_order(desk: Desk, shop: Shop) -> None:
    late = taken(shop, at=shop.at - timedelta(days=4), title="Late")
    quick = taken(shop, title="Quick")
    page = (
        desk.of("ana").get(reverse("desk:choose", args=[quick.reference]), {"instead": late.reference}).content.decode()
    )
    assert page.count('type="radio"') == 5
    assert f'value="{late.reference}"' in page
    assert page.count("btn-primary") == 1
    response = desk.post("ana", "choose", quick, why="customer_is_here", instead=late.reference)
    assert response["Location"] == MY_DAY
    assert OwnChoice.objects.get().instead_of_id == late.id
    words = day_of(desk)
    assert "First, because you chose so: the customer is on the phone or at the counter." in words
    assert "Follow the order again" in words
    response = desk.post("ana", "follow_order", quick, next="my_day")
    assert response["Location"] == MY_DAY
    assert "First, because you chose so" not in day_of(desk)


# --- what hangs on it


def test_what_hangs_on_a_request_is_said_on_its_page(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    refused = desk.post("ana", "weigh", opened, people_affected="0")
    assert refused.status_code == 422
    assert "Write a number of people, at least 1." in refused.content.decode()
    desk.post("ana", "weigh", opened, people_affected="12", stops_work="on")
    row = Request.objects.get(pk=opened.id)
    assert (row.people_affected, row.stops_work, row.touches_safety) == (12, True, False)
    html = desk.page("ana", opened)
    assert re.search(r'name="people_affected"[^>]*value="12"', html)


def test_nobody_else_says_what_hangs_on_it(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    assert desk.post("magda", "weigh", opened, people_affected="12").status_code == 404
    assert Request.objects.get(pk=opened.id).people_affected == 1

"""My day: what comes first and why, what comes then, what others owe, what nobody has."""

import re
from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.kernel import post
from clientela.kernel.models import Letter
from clientela.promises.models import DepartmentCalendar
from clientela.requests import actions
from clientela.requests.actions import OpenedRequest
from clientela.requests.models import Request
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

MY_DAY = "/desk/"


def seen(desk: Desk, who: str = "ana") -> str:
    response = desk.of(who).get(MY_DAY)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def words_of(html: str) -> str:
    """The page as it is read, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&nbsp;", " ").replace(" .", ".")


def taken(shop: Shop, **more: object) -> OpenedRequest:
    opened = shop.ask_repair(**more)  # type: ignore[arg-type]
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    return opened


def test_a_quiet_day_says_so_and_offers_the_first_step(desk: Desk, shop: Shop) -> None:
    html = seen(desk)
    assert "Nobody waits for you" in html
    assert html.count("btn-primary") == 1
    assert f'href="{reverse("desk:new")}"' in html
    assert "c-next" not in html


def test_the_private_matters_of_others_are_not_in_my_day(desk: Desk, shop: Shop) -> None:
    shop.ask_repair(title="Not for HR")
    assert "Not for HR" not in seen(desk, "magda")


def test_what_is_due_first_is_next_and_says_why(desk: Desk, shop: Shop) -> None:
    later = taken(shop, at=shop.after(-0.5), title="Later")
    sooner = taken(shop, at=shop.after(-1), title="Sooner")
    html = seen(desk)
    panel = html.split('<section class="c-next"')[1].split("</section>")[0]
    assert (
        "First, because a first reply is promised by today 11:00 and 1 h of working time are left; about 1 h of work."
        in (words_of(panel))
    )
    assert "Monday 23 November 2026, 11:00, Bucharest time" in panel
    assert f'href="/desk/requests/{sooner.reference}"' in panel
    assert "Answer Zofia" in panel
    assert "writes Polish" in panel
    then = html.split('id="then-t"')[1].split("</section>")[0]
    assert f'href="/desk/requests/{later.reference}"' in then
    assert "A first reply is promised by today 11:30 and 1 h 30 min of working time are left; about 1 h of work." in (
        words_of(then)
    )
    assert html.count("btn-primary") == 1


def test_a_broken_promise_is_said_with_its_lateness(desk: Desk, shop: Shop) -> None:
    taken(shop, at=shop.at - timedelta(days=3), title="Forgotten")
    taken(shop, at=shop.at - timedelta(days=3), title="Forgotten too")
    html = seen(desk)
    assert "2 promises broken" in html
    sentence = (
        "First, because a first reply was promised by Fri 12:00 and is 7 h of working time late; about 1 h of work."
    )
    assert sentence in words_of(html)
    assert re.search(r'c-p--broken">.*?</svg>7 h late</span>', html.split('id="then-t"')[1])


def test_a_complaint_and_a_second_letter_are_among_the_reasons(desk: Desk, shop: Shop) -> None:
    opened = taken(shop, is_complaint=True)
    actions.reply_to_customer(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Yes", language="pl")
    actions.receive_message(
        at=shop.after(0.1),
        request_id=opened.id,
        author_id=shop.world.id_of("zofia"),
        channel="email",
        text="And now?",
        language="pl",
    )
    with time_machine.travel(shop.after(0.2), tick=False):
        words = words_of(seen(desk))
    assert (
        "First, because an answer is promised by today 11:06 and 54 min of working time are left; about 1 h of work."
        in words
    )
    assert "It is a complaint. Zofia Nowak wrote again today 10:06 and has no answer yet." in words


def test_what_another_department_owes_stands_aside_with_its_promise(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    child = shop.ask_workshop(opened.id)
    side = seen(desk).split('id="day-side"')[1]
    waiting = words_of(side.split("Waiting on others")[1].split("</section>")[0])
    assert "Workshop" in waiting
    assert "A pump for a Lavora 7 for Zofia Nowak" in waiting
    assert f'href="/desk/requests/{child.reference}"' in side


def test_the_asked_department_hears_who_waits_on_it(desk: Desk, shop: Shop) -> None:
    child = shop.ask_workshop(taken(shop).id)
    actions.take_request(by=shop.world.stefan, at=shop.at, request_id=child.id)
    assert "Customer Care waits on it for Zofia Nowak." in words_of(seen(desk, "stefan"))


def test_what_nobody_has_can_be_taken_and_given_back(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    client = desk.of("radu")
    assert "Take it" in client.get(MY_DAY).content.decode()
    response = client.post(reverse("desk:take", args=[opened.reference]), {"next": "my_day"})
    assert response["Location"] == MY_DAY
    html = client.get(MY_DAY).content.decode()
    assert "It is yours now." in html
    undo = reverse("desk:release", args=[opened.reference])
    assert f'action="{undo}"' in html
    assert Request.objects.get().holder_id == shop.world.radu.person_id
    client.post(undo)
    assert Request.objects.get().holder_id is None


def test_a_promise_made_stands_in_the_day_until_it_is_kept(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    promise_id = actions.promise_to_customer(
        by=shop.world.ana, at=shop.at, request_id=opened.id, words="Call Zofia", due_at=shop.after(5)
    )
    side = seen(desk).split('id="day-side"')[1]
    assert "Call Zofia" in side
    assert "today 15:00" in side
    client = desk.of("ana")
    kept = client.post(reverse("desk:keep_promise", args=[opened.reference, promise_id]), {"next": "my_day"})
    assert kept["Location"] == MY_DAY
    assert "Call Zofia" not in seen(desk).split('id="day-side"')[1]


def test_the_parts_of_the_day_come_only_when_something_changed(desk: Desk, shop: Shop) -> None:
    client = desk.of("ana")
    address = re.search(r'hx-get="([^"]+)"', client.get(MY_DAY).content.decode()).group(1)  # type: ignore[union-attr]
    unchanged = client.get(address)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    shop.ask_repair()
    changed = client.get(address)
    html = changed.content.decode()
    assert changed.status_code == 200
    assert "<html" not in html
    assert html.count('hx-swap-oob="true"') == 3
    assert re.search(r'hx-get="([^"]+)"', html).group(1) != address  # type: ignore[union-attr]


def test_the_parts_come_anew_before_their_words_grow_old(desk: Desk, shop: Shop) -> None:
    taken(shop)
    client = desk.of("ana")
    address = re.search(r'hx-get="([^"]+)"', client.get(MY_DAY).content.decode()).group(1)  # type: ignore[union-attr]
    with time_machine.travel(shop.at + timedelta(minutes=6), tick=False):
        assert client.get(address).status_code == 200


def test_links_that_may_have_the_focus_keep_their_names_when_the_day_is_fetched_anew(desk: Desk, shop: Shop) -> None:
    opened = taken(shop)
    taken(shop, title="Second")
    names = re.findall(r'<a id="(d-[^"]+)"', seen(desk))
    assert f"d-{opened.reference}" in names
    assert re.findall(r'<a id="(d-[^"]+)"', desk.of("ana").get(reverse("desk:day_part")).content.decode()) == names


def test_a_department_without_hours_is_told_what_to_do(desk: Desk, shop: Shop) -> None:
    DepartmentCalendar.objects.filter(department=shop.care_id).delete()
    html = seen(desk)
    assert "Customer Care has no working hours yet. Give it some in Settings, Calendars." in html
    assert desk.of("ana").get(reverse("desk:day_part")).status_code == 200


def test_the_whole_day_is_read_in_polish_with_polish_days(desk: Desk, shop: Shop) -> None:
    html = desk.of("ana", language="pl").get(MY_DAY).content.decode()
    assert "Poniedziałek, 23 listopada" in html


def test_a_customers_words_are_shown_and_never_run(desk: Desk, shop: Shop) -> None:
    taken(shop, title="<script>alert(1)</script>")
    html = seen(desk)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def statements(desk: Desk) -> int:
    client = desk.of("ana")
    client.get(MY_DAY)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(MY_DAY).status_code == 200
    return len(captured)


def test_a_day_costs_the_same_statements_however_much_there_is(desk: Desk, shop: Shop) -> None:
    first = taken(shop)
    shop.ask_workshop(first.id)
    actions.promise_to_customer(by=shop.world.ana, at=shop.at, request_id=first.id, words="Call", due_at=shop.after(5))
    shop.ask_repair()
    few = statements(desk)
    for number in range(12):
        more = taken(shop, title=f"No. {number}")
        shop.ask_workshop(more.id)
        shop.ask_repair(title=f"Free {number}")
    assert (few, statements(desk)) == (26, 26)


def test_what_was_addressed_to_another_department_as_well_stands_in_its_day_and_its_list(
    desk: Desk, shop: Shop
) -> None:
    opened = shop.ask_repair(title="Router <b>and</b> machine")
    assert "Also addressed to us" not in seen(desk, "ioana")
    actions.address_departments(at=shop.at, addressed={opened.id: [shop.world.id_of("it")]})
    for stranger in ("magda", "tomasz", "ana"):
        assert "Also addressed to us" not in seen(desk, stranger)
    side = seen(desk, "ioana").split('id="day-side"')[1].split("Also addressed to us")[1].split("</section>")[0]
    assert f'href="{reverse("desk:request", args=[opened.reference])}"' in side
    assert "Router &lt;b&gt;and&lt;/b&gt; machine" in side
    assert "Customer Care answers it; nobody has it yet." in words_of(side)
    page = desk.page("ioana", opened)
    assert "Router &lt;b&gt;and&lt;/b&gt; machine" in page
    assert reverse("desk:turn", args=[opened.reference]) not in page
    assert desk.of("ioana").get(reverse("desk:turn", args=[opened.reference])).status_code == 404
    actions.take_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    assert "Customer Care answers it, Ana Ionescu." in words_of(seen(desk, "ioana"))
    department = shop.world.id_of("it")
    for address in ("?scope=served", f"?department={department}"):
        listed = desk.of("ioana").get(reverse("desk:requests") + address).content.decode()
        assert opened.reference in listed
        assert opened.reference not in desk.of("magda").get(reverse("desk:requests") + address).content.decode()


def test_the_day_moves_when_something_is_addressed_to_the_department(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    mark = re.search(r"seen=([0-9a-f]{16})", seen(desk, "ioana"))
    assert mark is not None
    part = f"{reverse('desk:day_part')}?seen={mark.group(1)}"
    assert desk.of("ioana").get(part).status_code == 204
    actions.address_departments(at=shop.at, addressed={opened.id: [shop.world.id_of("it")]})
    assert "Also addressed to us" in desk.of("ioana").get(part).content.decode()


def test_a_letter_that_did_not_arrive_is_told_to_who_wrote_it_until_they_have_seen_to_it(
    desk: Desk, shop: Shop
) -> None:
    opened = taken(shop)
    sent = actions.reply_to_customer(
        by=shop.world.ana, at=shop.at, request_id=opened.id, text="We come on Tuesday.", language="en"
    )
    Letter.objects.filter(pk=sent.letter_id).update(due_at=None, sent_at=shop.at)
    assert "Your letters that did not arrive" not in seen(desk)
    mark = desk.of("ana").get(MY_DAY).context["mark_of_day"]
    assert desk.of("ana").get(reverse("desk:day_part"), {"seen": mark}).status_code == 204
    post.note_bounce(
        at=shop.at,
        message_id=Letter.objects.get(pk=sent.letter_id).message_id,
        status="5.1.1",
        reason="nobody_there",
        hard=True,
        words="550 5.1.1 No such person",
    )
    assert desk.of("ana").get(reverse("desk:day_part"), {"seen": mark}).status_code == 200
    words = words_of(seen(desk))
    assert "Your letters that did not arrive 1 " in words
    assert "Nobody has this address any more. Ask for the right one" in words
    assert f'href="{reverse("settings:letter", args=[sent.letter_id])}"' in seen(desk)
    assert "Your letters that did not arrive" not in seen(desk, "radu")
    settle = reverse("settings:settle_letter", args=[sent.letter_id])
    assert desk.of("ana").post(settle, {"next": "my_day"})["Location"] == MY_DAY
    assert "Your letters that did not arrive" not in seen(desk)

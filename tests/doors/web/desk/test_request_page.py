"""The page of one request: what it shows to whom."""

import re
from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clientela.directory import actions as directory
from clientela.requests import actions
from clientela.requests.actions import IncomingFile, OpenedRequest
from clientela.voice import actions as voice
from clientela.voice.policies import rating_token
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop


def words_of(html: str) -> str:
    """The page as it is read, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def rated(shop: Shop, opened: OpenedRequest, *, score: int, comment: str) -> None:
    """Zofia answers how it went."""
    invitation = voice.invite_rating(
        at=shop.at,
        subject=f"request:{opened.id}",
        person_id=shop.world.id_of("zofia"),
        provider_id=shop.care_id,
        side="outside",
        language="pl",
    )
    assert invitation is not None
    token = rating_token(invitation)
    voice.rate(at=shop.at, token=token, score=score)
    voice.comment_on_rating(at=shop.at, token=token, comment=comment)


def at_work(shop: Shop) -> OpenedRequest:
    opened = shop.ask_repair(at=shop.after(-0.5))
    actions.take_request(by=shop.world.ana, at=shop.after(-0.4), request_id=opened.id)
    return opened


def test_a_note_is_never_shown_to_the_department_that_asked(desk: Desk, shop: Shop) -> None:
    child = shop.ask_workshop(at_work(shop).id)
    actions.write_note(
        by=shop.world.stefan, at=shop.at, request_id=child.id, text="Between us, it is the seal.", language="en"
    )
    assert "Between us" in desk.page("stefan", child)
    asking = desk.page("ana", child)
    assert "Between us" not in asking
    assert "Write to Workshop" in asking
    assert reverse("desk:reply", args=[child.reference]) not in asking


def test_a_department_further_along_sees_the_chain_and_no_conversation(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    shop.ask_workshop(opened.id)
    html = desk.page("stefan", opened)
    assert "You see the chain, not the conversation" in html
    assert "Pralka od wczoraj przecieka." not in html
    assert "zofia@example.test" not in html
    assert "c-compose" not in html


def test_the_chain_reads_from_the_customer_to_the_last_department(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    child = shop.ask_workshop(opened.id)
    for who, here in (("ana", opened), ("stefan", child)):
        chain = desk.page(who, here).split('class="c-plain c-chain"')[1].split("</ol>")[0]
        assert re.findall(r'class="c-b">([^<]+)<', chain) == ["Zofia Nowak", "Customer Care", "Workshop"]
        assert chain.count('aria-current="step"') == 1
    assert f'href="/desk/requests/{child.reference}"' in desk.page("ana", opened)
    assert f'href="/desk/requests/{opened.reference}"' in desk.page("stefan", child)


def test_several_departments_asked_at_once_stand_in_a_list_under_the_chain(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    shop.ask_workshop(opened.id)
    actions.ask_department(
        by=shop.world.ana,
        at=shop.at,
        request_id=opened.id,
        service_version_id=shop.version("laptop"),
        title="A laptop",
        text="One",
        language="en",
    )
    html = desk.page("ana", opened)
    assert "Workshop, IT" in html.split('class="c-plain c-chain"')[1].split("</ol>")[0]
    listed = html.split('id="waits-on"')[1].split("</ul>")[0]
    assert listed.count("<li>") == 2


def test_a_message_keeps_its_quotes_folded_and_its_files_to_download(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(
        channel="email",
        answers={},
        quoted="> what we wrote before",
        html="<p>Hello</p>",
        attachments=[IncomingFile("pralka <1>.jpg", "image/jpeg", b"x" * 1400)],
    )
    html = desk.page("ana", opened)
    quotes = html.split("What the mail quoted")
    assert "&gt; what we wrote before" in quotes[1].split("</details>")[0]
    assert "what we wrote before" not in quotes[0]
    assert "pralka &lt;1&gt;.jpg, 1 kB" in html
    assert "<p>Hello</p>" not in html
    frame = re.search(r"<iframe[^>]+>", html)
    assert frame is not None
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame.group()
    assert f'src="/desk/messages/{opened.message_id}/letter"' in frame.group()


def test_what_a_customer_writes_is_shown_and_never_run(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(title="<img src=x onerror=alert(1)>", text="<script>alert(2)</script>")
    html = desk.page("ana", opened)
    assert "<img src=x" not in html
    assert "<script>alert(2)" not in html
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in html


def test_a_kept_promise_stands_beside_the_reply_that_kept_it(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    actions.reply_to_customer(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Już patrzymy.", language="pl")
    html = desk.page("ana", opened)
    reply = html.split("Już patrzymy.")[0].rsplit("<article", 1)[1]
    assert "kept, 1 h 30 min early" in reply
    assert "to Zofia" in reply
    assert html.count("kept, 1 h 30 min early") == 2  # beside the reply, and among the promises


def test_the_side_says_what_is_promised_and_by_whose_hours(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    side = desk.page("ana", opened).split('id="side"')[1]
    assert "Monday 23 November 2026, 11:30, Bucharest time, Customer Care’s calendar" in side
    assert "First reply by today 11:30 1 h 30 min of working time left" in words_of(side).replace("  ", " ")


def test_the_customers_card_tells_needs_and_wishes_with_where_we_know_them_from(desk: Desk, shop: Shop) -> None:
    zofia = shop.world.id_of("zofia")
    directory.note_about_customer(
        by=shop.world.ana,
        at=shop.at,
        party_id=zofia,
        kind="good_to_know",
        text="a baby at home",
        language="en",
        source="her mail",
    )
    directory.set_boundary(
        by=shop.world.ana,
        at=shop.at,
        party_id=zofia,
        kind="channel",
        rule={"channel": "phone"},
        source="her call",
        starts_on=shop.at.date(),
    )
    side = words_of(desk.page("ana", at_work(shop)).split('id="side"')[1])
    assert "Good to know a baby at home (her mail)" in side
    assert "Please don’t No phone calls (her call)" in side
    assert "With us since January 2020, 1 request here" in side


def test_a_department_that_does_not_serve_outside_reads_no_profile_of_a_colleague(desk: Desk, shop: Shop) -> None:
    opened = actions.open_request(
        by=shop.world.radu,
        at=shop.at,
        service_version_id=shop.version("laptop"),
        customer_id=shop.world.id_of("radu"),
        asker_id=shop.world.id_of("radu"),
        channel="portal",
        title="A laptop",
        text="Please",
        language="en",
    )
    side = desk.page("ioana", opened).split('id="side"')[1]
    assert "is read by departments that serve outside customers" in side
    assert "radu@casa-lavora.test" not in side


def test_what_cannot_be_done_says_why_instead_of_a_dead_button(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    shop.ask_workshop(opened.id)
    html = desk.page("ana", opened)
    assert (
        "Another department is still working on a part of this. Wait for its answer, or cancel what was asked." in html
    )
    assert 'value="resolve"' not in html
    assert " disabled" not in html


def test_a_closed_request_tells_how_to_go_on(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    actions.resolve_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    actions.close_request(by=shop.world.ana, at=shop.at, request_id=opened.id)
    html = desk.page("ana", opened)
    assert "This request is closed. Reopen it first, or open a new one." in html
    assert reverse("desk:reopen", args=[opened.reference]) in html
    assert 'id="reply_text"' not in html


def test_there_is_one_primary_button_and_every_field_has_its_own_name(desk: Desk, shop: Shop) -> None:
    html = desk.page("ana", at_work(shop))
    assert html.count("btn-primary") == 1
    names = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(names) == sorted(set(names))


def test_a_letter_that_was_held_back_is_told_with_the_reason(desk: Desk, shop: Shop) -> None:
    directory.set_boundary(
        by=shop.world.ana,
        at=shop.at,
        party_id=shop.world.id_of("zofia"),
        kind="do_not_contact",
        rule={},
        source="her call",
        starts_on=shop.at.date(),
    )
    opened = at_work(shop)
    actions.reply_to_customer(by=shop.world.ana, at=shop.at, request_id=opened.id, text="Hej", language="pl")
    html = desk.page("ana", opened)
    assert "2 letters have not reached their readers" in html
    assert "her call" in html.split("2 letters have not reached their readers")[1].split("</ul>")[0]


def test_a_long_conversation_is_read_from_its_end_backwards(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(at=shop.after(-5), text="The very first words")
    for number in range(100):
        actions.write_note(
            by=shop.world.ana,
            at=shop.after(-4) + timedelta(minutes=number),
            request_id=opened.id,
            text=f"Note {number}",
            language="en",
        )
    html = desk.page("ana", opened)
    assert "The very first words" not in html
    earlier = re.search(r'href="(\?before=[^"]+)"', html)
    assert earlier is not None
    address = reverse("desk:request", args=[opened.reference]) + earlier.group(1)
    assert "The very first words" in desk.of("ana").get(address).content.decode()


def test_colleagues_learn_who_else_has_the_page_open(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    address = reverse("desk:lookers", args=[opened.reference])
    assert "has this open too" not in desk.of("ana").post(address).content.decode()
    with time_machine.travel(shop.at + timedelta(seconds=20), tick=False):
        assert "Ana Ionescu has this open too" in desk.of("radu").post(address).content.decode()
    with time_machine.travel(shop.at + timedelta(seconds=90), tick=False):
        assert "Ana Ionescu" not in desk.of("radu").post(address).content.decode()


def statements(desk: Desk, opened: OpenedRequest, who: str = "ana") -> int:
    client = desk.of(who)
    address = reverse("desk:request", args=[opened.reference])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_page_with_twenty_messages_costs_the_same_as_one_with_a_single(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    alone = statements(desk, opened)
    shop.ask_workshop(opened.id)
    in_a_chain = statements(desk, opened)
    for number in range(10):
        actions.reply_to_customer(
            by=shop.world.ana, at=shop.at, request_id=opened.id, text=f"Reply {number}", language="pl"
        )
        actions.receive_message(
            at=shop.at,
            request_id=opened.id,
            author_id=shop.world.id_of("zofia"),
            channel="email",
            text=f"And {number}?",
            language="pl",
            attachments=[IncomingFile(f"{number}.txt", "text/plain", b"x")],
        )
    actions.promise_to_customer(by=shop.world.ana, at=shop.at, request_id=opened.id, words="Call", due_at=shop.after(5))
    assert (alone, in_a_chain, statements(desk, opened)) == (68, 69, 69)


def history_of(html: str) -> list[str]:
    lines = html.split('class="c-plain c-history"')[1].split("</ol>", maxsplit=1)[0].split("</li>")[:-1]
    return [re.sub(r"<[^>]+>", "", line.split("</button>", 1)[1]).strip() for line in lines]


def test_the_history_tells_what_happened_in_sentences(desk: Desk, shop: Shop) -> None:
    ana, at = shop.world.ana, shop.at
    opened = shop.ask_repair(channel="email", answers={})
    act = {"by": ana, "at": at, "request_id": opened.id}
    actions.take_request(**act)
    actions.assign_request(**act, person_id=shop.world.id_of("radu"))
    actions.assign_request(**act, person_id=None)
    actions.wait_until(**act, until=shop.after(48))
    actions.resume_request(**act)
    actions.wait_for_customer(**act)
    actions.receive_message(
        at=at, request_id=opened.id, author_id=shop.world.id_of("zofia"), channel="email", text="Yes", language="pl"
    )
    child = shop.ask_workshop(opened.id)
    actions.resolve_request(by=shop.world.stefan, at=at, request_id=child.id)
    promise = actions.promise_to_customer(**act, words="Call you", due_at=shop.after(3))
    actions.move_promise_to_customer(**act, promise_id=promise, due_at=shop.after(4))
    actions.keep_promise_to_customer(**act, promise_id=promise)
    actions.finish_step(**act, step_key="mend")
    actions.undo_step(**act, step_key="mend")
    actions.complain(**act, text="Nobody came", language="pl", channel="phone")
    actions.resolve_request(**act)
    actions.reopen_request(**act)
    actions.resolve_request(**act)
    actions.close_resolved_requests(at=at + timedelta(days=8))
    with time_machine.travel(at + timedelta(days=8), tick=False):
        told = history_of(desk.page("ana", opened))
    assert told[::-1] == [
        "Zofia Nowak asked by mail.",
        "Ana Ionescu took it.",
        "Ana Ionescu gave it to Radu Popa.",
        "Ana Ionescu gave it back.",
        "Ana Ionescu took it.",
        "It waits until Wed 10:00.",
        "The waiting ended.",
        "It waits for the customer.",
        "The waiting ended: the customer wrote.",
        f"Ana Ionescu asked Workshop: {child.reference}.",
        "It waits for the other department.",
        f"Ștefan Munteanu in Workshop finished {child.reference}.",
        "The waiting ended: the other department answered.",
        "Ana Ionescu promised “Call you” by 23 Nov.",
        "Ana Ionescu moved the promise “Call you” to 23 Nov.",
        "Ana Ionescu kept the promise “Call you”.",
        "Ana Ionescu finished a step: The appliance is mended.",
        "Ana Ionescu took back a step: The appliance is mended.",
        "Ana Ionescu said that something went wrong.",
        "Ana Ionescu resolved it.",
        "Ana Ionescu opened it again.",
        "Ana Ionescu resolved it.",
        "It closed by itself: nobody wrote for seven days.",
    ]


def test_a_reason_written_by_a_colleague_is_shown_and_never_run(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    actions.cancel_request(by=shop.world.ana, at=shop.at, request_id=opened.id, reason="<b>%(name)s</b>")
    html = desk.page("ana", opened)
    assert "Ana Ionescu cancelled it: &lt;b&gt;%(name)s&lt;/b&gt;" in html


def test_what_the_asker_brought_stands_by_the_questions_of_the_form(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(answers={"model": "Lavora 7"})
    side = words_of(desk.page("ana", opened).split('id="side"')[1])
    assert "What they told us Which appliance is it? Lavora 7" in side


def test_the_last_rating_of_the_customer_is_told(desk: Desk, shop: Shop) -> None:
    first = at_work(shop)
    actions.resolve_request(by=shop.world.ana, at=shop.at, request_id=first.id)
    rated(shop, first, score=4, comment="Dobrze")
    side = words_of(desk.page("ana", shop.ask_repair()).split('id="side"')[1])
    assert "Last said 4 of 5, November 2026 “Dobrze”" in side
    assert "This request was rated 4 of 5." in words_of(desk.page("ana", first))


def test_the_customers_own_page_is_one_click_away(desk: Desk, shop: Shop) -> None:
    opened = at_work(shop)
    assert reverse("directory:person", args=[shop.world.id_of("zofia")]) in desk.page("ana", opened)


def test_a_department_further_along_does_not_learn_which_colleague_waits(desk: Desk, shop: Shop) -> None:
    asked = shop.ask_repair(by=shop.world.magda, title="My own washing machine", language="en", side="inside")
    child = shop.ask_workshop(asked.id)
    name = shop.world.magda.name
    html = desk.page("stefan", child)
    chain = html[html.index("c-chain") : html.index("</ol>", html.index("c-chain"))]
    assert "a colleague" in chain
    assert name not in chain
    own = desk.page("ana", asked)
    assert name in own[own.index("c-chain") : own.index("</ol>", own.index("c-chain"))]

"""The time line of a request: who had it when, in one picture with its words and its table."""

import re
from datetime import timedelta

import pytest

from clientela.requests import actions
from clientela.requests.models import Request
from clientela.web.components.parts import LineRow, LineSpan
from tests.doors.web.desk.test_request_page import words_of
from tests.doors.web.desk.visits import Desk
from tests.doors.web.rendering import SATURDAY_NOON, rendered
from tests.shop import Shop


def test_one_picture_shows_that_the_time_went_to_the_queue_of_another(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(at=shop.after(-72))  # Friday ten o'clock
    actions.take_request(by=shop.world.ana, at=shop.after(-71.5), request_id=opened.id)
    child = shop.ask_workshop(opened.id, at=shop.after(-71))
    html = desk.page("ana", opened)
    words = words_of(html)
    assert "9 h of working time so far. 8 h of it went to Workshop’s queue." in words
    picture = html[html.index("c-time-line") : html.index("</svg>", html.index("c-time-line"))]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", picture) == ["Customer Care", "Workshop"]
    assert len(re.findall(r"<rect[^>]*><title>", picture)) == 3
    assert "in the queue, nobody has it" in words
    assert "promised by" in words
    figures = words.partition("The time in figures")[2]
    assert "Workshop in the queue, nobody has it 8 h 89% 50%" in figures
    assert "Customer Care in work 30 min 6% 3%" in figures
    # Who was asked sees the same, and of whom it is counted.
    asked = words_of(desk.page("stefan", child))
    assert f"Counted from the beginning of {opened.reference}, the customer’s own request." in asked


def test_no_person_is_named_in_it(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(at=shop.after(-1))
    actions.take_request(by=shop.world.radu, at=shop.after(-0.5), request_id=opened.id)
    html = desk.page("ana", opened)
    begin = html.index('id="time-t"')
    assert "Radu" not in html[begin : html.index("</section>", begin)]


def test_a_request_of_this_moment_has_no_picture_yet(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair()
    assert Request.objects.get(pk=opened.id).opened_at == shop.at
    assert "c-time-line" not in desk.page("ana", opened)


def test_what_happened_outside_working_hours_is_told_by_the_clock_on_the_wall(desk: Desk, shop: Shop) -> None:
    opened = shop.ask_repair(at=shop.after(-30))  # Sunday
    actions.cancel_request(by=shop.world.ana, at=shop.after(-28), request_id=opened.id)
    assert "2 h in all. All of it went to Customer Care’s queue." in words_of(desk.page("ana", opened))


SINCE = SATURDAY_NOON - timedelta(hours=10)


def span(since: float, until: float, kind: str, weight: float = 1) -> LineSpan:
    return LineSpan(
        since=SINCE + timedelta(hours=since),
        until=SINCE + timedelta(hours=until),
        kind=kind,
        words=f"{kind} <b>",
        weight=weight,
    )


def drawn(*spans: LineSpan, due_hours: float | None = None) -> str:
    return rendered(
        "{% time_line rows since until due_at %}",
        rows=[LineRow(name="Care <b>", spans=spans)],
        since=SINCE,
        until=SATURDAY_NOON,
        due_at=None if due_hours is None else SINCE + timedelta(hours=due_hours),
        at=SATURDAY_NOON,
    )


def test_each_kind_has_a_pattern_and_a_word_and_half_a_share_half_the_height() -> None:
    html = drawn(span(0, 5, "queue"), span(5, 7.5, "work", 0.5), span(7.5, 9, "customer"), span(9, 10, "date"))
    assert "<b>" not in html
    bars = re.findall(r'<rect x="([\d.]+%)" y="[\d.]+" width="([\d.]+%)" height="([\d.]+)"( fill)?', html)
    assert bars == [
        ("0.00%", "50.00%", "18", " fill"),
        ("50.00%", "25.00%", "9.0", ""),
        ("75.00%", "15.00%", "18", " fill"),
        ("90.00%", "10.00%", "18", " fill"),
    ]
    for words in ("in work", "in the queue, nobody has it", "waiting for the customer", "waiting for an agreed date"):
        assert f"<span>{words}</span>" in html
    assert "<span>in work</span>" not in drawn(span(0, 5, "queue"))


@pytest.mark.parametrize(("due_hours", "place"), [(5, "50.00%"), (20, "100.00%"), (12.5, "100.00%")])
def test_the_promised_moment_is_marked(due_hours: float, place: str) -> None:
    html = drawn(span(0, 10, "work"), due_hours=due_hours)
    assert f'<line x1="{place}" x2="{place}" y1="0"' in html
    assert "promised by" in html


def test_the_ends_of_the_line_are_named_and_where_it_stands_now() -> None:
    foot = re.compile(r'c-2 mb-0"><span>([^<]*)</span><span>([^<]*)</span>')
    assert foot.findall(drawn(span(0, 10, "work"))) == [("today 2:50", "today 12:50")]
    ahead = drawn(span(0, 10, "work"), due_hours=15)
    assert foot.findall(ahead) == [("today 2:50", "today 17:50")]
    assert "so far: today 12:50" in ahead
    assert "so far" not in drawn(span(0, 10, "work"), due_hours=5)


@pytest.mark.parametrize("due_hours", [-1, 40])
def test_a_promise_far_off_is_said_and_not_drawn(due_hours: float) -> None:
    html = drawn(span(0, 10, "work"), due_hours=due_hours)
    assert "promised by" in html
    assert 'stroke-width="2"/></svg>' not in html
    assert 'width="100.00%"' in html

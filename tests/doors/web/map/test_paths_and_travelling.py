"""What stands behind a service, and whose lateness travels, as their readers see it."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from clientela.requests import actions
from clientela.web.map.path_picture import OUTSIDE, Strand, path_picture
from tests.contexts.network.late_repairs import WEEK_AGO, counted, late_repair, quick_repair, staffed
from tests.doors.web.desk.visits import Desk
from tests.shop import Shop

BEHIND, TRAVELLING = "/map/behind", "/map/travelling"


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Departments with five people and more, and nothing left to count."""
    counted(staffed(shop))
    return shop


@pytest.fixture
def told(shop: Shop) -> Shop:
    """Five repairs that Workshop kept waiting, and three that Care did alone."""
    for week in range(1, 6):
        late_repair(shop, from_hour=week * WEEK_AGO)
    for day in range(3):
        quick_repair(shop, from_hour=WEEK_AGO + 24 * day)
    counted(shop)
    return shop


def page(desk: Desk, who: str, url: str, status: int = 200) -> str:
    response = desk.of(who).get(url)
    assert response.status_code == status
    return response.content.decode()


def rows_of(desk: Desk, url: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(desk.of("ana").get(url).content.decode("utf-8-sig"))))


# --- who comes in


@pytest.mark.parametrize("url", [BEHIND, TRAVELLING, f"{BEHIND}.csv", f"{TRAVELLING}.csv"])
def test_a_customer_finds_no_such_page(desk: Desk, told: Shop, url: str) -> None:
    assert desk.of_customer("zofia").get(url).status_code == 404


def test_a_service_that_is_none_is_not_found(desk: Desk, told: Shop) -> None:
    page(desk, "tomasz", f"{BEHIND}?service=nothing", status=404)
    page(desk, "tomasz", f"{BEHIND}.csv?service=nothing%00", status=404)


@pytest.mark.parametrize("url", [BEHIND, TRAVELLING])
def test_a_house_without_a_past_says_what_belongs_here(desk: Desk, shop: Shop, url: str) -> None:
    assert "No case has ended in this time" in words_of(page(desk, "ana", url))


# --- what stands behind


@pytest.mark.parametrize("url", [BEHIND, TRAVELLING])
def test_where_hardly_anything_happened_it_says_too_few(desk: Desk, shop: Shop, url: str) -> None:
    late_repair(shop, from_hour=WEEK_AGO)
    counted(shop)
    assert "too few" in words_of(page(desk, "tomasz", url))


def test_the_busiest_service_is_told_in_words_and_as_a_table(desk: Desk, told: Shop) -> None:
    words = words_of(page(desk, "tomasz", BEHIND))
    assert "Everything that stands behind: Repair of an appliance" in words
    assert "8 cases ended in this time. Behind those who serve the customer stands one department." in words
    assert (
        "Workshop served Customer Care in 5 of 8 cases; half of them were done within 2 working days, 6 h; "
        "5 of 5 promises were broken."
    ) in words
    assert "Customer Care → Customers outside 8 100% (68–100) 8 3 working days, 4 h 62% (31–86)" in words
    assert "Workshop → Customer Care 5 62% (31–86) 5 2 working days, 6 h 100% (57–100)" in words


def test_the_picture_stands_from_left_to_right_and_every_line_leads_to_its_page(desk: Desk, told: Shop) -> None:
    html = page(desk, "tomasz", BEHIND)
    xs = {name: float(x) for x, name in re.findall(r'<text x="([\d.]+)"[^>]*class="m-halo m-name">([^<]+)', html)}
    assert xs["Workshop"] < xs["Customer Care"] < xs["Customers outside"]
    try:
        edge = reverse("map:edge", args=["workshop", "care"])
    except NoReverseMatch:
        edge = reverse("map:map") + "?line=workshop~care"
    assert html.count(f'href="{edge}"') == 2  # in the picture and in the table


def test_late_requests_are_linked_for_those_who_may_read_them_and_for_nobody_else(desk: Desk, told: Shop) -> None:
    assert page(desk, "ana", BEHIND).count("Washing machine leaks since yesterday") == 5
    html = page(desk, "tomasz", BEHIND)
    assert "Washing machine leaks" not in html
    assert "None that you may read." in html


def test_a_service_nobody_asked_for_can_be_chosen_by_its_address(desk: Desk, told: Shop) -> None:
    html = page(desk, "ana", f"{BEHIND}?service=purchase&weeks=4")
    assert "No case has ended in this time" in html
    assert '<option value="purchase" selected>' in html
    assert '<option value="4" selected>' in html


def test_the_steps_are_handed_out_as_a_file(desk: Desk, told: Shop) -> None:
    header, care, workshop = rows_of(desk, f"{BEHIND}.csv?service=repair")
    assert header[:5] == ["provider", "customer", "hops", "cases", "of_cases"]
    assert care[:5] == ["Customer Care", "Customers outside", "1", "8", "8"]
    assert workshop == [
        "Workshop", "Customer Care", "2", "5", "8", "0.306", "0.863", "5", "82560", "5", "5", "0.566", "1.000",
    ]  # fmt: skip


# --- whose lateness travels


def test_the_lateness_is_told_by_where_it_came_from_and_adds_up(desk: Desk, told: Shop) -> None:
    words = words_of(page(desk, "tomasz", TRAVELLING))
    assert "Of 8 cases whose end was promised 5 came late, by 60 h of working time together." in words
    assert "The largest part, 49 h, lay with Workshop; these are too few cases to say if that is usual." in words
    assert "Workshop 5 34 h 15 h 49 h too few to say" in words
    assert "Without Workshop 5 of 8 cases would have stopped: nobody else did what it does there." in words
    header, *rows = rows_of(desk, f"{TRAVELLING}.csv")
    seconds = {row[0]: int(row[header.index("late_seconds")]) for row in rows}
    assert seconds == {"Workshop": 5 * 35_486, "Customer Care": 5 * 7_714}
    assert sum(seconds.values()) == 5 * 12 * 3600


def test_what_comes_through_others_is_a_range_for_the_range_assumed(desk: Desk, told: Shop) -> None:
    words = words_of(page(desk, "tomasz", f"{TRAVELLING}?low=10&high=40"))
    assert "it is assumed to be between 10% and 40%, so every answer is a range." in words
    assert "Workshop 0 0.1 to 0.4" in words
    assert "Customer Care 1 –" in words
    assert (
        "If Workshop were a day late with everything, customers outside would wait 0.1 to 0.4 days longer on average, "
        "0 of it directly."
    ) in words


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?low=50&high=20", "The larger share goes here. Give at least the smaller one."),
        ("?low=-1&high=20", "Ensure this value is greater than or equal to 0."),
        ("?low=1&high=few", "Enter a whole number."),
    ],
)
def test_a_range_that_is_none_is_said_beside_its_field_and_the_usual_is_shown(
    desk: Desk, told: Shop, query: str, sentence: str
) -> None:
    words = words_of(page(desk, "tomasz", TRAVELLING + query, status=422))
    assert sentence in words
    assert "between 20% and 60%" in words


def test_a_range_at_which_lateness_would_never_end_is_refused_with_the_reason(desk: Desk, told: Shop) -> None:
    repair, pump = late_repair(told, from_hour=6 * WEEK_AGO)
    assert repair.id != pump.id
    again = told.ask_repair(at=told.after(6 * WEEK_AGO))
    actions.take_request(by=told.world.ana, at=told.after(6 * WEEK_AGO + 1), request_id=again.id)
    asked = told.ask_workshop(again.id, at=told.after(6 * WEEK_AGO + 2))
    back = actions.ask_department(
        by=told.world.stefan,
        at=told.after(6 * WEEK_AGO + 3),
        request_id=asked.id,
        service_version_id=told.version("repair"),
        title="Which model is it?",
        text="There is no plate.",
        language="en",
        answers={"model": "unknown"},
    )
    actions.resolve_request(by=told.world.ana, at=told.after(6 * WEEK_AGO + 4), request_id=back.id)
    actions.resolve_request(by=told.world.stefan, at=told.after(6 * WEEK_AGO + 5), request_id=asked.id)
    actions.resolve_request(by=told.world.ana, at=told.after(6 * WEEK_AGO + 6), request_id=again.id)
    counted(told)
    words = words_of(page(desk, "tomasz", f"{TRAVELLING}?low=20&high=100", status=422))
    assert "At 100% lateness would grow without end" in words
    assert "Choose less than 100%." in words
    assert "between 20% and 60%" in words


def test_both_ask_the_same_number_of_questions_however_much_there_is(desk: Desk, told: Shop) -> None:
    client = desk.of("ana")

    def statements(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    before = [statements(url) for url in (BEHIND, TRAVELLING)]
    for week in range(1, 4):
        late_repair(told, from_hour=week * WEEK_AGO)
    counted(told)
    assert [statements(url) for url in (BEHIND, TRAVELLING)] == before == [17, 13]


# --- the drawing


def test_each_department_stands_once_and_what_is_deeper_stands_farther_left() -> None:
    drawing = path_picture(
        [
            Strand(1, OUTSIDE, 1, 1.0),
            Strand(2, 1, 2, 0.5),
            Strand(3, 2, 3, 0.2),
            Strand(3, 1, 2, 0.1),
            Strand(1, 3, 4, 0.1),
        ]
    )
    xs = {node.key: node.x for node in drawing.nodes}
    assert sorted(xs, key=lambda key: xs[key]) == [3, 2, 1, OUTSIDE]
    assert len(drawing.paths) == 5
    assert drawing.width == 858.0


def test_ten_hops_make_the_drawing_wider_and_nothing_stands_outside_it() -> None:
    strands = [Strand(hop, hop - 1, hop, 1 / hop) for hop in range(1, 11)]
    drawing = path_picture(strands)
    assert drawing.width == 1762.0
    assert all(0 <= node.x <= drawing.width - 12 and 24 < node.y < drawing.height - 46 for node in drawing.nodes)
    assert path_picture(strands) == drawing


# --- what should stand behind it


def test_what_plans_take_from_others_is_told_with_whether_it_happened(desk: Desk, told: Shop) -> None:
    assert "What should stand behind it" not in page(desk, "ana", f"{BEHIND}?service=repair")
    told.let_step_need("repair", "order_part", "pump")
    told.let_step_need("repair", "mend", "laptop")
    html = page(desk, "ana", f"{BEHIND}?service=repair")
    said = words_of(html).partition("What should stand behind it")[2]
    assert "Workshop → Customer Care : in 5 of 8 cases Repair of an appliance: Order the part" in said
    assert "IT → Customer Care : never in this time Repair of an appliance: The appliance is mended" in said
    assert page(desk, "ana", reverse("map:edge", args=["it", "care"])).count("The appliance is mended") == 1

"""The service map as its readers see it: as a picture, as a table, as a matrix."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from clientela.network.models import EdgeWeek, MapDrawing
from clientela.web.map.choosing import week_number
from tests.doors.web.desk.visits import Desk
from tests.maps.made import Made
from tests.maps.stored import departments_for, monday_of, store_lines
from tests.shop import Shop

PAGES = ("map:map", "map:table", "map:matrix", "map:svg", "map:png", "map:csv", "map:graphml")
MAP_STATEMENTS = 17
Places = dict[str, tuple[str, str]]


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#x27;", "’")


def page(desk: Desk, query: str = "", *, name: str = "map:map", who: str = "ana", language: str = "en") -> str:
    response = desk.of(who, language=language).get(reverse(name) + query)
    assert response.status_code == 200
    return response.content.decode()


def lines_in(html: str) -> set[tuple[str, str]]:
    return set(re.findall(r'data-p="([^"]+)" data-c="([^"]+)"', html))


def places_in(html: str) -> Places:
    """Where each department stands, by key."""
    found = re.findall(r'data-k="([^"]+)".*?<rect x="([\d.]+)" y="([\d.]+)"', html)
    return {key: (x, y) for key, x, y in found}


# --- who comes in


@pytest.mark.parametrize("name", PAGES)
def test_a_customer_learns_of_no_map_and_a_stranger_logs_in_first(desk: Desk, drawn: dict[str, int], name: str) -> None:
    assert desk.of_customer("zofia").get(reverse(name)).status_code == 404
    assert Client().get(reverse(name)).status_code == 302


def test_what_nobody_offered_is_left_out_of_the_choice(desk: Desk, drawn: dict[str, int]) -> None:
    usual = lines_in(page(desk))
    for query in (
        "?colour=nothing&size=x&span=999&week=abc",
        "?week=99999999999999999999&open=nothing,%00&only=%00",
        "?line=care~nobody&all=yes&wide=2",
        "?week=٣&span=-1",
    ):
        assert lines_in(page(desk, query)) == usual


# --- nothing to show


def test_before_the_first_drawing_the_page_says_so_and_what_to_do_first(desk: Desk, shop: Shop) -> None:
    said = words_of(page(desk))
    assert "The map has not been drawn yet" in said
    assert "Write down a request" in said
    assert "has not been drawn yet" in words_of(page(desk, name="map:table"))
    assert "has not been drawn yet" in words_of(page(desk, name="map:matrix"))


@pytest.mark.parametrize("name", ["map:map", "map:table", "map:matrix"])
def test_before_the_first_drawing_nobody_is_said_never_to_be_asked(
    desk: Desk, drawn: dict[str, int], name: str
) -> None:
    """What was declared is known at once, and what happens only once requests were looked at."""
    EdgeWeek.objects.all().delete()
    assert "The map has not been drawn yet" not in words_of(page(desk, name=name))
    MapDrawing.objects.all().delete()
    said = words_of(page(desk, name=name))
    assert "The map has not been drawn yet" in said
    assert "Look again" in said
    assert "never" not in said


def test_a_drawn_map_without_any_request_says_that_nobody_asked(desk: Desk, shop: Shop) -> None:
    MapDrawing.objects.create(pk=1, drawn_at=shop.at)
    assert "Nobody has asked anybody yet" in words_of(page(desk))


@pytest.mark.parametrize("name", ["map:svg", "map:png", "map:csv", "map:graphml"])
def test_an_empty_map_is_an_empty_file(desk: Desk, shop: Shop, name: str) -> None:
    assert desk.of("ana").get(reverse(name)).status_code == 200


def test_in_quiet_weeks_everybody_stands_where_they_stand_in_others(
    desk: Desk, drawn: dict[str, int], shop: Shop
) -> None:
    EdgeWeek.objects.filter(week_on__gt=monday_of(shop.at) - timedelta(weeks=3)).delete()
    quiet = page(desk, f"?span=1&week={week_number(monday_of(shop.at))}")
    busy = page(desk, f"?span=1&week={week_number(monday_of(shop.at)) - 4}&all=1")
    assert places_in(quiet) == places_in(busy)
    assert len(places_in(busy)) == 14


# --- the picture


def test_departments_are_gone_through_as_they_stand_from_the_left_and_from_the_top(
    desk: Desk, drawn: dict[str, int]
) -> None:
    places = [(float(x), float(y)) for x, y in places_in(page(desk)).values()]
    assert len(places) == 14
    assert places == sorted(places)


def test_numbers_say_what_they_count(desk: Desk, drawn: dict[str, int]) -> None:
    said = words_of(page(desk))
    assert "The number beside a name: the requests served, or asked by customers outside." in said
    assert "The number in a field is how many requests there were." in words_of(page(desk, name="map:matrix"))


def test_a_sentence_that_ends_in_a_shortened_month_has_one_stop(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk, name="map:matrix", language="ro")
    heading = re.search(r"<h1>.*?</p>", html, re.DOTALL)
    assert heading is not None
    assert re.search(r"[a-z]\.</p>$", heading[0])
    assert ".." not in heading[0]


def test_every_line_of_the_map_is_a_link_to_its_page_with_its_sentence(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk, "?all=1")
    address = reverse("map:edge", args=["maintenance", "workshop"])
    line = re.search(rf'<a class="[^"]*" href="{address}" aria-label="([^"]+)"', html)
    assert line is not None
    assert line[1] == "Maintenance served Workshop: 64 requests, 24 were late."
    assert 'class="m-edge m-broken is-sel"' in html  # the one most surely late is told of at first
    assert "24 of 64 requests were late." in words_of(html)


def test_the_calm_map_draws_the_busiest_and_says_how_many_are_left(desk: Desk, drawn: dict[str, int]) -> None:
    calm, whole = page(desk), page(desk, "?all=1")
    assert (len(lines_in(calm)), len(lines_in(whole))) == (23, 28)
    assert "20 lines with 22 requests or more. Draw 5 quieter ones" in words_of(calm)
    assert "28 lines. Draw only the busiest" in words_of(whole)
    assert lines_in(whole) - lines_in(calm) == {
        ("care", "workshop"),
        ("it", "finance"),
        ("it", "hr"),
        ("legal", "purchasing"),
        ("legal", "sales"),
    }


def test_a_quiet_line_that_is_told_of_is_drawn_too(desk: Desk, drawn: dict[str, int]) -> None:
    usual, asked_for = page(desk), page(desk, "?line=it~hr")
    assert lines_in(asked_for) - lines_in(usual) == {("it", "hr")}
    assert "20 lines with 22 requests or more. Draw 4 quieter ones" in words_of(asked_for)
    told_of = re.findall(r'class="m-edge[^"]* is-sel[^"]*" href="([^"]+)"', asked_for)
    assert told_of == [reverse("map:edge", args=["it", "hr"])]


def test_surprising_and_silent_lines_are_drawn_apart_and_listed_in_words(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk)
    assert 'class="m-edge m-unknown is-thin is-surprise"' in html
    assert html.count(" is-silent") == 2
    said = words_of(html)
    assert "Happens, and nobody declared it 1 Finance → Human Resources 4 requests" in said
    assert "Declared or needed, and never happens 2 Legal → Human Resources Marketing → Customer Care" in said
    assert "Legal should serve Human Resources, and in these weeks it never happened." in html


def test_a_node_keeps_its_place_from_week_to_week(desk: Desk, drawn: dict[str, int], shop: Shop) -> None:
    newest = week_number(monday_of(shop.at))
    usual = places_in(page(desk))
    assert len(usual) == 14
    for week in range(newest - 5, newest + 1):
        for span in (1, 5, 13):
            assert places_in(page(desk, f"?week={week}&span={span}")) == usual
    EdgeWeek.objects.filter(provider=drawn["it"]).update(asked=9000)
    assert places_in(page(desk)) == usual


@pytest.mark.parametrize("colour", ["late", "wait", "satisfaction", "importance", "gap", "origin", "plain"])
def test_every_colour_has_its_legend_and_moves_nothing(desk: Desk, drawn: dict[str, int], colour: str) -> None:
    html = page(desk, f"?colour={colour}&all=1")
    assert places_in(html) == places_in(page(desk))
    assert lines_in(html) == lines_in(page(desk, "?all=1"))
    assert f'<option value="{colour}" selected>' in html
    words = {
        "late": "over 25 % late",
        "wait": "half take longer",
        "satisfaction": "under 70 %",
        "importance": "matters a great deal",
        "gap": "matters more than its supplier thinks",
        "origin": "declared or asked for, and never happens",
        "plain": "what is asked",
    }
    assert words[colour] in words_of(html)


@pytest.mark.parametrize("size", ["asked", "importance", "late", "same"])
def test_thickness_moves_nothing_either(desk: Desk, drawn: dict[str, int], size: str) -> None:
    assert places_in(page(desk, f"?size={size}")) == places_in(page(desk))


def test_one_department_alone_draws_its_lines_and_pales_the_others(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk, "?only=maintenance")
    assert lines_in(html) == {("maintenance", "workshop"), ("maintenance", "warehouse")}
    assert places_in(html) == places_in(page(desk))
    assert len(re.findall(r'class="m-place is-dim"', html)) == 11
    assert "Draw everybody’s lines" in words_of(html)


def test_a_search_finds_departments_by_part_of_their_name_in_any_case(desk: Desk, drawn: dict[str, int]) -> None:
    assert lines_in(page(desk, "?find=MAINT")) == {("maintenance", "workshop"), ("maintenance", "warehouse")}
    nobody = words_of(page(desk, "?find=astronauts"))
    assert "Nobody on the map is called “astronauts”" in nobody


def test_a_search_names_teams_in_closed_departments_and_opens_them(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk, "?find=warsaw")
    assert re.search(r'<a href="/map/\?open=workshop&amp;find=warsaw" data-swap>Workshop Warsaw in Workshop</a>', html)


def test_a_department_with_teams_opens_in_its_place_and_closes_again(
    desk: Desk, drawn: dict[str, int], shop: Shop
) -> None:
    store_lines([("workshop-warsaw", "care", 40, 3)], drawn, at=shop.at + timedelta(weeks=0))
    closed = page(desk)
    assert "Workshop served" in closed
    opener = re.search(r'href="(/map/\?open=workshop)" data-k="workshop"', closed)
    assert opener is not None
    opened = desk.of("ana").get(opener[1]).content.decode()
    assert ("workshop-warsaw", "care") in lines_in(opened)
    assert "Workshop itself" in words_of(opened)
    assert re.search(r'<a class="m-close" href="/map/" data-g="workshop"', opened)
    before, after = places_in(closed), places_in(opened)
    assert after["workshop"][0] == after["workshop-warsaw"][0]
    order = [
        [key for _x, _y, key in sorted((float(x), float(y), key) for key, (x, y) in found.items())]
        for found in (before, after)
    ]
    assert order[0] == [key for key in order[1] if key in before]


def test_the_weeks_are_gone_through_one_by_one_without_any_script(
    desk: Desk, drawn: dict[str, int], shop: Shop
) -> None:
    newest = week_number(monday_of(shop.at))
    html = page(desk)
    assert f'min="{newest - 4}" max="{newest}" value="{newest}"' in html
    assert f'href="/map/?week={newest - 1}"' in html
    earlier = page(desk, f"?week={newest - 4}&span=1&line=maintenance~workshop")
    assert "4 of 12 requests were late." in words_of(earlier)


def test_on_a_phone_one_way_leads_from_the_late_line_to_the_customers(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk)
    way = html[html.index('class="c-map c-way') : html.index("</svg>", html.index('class="c-map c-way'))]
    assert re.findall(r'class="m-name">([^<]+)<', way) == ["Maintenance", "Workshop", "Customer Care", "Households"]
    assert "64 asked, 24 late" in way


def test_the_pages_own_script_gets_only_the_map(desk: Desk, drawn: dict[str, int]) -> None:
    response = desk.of("ana").get(reverse("map:map"), headers={"HX-Request": "true"})
    html = response.content.decode()
    assert html.lstrip().startswith('<div id="map"')
    assert "<html" not in html
    assert response["Vary"].startswith("HX-Request") or "HX-Request" in response["Vary"]


def test_names_stand_in_the_readers_language(desk: Desk, drawn: dict[str, int]) -> None:
    assert "Kadry" in words_of(page(desk, language="pl"))


def test_a_name_is_text_and_nothing_else(desk: Desk, shop: Shop) -> None:
    ids = departments_for([Made("odd", "<b>&\"'")], at=shop.at)
    store_lines([("odd", "care", 9, 0)], ids, at=shop.at)
    for name in ("map:map", "map:table", "map:matrix"):
        assert "<b>&\"'" not in page(desk, name=name)
    assert "&lt;b&gt;&amp;&quot;&#x27;" in page(desk)


# --- the table and the matrix


def test_the_table_holds_every_line_and_is_ordered_by_its_headings(desk: Desk, drawn: dict[str, int]) -> None:
    def first(query: str) -> str:
        found = re.search(
            r'<tbody>.*?<th scope="row"><a [^>]*>([^<]+)</a>', page(desk, query, name="map:table"), re.DOTALL
        )
        assert found is not None
        return found[1]

    html = page(desk, name="map:table")
    assert html.count('<th scope="row">') == 28
    assert first("") == "Customer Care → Households"
    assert first("?by=late") == "Maintenance → Workshop"
    assert first("?by=name") == "Customer Care → Businesses"
    assert first("?by=nothing") == "Customer Care → Households"
    assert 'aria-sort="descending"' in html


def test_the_table_shows_the_surprising_or_the_silent_lines_alone(desk: Desk, drawn: dict[str, int]) -> None:
    surprise, silent = (page(desk, f"?kind={kind}", name="map:table") for kind in ("surprise", "silent"))
    assert surprise.count('<th scope="row">') == 1
    assert "Finance → Human Resources" in words_of(surprise)
    assert silent.count('<th scope="row">') == 2
    assert "Marketing → Customer Care" in words_of(silent)


def test_a_long_table_comes_a_hundred_lines_at_a_time(desk: Desk, shop: Shop) -> None:
    made = [Made(f"t{number:03}", f"Team {number:03}") for number in range(130)]
    ids = departments_for(made, at=shop.at)
    store_lines([(one.key, "care", 6, 0) for one in made], ids, at=shop.at)
    first, second = page(desk, name="map:table"), page(desk, "?page=1", name="map:table")
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (100, 30)
    assert (
        words_of(second).split("Who serves whom")[1]
        == words_of(page(desk, "?page=9", name="map:table")).split("Who serves whom")[1]
    )


def test_the_matrix_says_every_line_in_the_order_of_the_picture(desk: Desk, drawn: dict[str, int]) -> None:
    html = page(desk, name="map:matrix")
    columns = re.findall(r'<th scope="col"><span>([^<]+)</span>', html)
    assert columns[-2:] == ["Businesses", "Households"]
    assert html.count('<th scope="row">') == 12
    cell = re.search(r'<td class="x-broken"><a href="[^"]+" title="([^"]+)">64<span', html)
    assert cell is not None
    assert cell[1] == "Maintenance served Workshop: 64 requests, 24 were late."
    assert html.count("x-silent") == 3  # two cells and the legend
    assert html.count("x-surprise") == 2


def test_a_matrix_of_hundreds_comes_in_parts_in_the_order_of_the_picture(desk: Desk, shop: Shop) -> None:
    made = [Made(f"t{number:03}", f"Team {number:03}") for number in range(100)]
    ids = departments_for(made, at=shop.at)
    lines = [(made[place].key, made[place + 50].key, 6, 0) for place in range(50)]
    store_lines([*lines, *((one.key, "care", 3, 0) for one in made[50:])], ids, at=shop.at)

    def part(query: str) -> tuple[list[str], list[str]]:
        html = page(desk, query, name="map:matrix")
        return re.findall(r'<th scope="row">([^<]+)<', html), re.findall(r'<th scope="col"><span>([^<]+)</span>', html)

    html = page(desk, name="map:matrix")
    assert "so it comes in parts, in the order of the picture" in words_of(html)
    rows, columns = zip(*(part(f"?rows={number}") for number in range(3)), strict=True)
    assert [len(some) for some in rows] == [40, 40, 20]
    assert len({name for some in rows for name in some}) == 100
    # Along the top stand only those whom these serve.
    assert [len(some) for some in columns] == [40, 11, 1]
    assert columns[2] == ["Customer Care"]
    assert re.findall(r'aria-current="page">(Team[^<]+)<', html) == [f"{rows[0][0]} – {rows[0][-1]}"]
    assert part("?rows=99") == (rows[2], columns[2])
    assert part("?rows=x") == (rows[0], columns[0])


def test_who_serves_more_than_a_matrix_has_room_for_is_seen_part_by_part(desk: Desk, shop: Shop) -> None:
    made = [Made(f"t{number:03}", f"Team {number:03}") for number in range(60)]
    ids = departments_for(made, at=shop.at)
    store_lines([("care", one.key, 6, 0) for one in made], ids, at=shop.at)
    seen = []
    for query in ("", "?columns=1"):
        html = page(desk, query, name="map:matrix")
        seen.append(re.findall(r'<th scope="col"><span>([^<]+)</span>', html))
    assert [len(some) for some in seen] == [40, 20]
    assert not set(seen[0]) & set(seen[1])


# --- what it costs


@pytest.mark.parametrize("name", ["map:map", "map:table", "map:matrix", "map:csv"])
def test_the_number_of_statements_does_not_grow_with_the_map(
    desk: Desk, shop: Shop, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk.of("ana")
    store_lines([("workshop", "care", 9, 1)], departments_for([], at=shop.at), at=shop.at)
    client.get(reverse(name))
    expected = MAP_STATEMENTS + (name == "map:map")  # the picture says whether mail is counted
    with django_assert_num_queries(expected):
        client.get(reverse(name))
    made = [Made(f"t{number:03}", f"Team {number:03}") for number in range(40)]
    store_lines([(one.key, "care", 6, 0) for one in made], departments_for(made, at=shop.at), at=shop.at)
    with django_assert_num_queries(expected):
        client.get(reverse(name))

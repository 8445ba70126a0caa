"""The map as files: well-formed, complete, and without anything that runs."""

import csv
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise

import networkx as nx  # type: ignore[import-untyped]  # it carries no types
import pytest
from django.urls import reverse
from django.utils import translation
from PIL import Image, ImageFont

from clientela.web.map import picturing
from clientela.web.map.choosing import Chosen
from clientela.web.map.exports import graphml
from clientela.web.map.legend import legend_of
from clientela.web.map.lettering import width_of
from clientela.web.map.letters import WIDTHS
from clientela.web.map.picturing import map_png
from clientela.web.map.png import BOLD, FONTS, MOST_POINTS
from clientela.web.map.sheet import BESIDE
from clientela.web.map.showing import map_shown
from clientela.web.map.svg import map_file
from tests.doors.web.desk.visits import Desk
from tests.maps.made import Made, edge, large_map, map_of, small_map
from tests.maps.stored import departments_for, store_lines
from tests.shop import Shop

SVG = "{http://www.w3.org/2000/svg}"


def file(desk: Desk, name: str, query: str = "") -> bytes:
    response = desk.of("ana").get(reverse(f"map:{name}") + query)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''service-map.")
    return bytes(response.content)


def test_the_table_has_every_line_with_its_figures(desk: Desk, drawn: dict[str, int]) -> None:
    rows = list(csv.DictReader(io.StringIO(file(desk, "csv").decode("utf-8-sig"))))
    assert len(rows) == 28
    line = next(row for row in rows if (row["provider"], row["customer"]) == ("Maintenance", "Workshop"))
    figures = (
        "asked",
        "decided",
        "late",
        "late_low",
        "late_high",
        "satisfied_answers",
        "sources",
        "surprise",
        "silent",
    )
    assert {name: line[name] for name in figures} == {
        "asked": "64",
        "decided": "64",
        "late": "24",
        "late_low": "0.267",
        "late_high": "0.497",
        "satisfied_answers": "20",
        "sources": "declared discovered",
        "surprise": "0",
        "silent": "0",
    }
    assert sum(row["silent"] == "1" for row in rows) == 2


def test_a_name_like_a_formula_is_text_in_the_table(desk: Desk, shop: Shop) -> None:
    ids = departments_for([Made("odd", "=1+1")], at=shop.at)
    store_lines([("odd", "care", 9, 0)], ids, at=shop.at)
    rows = list(csv.DictReader(io.StringIO(file(desk, "csv").decode("utf-8-sig"))))
    assert rows[0]["provider"] == "'=1+1"


def test_the_files_hold_what_was_chosen(desk: Desk, drawn: dict[str, int]) -> None:
    rows = list(csv.DictReader(io.StringIO(file(desk, "csv", "?only=maintenance&span=1").decode("utf-8-sig"))))
    assert [(row["customer"], row["asked"]) for row in rows] == [("Workshop", "13"), ("Warehouse", "7")]


def test_the_drawing_is_a_file_of_its_own_without_links_or_scripts(desk: Desk, drawn: dict[str, int]) -> None:
    root = ET.fromstring(file(desk, "svg", "?all=1"))  # noqa: S314 - our own file
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}style") is not None
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names.isdisjoint({"a", "script", "image", "foreignObject", "use"})
    assert all(not name.startswith(("on", "href")) for element in root.iter() for name in element.attrib)
    titles = [title.text for title in root.iter(f"{SVG}title")]
    assert "Maintenance served Workshop: 64 requests, 24 were late." in titles


def test_a_drawing_that_is_sent_on_says_its_days_its_shades_and_its_numbers(desk: Desk, drawn: dict[str, int]) -> None:
    root = ET.fromstring(file(desk, "svg"))  # noqa: S314 - our own file
    low = float(root.attrib["viewBox"].split()[3])
    keys = [group for group in root.iter(f"{SVG}g") if group.attrib.get("class") == "m-key"]
    assert [(group.findall(f"{SVG}text") or [group])[-1].text for group in keys] == [
        "under 10 % late",
        "10–25 % late",
        "over 25 % late",
        "too few to say",
        "nobody declared it",
        "never happens",
    ]
    texts = [text for text in root if text.tag == f"{SVG}text" and text.attrib.get("class") == "m-sub"]
    said = " ".join(text.text or "" for text in texts)
    days, _colon, rest = said.partition(". ")
    assert re.fullmatch(r"Service map: \d+ \w+( \d{4})?\s–\s\d+ \w+ \d{4}", days)  # with the year: files are kept
    assert rest == (
        "A line is as thick as what is asked and narrows towards the one who is "
        "served. The number beside a name: the requests served, or asked by customers outside."
    )
    assert all(float(text.attrib["y"]) < low for text in texts)


def test_a_legend_never_runs_out_of_the_drawing_in_any_language() -> None:
    for language in ("en", "ro", "pl", "es"):
        with translation.override(language):
            shown = map_shown(small_map(), Chosen())
            legend = legend_of(shown)
        ends = [key.x + BESIDE + width_of(key.words) for key in legend.keys]
        ends += [legend.left + width_of(words) for _y, words in legend.notes]
        assert len(ends) >= 8
        assert max(ends) <= shown.layout.width
        rows = sorted({key.y for key in legend.keys} | {y for y, _words in legend.notes})
        assert min(later - earlier for earlier, later in pairwise(rows)) >= 20
        assert shown.layout.height < rows[0] < rows[-1] < legend.low


def test_the_picture_has_the_shape_of_the_drawing_at_twice_its_size(desk: Desk, drawn: dict[str, int]) -> None:
    picture = Image.open(io.BytesIO(file(desk, "png")))
    root = ET.fromstring(file(desk, "svg"))  # noqa: S314 - our own file
    _x, _y, width, height = map(float, root.attrib["viewBox"].split())
    assert picture.format == "PNG"
    assert picture.size == (round(width * 2), round(height * 2))
    assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 50


def test_where_no_picture_can_be_made_the_page_offers_the_drawing_as_it_was_chosen(
    desk: Desk, drawn: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picturing, "_SECONDS", 0.01)  # as on a machine that has no time left
    response = desk.of("ana").get(reverse("map:png") + "?all=1")
    said = response.content.decode()
    assert (response.status_code, response["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "The picture could not be made" in said
    assert f'href="{reverse("map:svg")}?all=1"' in said
    assert f'href="{reverse("map:map")}?all=1"' in said


@pytest.mark.django_db
def test_a_picture_of_three_hundred_teams_with_all_lines_keeps_within_its_size() -> None:
    picture = Image.open(io.BytesIO(map_png(map_shown(large_map(), Chosen(is_whole=True)))))
    assert picture.width * picture.height <= MOST_POINTS * 1.01
    assert picture.width > 2000


def test_the_graph_is_read_by_others_as_we_meant_it(desk: Desk, drawn: dict[str, int]) -> None:
    graph = nx.parse_graphml(file(desk, "graphml").decode())
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (14, 28)
    assert graph.nodes["hr"]["name"] == graph.nodes["hr"]["label"] == "Human Resources"
    assert graph.nodes["households"]["kind"] == "outside"
    line = graph.edges["maintenance", "workshop"]
    assert (line["asked"], line["late"], line["late_share"], line["surprise"]) == (64, 24, 0.375, False)
    assert graph.edges["legal", "hr"]["silent"] is True
    assert "late_share" not in graph.edges["finance", "hr"]  # four requests are too few to say


@pytest.mark.django_db
def test_a_hostile_name_breaks_no_file() -> None:
    shown = map_shown(
        map_of([Made("a", '</text><script>alert("1")</script>&'), Made("b", "B")], [edge("a", "b", 9)]), Chosen()
    )
    for text in (map_file(shown), graphml(shown).decode()):
        root = ET.fromstring(text.encode())  # noqa: S314 - our own file
        assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
    assert map_png(shown)[:4] == b"\x89PNG"


def test_the_widths_of_letters_are_those_of_the_font() -> None:
    letters = ImageFont.truetype(str(FONTS / BOLD), 1000)
    wrong = {
        letter: (width, letters.getlength(letter))
        for width, some in WIDTHS.items()
        for letter in some
        if abs(letters.getlength(letter) - 10 * width) > 6
    }
    assert wrong == {}
    assert {len(set(some)) == len(some) for some in WIDTHS.values()} == {True}


def test_no_page_loads_what_only_pictures_need() -> None:
    loading = "import sys, django; django.setup(); import clientela.web.map.urls"
    words = f"{loading}; print({{'PIL', 'networkx', 'reportlab'}} & set(sys.modules))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "clientela.project.settings"}
    done = subprocess.run([sys.executable, "-c", words], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.django_db
def test_the_same_map_gives_the_same_files() -> None:
    first, second = (map_shown(small_map(), Chosen()) for _time in range(2))
    assert map_file(first) == map_file(second)
    assert map_png(first) == map_png(second)
    assert graphml(first) == graphml(second)


def test_geometry_and_painting_need_no_django() -> None:
    words = "import sys, clientela.web.map.layout, clientela.web.map.png; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

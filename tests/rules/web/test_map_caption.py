"""What the selected line carries stands beside it, and not on a name."""

import re

import pytest
from django.http import QueryDict
from django.utils import translation

from clientela.web.map.caption import Place, caption_place, line_boxes, taken_by
from clientela.web.map.choosing import chosen_in
from clientela.web.map.layout import Ribbon
from clientela.web.map.layout.parts import BAR_WIDTH
from clientela.web.map.lettering import width_of
from clientela.web.map.showing import JOINT, map_shown
from clientela.web.map.svg import map_svg
from tests.maps.made import small_map

CAPTION = re.compile(
    r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)" class="m-halo m-name m-caption"[^>]*>([^<]+)<'
)
LEVEL = Ribbon("a", "b", start=(100.0, 195.0, 205.0), end=(500.0, 195.0, 205.0), bend=300.0)
FALLING = Ribbon("a", "b", start=(100.0, 95.0, 105.0), end=(500.0, 395.0, 405.0), bend=300.0)
WIDE = 120.0


def place(ribbon: Ribbon, *names: Place) -> Place:
    return caption_place(ribbon, WIDE, width=800.0, height=600.0, taken=[name.box(80.0) for name in names])


def test_where_nothing_stands_in_its_way_it_is_below_the_middle_of_a_level_line() -> None:
    assert place(LEVEL) == Place(300.0, 223.0, "middle")


def test_a_name_below_sends_it_above_and_names_on_both_sides_farther_off() -> None:
    below, above = Place(300.0, 223.0, "middle"), Place(300.0, 187.0, "middle")
    assert place(LEVEL, below) == above
    assert place(LEVEL, below, above) == Place(300.0, 239.0, "middle")


def test_beside_a_steep_line_it_never_crosses_it() -> None:
    found = place(FALLING)
    assert (found.anchor, found.x) == ("start", pytest.approx(319, abs=25))
    other = place(FALLING, found)
    assert other != found
    assert other.box(WIDE).shared_with(found.box(80.0)) == 0


@pytest.mark.parametrize("language", ["en", "ro", "pl", "es"])
def test_whatever_line_is_selected_no_name_is_covered_and_not_the_line_itself(language: str) -> None:
    found = small_map()
    told = 0
    with translation.override(language):
        for edge in found.edges:
            query = QueryDict(mutable=True)
            query.update({"line": f"{edge.provider}{JOINT}{edge.customer}", "all": "1"})
            shown = map_shown(found, chosen_in(query))
            assert shown.selected is not None
            if match := CAPTION.search(map_svg(shown)):
                x, y, anchor, words = match.groups()
                box = Place(float(x), float(y), anchor).box(width_of(words))
                names = [one for one in taken_by(shown.nodes, is_dense=False) if one.right - one.left != BAR_WIDTH]
                covered = [one for one in names if box.shared_with(one)]
                assert covered == [], (edge.provider, edge.customer)
                assert shown.selected.ribbon is not None
                on_it = sum(box.shared_with(one) for one in line_boxes(shown.selected.ribbon))
                assert on_it < 1, (edge.provider, edge.customer)
                told += 1
    assert told > len(found.edges) / 2

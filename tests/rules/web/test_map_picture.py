"""The drawing of the service map: stable, within its frame, read from left to right."""

from itertools import pairwise

from clientela.web.map.picture import WIDTH, Flow, Picture, Place, picture

PLACES = [Place("care", 1.0, 90), Place("workshop", 2.0, 40), Place("it", 2.9, 10), Place("households", 0.0, 80)]
FLOWS = [
    Flow("care", "households", 80),
    Flow("workshop", "care", 30),
    Flow("it", "workshop", 10),
    Flow("care", "it", 4),
]


def drawn() -> Picture:
    return picture(PLACES, FLOWS)


def test_the_same_map_is_drawn_the_same_way_whatever_the_order() -> None:
    assert drawn() == picture(PLACES[::-1], FLOWS[::-1])


def test_suppliers_stand_left_of_those_they_serve_and_outside_stands_last() -> None:
    x = {node.key: node.x for node in drawn().nodes}
    assert x["it"] < x["care"] < x["households"]


def test_every_node_lies_within_the_frame_and_none_upon_another() -> None:
    found = drawn()
    for node in found.nodes:
        assert node.x >= 0
        assert node.x + node.width <= WIDTH
        assert node.label_y > 28
        assert node.y + node.height <= found.height
    columns = sorted((node.column, node.y, node.y + node.height) for node in found.nodes)
    assert all(first[0] != second[0] or first[2] < second[1] for first, second in pairwise(columns))


def test_the_busiest_node_is_the_tallest() -> None:
    heights = {node.key: node.height for node in drawn().nodes}
    assert max(heights, key=lambda key: heights[key]) == "care"


def test_every_line_is_drawn_once() -> None:
    assert {(line.provider, line.customer) for line in drawn().lines} == {(f.provider, f.customer) for f in FLOWS}


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert (picture([], []).nodes, picture([], []).lines) == ((), ())

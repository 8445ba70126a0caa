"""The geometry of the service map: stable, legible, read from left to right, at a dozen nodes and at three hundred."""

from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.web.map.layout import Drawing, Flow, Layout, Place, Slot, drawing, layout
from clientela.web.map.layout.columns import columns_of, hops_outward
from clientela.web.map.layout.parts import BOX_PADDING, LABEL_HEIGHT, NUMBER_WIDTH
from clientela.web.map.lettering import cut_to, cut_within, width_of
from tests.maps.made import large_map, small_map

PLACES = [
    Place("care", 100.0),
    Place("workshop", 80.0),
    Place("it", 20.0),
    Place("households", 90.0, is_outside=True),
]
TIES = [("care", "households"), ("workshop", "care"), ("it", "workshop"), ("care", "it")]
NAMES = [f"n{number:02}" for number in range(24)]


def places_of(found: object, *, is_large: bool = False) -> tuple[list[Place], list[tuple[str, str]]]:
    """The nodes and lines of one of the made-up maps."""
    made = large_map() if is_large else small_map()
    parents = {one.key: one.parent_key for one in made.departments}
    names = {one.key: one.names["en"] for one in made.departments}
    places = []
    for node in made.nodes:
        above = parents.get(node.key)
        places.append(
            Place(
                node.key,
                width_of(names.get(node.key, node.key)),
                groups=(above,) if above else (),
                is_outside=node.department_id is None,
            )
        )
    return places, [(edge.provider, edge.customer) for edge in made.edges]


def small() -> Layout:
    return layout(*places_of(None))


def large() -> Layout:
    return layout(*places_of(None, is_large=True))


def box_of(slot: Slot) -> tuple[float, float, float, float]:
    """What a node may cover with its bar and its name: left, top, right, bottom."""
    if slot.label_anchor == "start" and slot.label_y > slot.y:  # a box with its name in it
        return slot.x, slot.y, slot.x + slot.width, slot.y + slot.room
    return slot.x, slot.y - LABEL_HEIGHT, slot.x + slot.width, slot.y + slot.room


def label_of(slot: Slot, width: float) -> tuple[float, float, float, float]:
    """What the name covers: left, top, right, bottom."""
    wide = min(width, slot.label_room) + NUMBER_WIDTH
    left = slot.label_x - {"start": 0.0, "middle": wide / 2, "end": wide}[slot.label_anchor]
    return left, slot.label_y - 12, left + wide, slot.label_y + 3


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- the same map looks the same


def test_the_same_map_is_laid_out_the_same_way_whatever_the_order() -> None:
    assert layout(PLACES, TIES) == layout(PLACES[::-1], TIES[::-1])


def test_a_line_told_twice_and_one_to_itself_change_nothing() -> None:
    assert layout(PLACES, [*TIES, *TIES, ("care", "care")]) == layout(PLACES, TIES)


def test_a_line_to_somebody_who_is_not_there_changes_nothing() -> None:
    assert layout(PLACES, [*TIES, ("care", "nobody")]) == layout(PLACES, TIES)


@given(weights=st.lists(st.integers(0, 5000), min_size=len(TIES), max_size=len(TIES)))
@settings(max_examples=50, deadline=None)
def test_a_node_keeps_its_place_when_volumes_change(weights: list[int]) -> None:
    flows = [Flow(one, other, weight) for (one, other), weight in zip(TIES, weights, strict=True)]
    volumes = {place.key: float(sum(weights)) for place in PLACES}
    usual = drawn(layout(PLACES, TIES))
    changed = drawing(layout(PLACES, TIES), flows, volumes)
    assert {bar.key: bar.slot for bar in changed.bars} == {bar.key: bar.slot for bar in usual.bars}


def drawn(placed: Layout) -> Drawing:
    flows = [Flow(one, other, 10.0 * place + 4) for place, (one, other) in enumerate(TIES)]
    return drawing(placed, flows, {"care": 80.0, "workshop": 30.0, "it": 10.0, "households": 80.0})


def test_opening_a_department_keeps_every_other_one_in_its_column_and_order() -> None:
    places, ties = places_of(None)
    closed = layout(places, ties)
    teams = [Place(f"workshop-{number}", 90.0, groups=("workshop",)) for number in range(4)]
    opened_places = [place for place in places if place.key != "workshop"] + teams
    opened_ties = [
        tuple("workshop-1" if key == "workshop" else key for key in tie)  # all through one of its teams
        for tie in ties
    ]
    opened = layout(opened_places, [(tie[0], tie[1]) for tie in opened_ties])
    others = {place.key for place in places} - {"workshop"}

    def order(found: Layout) -> list[list[str]]:
        slots = sorted(found.slots, key=lambda slot: (slot.column, slot.y))
        columns: dict[int, list[str]] = {}
        for slot in slots:
            columns.setdefault(slot.column, []).extend([slot.key] if slot.key in others else [])
        return list(columns.values())

    assert order(opened) == order(closed)
    column = next(slot.column for slot in closed.slots if slot.key == "workshop")
    assert {slot.column for slot in opened.slots if slot.key.startswith("workshop-")} == {column}


# --- who stands where


def test_suppliers_stand_left_of_those_they_serve_and_outside_stands_last() -> None:
    x = {slot.key: slot.x for slot in layout(PLACES, TIES).slots}
    assert x["it"] < x["care"] < x["households"]


def test_hops_are_those_of_a_walk_outwards_that_takes_every_line_alike() -> None:
    pairs = [("care", "households"), ("care", "it"), ("it", "care"), ("workshop", "care")]
    hops = hops_outward(["care", "it", "lost", "workshop"], frozenset({"households"}), pairs)
    # care = 1 + it / 2 and it = 1 + care, so care is 3 and it is 4
    assert hops == {"care": pytest.approx(3.0, abs=1e-4), "it": pytest.approx(4.0, abs=1e-4)} | {
        "workshop": pytest.approx(4.0, abs=1e-4),
        "lost": pytest.approx(5.0, abs=1e-4),
    }


def test_departments_that_all_serve_each_other_are_cut_into_columns_by_rank() -> None:
    inside = [f"d{number:02}" for number in range(12)]
    ties = [(one, other) for one in inside for other in inside] + [("d00", "households")]
    columns = columns_of(inside, ["households"], ties)
    assert [len(column) for column in columns] == [3, 3, 3, 3, 1]


def test_the_columns_are_named_after_what_stands_in_them() -> None:
    assert [column.kind for column in small().columns] == ["farthest", "between", "between", "nearest", "outside"]
    alone = layout([Place("care", 50.0), Place("households", 50.0, is_outside=True)], [("care", "households")])
    assert [column.kind for column in alone.columns] == ["nearest", "outside"]
    inside_only = layout([Place("a", 50.0), Place("b", 50.0)], [("a", "b")])
    assert [column.kind for column in inside_only.columns] == ["nearest"]


# --- legible


@pytest.mark.parametrize("found", [small(), large()], ids=["12 departments", "300 teams"])
def test_every_node_lies_within_the_frame_and_none_upon_another(found: Layout) -> None:
    for slot in found.slots:
        left, top, right, bottom = box_of(slot)
        assert left >= 0
        assert right <= found.width
        assert top > 28  # below the headings and their rule
        assert bottom <= found.height
    boxes = sorted((slot.column, slot.y, slot) for slot in found.slots)
    for (column, _y, one), (next_column, _next, other) in pairwise(boxes):
        assert column != next_column or not overlap(box_of(one), box_of(other))


def test_no_name_of_a_small_map_lies_upon_another_or_upon_a_bar() -> None:
    places, ties = places_of(None)
    widths = {place.key: place.label_width for place in places}
    labels = [(slot, label_of(slot, widths[slot.key])) for slot in layout(places, ties).slots]
    for (_one, first), (_other, second) in combinations(labels, 2):
        assert not overlap(first, second)
    for (_one, first), (other, _second) in combinations(labels, 2):
        bar = (other.x, other.y, other.x + other.width, other.y + other.room)
        assert not overlap(first, bar)


def test_the_names_of_three_hundred_teams_stay_within_their_boxes() -> None:
    places, ties = places_of(None, is_large=True)
    widths = {place.key: place.label_width for place in places}
    found = layout(places, ties)
    assert found.is_dense
    assert len(found.slots) == 302
    for slot in found.slots:
        assert min(widths[slot.key], slot.label_room) + NUMBER_WIDTH + 2 * BOX_PADDING <= slot.width + 0.2
        assert slot.y < slot.label_y <= slot.y + slot.room


def test_three_hundred_teams_take_no_more_room_than_a_few_screens() -> None:
    found = large()
    assert (found.width < 2600, found.height < 3200) == (True, True)


def test_every_team_lies_within_the_frame_of_its_department_and_frames_keep_apart() -> None:
    found = large()
    frames = {frame.key: frame for frame in found.frames}
    assert len(frames) == 12
    for slot in found.slots:
        if "-t" in slot.key:
            frame = frames[slot.key.split("-")[0]]
            assert frame.x <= slot.x
            assert slot.x + slot.width <= frame.x + frame.width
            assert frame.y <= slot.y
            assert slot.y + slot.room <= frame.y + frame.height
    for one, other in combinations(found.frames, 2):
        boxes = [(frame.x, frame.y, frame.x + frame.width, frame.y + frame.height) for frame in (one, other)]
        assert not overlap(*boxes)


def test_a_department_opened_within_another_has_its_frame_within_the_others() -> None:
    places = [
        Place("a", 50.0, groups=("a",)),
        Place("a1", 50.0, groups=("a",)),
        Place("b1", 50.0, groups=("a", "b")),
        Place("b2", 50.0, groups=("a", "b")),
    ]
    outer, inner = sorted(layout(places, []).frames, key=lambda frame: frame.depth)
    assert (outer.key, inner.key) == ("a", "b")
    assert outer.x < inner.x
    assert inner.x + inner.width < outer.x + outer.width
    assert outer.y < inner.y
    assert inner.y + inner.height < outer.y + outer.height


@given(
    ties=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=60),
    outside=st.sets(st.sampled_from(NAMES), max_size=3),
    groups=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["g1", "g2"]), max_size=12),
    width=st.floats(10, 400),
)
@settings(max_examples=80, deadline=None)
def test_whatever_is_drawn_nothing_lies_upon_anything(
    ties: list[tuple[str, str]], outside: set[str], groups: dict[str, str], width: float
) -> None:
    places = [
        Place(
            key, width, groups=(groups[key],) if key in groups and key not in outside else (), is_outside=key in outside
        )
        for key in NAMES
    ]
    found = layout(places, ties)
    assert {slot.key for slot in found.slots} == set(NAMES)
    for one, other in combinations(found.slots, 2):
        assert not overlap(box_of(one), box_of(other))
    assert all(slot.x >= 0 and slot.x + slot.width <= found.width for slot in found.slots)
    assert all(slot.y + slot.room <= found.height for slot in found.slots)


def test_nothing_to_draw_is_an_empty_layout() -> None:
    assert (layout([], []).slots, layout([], []).frames, layout([], []).columns) == ((), (), ())
    assert drawing(layout([], []), [], {}).ribbons == ()


# --- bars and lines


def test_every_line_is_drawn_once() -> None:
    found = drawn(layout(PLACES, TIES))
    assert sorted((one.provider, one.customer) for one in found.ribbons) == sorted(TIES)


def test_a_line_is_as_thick_as_it_weighs_and_narrows_towards_the_one_who_is_served() -> None:
    places = [Place("a", 50.0), Place("b", 50.0), Place("out", 50.0, is_outside=True)]
    ties = [("a", "out"), ("b", "out")]
    found = drawing(
        layout(places, ties), [Flow("a", "out", 100), Flow("b", "out", 50)], {"a": 100, "b": 50, "out": 150}
    )
    thick = {one.provider: one.start[2] - one.start[1] for one in found.ribbons}
    thin = {one.provider: one.end[2] - one.end[1] for one in found.ribbons}
    assert thick["a"] == pytest.approx(2 * thick["b"])
    assert thin["a"] == pytest.approx(0.42 * thick["a"])


def test_the_busiest_node_is_the_tallest_and_no_line_leaves_beside_its_bar() -> None:
    found = drawn(layout(PLACES, TIES))
    bars = {bar.key: bar for bar in found.bars}
    assert max(bars.values(), key=lambda bar: bar.height).key in {"care", "households"}
    for one in found.ribbons:
        bar = bars[one.provider]
        assert bar.slot.y - 0.1 <= one.start[1]
        assert one.start[2] <= bar.slot.y + bar.height + 0.1


def test_many_lines_at_one_node_are_pressed_together_within_it() -> None:
    places = [Place("it", 20.0), *(Place(f"d{number:02}", 20.0) for number in range(60))]
    ties = [("it", place.key) for place in places[1:]]
    found = drawing(layout(places, ties), [Flow(*tie, 9.0) for tie in ties], {"it": 540.0})
    bar = next(bar for bar in found.bars if bar.key == "it")
    for one in found.ribbons:
        assert bar.slot.y - 1 <= one.start[1]
        assert one.start[2] <= bar.slot.y + bar.height + 1


def test_a_line_to_the_left_leaves_on_the_left_and_one_within_a_column_swings_out() -> None:
    inside, outside = ["it", "care", "sales"], ["households", "businesses"]
    places = [Place(key, 20.0, is_outside=key in outside) for key in (*inside, *outside)]
    ties = [("it", "care"), ("care", "it"), ("care", "sales"), ("sales", "households"), *(("care", o) for o in outside)]
    found = drawing(layout(places, ties), [Flow(*tie, 5.0) for tie in ties], {})
    slots = {slot.key: slot for slot in found.layout.slots}
    lines = {(one.provider, one.customer): one for one in found.ribbons}
    assert [slots[key].column for key in inside] == [0, 1, 1]
    back, within, onward = lines["care", "it"], lines["care", "sales"], lines["care", "households"]
    assert (back.start[0], back.end[0]) == (slots["care"].x, slots["it"].x + slots["it"].width)
    assert (within.start[0], within.end[0]) == (slots["care"].x, slots["sales"].x)
    assert 0 < within.bend < slots["care"].x
    assert (onward.start[0], onward.end[0]) == (slots["care"].x + slots["care"].width, slots["households"].x)


def test_the_middle_of_a_line_lies_on_it() -> None:
    found = drawn(layout(PLACES, TIES))
    for one in found.ribbons:
        x, y = one.middle
        assert min(one.start[0], one.end[0], one.bend) <= x <= max(one.start[0], one.end[0], one.bend)
        assert min(one.start[1], one.end[1]) <= y <= max(one.start[2], one.end[2])


# --- names


def test_a_long_name_is_cut_to_its_room_and_a_short_one_is_not() -> None:
    assert cut_to("Sales", 100) == "Sales"
    short = cut_to("Delivery and installation", 100)
    assert short.endswith("…")
    assert width_of(short) <= 100
    assert "Delivery and installation".startswith(short[:-1])


def test_teams_that_differ_in_their_last_word_still_differ_when_cut() -> None:
    cut = {cut_within(f"Information Technology {number}", 120) for number in range(1, 20)}
    assert len(cut) == 19
    assert all(width_of(name) <= 120 for name in cut)


def test_cutting_any_name_to_any_room_ends() -> None:
    random = Random(3)
    for _name in range(60):
        name = "".join(random.choice("Wi ") for _letter in range(random.randrange(1, 30)))
        assert len(cut_within(name, random.randrange(0, 90))) <= len(name) + 1

"""The picture of a figure over weeks: gaps where too few answered, a week alone, marks, and room for their words."""

from typing import Any

from clientela.web.components.parts import TrendMark, TrendPoint
from clientela.web.components.trend import trend

FEW = TrendPoint(value=None)
HALF = TrendPoint(value=0.5, low=0.25, high=0.75)


def drawn(*points: TrendPoint, **more: Any) -> dict[str, Any]:
    return trend(points, "Outside: from 50 % to 50 %", **more)


def test_nothing_is_drawn_of_no_weeks() -> None:
    found = drawn()
    assert (found["bands"], found["lines"], found["dots"], found["few"]) == ([], [], [], [])


def test_a_line_and_its_band_go_through_every_week() -> None:
    found = drawn(HALF, HALF, HALF)
    assert found["lines"] == ["M0.0 50.0L50.0 50.0L100.0 50.0"]
    assert found["bands"] == ["M0.0 25.0L50.0 25.0L100.0 25.0L100.0 75.0L50.0 75.0L0.0 75.0Z"]
    assert found["dots"] == []


def test_a_week_with_too_few_answers_is_a_gap_with_a_hatch_beneath() -> None:
    found = drawn(HALF, HALF, FEW, HALF, HALF)
    assert found["lines"] == ["M0.0 50.0L25.0 50.0", "M75.0 50.0L100.0 50.0"]
    assert found["few"] == [{"x": "37.50%", "width": "25.00%"}]


def test_a_week_between_two_gaps_is_a_dot_with_its_interval() -> None:
    found = drawn(FEW, HALF, FEW)
    assert found["lines"] == []
    assert found["dots"] == [{"x": "50.00%", "y": "68.0", "is_marked": False}]
    assert found["bands"] == ["M48.8 25.0L51.2 25.0L51.2 75.0L48.8 75.0Z"]
    assert found["few"] == [{"x": "0.00%", "width": "25.00%"}, {"x": "75.00%", "width": "25.00%"}]


def test_one_week_stands_in_the_middle_and_one_unknown_week_fills_the_width() -> None:
    assert drawn(HALF)["dots"][0]["x"] == "50.00%"
    assert drawn(FEW)["few"] == [{"x": "0.00%", "width": "100.00%"}]


def test_what_lies_beyond_the_scale_stays_inside_the_picture() -> None:
    found = drawn(TrendPoint(value=0.1), TrendPoint(value=1.0), scale_from=0.5, scale_to=0.9)
    assert found["lines"] == ["M0.0 100.0L100.0 0.0"]
    assert found["bands"] == []


def test_marks_have_words_only_where_there_is_room_for_them() -> None:
    marks = [TrendMark(place=place, words=f"{place}") for place in (0.05, 0.6, 0.4, 0.5, 0.95)]
    found = drawn(HALF, HALF, marks=marks)["marks"]
    assert [mark["x"] for mark in found] == ["5.0", "40.0", "50.0", "60.0", "95.0"]
    assert [mark["words"] for mark in found] == ["", "0.4", "", "0.6", ""]


def test_a_change_is_ringed() -> None:
    changed = TrendPoint(value=0.5, is_marked=True)
    assert [dot["is_marked"] for dot in drawn(HALF, changed, HALF)["dots"]] == [True]
    assert len(drawn(HALF, changed, HALF, has_dots=True)["dots"]) == 3

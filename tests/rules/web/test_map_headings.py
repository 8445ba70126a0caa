"""The words above the columns of the map never stand on each other, in whatever language."""

from itertools import pairwise

import pytest
from django.utils import translation

from clientela.web.map.layout import Column
from clientela.web.map.lettering import width_of
from clientela.web.map.svg import headings

FIRST, LAST = Column(38.0, "start", "farthest"), Column(852.0, "end", "outside")


def reach(column: Column, words: str) -> tuple[float, float]:
    start = column.x - {"start": 0.0, "middle": width_of(words) / 2, "end": width_of(words)}[column.anchor]
    return start, start + width_of(words)


@pytest.mark.parametrize("language", ["en", "ro", "pl", "es"])
@pytest.mark.parametrize("between", [(295.0, 474.0), (474.0,), (230.0, 390.0, 520.0), (600.0,), (200.0,)])
def test_no_two_headings_touch(language: str, between: tuple[float, ...]) -> None:
    columns = (FIRST, *(Column(x, "middle", "between") for x in between), Column(641.0, "middle", "nearest"), LAST)
    with translation.override(language):
        reaches = [reach(column, words) for column, words in headings(columns)]
        cut = [words for _column, words in headings(columns) if "…" in words]
    assert len(reaches) in {3, 4}
    assert cut == []  # a heading is whole, or not there
    assert all(end < start for (_, end), (start, _) in pairwise(reaches))


def test_the_middle_one_has_the_name_where_there_is_room() -> None:
    between = tuple(Column(x, "middle", "between") for x in (300.0, 500.0, 700.0))
    columns = (Column(38.0, "start", "farthest"), *between, Column(950.0, "middle", "nearest"))
    assert [(column.x, words) for column, words in headings(columns)] == [
        (38.0, "Suppliers of suppliers"),
        (500.0, "who serve those"),
        (950.0, "closest to the customer"),
    ]


def test_a_dense_map_has_its_headings_at_the_edges_of_the_columns() -> None:
    columns = tuple(
        Column(x, "start", kind) for x, kind in ((20.0, "farthest"), (180.0, "between"), (340.0, "nearest"))
    )
    assert [words for _, words in headings(columns)] == [
        "Suppliers of suppliers",
        "who serve those",
        "closest to the customer",
    ]

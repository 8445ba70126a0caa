"""Texts as they are kept and searched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.requests.rules import excerpt, search_words, storable, storable_line, title_of


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("pump", "pump:*"),
        ("  Drain  Pump ", "drain:* & pump:*"),
        ("Żelazka d'or!", "zelazka:* & d & or"),
        ("mașina maşina", "masina:* & masina:*"),
        ("⑴ & | ! <-> ) ' :*", "1"),
        ("!!!", ""),
        ("", ""),
        ("a b c d e f g h i j k l m n", " & ".join("abcdefghijkl")),
    ],
)
def test_what_is_typed_becomes_the_beginnings_of_words(typed: str, query: str) -> None:
    assert search_words(typed) == query


@given(st.text())
def test_nothing_typed_can_break_a_query(typed: str) -> None:
    assert re.fullmatch(r"(\w+(:\*)?( & \w+(:\*)?)*)?", search_words(typed))


def test_a_text_is_stored_without_what_a_database_cannot_hold() -> None:
    assert storable("a\x00b\ud800c\r\nd\re") == "abc\nd\ne"
    assert len(storable("x" * 2_000_001)) == 2_000_000
    assert storable_line(" a\n b\x00\t c ", 4) == "a b"


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("  Washing\n machine ", "…", "Washing machine"),
        ("", "It leaks.\nSince yesterday.", "It leaks. Since yesterday."),
        ("", "word " * 30, ("word " * 16)[:-1][:79] + "…"),
        ("", "x" * 90, "x" * 80 + "…"),
        ("", " \n", ""),
        ("t" * 300, "", "t" * 200),
    ],
)
def test_a_request_has_a_title(title: str, text: str, expected: str) -> None:
    assert title_of(title, text) == expected


def test_an_excerpt_shows_the_word_that_was_searched() -> None:
    text = (
        "One two three four five six seven eight nine ten. " * 5
        + "Then the pralka, wet again, stood there."
        + " x" * 200
    )
    passage = excerpt(text, ["pralk"])
    assert "pralka, wet again" in passage
    assert passage[0] == "…"
    assert passage[-1] == "…"
    assert len(passage) <= 162
    assert excerpt("Żelazko jest zimne.", ["zelazk"]) == "Żelazko jest zimne."
    assert excerpt("Nothing here", ["pump"]) == "Nothing here"

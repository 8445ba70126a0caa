"""Tables of ours as files: what a spreadsheet would compute is a text to it, and every other word stays as it was."""

import csv
import io

import pytest

from clientela.web.downloads import as_table, plain_cell

FORMULAS = ["=1+1", "+40 721", "-2", "@SUM(1;1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201"]


@pytest.mark.parametrize("value", FORMULAS)
def test_what_begins_like_a_formula_is_marked_as_text(value: str) -> None:
    assert plain_cell(value) == "'" + value


@pytest.mark.parametrize("value", [-3, 1.5, None, "", "a=b", "ș ț ł ñ", "שלום", " =1", "'quoted"])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert plain_cell(value) == value


def test_a_table_is_read_back_as_it_was_given() -> None:
    rows: list[list[object]] = [["a,b;c", 'd"e\nf', "ș", "مرحبا", -2], ["", None, "x" * 40_000, "'", 0.5]]
    content = as_table("ț.csv", ["1", "2", "3", "4", "5"], rows).content.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(content, newline="")))
    assert found[1:] == [["a,b;c", 'd"e\nf', "ș", "مرحبا", "-2"], ["", "", "x" * 40_000, "'", "0.5"]]


def test_an_empty_table_has_its_header() -> None:
    answer = as_table("ț.csv", ["department", "share"], [])
    assert answer.content == b"\xef\xbb\xbfdepartment,share\r\n"
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%C8%9B.csv"

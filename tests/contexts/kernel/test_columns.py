"""Rows as columns of numbers."""

from datetime import UTC, datetime

import pytest

from clientela.kernel.columns import NO_MOMENT, columns_of

pytestmark = pytest.mark.django_db

KINDS = {"number": "int8", "small": "int2", "at": "timestamptz", "share": "bool"}
ROWS = """
    SELECT number, (number %% 3)::int2 AS small, number > 2 AS share,
        CASE WHEN number = 2 THEN '-infinity' ELSE %(at)s::timestamptz + number * interval '1 microsecond' END AS at
    FROM generate_series(1, %(most)s) AS number ORDER BY number DESC
"""
AT = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)  # either side of the moment PostgreSQL counts from


def test_a_column_with_a_null_is_refused() -> None:
    with pytest.raises(ValueError, match="number"):
        columns_of("SELECT NULL::int8 AS number FROM generate_series(1, 2)", {"number": "int8"}, {})


def test_each_column_comes_in_the_order_of_the_rows() -> None:
    found = columns_of(ROWS, KINDS, {"at": AT, "most": 4})
    begins = int(AT.timestamp()) * 1_000_000 + 999_999
    assert {name: column.tolist() for name, column in found.items()} == {
        "number": [4, 3, 2, 1],
        "small": [1, 0, 2, 1],
        "at": [begins + 4, begins + 3, NO_MOMENT, begins + 1],
        "share": [1, 1, 0, 0],
    }


def test_no_row_is_columns_of_nothing() -> None:
    assert {name: column.tolist() for name, column in columns_of(ROWS, KINDS, {"at": AT, "most": 0}).items()} == {
        "number": [],
        "small": [],
        "at": [],
        "share": [],
    }


def test_very_many_rows_come_whole() -> None:
    found = columns_of("SELECT generate_series(1, 200000) AS number", {"number": "int4"}, {})
    assert found["number"].sum() == 200_000 * 200_001 // 2

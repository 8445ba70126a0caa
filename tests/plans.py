"""How PostgreSQL means to answer the statements of a question: which indexes it uses, and which tables it reads whole.

For tests of speed that need no clock: with enough rows and fresh statistics the plan is the same every time.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

READS = re.compile(r"[\s(]*(SELECT|WITH)\b")


@dataclass(frozen=True)
class Plan:
    """What the plans of all reading statements of a question do."""

    statements: int
    indexes: frozenset[str]
    read_whole: frozenset[str]  # tables of which every row is looked at
    most_rows: int  # that it expects to handle in any one step


def plan_of(ask: Callable[[], object]) -> Plan:
    """Ask once, and explain every statement that reads; counted are all of them, savepoints apart."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    said = [query["sql"] for query in captured.captured_queries]
    nodes = [node for sql in said if READS.match(sql) for node in _nodes(_explained(sql))]
    return Plan(
        statements=sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in said),
        indexes=frozenset(node["Index Name"] for node in nodes if "Index Name" in node),
        read_whole=frozenset(node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"),
        most_rows=max((int(node["Plan Rows"]) for node in nodes), default=0),
    )


def count_rows() -> None:
    """Let PostgreSQL count what its tables hold, and put into its indexes what still waits to be put there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(oid) FROM pg_class WHERE relkind = 'i' AND relam = ("
            "SELECT oid FROM pg_am WHERE amname = 'gin') AND relowner = current_user::regrole"
        )
        cursor.execute("ANALYZE")


def _explained(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"), [])
        ((explained,),) = cursor.fetchall()
    plans = json.loads(explained) if isinstance(explained, str) else explained
    plan: dict[str, Any] = plans[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)

"""What this context hands to analytics: every promise as it stands, as rows of plain values."""

from collections.abc import Collection, Sequence

from django.db import connection

from clientela.kernel.analytics.contracts import Column, Export, Table, Told, ids_named

CLOCKS = Table(
    name="clocks",
    columns=(
        Column("clock_id", "int64"),
        Column("request_id", "int64", is_nullable=True),  # null: it is about something else
        Column("provider_id", "int64"),
        Column("kind", "string"),  # first_reply, next_reply, resolution, personal
        Column("started_at", "timestamp"),
        Column("due_at", "timestamp", is_nullable=True),  # null while it stands still, and once it has ended
        Column("kept_at", "timestamp", is_nullable=True),
        Column("broken_at", "timestamp", is_nullable=True),  # the due moment that passed unkept
        Column("is_open", "bool"),  # false once it was kept or cancelled
        Column("target_seconds", "int64", is_nullable=True),  # working seconds; null of a personal promise
    ),
    key=("clock_id",),
    month_of="started_at",
)

_ROWS = """
SELECT clock.id AS clock_id,
    CASE WHEN clock.subject LIKE 'request:%%' THEN split_part(clock.subject, ':', 2)::bigint END AS request_id,
    clock.provider_id, clock.kind, clock.started_at, clock.due_at, clock.kept_at, clock.broken_at, clock.is_open,
    clock.target_seconds
FROM promises_clock AS clock WHERE clock.id = ANY(%(ids)s::bigint[])
"""
_OF_SUBJECTS = "SELECT id FROM promises_clock WHERE subject = ANY(%s)"


def _touched(facts: Sequence[Told]) -> Collection[int]:
    # Promises are about requests today; one about anything else is named by its own number in the facts.
    subjects = [f"request:{number}" for number in sorted(ids_named(facts, "request"))]
    named = ids_named(facts, "clock")
    if not subjects:
        return named
    with connection.cursor() as cursor:
        cursor.execute(_OF_SUBJECTS, [subjects])
        return named | {number for (number,) in cursor.fetchall()}


TABLES = (Export(table=CLOCKS, rows=_ROWS, all_ids="SELECT id FROM promises_clock", touched_by=_touched),)

"""An administrator who wants to know who answered what: has every table, the system columns, and saw each one answer.

Each way of guessing is given what the database shows and says which row is whose: a list of rows, one for each person
in the order in which they were seen to answer. How often it is right is compared with chance.
"""

import re
from collections.abc import Mapping

from django.db import connection
from psycopg.sql import SQL, Identifier

from clientela.voice.models import SurveyRound

_ROWS = "SELECT id::text FROM voice_surveyanswer WHERE round_id = %s AND is_complete ORDER BY "
_WORDS = "SELECT id::text FROM voice_surveyanswer WHERE round_id = %s AND NOT is_complete ORDER BY "
_VOICES = """
    SELECT split_part(voice.source, ':', 2) FROM voice_voice AS voice
    JOIN voice_surveyanswer AS answer ON answer.id::text = split_part(voice.source, ':', 2)
    WHERE answer.round_id = %s ORDER BY
"""
# By whatever column could have kept the order: where rows lie on the disk, who wrote them, their keys, their moments,
# what the journal tells of the voices made of them.
ORDERS: Mapping[str, str] = {
    "place on the disk": _ROWS + "ctid",
    "key": _ROWS + "id",
    "transaction": _ROWS + "xmin::text::bigint, cmin::text::bigint, ctid",
    "moment": _ROWS + "saved_at, answered_at, ctid",
    "values": _ROWS + "values::text",
    "words by place on the disk": _WORDS + "ctid",
    "words by key": _WORDS + "id",
    "words by transaction": _WORDS + "xmin::text::bigint, cmin::text::bigint, ctid",
    "voice": _VOICES + "voice.id",
    "voice on the disk": _VOICES + "voice.ctid",
    "moment of the voice": _VOICES + "voice.said_at, voice.heard_at, voice.ctid",
    "facts": """
        SELECT split_part(voice.source, ':', 2) FROM kernel_fact AS fact, unnest(fact.about) AS name
        JOIN voice_voice AS voice ON name = 'voice:' || voice.id
        JOIN voice_surveyanswer AS answer ON answer.id::text = split_part(voice.source, ':', 2)
        WHERE answer.round_id = %s ORDER BY fact.id
    """,
}

_BYTES = re.compile(rb"\\\\x((?:[0-9a-f]{2})+)")  # COPY doubles the backslash with which PostgreSQL begins bytes


def guesses(one: SurveyRound) -> dict[str, list[str]]:
    """For each way, forwards and backwards, the rows it takes for those of the first, the second… to answer."""
    found = {}
    for name, statement in ORDERS.items():
        with connection.cursor() as cursor:
            cursor.execute(statement, [one.pk])
            rows = [row for (row,) in cursor.fetchall()]
        found[name] = rows
        found[f"{name}, backwards"] = rows[::-1]
    return found


def linked_by_transaction(one: SurveyRound) -> list[tuple[int, str]]:
    """The people whose invitation was spent by the very transaction that wrote an answer's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT invitation.person_id, answer.id::text FROM voice_surveyinvitation AS invitation
            JOIN voice_surveyanswer AS answer ON answer.xmin = invitation.xmin AND answer.round_id = invitation.round_id
            WHERE invitation.round_id = %s
            """,
            [one.pk],
        )
        return [(person, row) for person, row in cursor.fetchall()]


def tables_that_hold(*told: bytes) -> set[str]:
    """The tables that hold one of these, written out or within a column of bytes."""
    return {name for name, content in every_table().items() if any(said in content for said in told)}


def every_table() -> dict[str, bytes]:
    """Every table of the database as a dump writes it, columns of bytes as the bytes they are.

    A dump writes bytes as hexadecimal digits. Words are not seen in those, and a number may stand in them by chance.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            whole = SQL("COPY (SELECT * FROM {}) TO STDOUT").format(Identifier(name))
            with cursor.copy(whole) as copy:
                written = b"".join(bytes(part) for part in copy)
            found[name] = _BYTES.sub(lambda match: bytes.fromhex(match[1].decode()), written)
    return found

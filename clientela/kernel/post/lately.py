"""How often the house wrote by itself lately: for whoever must not let two machines talk all night."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection

from clientela.kernel.models import Letter

# Each asked for by itself, newest first and only so many: a correspondent of years costs no more than a new one.
_TO_ADDRESSES = """
    SELECT asked.address, lately.written_at
    FROM unnest(%(asked)s::text[]) AS asked(address)
    CROSS JOIN LATERAL (
        SELECT written_at FROM kernel_letter
        WHERE lower(to_address) = asked.address AND written_at > %(since)s AND written_at <= %(at)s
            AND priority = %(automatic)s AND hold_reason = ''
        ORDER BY written_at DESC LIMIT %(most)s
    ) AS lately
"""
_ABOUT_THINGS = """
    SELECT asked.name, lately.written_at
    FROM unnest(%(asked)s::text[]) AS asked(name)
    CROSS JOIN LATERAL (
        SELECT written_at FROM kernel_letter
        WHERE about @> ARRAY[asked.name]::varchar[] AND written_at > %(since)s AND written_at <= %(at)s
            AND priority = %(automatic)s AND hold_reason = ''
        ORDER BY written_at DESC LIMIT %(most)s
    ) AS lately
"""

Moments = Mapping[str, tuple[datetime, ...]]


def written_to_lately(addresses: Collection[str], *, since: datetime, at: datetime, most: int) -> Moments:
    """When automatic letters were written to these addresses (in lower case), for each at most the newest `most`.

    One statement; none for no addresses. A letter that was held back does not count, one that a person wrote neither.
    """
    return _moments(_TO_ADDRESSES, {address.lower() for address in addresses}, since=since, at=at, most=most)


def written_about_lately(things: Collection[str], *, since: datetime, at: datetime, most: int) -> Moments:
    """As `written_to_lately`, about these things ("request:12")."""
    return _moments(_ABOUT_THINGS, set(things), since=since, at=at, most=most)


def _moments(statement: str, asked: set[str], *, since: datetime, at: datetime, most: int) -> Moments:
    if not asked:
        return {}
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    automatic = Letter.Priority.AUTOMATIC.value
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"asked": sorted(asked), "since": since, "at": at, "most": most, "automatic": automatic}
        )
        for name, written_at in cursor.fetchall():
            found[name].append(written_at)
    return {name: tuple(moments) for name, moments in found.items()}

"""The chain of a request: what waits on it, up to the customer, and what it waits on, down to the last department."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from clientela.requests.models import Request

DEEPEST = 50

# Both directions in one statement. UNION and the depth stop the walk even if a circle were ever stored.
_CHAIN = """
WITH RECURSIVE above AS (
    SELECT waiting_id AS id, needed_id AS next_id, is_blocking, 1 AS depth
    FROM requests_dependency WHERE needed_id = %(request)s
    UNION
    SELECT d.waiting_id, d.needed_id, d.is_blocking, above.depth + 1
    FROM requests_dependency d JOIN above ON d.needed_id = above.id WHERE above.depth < %(deepest)s
), below AS (
    SELECT needed_id AS id, waiting_id AS next_id, is_blocking, 1 AS depth
    FROM requests_dependency WHERE waiting_id = %(request)s
    UNION
    SELECT d.needed_id, d.waiting_id, d.is_blocking, below.depth + 1
    FROM requests_dependency d JOIN below ON d.waiting_id = below.id WHERE below.depth < %(deepest)s
)
SELECT -depth, id, next_id, is_blocking FROM above
UNION ALL SELECT depth, id, next_id, is_blocking FROM below
"""


@dataclass(frozen=True)
class Link:
    """One request of a chain. `depth`: −1 waits on the one in the middle, 1 is what that waits on, and so on.

    `next_id` is the neighbour one step nearer to the middle.
    """

    depth: int
    request_id: int
    next_id: int
    is_blocking: bool


@dataclass(frozen=True)
class Chain:
    """The links around a request, and their rows by id (the request itself too)."""

    links: tuple[Link, ...]
    rows: Mapping[int, Request]

    @property
    def parent_provider_ids(self) -> frozenset[int]:
        """The departments on whose behalf the request was asked."""
        return frozenset(self.rows[link.request_id].provider_id for link in self.links if link.depth == -1)

    @property
    def provider_ids(self) -> frozenset[int]:
        """Every department of the chain."""
        return frozenset(row.provider_id for row in self.rows.values())

    @property
    def child_ids(self) -> frozenset[int]:
        """What the request asked for itself."""
        return frozenset(link.request_id for link in self.links if link.depth == 1)


def chain_of(request: Request) -> Chain:
    """The chain around a request. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"request": request.pk, "deepest": DEEPEST})
        links = tuple(Link(*row) for row in cursor.fetchall())
    rows = Request.objects.in_bulk([link.request_id for link in links])
    return Chain(links, {**rows, request.pk: request})

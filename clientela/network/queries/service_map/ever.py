"""Who ever served whom, in whatever weeks: what keeps the map in its shape when only a few weeks are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from clientela.network.queries.service_map.weeks import SHOWN, Pair

_EVER = f"""{SHOWN}
SELECT provider, customer, min(week_on) FROM edge WHERE asked > 0 OR handed_over > 0 GROUP BY provider, customer
"""  # noqa: S608 - our own words, joined


@dataclass(frozen=True)
class Ever:
    """Every pair between which something ever happened, and the Monday of the first week there is."""

    ties: frozenset[Pair]
    earliest_week: date | None


def ever_between(node_of: Mapping[int, int], key_of: Mapping[int, str]) -> Ever:
    """Return who ever served whom, among the nodes that are shown. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _EVER,
            {
                "teams": list(node_of),
                "nodes": list(node_of.values()),
                "first_week": date.min,
                "last_week": date.max,
            },
        )
        rows = cursor.fetchall()
    return Ever(
        ties=frozenset(
            (key_of[provider], key_of[int(customer)] if customer.isdecimal() else customer)
            for provider, customer, _first in rows
        ),
        earliest_week=min((first for _provider, _customer, first in rows), default=None),
    )

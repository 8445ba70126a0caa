"""Who ever served whom, in whatever weeks: what keeps the map in its shape when only a few weeks are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from clientela.network.queries.service_map.weeks import Pair

_EVER = """
SELECT provider_id, customer_id, segment, min(week_on) FROM network_edgeweek
WHERE asked > 0 OR handed_over > 0 GROUP BY provider_id, customer_id, segment
"""


@dataclass(frozen=True)
class Ever:
    """Every pair between which something ever happened, and the Monday of the first week there is."""

    ties: frozenset[Pair]
    earliest_week: date | None


def ever_between(node_of: Mapping[int, int], key_of: Mapping[int, str]) -> Ever:
    """Return who ever served whom, among the nodes that are shown. One statement."""
    first_weeks: dict[Pair, date] = {}
    with connection.cursor() as cursor:
        cursor.execute(_EVER)
        for provider_id, customer_id, segment, first_week in cursor.fetchall():
            provider, customer = node_of.get(provider_id), node_of.get(customer_id)
            if provider is None or provider == customer or (customer is None and customer_id is not None):
                continue
            pair = key_of[provider], segment if customer is None else key_of[customer]
            first_weeks[pair] = min(first_week, first_weeks.get(pair, first_week))
    return Ever(ties=frozenset(first_weeks), earliest_week=min(first_weeks.values(), default=None))

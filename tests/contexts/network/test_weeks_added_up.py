"""The map's sums and medians against the same worked out row by row, on small houses with random weeks."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from clientela.network.models import EdgeWeek
from clientela.network.queries.service_map import BUSINESSES, HOUSEHOLDS, service_map
from clientela.network.rules import LAST_BUCKET, middle_of
from tests.contexts.network.weeks import THIS_WEEK, edge_week
from tests.shop import Shop

DEPARTMENTS = ("care", "hr", "it", "maintenance", "workshop", "workshop-warsaw")
COUNTS = ("asked", "decided", "late", "done", "reworked", "handed_over")
WEEKS = 6


def write_weeks(shop: Shop, random: Random) -> None:
    for weeks_ago in range(WEEKS):
        for provider in DEPARTMENTS:
            for customer in (*DEPARTMENTS, HOUSEHOLDS, BUSINESSES):
                if customer == provider or random.random() < 0.6:
                    continue
                waits = {
                    random.randrange(LAST_BUCKET + 1): random.randrange(1, 4) for _one in range(random.randrange(4))
                }
                done = sum(waits.values())
                edge_week(
                    shop.world,
                    provider,
                    customer,
                    weeks_ago=weeks_ago,
                    asked=done + random.randrange(2),
                    decided=done,
                    late=random.randrange(done + 1),
                    done=done,
                    reworked=random.randrange(done + 1),
                    handed_over=random.randrange(2),
                    waits=waits,
                )


def median_of(waits: Counter[int]) -> int | None:
    """From every single wait, one by one."""
    every = sorted(waits.elements())
    if not every:
        return None
    return round((middle_of(every[(len(every) - 1) // 2]) + middle_of(every[len(every) // 2])) / 2)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("opened", [frozenset[str](), frozenset({"workshop"})])
@pytest.mark.parametrize("weeks", [1, 4])
def test_every_line_is_the_sum_of_its_weeks_and_teams(
    shop: Shop, seed: int, opened: frozenset[str], weeks: int
) -> None:
    write_weeks(shop, Random(seed))
    node_of = {key: "workshop" if key == "workshop-warsaw" and not opened else key for key in DEPARTMENTS}
    keys = {shop.world.id_of(key): key for key in DEPARTMENTS}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    waits: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    ties = set()
    for row in EdgeWeek.objects.all():
        customer = row.segment or node_of[keys[row.customer_id or 0]]
        pair = node_of[keys[row.provider_id]], customer
        if pair[0] == pair[1]:
            continue
        if row.asked or row.handed_over:
            ties.add(pair)
        if row.week_on > THIS_WEEK - timedelta(weeks=weeks):
            counts[pair].update({name: getattr(row, name) for name in COUNTS})
            waits[pair].update(dict(zip(row.wait_buckets, row.wait_counts, strict=True)))

    since = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(weeks=weeks - 1)
    found = service_map(shop.world.ana, at=shop.at, since=since, opened=opened)

    assert {
        (edge.provider, edge.customer): (*(getattr(edge, name) for name in COUNTS), edge.median_wait_seconds)
        for edge in found.edges
    } == {
        pair: (*(some[name] for name in COUNTS), median_of(waits[pair]))
        for pair, some in counts.items()
        if some["asked"] or some["handed_over"]
    }
    assert found.ties == ties
    assert len(found.edges) > len(DEPARTMENTS)

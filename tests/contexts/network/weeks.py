"""Weeks of the map as the job would have written them, told in a line each."""

from datetime import date, timedelta
from typing import Any

from clientela.network.models import EdgeWeek
from tests.world import World

THIS_WEEK = date(2026, 11, 23)  # of World.at, a Monday


def edge_week(world: World, provider: str, customer: str, *, weeks_ago: int = 1, **counts: Any) -> None:
    """Write a week; `waits`: {bucket: how many}. A customer that is no department is a segment."""
    waits: dict[int, int] = counts.pop("waits", {})
    try:
        customer_id, segment = world.id_of(customer), ""
    except KeyError:
        customer_id, segment = None, customer
    EdgeWeek.objects.create(
        week_on=THIS_WEEK - timedelta(weeks=weeks_ago),
        provider_id=world.id_of(provider),
        customer_id=customer_id,
        segment=segment,
        wait_buckets=sorted(waits),
        wait_counts=[waits[bucket] for bucket in sorted(waits)],
        **counts,
    )

"""Which department offers something to whom, for the service map."""

from collections import defaultdict
from dataclasses import dataclass

from clientela.catalogue.models import Service
from clientela.catalogue.policies import audiences_open_to


@dataclass(frozen=True)
class Offer:
    """A live service: to everybody inside, to everybody outside, or to departments that are named in its groups."""

    service_id: int
    owner_id: int
    is_for_inside: bool
    is_for_outside: bool
    department_ids: frozenset[int]


def offers() -> list[Offer]:
    """Return every service that is offered today, by its id. Two statements."""
    named: dict[int, set[int]] = defaultdict(set)
    rows = Service.groups.through.objects.filter(
        service__audience=Service.Audience.GROUPS, group__parties__kind="department"
    ).values_list("service_id", "group__parties")
    for service_id, department_id in rows:
        named[service_id].add(department_id)
    inside, outside = audiences_open_to(is_inside=True), audiences_open_to(is_inside=False)
    live = Service.objects.filter(retired_at__isnull=True).order_by("pk").values_list("pk", "owner_id", "audience")
    return [
        Offer(number, owner_id, audience in inside, audience in outside, frozenset(named[number]))
        for number, owner_id, audience in live
    ]

"""Which department offers something to whom, for the service map."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from clientela.catalogue.models import Service
from clientela.catalogue.policies import audiences_open_to


@dataclass(frozen=True)
class Offer:
    """A live service: to everybody inside, to everybody outside, or to departments that are named in its groups."""

    service_id: int
    key: str
    owner_id: int
    is_for_inside: bool
    is_for_outside: bool
    department_ids: frozenset[int]

    def is_offered_to(self, department_id: int) -> bool:
        """Whether another department may ask for it."""
        return department_id != self.owner_id and (self.is_for_inside or department_id in self.department_ids)


def offers() -> list[Offer]:
    """Return every service that is offered today, by its id. Two statements."""
    named: dict[int, set[int]] = defaultdict(set)
    for service_id, department_id in departments_named():
        named[service_id].add(department_id)
    inside, outside = audiences_open_to(is_inside=True), audiences_open_to(is_inside=False)
    live = Service.objects.filter(retired_at__isnull=True).order_by("pk")
    return [
        Offer(number, key, owner_id, audience in inside, audience in outside, frozenset(named[number]))
        for number, key, owner_id, audience in live.values_list("pk", "key", "owner_id", "audience")
    ]


def departments_named() -> Iterable[tuple[int, int]]:
    """Return (service, department) of every department in a group that a service is for. One statement."""
    return Service.groups.through.objects.filter(
        service__audience=Service.Audience.GROUPS, group__parties__kind="department"
    ).values_list("service_id", "group__parties")

"""Who should serve whom: by the catalogue, and by what owners and administrators declared."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from clientela.catalogue import queries as catalogue
from clientela.network.models import DeclaredLine

Party = int | str  # a department, or a segment of customers outside
Line = tuple[Party, Party]


@dataclass(frozen=True)
class Declared:
    """What was declared, by the departments that were named. What is offered to everybody names no customer.

    A node of the map is asked about by its reach (`Chart.reach`): the chart of the organisation spreads what is
    declared, so that what a department should do, its teams do for it, and what it should be given, they are given.
    """

    to_inside: frozenset[int]  # departments that offer something to everybody inside
    to_outside: frozenset[int]
    to_some: frozenset[Line]  # by a service that is for these departments only
    by_hand: dict[Line, tuple[str, ...]]  # and for what

    def covers(self, providers: Collection[int], customers: Collection[Party]) -> bool:
        """Whether some node should serve another one, given the reach of both."""
        is_outside = any(isinstance(customer, str) for customer in customers)
        if not (self.to_outside if is_outside else self.to_inside).isdisjoint(providers):
            return True
        return any(line in self.to_some or line in self.by_hand for line in product(providers, customers))

    def reasons(self, providers: Collection[int], customers: Collection[Party]) -> tuple[str, ...]:
        """For what it was declared by hand that some node should serve another one, given the reach of both."""
        return tuple(sorted(words for line in product(providers, customers) for words in self.by_hand.get(line, ())))


def declared(*, at: datetime) -> Declared:
    """Return what is declared on the day of `at`, in UTC. Three statements."""
    offers = catalogue.offers()
    by_hand: dict[Line, list[str]] = defaultdict(list)
    rows = DeclaredLine.objects.on(at.astimezone(UTC).date()).order_by("starts_on", "pk")
    for provider_id, customer_id, segment, what in rows.values_list("provider", "customer", "segment", "what"):
        by_hand[provider_id, customer_id or segment].append(what)
    return Declared(
        to_inside=frozenset(offer.owner_id for offer in offers if offer.is_for_inside),
        to_outside=frozenset(offer.owner_id for offer in offers if offer.is_for_outside),
        to_some=frozenset((offer.owner_id, one) for offer in offers for one in offer.department_ids),
        by_hand={line: tuple(words) for line, words in by_hand.items()},
    )

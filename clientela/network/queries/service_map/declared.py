"""Who should serve whom: by the catalogue and its plans, and by what owners and administrators declared."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from clientela.catalogue import queries as catalogue
from clientela.catalogue.queries import NeededLine
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
    by_plan: dict[Line, tuple[NeededLine, ...]]  # by the steps of plans, each of which names the service it takes

    @property
    def named(self) -> frozenset[Line]:
        """The lines that should happen: of each it was said who serves whom, and for what.

        What is merely offered is not among them: nobody said that anybody would ask.
        """
        return frozenset({*self.by_hand, *self.by_plan})

    def covers(self, providers: Collection[int], customers: Collection[Party]) -> bool:
        """Whether some node should serve another one, given the reach of both."""
        is_outside = any(isinstance(customer, str) for customer in customers)
        if not (self.to_outside if is_outside else self.to_inside).isdisjoint(providers):
            return True
        lines = product(providers, customers)
        return any(line in self.to_some or line in self.by_hand or line in self.by_plan for line in lines)

    def reasons(self, providers: Collection[int], customers: Collection[Party], *, language: str) -> tuple[str, ...]:
        """For what some node should serve another one, given the reach of both. Each is said once.

        First what was declared by hand, in the words of who did; then the steps of plans that take it, in `language`.
        """
        lines = list(product(providers, customers))
        by_hand = sorted(words for line in lines for words in self.by_hand.get(line, ()))
        by_plan = sorted(step.words_in(language) for line in lines for step in self.by_plan.get(line, ()))
        return tuple(dict.fromkeys((*by_hand, *by_plan)))


def declared(*, at: datetime) -> Declared:
    """Return what is declared on the day of `at`, in UTC; of the catalogue, what it says now. Four statements."""
    offers = catalogue.offers()
    by_plan: dict[Line, list[NeededLine]] = defaultdict(list)
    for step in catalogue.needed_lines(offers):
        by_plan[step.provider_id, step.customer_id].append(step)
    by_hand: dict[Line, list[str]] = defaultdict(list)
    rows = DeclaredLine.objects.on(at.astimezone(UTC).date()).order_by("starts_on", "pk")
    for provider_id, customer_id, segment, what in rows.values_list("provider", "customer", "segment", "what"):
        by_hand[provider_id, customer_id or segment].append(what)
    return Declared(
        to_inside=frozenset(offer.owner_id for offer in offers if offer.is_for_inside),
        to_outside=frozenset(offer.owner_id for offer in offers if offer.is_for_outside),
        to_some=frozenset((offer.owner_id, one) for offer in offers for one in offer.department_ids),
        by_hand={line: tuple(words) for line, words in by_hand.items()},
        by_plan={line: tuple(steps) for line, steps in by_plan.items()},
    )

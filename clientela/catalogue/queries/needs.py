"""Which services the plans of others name: what a plan may name, and who depends on whom by what the plans say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, F, Func, OuterRef, QuerySet

from clientela.catalogue.models import ServiceVersion
from clientela.catalogue.policies import audiences_open_to
from clientela.catalogue.queries.offers import Offer, departments_named
from clientela.catalogue.rules import ServiceKnown, in_language, plan_from_json

RETIRED_AND_SAID = ("service__retired_at", "texts", "plan")


@dataclass(frozen=True)
class NeededLine:
    """A step of a plan that takes another department's service: `provider_id` gives it to `customer_id`.

    `service_titles` and `step_titles` by language: the service that has the plan, and the step in it.
    """

    provider_id: int
    customer_id: int
    service_key: str
    step_key: str
    needed_key: str
    service_titles: Mapping[str, str]
    step_titles: Mapping[str, str]

    def words_in(self, language: str) -> str:
        """For whom and for what, as in "Repair of a washing machine: Find the spare part"."""
        return f"{in_language(self.service_titles, language)}: {in_language(self.step_titles, language)}"


@dataclass(frozen=True)
class ServicesKnown:
    """Every service that a plan could name, by its key, and how each is called, by language."""

    services: Mapping[str, ServiceKnown]
    titles: Mapping[str, Mapping[str, str]]

    def title_of(self, key: str, language: str) -> str:
        """How a service is called."""
        return in_language(self.titles.get(key, {}), language) or key


def needed_lines(offers: Sequence[Offer]) -> list[NeededLine]:
    """Return who depends on whom by the plans of the services that are offered today, by service and step.

    `offers`: what `offers()` returned. A step whose service is offered to its department no longer names nobody.
    One statement.
    """
    by_key = {offer.key: offer for offer in offers}
    rows = (
        _newest()
        .filter(
            Func(
                F("plan"),
                function="jsonb_path_exists",
                template="%(function)s(%(expressions)s, '$[*].needs')",
                output_field=BooleanField(),
            ),
            service__retired_at__isnull=True,
        )
        .order_by("service__key")
        .values_list("service__key", "service__owner_id", "texts", "plan")
    )
    found = []
    for key, owner_id, texts, plan in rows:
        for step in plan_from_json(plan):
            needed = by_key.get(step.needs)
            if needed is None or not needed.is_offered_to(owner_id):
                continue
            line = NeededLine(needed.owner_id, owner_id, key, step.key, step.needs, _titles(texts), step.titles)
            found.append(line)
    return found


def services_known() -> ServicesKnown:
    """Return every service as far as a plan may name it, retired ones too. Two statements."""
    named: dict[int, set[int]] = defaultdict(set)
    for service_id, department_id in departments_named():
        named[service_id].add(department_id)
    inside = audiences_open_to(is_inside=True)
    rows = (
        _newest()
        .order_by("service__key")
        .values_list(
            "service_id",
            "service__key",
            "service__owner_id",
            "service__audience",
            "service__retired_at",
            "texts",
            "plan",
        )
    )
    services, titles = {}, {}
    for number, key, owner_id, audience, retired_at, texts, plan in rows:
        titles[key] = _titles(texts)
        services[key] = ServiceKnown(
            key=key,
            owner_id=owner_id,
            is_retired=retired_at is not None,
            is_for_inside=audience in inside,
            department_ids=frozenset(named[number]),
            needs=tuple(step.needs for step in plan_from_json(plan) if step.needs),
        )
    return ServicesKnown(services, titles)


def _newest() -> QuerySet[ServiceVersion]:
    newer = ServiceVersion.objects.filter(service=OuterRef("service"), number__gt=OuterRef("number"))
    return ServiceVersion.objects.filter(~Exists(newer))


def _titles(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {language: words.get("title", "") for language, words in texts.items()}

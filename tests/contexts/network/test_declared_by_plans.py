"""What the plans of services declare: a step that takes another department's service is a line of the map."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.catalogue.actions import change_service, retire_service
from clientela.catalogue.queries.describing import service_described
from clientela.directory import actions as directory
from clientela.directory.policies import HOUSE
from clientela.kernel.policies import HiddenError
from clientela.network.models import DeclaredLine
from clientela.network.queries.service_map import DECLARED, DISCOVERED, ServiceMap, edge_page, service_map
from tests.contexts.network.weeks import edge_week
from tests.shop import Shop

TEAMS = frozenset({"workshop"})


def seen(shop: Shop, *, opened: frozenset[str] = frozenset()) -> ServiceMap:
    return service_map(shop.world.tomasz, at=shop.after(24), opened=opened)


def offer_to(shop: Shop, key: str, *departments: str) -> None:
    """Let a service be only for some."""
    now = service_described(HOUSE, key)
    ids = [shop.world.id_of(department) for department in departments]
    change_service(
        by=HOUSE,
        at=shop.long_ago,
        key=key,
        audience="groups",
        texts=now.texts,
        fields=now.fields,
        plan=now.plan,
        terms_key=now.terms_key,
        takes_mail=now.takes_mail,
        group_ids=[directory.gather_group(by=HOUSE, at=shop.long_ago, name=f"For {key}", party_ids=ids)],
    )


def test_what_is_offered_to_everybody_and_in_no_plan_is_silent_for_nobody(shop: Shop) -> None:
    assert seen(shop).edges == ()


def test_a_line_planned_in_the_catalogue_that_never_happens_is_silent_and_says_for_what(shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    found = seen(shop)
    assert [(edge.provider, edge.customer) for edge in found.edges] == [("workshop", "care")]
    edge = found.edges[0]
    assert (edge.sources, edge.is_silent, edge.is_surprise) == (frozenset({DECLARED}), True, False)
    page = edge_page(shop.world.ana, "workshop", "care", at=shop.at)
    assert page.reasons == ("Repair of an appliance: Order the part",)
    with pytest.raises(HiddenError):
        edge_page(shop.world.zofia, "workshop", "care", at=shop.at)


def test_the_reason_is_told_in_the_readers_language_beside_what_was_declared_by_hand(shop: Shop) -> None:
    shop.let_step_need("repair", "mend", "pump")
    for what in ("Seals", "Advice"):
        DeclaredLine.objects.create(
            provider_id=shop.world.id_of("workshop"),
            customer_id=shop.care_id,
            what=what,
            starts_on=shop.long_ago.date(),
            declared_at=shop.long_ago,
        )
    assert edge_page(shop.world.magda, "workshop", "care", at=shop.at).reasons == (
        "Advice",
        "Seals",
        "Naprawa urządzenia: Naprawa urządzenia",
    )
    assert edge_page(shop.world.ana, "workshop", "care", at=shop.at).reasons == (
        "Advice",
        "Seals",
        "Repair of an appliance: The appliance is mended",
    )


def test_a_planned_line_that_happens_is_neither_silent_nor_a_surprise(shop: Shop) -> None:
    offer_to(shop, "pump", "hr", "care")
    shop.let_step_need("repair", "order_part", "pump")
    edge_week(shop.world, "workshop", "care", asked=3)
    edge_week(shop.world, "workshop", "it", asked=3)
    found = {(edge.provider, edge.customer): edge for edge in seen(shop).edges}
    planned, other = found["workshop", "care"], found["workshop", "it"]
    assert (planned.sources, planned.is_silent, planned.is_surprise) == (
        frozenset({DECLARED, DISCOVERED}),
        False,
        False,
    )
    assert other.is_surprise


def test_a_plan_whose_service_is_not_offered_to_the_department_any_more_declares_nothing(shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    edge_week(shop.world, "workshop", "care", asked=3)
    offer_to(shop, "pump", "hr")
    assert [(edge.provider, edge.customer, edge.is_surprise) for edge in seen(shop).edges] == [
        ("workshop", "care", True)
    ]
    assert edge_page(shop.world.ana, "workshop", "care", at=shop.at).reasons == ()


@pytest.mark.parametrize("key", ["pump", "repair"])
def test_what_is_no_longer_offered_declares_nothing(shop: Shop, key: str) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    retire_service(by=HOUSE, at=shop.at, key=key)
    assert seen(shop).edges == ()


def test_a_team_that_does_the_step_keeps_its_departments_line_from_being_silent(shop: Shop) -> None:
    shop.let_step_need("repair", "order_part", "pump")
    edge_week(shop.world, "workshop-warsaw", "care", asked=1)
    found = seen(shop, opened=TEAMS)
    assert [(edge.provider, edge.customer, edge.is_silent, edge.is_surprise) for edge in found.edges] == [
        ("workshop-warsaw", "care", False, False)
    ]


def test_plans_cost_no_statement_more_however_many_name_others(shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as said:
            seen(shop)
        return len(said)

    seen(shop)
    before = statements()
    for step_key, needed in (("collect", "bench"), ("order_part", "pump"), ("mend", "laptop")):
        shop.let_step_need("repair", step_key, needed)
    assert statements() == before

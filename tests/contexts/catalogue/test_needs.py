"""A step of a plan that names the service of another department."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from clientela.catalogue import queries
from clientela.catalogue.actions import ServiceError, change_service, offer_service, retire_service
from clientela.catalogue.models import ServiceVersion
from clientela.catalogue.queries import NeededLine
from clientela.catalogue.queries.describing import service_described
from clientela.directory import actions as directory
from clientela.directory.policies import HOUSE
from tests.shop import REPAIR_PLAN, Shop

pytestmark = pytest.mark.django_db


def plan(*needs: str) -> list[dict[str, Any]]:
    return [
        {"key": f"step-{number}", "titles": {"en": f"Step {number}", "pl": f"Krok {number}"}, "needs": one}
        for number, one in enumerate(needs, start=1)
    ]


def let_need(shop: Shop, key: str, *needs: str, **changes: Any) -> int:
    now = service_described(HOUSE, key)
    return change_service(
        **{
            "by": HOUSE,
            "at": shop.at,
            "key": key,
            "audience": now.audience,
            "texts": now.texts,
            "fields": now.fields,
            "plan": plan(*needs),
            "terms_key": now.terms_key,
            "takes_mail": now.takes_mail,
            "group_ids": now.group_ids,
            **changes,
        }
    )


def lines(shop: Shop) -> list[tuple[str, str, str]]:
    keys = {shop.world.id_of(key): key for key in ("care", "workshop", "maintenance", "it", "hr")}
    found = queries.needed_lines(queries.offers())
    return [(keys[line.provider_id], keys[line.customer_id], line.words_in("en")) for line in found]


@pytest.mark.parametrize(
    ("needs", "place", "words"),
    [
        (
            ["pump", "nothing"],
            "plan[1].needs",
            (
                "plan[1].needs names a service that does not exist. Name one that another department offers, "
                "or leave it out."
            ),
        ),
        (
            ["purchase"],
            "plan[0].needs",
            "plan[0].needs names a service of the same department. Name one of another department, or leave it out.",
        ),
        (
            ["repair"],
            "plan[0].needs",
            "plan[0].needs names a service of the same department. Name one of another department, or leave it out.",
        ),
        (
            ["bench"],
            "plan[0].needs",
            "plan[0].needs names a service that is no longer offered. Name another one, or leave it out.",
        ),
        (
            ["laptop"],
            "plan[0].needs",
            "plan[0].needs names a service that is not offered to this department. Name another one, or leave it out.",
        ),
    ],
)
def test_a_service_that_cannot_be_needed_is_refused_and_nothing_changes(
    shop: Shop, needs: list[str], place: str, words: str
) -> None:
    retire_service(by=HOUSE, at=shop.at, key="bench")
    group = directory.gather_group(by=HOUSE, at=shop.at, name="Only HR", party_ids=[shop.world.id_of("hr")])
    let_need(shop, "laptop", audience="groups", group_ids=[group])
    with pytest.raises(ServiceError) as refused:
        let_need(shop, "repair", *needs)
    assert (refused.value.field, str(refused.value)) == (place, words)
    assert ServiceVersion.objects.filter(service__key="repair").count() == 1
    assert lines(shop) == []


def test_a_new_service_is_refused_too(shop: Shop) -> None:
    with pytest.raises(ServiceError) as refused:
        offer_service(
            by=HOUSE,
            at=shop.at,
            key="advice",
            owner_key="workshop",
            audience="both",
            texts={"en": {"title": "Advice"}},
            plan=plan("pump"),
            terms_key="service",
        )
    assert refused.value.field == "plan[0].needs"
    assert not ServiceVersion.objects.filter(service__key="advice").exists()


def test_a_circle_is_refused_by_its_titles_in_the_readers_language(shop: Shop) -> None:
    let_need(shop, "repair", "pump")
    let_need(shop, "pump", "bench")
    with pytest.raises(ServiceError) as refused:
        let_need(shop, "bench", "laptop", "repair")
    assert (refused.value.field, str(refused.value)) == (
        "plan[1].needs",
        (
            "plan[1].needs closes a circle in which each needs the next: A test bench mended → "
            "Repair of an appliance → A pump → A test bench mended. Leave one of them out."
        ),
    )
    with translation.override("pl"), pytest.raises(ServiceError) as refused:
        let_need(shop, "bench", "repair")
    assert "Naprawa stanowiska → Naprawa urządzenia → Pompa → Naprawa stanowiska" in str(refused.value)
    retire_service(by=HOUSE, at=shop.at, key="pump")
    let_need(shop, "bench", "repair")
    assert lines(shop) == [("care", "maintenance", "A test bench mended: Step 1")]


def test_what_a_step_needs_is_kept_seen_and_makes_a_new_version_only_when_it_differs(shop: Shop) -> None:
    first = let_need(shop, "repair", "pump", "")
    assert service_described(HOUSE, "repair").plan == (
        {"key": "step-1", "titles": {"en": "Step 1", "pl": "Krok 1"}, "needs": "pump"},
        {"key": "step-2", "titles": {"en": "Step 2", "pl": "Krok 2"}},
    )
    seen = queries.service_seen(key="repair", language="pl")
    assert [(step.title, step.needs) for step in seen.plan] == [("Krok 1", "pump"), ("Krok 2", "")]
    assert queries.past_services({first})[first].needs == {"step-1": "pump"}
    assert let_need(shop, "repair", "pump", "") == first
    described = service_described(HOUSE, "repair")
    assert let_need(shop, "repair", plan=described.plan) == first
    assert let_need(shop, "repair", "pump", "bench") != first


def test_plans_say_who_depends_on_whom_and_for_what(
    shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    offers = queries.offers()
    with django_assert_num_queries(1):
        assert queries.needed_lines(offers) == []
    let_need(shop, "repair", "", "pump", "laptop")
    let_need(shop, "pump", "bench")
    with django_assert_num_queries(1):
        found = queries.needed_lines(offers)
    assert found[1] == NeededLine(
        provider_id=shop.world.id_of("workshop"),
        customer_id=shop.care_id,
        service_key="repair",
        step_key="step-2",
        needed_key="pump",
        service_titles={"en": "Repair of an appliance", "pl": "Naprawa urządzenia"},
        step_titles={"en": "Step 2", "pl": "Krok 2"},
    )
    assert found[1].words_in("pl") == "Naprawa urządzenia: Krok 2"
    assert found[1].words_in("ro") == "Repair of an appliance: Step 2"
    assert lines(shop) == [
        ("maintenance", "workshop", "A pump: Step 1"),
        ("workshop", "care", "Repair of an appliance: Step 2"),
        ("it", "care", "Repair of an appliance: Step 3"),
    ]


def test_only_what_is_offered_today_counts_and_only_as_it_is_described_now(shop: Shop) -> None:
    let_need(shop, "repair", "pump")
    let_need(shop, "purchase", "laptop")
    assert [line[:2] for line in lines(shop)] == [("it", "care"), ("workshop", "care")]
    group = directory.gather_group(by=HOUSE, at=shop.at, name="Only HR", party_ids=[shop.world.id_of("hr")])
    let_need(shop, "laptop", audience="groups", group_ids=[group])
    assert [line[:2] for line in lines(shop)] == [("workshop", "care")]
    let_need(shop, "repair", plan=REPAIR_PLAN)
    assert lines(shop) == []
    let_need(shop, "repair", "pump")
    retire_service(by=HOUSE, at=shop.at, key="repair")
    assert lines(shop) == []


@pytest.mark.django_db(transaction=True)
def test_two_plans_written_at_once_close_no_circle(shop: Shop) -> None:
    let_need(shop, "pump", "")
    refused: list[str] = []
    ready = threading.Barrier(2)

    def write(key: str, needed: str) -> None:
        try:
            ready.wait(timeout=10)
            let_need(shop, key, needed)
        except ServiceError as error:
            refused.append(error.field)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=pair) for pair in (("pump", "bench"), ("bench", "pump"))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=30)
    assert refused == ["plan[0].needs"]
    assert len(lines(shop)) == 1

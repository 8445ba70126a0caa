"""Offering, changing and retiring services, and what each sees of them."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from clientela.catalogue import queries
from clientela.catalogue.actions import ServiceError, change_service, offer_service, retire_service
from clientela.catalogue.models import Service, ServiceVersion
from clientela.catalogue.queries import AnswersNotAcceptedError
from clientela.directory.models import Group
from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.shop import REPAIR_FIELDS, REPAIR_PLAN, Shop

pytestmark = pytest.mark.django_db


def offer(shop: Shop, **changes: Any) -> int:
    return offer_service(
        **{
            "by": HOUSE,
            "at": shop.at,
            "key": "advice",
            "owner_key": "care",
            "audience": "both",
            "texts": {"en": {"title": "Advice"}, "ro": {"title": "Sfat"}},
            "terms_key": "service",
            **changes,
        }
    )


def change(shop: Shop, **changes: Any) -> int:
    return change_service(
        **{
            "by": shop.world.ana,
            "at": shop.at,
            "key": "repair",
            "audience": "both",
            "texts": {
                "en": {"title": "Repair of an appliance", "summary": "", "what_happens": ""},
                "pl": {"title": "Naprawa urządzenia"},
            },
            "fields": REPAIR_FIELDS,
            "plan": REPAIR_PLAN,
            "terms_key": "service",
            "takes_mail": True,
            **changes,
        }
    )


@pytest.mark.parametrize("who", ["radu", "magda", "zofia", "carmen"])
def test_services_are_not_everybodys_to_change(shop: Shop, who: str) -> None:
    with pytest.raises(NotAllowedError) as refused:
        offer(shop, by=getattr(shop.world, who))
    assert str(refused.value) == (
        "Services are changed by the head of the department that offers them, or by an administrator."
    )
    with pytest.raises(NotAllowedError):
        change(shop, by=getattr(shop.world, who), texts={"en": {"title": "Mine"}})
    with pytest.raises(NotAllowedError):
        retire_service(by=getattr(shop.world, who), at=shop.at, key="repair")
    assert Service.objects.filter(key="advice").count() == 0
    assert ServiceVersion.objects.filter(service__key="repair").count() == 1
    assert Service.objects.get(key="repair").retired_at is None


@pytest.mark.parametrize("who", ["ana", "vera"])
def test_the_head_and_the_administrator_offer_services(shop: Shop, who: str) -> None:
    service_id = offer(shop, by=getattr(shop.world, who), next_review_on=date(2027, 1, 31))
    service = Service.objects.get(pk=service_id)
    assert (service.owner_id, service.audience, service.next_review_on) == (shop.care_id, "both", date(2027, 1, 31))
    fact = facts_about(f"service:{service_id}")[0]
    assert (fact.verb, fact.about, fact.data) == (
        "service_offered",
        (f"service:{service_id}", f"party:{shop.care_id}"),
        {"key": "advice", "version": 1},
    )


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"owner_key": ""},
            "owner_key",
            "The service has no owner. Name the department that answers for it and its promises.",
        ),
        (
            {"owner_key": "nobody"},
            "owner_key",
            "There is no department “nobody” to own the service. Choose one of the departments.",
        ),
        ({"key": ""}, "key", "The service has no key. Give it one, for example repair-appliance."),
        ({"key": "repair"}, "key", "There is already a service “repair”. Give this one another key."),
        (
            {"audience": "friends"},
            "audience",
            "Say who may ask for the service: inside, outside, both, or only named groups.",
        ),
        (
            {"audience": "groups"},
            "group_ids",
            "The service is for named groups, and none is named. Choose at least one group.",
        ),
        (
            {"terms_key": "gold"},
            "terms_key",
            "There are no terms “gold”. Choose the promised times from Settings, Terms.",
        ),
        ({"texts": {}}, "texts", "texts is empty. Write it in at least one language."),
        (
            {"fields": [{"key": "a", "kind": "colour", "labels": {"en": "A"}}]},
            "fields[0].kind",
            "fields[0].kind is not a kind of field. Choose text, number, date, choice, file or the like.",
        ),
        (
            {"takes_mail": True},
            "takes_mail",
            "Mail to this department already opens another service. Let that one take no mail first.",
        ),
    ],
)
def test_a_service_that_cannot_be_offered_says_why(
    shop: Shop, changes: dict[str, Any], field: str, message: str
) -> None:
    before = Service.objects.count()
    with pytest.raises(ServiceError) as refused:
        offer(shop, **changes)
    assert (refused.value.field, str(refused.value)) == (field, message)
    assert Service.objects.count() == before


def test_a_change_makes_a_version_and_an_old_request_keeps_its_form(shop: Shop) -> None:
    opened = shop.ask_repair()
    old = shop.row(opened.id).service_version_id
    new = change(shop, fields=[{"key": "serial", "kind": "text", "labels": {"en": "Serial number"}}])
    assert new != old
    seen = queries.service_seen(key="repair", language="en")
    assert (seen.version_id, seen.version_number, seen.is_newest) == (new, 2, True)
    assert [field.key for field in seen.fields] == ["serial"]
    kept = queries.service_seen(version_id=old, language="en")
    assert (kept.version_number, kept.is_newest) == (1, False)
    assert [field.key for field in kept.fields] == ["model", "trouble", "photo"]
    assert queries.mail_service_of(shop.care_id) == new


def test_how_it_finishes_is_part_of_a_version_and_an_old_request_keeps_its_own(shop: Shop) -> None:
    opened = shop.ask_repair()
    old = shop.row(opened.id).service_version_id
    new = change(shop, finishes_by_itself=True)
    assert (new != old, change(shop, finishes_by_itself=True)) == (True, new)
    assert [queries.finishes_by_itself(version) for version in (old, new)] == [False, True]


def test_a_change_that_changes_no_content_makes_no_version(shop: Shop) -> None:
    old = shop.version("repair")
    assert change(shop, next_review_on=date(2027, 1, 1), audience="outside") == old
    service = Service.objects.get(key="repair")
    assert (service.audience, service.next_review_on) == ("outside", date(2027, 1, 1))


def test_a_service_that_does_not_exist_is_neither_changed_nor_retired(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        change(shop, key="nothing")
    with pytest.raises(HiddenError):
        retire_service(by=HOUSE, at=shop.at, key="nothing")
    with pytest.raises(HiddenError):
        queries.service_seen(key="nothing", language="en")


def test_a_retired_service_is_offered_to_nobody_and_frees_the_mail(shop: Shop) -> None:
    for _ in range(2):
        retire_service(by=shop.world.ana, at=shop.at, key="repair")
    assert "repair" not in offered(shop, "zofia")
    assert queries.mail_service_of(shop.care_id) is None
    offer(shop, takes_mail=True)
    service_id = Service.objects.get(key="repair").pk
    assert [fact.verb for fact in facts_about(f"service:{service_id}")] == ["service_retired", "service_offered"]


def offered(shop: Shop, who: str) -> list[str]:
    viewer = getattr(shop.world, who) if who else None
    return sorted(
        service.key for department in queries.services_for(viewer, language="en") for service in department.services
    )


def test_each_sees_what_they_may_ask_for(shop: Shop) -> None:
    vips = Group.objects.create(name="Loyal customers")
    vips.parties.add(shop.world.id_of("delta"))
    offer(shop, key="loyal", audience="groups", group_ids=[vips.pk])
    assert offered(shop, "") == ["purchase", "repair"]
    assert offered(shop, "zofia") == ["purchase", "repair"]
    assert offered(shop, "mihai") == ["loyal", "purchase", "repair"]  # he acts for Delta
    assert offered(shop, "magda") == ["bench", "laptop", "pump", "purchase", "repair"]
    assert offered(shop, "radu_at_home") == ["purchase", "repair"]
    zofia, delta = shop.world.id_of("zofia"), shop.world.id_of("delta")
    loyal = shop.version("loyal")
    refused = queries.service_to_ask(loyal, customer_id=zofia, asker_id=zofia).may_ask_from_outside
    assert refused.reason == "This service is for named groups only."
    assert queries.service_to_ask(loyal, customer_id=delta, asker_id=zofia).may_ask_from_outside


def test_a_catalogue_is_worded_for_its_reader(shop: Shop) -> None:
    polish = queries.services_for(shop.world.zofia, language="pl")
    assert [(department.name, [service.title for service in department.services]) for department in polish] == [
        ("Obsługa Klienta", ["Naprawa urządzenia", "Zakup"])
    ]
    seen = queries.service_seen(key="repair", language="es")
    assert [field.label for field in seen.fields] == ["¿Qué aparato es?", "What happens?", "A photo, if you can"]
    assert [step.title for step in seen.plan] == [
        "The appliance is collected",
        "Order the part",
        "The appliance is mended",
    ]


def test_a_fault_is_told_with_field_reason_and_remedy(shop: Shop) -> None:
    version = ServiceVersion.objects.get(
        service=offer(
            shop,
            fields=[{"key": "days", "kind": "number", "labels": {"en": "Days", "ro": "Zile"}, "highest": 30}],
        )
    ).pk
    with translation.override("pl"), pytest.raises(AnswersNotAcceptedError) as refused:
        queries.accepted_answers(version, {"days": "31"}, language="en-GB")
    error = refused.value.errors[0]
    assert (error.field_key, error.label, error.reason, error.remedy) == (
        "days",
        "Days",
        "This is more than 30.",
        "Give 30 or less.",
    )
    with pytest.raises(AnswersNotAcceptedError) as refused:
        queries.accepted_answers(version, {"days": "31"}, language="ro")
    assert refused.value.errors[0].label == "Zile"


def test_settings_list_every_service_and_what_is_due_for_review(shop: Shop) -> None:
    change(shop, next_review_on=shop.at.date())
    retire_service(by=HOUSE, at=shop.at, key="purchase")
    rows = queries.services_page(at=shop.at, language="en")
    assert [(row.key, row.owner_name, row.is_review_due, row.is_retired, row.takes_mail) for row in rows] == [
        ("repair", "Customer Care", True, False, True),
        ("laptop", "IT", False, False, False),
        ("bench", "Maintenance", False, False, False),
        ("pump", "Workshop", False, False, False),
        ("purchase", "Customer Care", False, True, False),
    ]

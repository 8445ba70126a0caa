"""Putting people, departments and organisations into the directory."""

import pytest

from clientela.directory import actions, queries
from clientela.directory.models import ContactPoint, Department, Party, Person
from clientela.directory.policies import HOUSE
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World

ELENA = {"name": "Elena Pop", "language": "ro", "zone": "Europe/Bucharest"}


@pytest.mark.parametrize("who", ["piotr", "carmen", "zofia"])
def test_those_who_do_not_serve_outside_add_nobody(world: World, who: str) -> None:
    before = Party.objects.count()
    with pytest.raises(NotAllowedError, match="Only departments that serve outside customers may add them"):
        actions.register_person(by=getattr(world, who), at=world.at, **ELENA)
    with pytest.raises(NotAllowedError, match="Only departments that serve outside customers may add them"):
        actions.register_organisation(
            by=getattr(world, who), at=world.at, name="Hotel Mirasierra", language="es", zone="Europe/Madrid"
        )
    assert (Party.objects.count(), facts()) == (before, [])


def test_an_agent_adds_customers_but_no_colleagues(world: World) -> None:
    before = Party.objects.count()
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.register_person(by=world.ana, at=world.at, **ELENA, employee_number="77")
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.register_department(
            by=world.ana, at=world.at, key="sales", name="Sales", language="en", zone="Europe/Bucharest"
        )
    assert (Party.objects.count(), facts()) == (before, [])


def test_a_person_is_added_with_several_addresses_and_numbers(world: World) -> None:
    elena_id = actions.register_person(
        by=world.ana,
        at=world.at,
        **ELENA,
        emails=["Elena@example.test", "elena.pop@example.test", "ELENA@example.test"],
        phones=["0040 721 555 012", "+40721555012", "021 300 40 50"],
        place=" Cluj ",
    )
    assert queries.party_cards([elena_id]) == {
        elena_id: queries.PartyCard(
            id=elena_id,
            kind="person",
            name="Elena Pop",
            language="ro",
            zone="Europe/Bucharest",
            place="Cluj",
            email="ELENA@example.test",
            phone="+40721555012",
        )
    }
    kept = ContactPoint.objects.filter(party_id=elena_id).order_by("id").values_list("kind", "value", "is_main")
    assert list(kept) == [
        ("email", "ELENA@example.test", True),
        ("email", "elena.pop@example.test", False),
        ("phone", "+40721555012", True),
        ("phone", "0213004050", False),
    ]
    assert Person.objects.get(party_id=elena_id).short_name == "Elena"
    assert facts() == [("person_registered", world.ana.person_id, (f"party:{elena_id}",), {})]


def test_an_address_leads_to_one_party_only(world: World) -> None:
    before = Party.objects.count()
    with pytest.raises(actions.AddressTakenError) as caught:
        actions.register_person(by=world.ana, at=world.at, **ELENA, emails=["ZOFIA@example.test"])
    assert caught.value.reason == "ZOFIA@example.test already belongs to somebody else."
    assert (Party.objects.count(), facts()) == (before, [])


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"name": " \x00 "}, "name", "Please write a name."),
        ({"name": "x" * 201}, "name", "This name is longer than 200 letters."),
        ({"language": "Polish"}, "language", "“Polish” is not a language such as en or pl."),
        ({"zone": "Warsaw"}, "zone", "“Warsaw” is not a time zone such as Europe/Warsaw."),
        ({"emails": ["elena"]}, "email", "“elena” is not an e-mail address."),
        ({"phones": ["call me"]}, "phone", "“call me” is not a phone number."),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_the_reason(
    world: World, values: dict[str, object], field: str, reason: str
) -> None:
    before = Party.objects.count()
    with pytest.raises(actions.WrongValueError) as caught:
        actions.register_person(by=world.ana, at=world.at, **{**ELENA, **values})
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert Party.objects.count() == before


def test_an_employee_number_is_one_persons(world: World) -> None:
    actions.register_person(by=world.vera, at=world.at, **ELENA, employee_number="77")
    with pytest.raises(actions.WrongValueError, match=r"^employee_number: The number 77 belongs to somebody else\.$"):
        actions.register_person(by=world.vera, at=world.at, **ELENA, employee_number=" 77 ")
    with pytest.raises(actions.WrongValueError, match="belongs to somebody else"):
        actions.change_person(by=world.vera, at=world.at, person_id=world.id_of("ana"), employee_number="77")


def test_a_department_is_added_below_another(world: World) -> None:
    sales_id = actions.register_department(
        by=world.vera,
        at=world.at,
        key="sales-madrid",
        name="Sales Madrid",
        names={"es": "Ventas Madrid", "pl": " "},
        language="en",
        zone="Europe/Madrid",
        parent_id=world.management.id,
        emails=["ventas@example.test"],
        serves_outside=True,
    )
    found = queries.department_by_key("sales-madrid")
    assert found == queries.DepartmentCard(
        id=sales_id,
        key="sales-madrid",
        name="Sales Madrid",
        names={"es": "Ventas Madrid"},
        parent_id=world.management.id,
        language="en",
        zone="Europe/Madrid",
        place="",
        serves_outside=True,
    )
    assert found.name_in("es") == "Ventas Madrid"
    assert found.name_in("pl") == "Sales Madrid"
    about = (f"party:{sales_id}", f"party:{world.management.id}")
    assert facts() == [("department_registered", world.vera.person_id, about, {"key": "sales-madrid"})]


@pytest.mark.parametrize("key", ["", "Sales", "sales madrid", "-sales", "sales--madrid", "x" * 61])
def test_a_key_that_cannot_be_an_address_is_refused(world: World, key: str) -> None:
    with pytest.raises(actions.WrongValueError, match=r"^key: "):
        actions.register_department(by=HOUSE, at=world.at, key=key, name="Sales", language="en", zone="UTC")


def test_a_key_is_one_departments(world: World) -> None:
    assert world.care.key == "care"
    with pytest.raises(actions.WrongValueError, match="There is already a department with the key care"):
        actions.register_department(by=HOUSE, at=world.at, key="care", name="Care", language="en", zone="UTC")


def test_a_stranger_does_not_change_somebody_they_do_not_see(world: World) -> None:
    with pytest.raises(HiddenError):
        actions.change_person(by=world.lucia, at=world.at, person_id=world.id_of("zofia"), place="Madrid")
    with pytest.raises(HiddenError):
        actions.change_person(by=world.vera, at=world.at, person_id=world.care.id, place="Madrid")
    assert facts() == []


def test_a_colleague_does_not_change_a_colleague(world: World) -> None:
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.change_person(by=world.ana, at=world.at, person_id=world.id_of("radu"), zone="UTC")
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.change_person(by=world.radu, at=world.at, person_id=world.id_of("radu"), name="Radu Ionescu")
    assert Party.objects.get(id=world.id_of("radu")).zone == "Europe/Bucharest"
    assert facts() == []


def test_only_what_differs_is_changed_and_told(world: World) -> None:
    zofia_id = world.id_of("zofia")
    actions.change_person(
        by=world.ana, at=world.at, person_id=zofia_id, name="Zofia Łęcka", language="pl", place="", short_name="Zosia"
    )
    party = Party.objects.get(id=zofia_id)
    assert (party.name, party.name_key, party.place, party.person.short_name) == (
        "Zofia Łęcka",
        "zofia lecka",
        "",
        "Zosia",
    )
    changed = {"fields": ["name", "place", "short_name"]}
    assert facts() == [("person_changed", world.ana.person_id, (f"party:{zofia_id}",), changed)]
    actions.change_person(by=world.ana, at=world.at, person_id=zofia_id, name="Zofia Łęcka", short_name="Zosia")
    assert len(facts()) == 1


def test_a_customer_changes_their_own_language_and_zone(world: World) -> None:
    zofia_id = world.id_of("zofia")
    actions.change_person(by=world.zofia, at=world.at, person_id=zofia_id, language="en", zone="Europe/Madrid")
    assert (world.again("zofia").language, world.again("zofia").zone) == ("en", "Europe/Madrid")


def test_who_acts_for_an_organisation_changes_what_is_written_of_it(world: World) -> None:
    with pytest.raises(HiddenError):
        actions.change_organisation(by=world.zofia, at=world.at, organisation_id=world.delta.id, place="Gdańsk")
    actions.change_organisation(
        by=world.mihai, at=world.at, organisation_id=world.delta.id, place="Brazi", registration_number="RO 1234"
    )
    assert queries.party_cards([world.delta.id])[world.delta.id].place == "Brazi"
    changed = {"fields": ["place", "registration_number"]}
    assert facts() == [("organisation_changed", world.mihai.person_id, (f"party:{world.delta.id}",), changed)]


def test_a_department_is_changed_by_the_administrator_only(world: World) -> None:
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.change_department(by=world.ana, at=world.at, department_id=world.care.id, zone="Europe/Warsaw")
    actions.change_department(
        by=world.vera, at=world.at, department_id=world.it.id, names={"pl": "Informatyka"}, serves_outside=True
    )
    assert Department.objects.filter(key="it").values_list("names", "serves_outside").get() == (
        {"pl": "Informatyka"},
        True,
    )
    changed = {"fields": ["names", "serves_outside"]}
    assert facts() == [("department_changed", world.vera.person_id, (f"party:{world.it.id}",), changed)]

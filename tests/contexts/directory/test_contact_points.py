"""Several addresses and numbers, one main one of each kind."""

import pytest

from clientela.directory import actions
from clientela.directory.models import ContactPoint
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World


def kept(party_id: int) -> list[tuple[str, str, bool]]:
    return list(ContactPoint.objects.filter(party_id=party_id).order_by("id").values_list("kind", "value", "is_main"))


def test_a_stranger_adds_and_removes_nothing(world: World) -> None:
    zofia, radu = world.id_of("zofia"), world.id_of("radu")
    point_id = ContactPoint.objects.get(party_id=radu).pk
    with pytest.raises(HiddenError):
        actions.add_contact_point(by=world.lucia, at=world.at, party_id=zofia, kind="email", value="spy@example.test")
    with pytest.raises(NotAllowedError):
        actions.add_contact_point(by=world.piotr, at=world.at, party_id=radu, kind="email", value="spy@example.test")
    with pytest.raises(NotAllowedError):
        actions.remove_contact_point(by=world.piotr, at=world.at, party_id=radu, contact_point_id=point_id)
    assert kept(zofia) == [("email", "zofia@example.test", True)]
    assert kept(radu) == [("email", "radu@casa-lavora.test", True)]
    assert facts() == []


def test_an_address_of_somebody_else_is_refused(world: World) -> None:
    zofia = world.id_of("zofia")
    with pytest.raises(actions.AddressTakenError, match=r"Lucia@Example\.test already belongs to somebody else"):
        actions.add_contact_point(by=world.zofia, at=world.at, party_id=zofia, kind="email", value="Lucia@Example.test")
    with pytest.raises(actions.WrongValueError, match="is not an e-mail address"):
        actions.add_contact_point(by=world.zofia, at=world.at, party_id=zofia, kind="email", value="zofia")
    with pytest.raises(actions.WrongValueError, match="is email or phone"):
        actions.add_contact_point(by=world.zofia, at=world.at, party_id=zofia, kind="fax", value="12345")
    assert kept(zofia) == [("email", "zofia@example.test", True)]


def test_the_first_of_a_kind_is_the_main_one_until_another_is_made_it(world: World) -> None:
    zofia = world.id_of("zofia")
    common = {"by": world.zofia, "at": world.at, "party_id": zofia}
    actions.add_contact_point(**common, kind="phone", value="0048 600 100 200")
    second = actions.add_contact_point(**common, kind="email", value="zosia@example.test")
    assert kept(zofia) == [
        ("email", "zofia@example.test", True),
        ("phone", "+48600100200", True),
        ("email", "zosia@example.test", False),
    ]
    assert actions.add_contact_point(**common, kind="email", value="ZOSIA@example.test", is_main=True) == second
    assert actions.add_contact_point(**common, kind="email", value="Zosia@example.test", is_main=True) == second
    assert kept(zofia) == [
        ("email", "zofia@example.test", False),
        ("phone", "+48600100200", True),
        ("email", "zosia@example.test", True),
    ]
    verbs = [verb for verb, *_rest in facts()]
    assert verbs == ["contact_point_added", "contact_point_added", "contact_point_made_main"]


def test_when_the_main_one_goes_the_oldest_other_takes_its_place(world: World) -> None:
    zofia = world.id_of("zofia")
    common = {"by": world.ana, "at": world.at, "party_id": zofia}
    actions.add_contact_point(**common, kind="email", value="b@example.test")
    actions.add_contact_point(**common, kind="email", value="a@example.test")
    main_id = ContactPoint.objects.get(party_id=zofia, is_main=True).pk
    with pytest.raises(HiddenError):
        actions.remove_contact_point(by=world.ana, at=world.at, party_id=world.id_of("lucia"), contact_point_id=main_id)
    actions.remove_contact_point(**common, contact_point_id=main_id)
    assert kept(zofia) == [("email", "b@example.test", True), ("email", "a@example.test", False)]
    removed = ("contact_point_removed", world.ana.person_id, (f"party:{zofia}",))
    assert facts()[-1] == (*removed, {"kind": "email", "contact_point_id": main_id})

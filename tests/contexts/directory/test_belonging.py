"""Who works where, and who may act for whom."""

from datetime import UTC, date, datetime

import pytest

from clientela.directory import actions, queries
from clientela.directory.models import Membership, Representation
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World


def test_only_the_administrator_says_who_works_where(world: World) -> None:
    radu, care = world.id_of("radu"), world.care.id
    membership_id = Membership.objects.get(person_id=radu).pk
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.start_membership(by=world.ana, at=world.at, person_id=radu, department_id=world.it.id)
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.end_membership(by=world.ana, at=world.at, membership_id=membership_id)
    with pytest.raises(HiddenError):
        actions.start_membership(by=world.zofia, at=world.at, person_id=radu, department_id=care)
    with pytest.raises(HiddenError):
        actions.start_membership(by=world.vera, at=world.at, person_id=world.delta.id, department_id=care)
    with pytest.raises(HiddenError):
        actions.start_membership(by=world.vera, at=world.at, person_id=radu, department_id=world.delta.id)
    assert Membership.objects.filter(person_id=radu, ends_on=None).count() == 1
    assert facts() == []


def test_a_membership_begins_today_where_the_person_is(world: World) -> None:
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23 November in Bucharest, 22 in Warsaw
    piotr, magda = world.id_of("piotr"), world.id_of("ana")
    for person_id in (piotr, magda):
        actions.start_membership(by=world.vera, at=late, person_id=person_id, department_id=world.it.id, role="head")
    rows = Membership.objects.filter(department_id=world.it.id, role="head", person_id__in=[piotr, magda])
    assert dict(rows.values_list("person_id", "starts_on")) == {
        piotr: date(2026, 11, 22),
        magda: date(2026, 11, 23),
    }
    membership_id = rows.get(person_id=piotr).pk
    assert facts()[0] == (
        "membership_started",
        world.vera.person_id,
        (f"party:{piotr}", f"party:{world.it.id}"),
        {"role": "head", "membership_id": membership_id},
    )


def test_nobody_works_twice_in_one_department_at_one_time(world: World) -> None:
    radu = world.id_of("radu")
    with pytest.raises(actions.AlreadyMemberError, match=r"^Radu Popa already works in Customer Care at that time\.$"):
        actions.start_membership(by=world.vera, at=world.at, person_id=radu, department_id=world.care.id, role="head")
    membership_id = Membership.objects.get(person_id=radu).pk
    actions.end_membership(by=world.vera, at=world.at, membership_id=membership_id, ends_on=date(2026, 11, 22))
    actions.start_membership(by=world.vera, at=world.at, person_id=radu, department_id=world.care.id, role="head")
    assert world.again("radu").headed_department_ids == {world.care.id}
    with pytest.raises(actions.AlreadyMemberError, match="works there again"):
        actions.end_membership(by=world.vera, at=world.at, membership_id=membership_id, ends_on=date(2026, 11, 23))


def test_a_membership_does_not_end_before_it_begins_nor_in_an_unknown_role(world: World) -> None:
    membership_id = Membership.objects.get(person_id=world.id_of("radu")).pk
    with pytest.raises(actions.WrongValueError, match="The last day cannot be before the first"):
        actions.end_membership(by=world.vera, at=world.at, membership_id=membership_id, ends_on=date(2019, 12, 31))
    with pytest.raises(actions.WrongValueError, match="as member or head"):
        actions.start_membership(
            by=world.vera, at=world.at, person_id=world.id_of("radu"), department_id=world.it.id, role="boss"
        )
    with pytest.raises(HiddenError):
        actions.end_membership(by=world.vera, at=world.at, membership_id=0)


def test_the_last_day_still_counts(world: World) -> None:
    membership_id = Membership.objects.get(person_id=world.id_of("radu")).pk
    actions.end_membership(by=world.vera, at=world.at, membership_id=membership_id)
    assert world.again("radu").is_employee is True
    assert world.again("radu", at=datetime(2026, 11, 23, 22, 0, tzinfo=UTC)).is_employee is False


def test_a_representative_is_named_by_those_who_serve_outside(world: World) -> None:
    zofia, delta = world.id_of("zofia"), world.delta.id
    for who in (world.piotr, world.mihai, world.lucia):
        with pytest.raises((HiddenError, NotAllowedError)):
            actions.allow_to_act_for(by=who, at=world.at, person_id=zofia, organisation_id=delta)
    assert Representation.objects.count() == 1
    representation_id = actions.allow_to_act_for(
        by=world.ana, at=world.at, person_id=zofia, organisation_id=delta, title=" buyer "
    )
    assert queries.organisations_of(zofia, world.at) == [
        queries.OrganisationCard(delta, "Delta Instal SRL", "ro", "Europe/Bucharest", "Ploiești")
    ]
    about = (f"party:{zofia}", f"party:{delta}")
    assert facts() == [("representation_started", world.ana.person_id, about, {"representation_id": representation_id})]
    with pytest.raises(actions.AlreadyRepresentsError, match="Zofia Nowak may already act for Delta Instal SRL"):
        actions.allow_to_act_for(by=world.ana, at=world.at, person_id=zofia, organisation_id=delta)


def test_a_representation_ends_for_good(world: World) -> None:
    representation_id = Representation.objects.get().pk
    with pytest.raises(NotAllowedError):
        actions.end_representation(by=world.mihai, at=world.at, representation_id=representation_id)
    with pytest.raises(HiddenError):
        actions.end_representation(by=world.ana, at=world.at, representation_id=0)
    actions.end_representation(
        by=world.ana, at=world.at, representation_id=representation_id, ends_on=date(2026, 11, 22)
    )
    assert world.again("mihai").organisation_ids == frozenset()
    assert queries.organisations_of(world.id_of("mihai"), world.at) == []
    assert facts()[-1][3] == {"representation_id": representation_id, "ends_on": "2026-11-22"}

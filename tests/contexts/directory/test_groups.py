"""Named groups of parties."""

import pytest

from clientela.directory import actions, queries
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World


def test_only_the_administrator_gathers_groups(world: World) -> None:
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.gather_group(by=world.ana, at=world.at, name="Managers")
    group_id = actions.gather_group(by=world.vera, at=world.at, name="Managers")
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.change_group(by=world.ana, at=world.at, group_id=group_id, party_ids=[world.care.id])
    assert queries.groups() == [queries.GroupCard(group_id, "Managers", 0)]


def test_a_group_of_people_departments_and_organisations_is_found_by_any_of_them(world: World) -> None:
    ana, care, delta = world.id_of("ana"), world.care.id, world.delta.id
    group_id = actions.gather_group(by=world.vera, at=world.at, name=" Pilot ", party_ids=[care, delta])
    assert queries.groups_of(world.ana.party_ids) == {group_id}
    assert queries.groups_of(world.mihai.party_ids) == {group_id}
    assert queries.groups_of(world.zofia.party_ids) == frozenset()
    actions.change_group(by=world.vera, at=world.at, group_id=group_id, party_ids=[ana])
    actions.change_group(by=world.vera, at=world.at, group_id=group_id, party_ids=[ana])
    assert queries.groups_of(world.radu.party_ids) == frozenset()
    assert queries.group_by_name("Pilot") == queries.GroupCard(group_id, "Pilot", 1)
    assert queries.group_by_name("pilot") is None
    assert [(verb, data) for verb, _by, _about, data in facts()] == [
        ("group_gathered", {"party_ids": sorted([care, delta])}),
        ("group_changed", {"party_ids": [ana]}),
    ]


def test_a_group_has_a_name_of_its_own_and_only_parties_that_exist(world: World) -> None:
    actions.gather_group(by=world.vera, at=world.at, name="Pilot")
    with pytest.raises(actions.WrongValueError, match="There is already a group called Pilot"):
        actions.gather_group(by=world.vera, at=world.at, name="Pilot")
    with pytest.raises(HiddenError):
        actions.gather_group(by=world.vera, at=world.at, name="Ghosts", party_ids=[0])
    with pytest.raises(HiddenError):
        actions.change_group(by=world.vera, at=world.at, group_id=0, party_ids=[])
    assert [group.name for group in queries.groups()] == ["Pilot"]

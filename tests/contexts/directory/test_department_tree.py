"""Departments stand in a tree, whoever moves them and whenever."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from clientela.directory import actions, queries
from clientela.directory.actions import CircleError
from clientela.directory.models import Department
from clientela.directory.policies import HOUSE
from clientela.kernel.constraints import violated_constraint
from clientela.kernel.policies import HiddenError, NotAllowedError
from tests.contexts.directory.facts import facts
from tests.world import World


def test_only_the_administrator_moves_departments(world: World) -> None:
    with pytest.raises(NotAllowedError, match="Only an administrator"):
        actions.move_department(by=world.stefan, at=world.at, department_id=world.it.id, parent_id=world.workshop.id)
    with pytest.raises(HiddenError):
        actions.move_department(by=world.zofia, at=world.at, department_id=world.it.id, parent_id=None)
    with pytest.raises(HiddenError):
        actions.move_department(by=world.vera, at=world.at, department_id=world.it.id, parent_id=world.delta.id)
    assert world.department("it").parent_id is None
    assert facts() == []


def test_a_department_does_not_stand_below_itself_at_any_distance(world: World) -> None:
    for parent in (world.workshop, world.workshop_warsaw):
        with pytest.raises(CircleError, match=r"^Workshop cannot stand below itself\.$"):
            actions.move_department(by=world.vera, at=world.at, department_id=world.workshop.id, parent_id=parent.id)
    assert world.department("workshop").parent_id is None
    assert facts() == []


def test_a_department_is_moved_with_all_that_hangs_on_it(world: World) -> None:
    actions.move_department(by=world.vera, at=world.at, department_id=world.workshop.id, parent_id=world.maintenance.id)
    assert queries.departments_upward(world.workshop_warsaw.id) == [
        world.workshop_warsaw.id,
        world.workshop.id,
        world.maintenance.id,
    ]
    assert world.again("tomasz").department_ids == {
        world.maintenance.id,
        world.workshop.id,
        world.workshop_warsaw.id,
    }
    actions.move_department(by=world.vera, at=world.at, department_id=world.workshop_warsaw.id, parent_id=None)
    moved = [(verb, about, data) for verb, _by, about, data in facts()]
    assert moved == [
        (
            "department_moved",
            (f"party:{world.workshop.id}", f"party:{world.maintenance.id}"),
            {"parent_id": world.maintenance.id},
        ),
        (
            "department_moved",
            (f"party:{world.workshop_warsaw.id}", f"party:{world.workshop.id}"),
            {"parent_id": None},
        ),
    ]


def test_the_database_itself_refuses_a_circle(world: World) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Department.objects.filter(party_id=world.workshop.id).update(parent_id=world.workshop_warsaw.id)
    assert violated_constraint(caught.value) == "department_tree_has_no_circle"


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_do_not_make_a_circle_together(world: World) -> None:
    """IT goes below Maintenance while Maintenance goes below IT. Each alone is fine."""
    outcomes: list[str] = []
    it_id, maintenance_id = world.it.id, world.maintenance.id

    def move_maintenance_below_it() -> None:
        try:
            actions.move_department(by=HOUSE, at=world.at, department_id=maintenance_id, parent_id=it_id)
            outcomes.append("moved")
        except CircleError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    other = threading.Thread(target=move_maintenance_below_it)
    with transaction.atomic():
        actions.move_department(by=HOUSE, at=world.at, department_id=it_id, parent_id=maintenance_id)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()  # it waits for us to commit, and only then looks whether there is a circle
    other.join(timeout=10)
    assert outcomes == ["Maintenance cannot stand below itself."]
    assert [world.department(key).parent_id for key in ("it", "maintenance")] == [maintenance_id, None]

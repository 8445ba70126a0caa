"""Which services of other departments a plan may name."""

from typing import Any

import pytest

from clientela.catalogue.rules import (
    CircleError,
    DefinitionError,
    ServiceKnown,
    plan_from_json,
    require_needs,
    way_between,
)

CARE, WORKSHOP, WAREHOUSE = 1, 2, 3


def known(*services: ServiceKnown) -> dict[str, ServiceKnown]:
    return {service.key: service for service in services}


def service(key: str, owner_id: int, *needs: str, **more: Any) -> ServiceKnown:
    values = {"is_retired": False, "is_for_inside": True, "department_ids": frozenset(), **more}
    return ServiceKnown(key=key, owner_id=owner_id, needs=needs, **values)


def plan(*needs: object) -> list[dict[str, Any]]:
    return [{"key": f"step-{number}", "titles": {"en": "A step"}, "needs": one} for number, one in enumerate(needs)]


def test_what_a_step_needs_is_read_and_nothing_is_needed_where_nothing_is_said() -> None:
    rows = [*plan("pump", "", None, " pump "), {"key": "last", "titles": {"en": "Last"}}]
    assert [step.needs for step in plan_from_json(rows)] == ["pump", "", "", "pump", ""]


@pytest.mark.parametrize("given", [7, ["pump"], {"key": "pump"}, True])
def test_what_is_no_key_is_refused_at_its_place(given: object) -> None:
    with pytest.raises(DefinitionError) as refused:
        plan_from_json(plan("pump", given))
    assert (refused.value.place, refused.value.fault) == ("plan[1].needs", "not_a_key")


@pytest.mark.parametrize(
    ("needed", "fault"),
    [
        ("nothing", "unknown_service"),
        ("repair", "own_service"),  # the service itself, which is not known yet when it is offered
        ("advice", "own_service"),  # of the same department
        ("old-pump", "retired"),
        ("purchase", "not_offered"),  # only for customers outside
        ("bench", "not_offered"),  # for named departments, and this one is not among them
    ],
)
def test_a_service_that_cannot_be_asked_for_is_refused_at_its_step(needed: str, fault: str) -> None:
    others = known(
        service("advice", CARE),
        service("pump", WORKSHOP),
        service("old-pump", WORKSHOP, is_retired=True),
        service("purchase", WAREHOUSE, is_for_inside=False),
        service("bench", WAREHOUSE, is_for_inside=False, department_ids=frozenset({WORKSHOP})),
    )
    with pytest.raises(DefinitionError) as refused:
        require_needs(plan_from_json(plan("pump", needed)), key="repair", owner_id=CARE, known=others)
    assert (refused.value.place, refused.value.fault) == ("plan[1].needs", fault)


def test_a_service_for_named_departments_can_be_named_by_them() -> None:
    others = known(service("bench", WAREHOUSE, is_for_inside=False, department_ids=frozenset({CARE})))
    require_needs(plan_from_json(plan("", "bench", "bench")), key="repair", owner_id=CARE, known=others)


def test_a_circle_is_refused_and_named_from_the_service_back_to_itself() -> None:
    others = known(
        service("repair", CARE, "courier"),  # as it was before; what it says now counts
        service("pump", WORKSHOP, "part"),
        service("courier", WAREHOUSE),
        service("part", WAREHOUSE, "courier", "repair"),
    )
    with pytest.raises(CircleError) as refused:
        require_needs(plan_from_json(plan("courier", "pump")), key="repair", owner_id=CARE, known=others)
    assert (refused.value.place, refused.value.fault) == ("plan[1].needs", "circle")
    assert refused.value.circle == ("repair", "pump", "part", "repair")
    require_needs(plan_from_json(plan("courier")), key="repair", owner_id=CARE, known=others)


def test_what_is_no_longer_offered_closes_no_circle() -> None:
    others = known(service("pump", WORKSHOP, "part"), service("part", WAREHOUSE, "repair", is_retired=True))
    require_needs(plan_from_json(plan("pump")), key="repair", owner_id=CARE, known=others)


def test_the_shortest_way_is_told_and_a_knot_elsewhere_is_walked_once() -> None:
    needs = {"a": ["b", "c"], "b": ["a", "d"], "c": ["d"], "d": ["e"]}
    assert way_between("a", "e", needs) == ("a", "b", "d", "e")
    assert way_between("e", "a", needs) == ()
    assert way_between("a", "a", needs) == ("a",)

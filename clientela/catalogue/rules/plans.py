"""The plan of tasks by which a service is given, and which services of other departments it takes."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clientela.catalogue.rules.describing import DefinitionError, key_of, key_or_nothing, require_once, texts_of


class CircleError(DefinitionError):
    """Services would need each other in a circle. `circle`: their keys, from one back to itself."""

    def __init__(self, place: str, circle: Sequence[str]) -> None:
        super().__init__(place, "circle")
        self.circle = tuple(circle)


@dataclass(frozen=True)
class PlannedStep:
    """One task of the plan by which a service is given. `needs`: the inside service it takes, by its key; "" for none.

    Such a task is done by asking another department for that service.
    """

    key: str
    titles: Mapping[str, str]
    is_shown_to_customer: bool
    needs: str = ""


@dataclass(frozen=True)
class ServiceKnown:
    """What must be known of a service before a plan may name it. `department_ids`: to whom it is offered by name."""

    key: str
    owner_id: int
    is_retired: bool
    is_for_inside: bool
    department_ids: frozenset[int]
    needs: tuple[str, ...]  # what its own plan names

    def is_offered_to(self, department_id: int) -> bool:
        """Whether a department may ask for it."""
        is_for_it = self.is_for_inside or department_id in self.department_ids
        return is_for_it and not self.is_retired and department_id != self.owner_id


def plan_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[PlannedStep, ...]:
    """Read a plan of tasks as it is stored. Raises DefinitionError naming the first step that cannot be used."""
    steps = []
    for index, row in enumerate(rows):
        place = f"plan[{index}]"
        steps.append(
            PlannedStep(
                key=key_of(row, place),
                titles=texts_of(row.get("titles"), f"{place}.titles"),
                is_shown_to_customer=bool(row.get("shown_to_customer", True)),
                needs=key_or_nothing(row.get("needs"), f"{place}.needs"),
            )
        )
    require_once([step.key for step in steps], "plan")
    return tuple(steps)


def require_needs(plan: Sequence[PlannedStep], *, key: str, owner_id: int, known: Mapping[str, ServiceKnown]) -> None:
    """Let every step of the plan of service `key` name a service that its owner may ask for, and none in a circle.

    `known`: every service by its key. Raises DefinitionError naming the first step that cannot be, CircleError.
    """
    for index, step in enumerate(plan):
        if step.needs:
            _require_need(step.needs, f"plan[{index}].needs", key=key, owner_id=owner_id, known=known)
    needs: dict[str, Collection[str]] = {other.key: other.needs for other in known.values() if not other.is_retired}
    for index, step in enumerate(plan):
        back = way_between(step.needs, key, needs) if step.needs else ()
        if back:
            raise CircleError(f"plan[{index}].needs", (key, *back))


def way_between(start: str, end: str, needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the keys of the shortest way from a service to another along what plans need, both ends in it; or ()."""
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] == end:
            return way
        following = [key for key in needs.get(way[-1], ()) if key not in seen]
        seen.update(following)
        ways.extend((*way, key) for key in following)
    return ()


def _require_need(needed: str, place: str, *, key: str, owner_id: int, known: Mapping[str, ServiceKnown]) -> None:
    service = known.get(needed)
    if needed == key or (service is not None and service.owner_id == owner_id):
        raise DefinitionError(place, "own_service")
    if service is None:
        raise DefinitionError(place, "unknown_service")
    if service.is_retired:
        raise DefinitionError(place, "retired")
    if not service.is_offered_to(owner_id):
        raise DefinitionError(place, "not_offered")

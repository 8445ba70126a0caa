"""Which departments are shown on the map: those at the top of their branch, and the teams of those that are opened."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from clientela.directory.queries import DepartmentCard

EVERY = "*"  # in `opened`: all departments


@dataclass(frozen=True)
class Chart:
    """The tree of departments, as far as it is opened."""

    cards: dict[int, DepartmentCard]
    children: dict[int, tuple[int, ...]]
    node_of: dict[int, int]  # the department that stands for each
    covered: dict[int, frozenset[int]]  # by node: the departments that it stands for; an opened one only for itself
    # By node: what is said of any of these departments is said of it too, those it stands for and those above it.
    reach: dict[int, frozenset[int]]
    opened: frozenset[str]  # that have teams, by key

    def line_of(self, department_id: int) -> tuple[int, ...]:
        """The department and those above it, the nearest first."""
        line = [department_id]
        while (above := self.cards[line[-1]].parent_id) is not None:
            line.append(above)
        return tuple(line)

    def branch_of(self, department_id: int) -> frozenset[int]:
        """The department and everything below it."""
        found, waiting = {department_id}, [department_id]
        while waiting:
            below = self.children.get(waiting.pop(), ())
            found.update(below)
            waiting.extend(below)
        return frozenset(found)


def chart(cards: Sequence[DepartmentCard], opened: Collection[str]) -> Chart:
    """Return what is shown when these departments are opened; unknown keys and those without teams are left out."""
    by_id = {card.id: card for card in cards}
    children: dict[int, list[int]] = {}
    for card in cards:
        if card.parent_id is not None:
            children.setdefault(card.parent_id, []).append(card.id)
    is_open = {number for number in children if EVERY in opened or by_id[number].key in opened}
    node_of: dict[int, int] = {}

    def walk(numbers: Iterable[int], node: int | None) -> None:
        for number in numbers:
            node_of[number] = number if node is None else node
            walk(children.get(number, ()), None if node is None and number in is_open else node_of[number])

    walk([card.id for card in cards if card.parent_id is None], None)
    covered: dict[int, set[int]] = {}
    for number, node in node_of.items():
        covered.setdefault(node, set()).add(number)
    lines: dict[int, frozenset[int]] = {}
    for node in covered:
        line = {node}
        above = by_id[node].parent_id
        while above is not None:
            line.add(above)
            above = by_id[above].parent_id
        lines[node] = frozenset(line)
    return Chart(
        cards=by_id,
        children={number: tuple(below) for number, below in children.items()},
        node_of=node_of,
        covered={node: frozenset(numbers) for node, numbers in covered.items()},
        reach={node: frozenset(covered[node]) | lines[node] for node in covered},
        opened=frozenset(by_id[number].key for number in is_open if node_of[number] == number),
    )

"""Departments of fewer than five people never stand alone: they count with the department above them."""

from collections.abc import Mapping

from clientela.network.discovery.mail.contracts import FEWEST


def pooled(people: Mapping[int, int], above: Mapping[int, int | None]) -> dict[int, int | None]:
    """Say with which department each one counts: itself, one above it, or None where there are never five people.

    `people`: how many each has of its own; `above`: every department, and the one above it. The lowest go up first, so
    several small ones may make a large one together.
    """
    counted = {number: people.get(number, 0) for number in above}
    goes_to: dict[int, int | None] = {number: number for number in above}
    for number in sorted(above, key=lambda one: (-_depth(one, above), one)):
        if counted[number] >= FEWEST:
            continue
        parent = above[number]
        goes_to[number] = parent
        if parent is not None:
            counted[parent] += counted[number]
    return {number: _end(number, goes_to) for number in above}


def _depth(number: int, above: Mapping[int, int | None]) -> int:
    depth = 0
    while (parent := above[number]) is not None:
        number, depth = parent, depth + 1
    return depth


def _end(number: int, goes_to: Mapping[int, int | None]) -> int | None:
    while (further := goes_to[number]) is not None and further != number:
        number = further
    return further

"""With whom a department counts: with the top of its branch, and a small branch with the other small ones."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

SEVERAL_SMALL: Final = -1  # all small branches together; no department has this number
FEWEST_PEOPLE: Final = 5


def groups_of(parents: Mapping[int, int | None], people: Mapping[int, int]) -> dict[int, int]:
    """Return for each department the one at the top of its branch, or SEVERAL_SMALL.

    `people`: how many work in each. Branches of fewer than five people count together. If all of these are still fewer
    than five, the next smallest joins them, for else they would stand alone under another name.
    """
    tops = {number: _top(number, parents) for number in parents}
    in_branch: Counter[int] = Counter(dict.fromkeys(tops.values(), 0))
    for number, top in tops.items():
        in_branch[top] += people.get(number, 0)
    small = {top for top, count in in_branch.items() if count < FEWEST_PEOPLE}
    together = sum(in_branch[top] for top in small)
    for top, count in sorted(in_branch.items(), key=lambda one: (one[1], one[0])):
        if 0 < together < FEWEST_PEOPLE and top not in small:
            small.add(top)
            together += count
    return {number: SEVERAL_SMALL if top in small else top for number, top in tops.items()}


def _top(number: int, parents: Mapping[int, int | None]) -> int:
    while (above := parents[number]) is not None:
        number = above
    return number

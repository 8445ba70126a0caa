"""An attacker with all that was published: which groups of one to four answers can be worked out from it?

What is known of a published cell is the sum over its answers, of anything asked. So a group's sum is known exactly
when the group, written as ones and noughts, is a weighted sum of published cells.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from clientela.voice.rules.anonymity import Publication


def published_sets(publication: Publication) -> list[set[int]]:
    """Every set of answers of which figures are shown."""
    sets = [] if publication.total is None else [set(range(publication.total))]
    return sets + [set(cell.members) for partition in publication.partitions for cell in partition.cells]


def revealed(publication: Publication, n: int, *, fewest: int = 5) -> list[tuple[int, ...]]:
    """Every group of fewer than `fewest` of the n answers whose figures follow from what is shown."""
    sets = published_sets(publication)
    if not sets:
        return []
    shown = np.array([[float(answer in each) for answer in range(n)] for each in sets])
    rank = np.linalg.matrix_rank(shown)
    found = []
    for group in _groups(shown, n, fewest):
        wanted = np.zeros(n)
        wanted[list(group)] = 1
        if np.linalg.matrix_rank(np.vstack([shown, wanted])) == rank:
            found.append(group)
    return found


def _groups(shown: np.ndarray, n: int, fewest: int) -> Iterable[tuple[int, ...]]:
    """For few answers every group there is; for many those that treat alike what no published cell tells apart."""
    if n <= 14:
        for size in range(1, fewest):
            yield from combinations(range(n), size)
        return
    atoms: dict[bytes, list[int]] = {}
    for answer in range(n):
        atoms.setdefault(shown[:, answer].tobytes(), []).append(answer)
    small = [atom for atom in atoms.values() if len(atom) < fewest]
    for count in range(1, fewest):
        for chosen in combinations(small, count):
            if sum(map(len, chosen)) < fewest:
                yield tuple(sorted(answer for atom in chosen for answer in atom))


def intersections(publication: Publication) -> list[set[int]]:
    """Every part that cells of different partitions have in common, which is not empty."""
    found: list[set[int]] = [set(range(publication.total or 0))]
    for partition in publication.partitions:
        found = [part & set(cell.members) for part in found for cell in partition.cells]
    return [part for part in found if part]


def sizes(publication: Publication) -> dict[str, Sequence[int]]:
    """How many answers each cell of each partition shows."""
    return {partition.cut: [cell.n for cell in partition.cells] for partition in publication.partitions}

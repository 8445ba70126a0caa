"""Groups of texts that say the same, in whatever languages, found without saying how many there are."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.alike.neighbours import BLOCK, directions, means_of, nearest_rows
from clientela.voice.meaning.shipped import Vectors

# Translations of one complaint lie above it, other complaints on the same matter mostly below.
LEAST_ALIKE: Final = 0.5
_MOST_NEIGHBOURS: Final = 200


def meaning_groups(
    vectors: Vectors,
    languages: Sequence[str],
    *,
    kinds: Sequence[str] | None = None,
    least: float = LEAST_ALIKE,
    fewest: int = 2,
) -> list[tuple[int, ...]]:
    """Groups of at least `fewest` places, the largest first, each with the text in its middle first.

    `kinds`: texts of different kinds, such as feelings, never come into one group; praise and blame of one matter lie
    close together. A text that has the most others near it gathers them; then the next one among those that are left.
    Nobody is in two groups. 100,000 texts are compared in blocks, each kind with itself: 150 MB for the vectors, at
    most 200 neighbours each.
    """
    rows = directions(vectors, languages, means_of(vectors, languages))
    numbers = np.unique(kinds, return_inverse=True)[1] if kinds else np.zeros(len(rows), np.int_)
    near = _near(rows, numbers, least)
    order = sorted(range(len(rows)), key=lambda place: (-len(near[place]), place))
    is_taken = np.zeros(len(rows), np.bool_)
    found: list[tuple[int, ...]] = []
    for middle in order:
        if is_taken[middle]:
            continue
        members = [middle, *(int(place) for place in near[middle] if place != middle and not is_taken[place])]
        if len(members) >= fewest:
            is_taken[members] = True
            found.append(tuple(members))
    return sorted(found, key=lambda members: (-len(members), members[0]))


def _near(rows: Vectors, kinds: NDArray[np.int_], least: float) -> list[NDArray[np.int32]]:
    """For each row the places of those of its kind at least so alike, the nearest first, itself included."""
    near: list[NDArray[np.int32]] = [np.zeros(0, np.int32)] * len(rows)
    for kind in np.unique(kinds):
        mine = np.flatnonzero(kinds == kind).astype(np.int32)
        same = rows[mine]
        for start in range(0, len(mine), BLOCK):
            best = nearest_rows(same[start : start + BLOCK], same, count=_MOST_NEIGHBOURS, least=least)
            for place, (places, _) in zip(mine[start : start + BLOCK], best, strict=True):
                near[place] = mine[places]
    return near

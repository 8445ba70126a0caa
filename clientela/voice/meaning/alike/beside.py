"""What a text may be taken for whose kind cannot be told: for what the text nearest to it is."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.alike.groups import LEAST_ALIKE
from clientela.voice.meaning.alike.neighbours import BLOCK, directions, means_of
from clientela.voice.meaning.shipped import Vectors

# Two so near to each other differ only by how they were rounded.
_AS_ALIKE: Final = 1e-4


def kinds_beside(
    vectors: Vectors,
    languages: Sequence[str],
    kinds: Sequence[str],
    *,
    open_kind: str,
    never: Sequence[str],
    least: float = LEAST_ALIKE,
) -> list[str]:
    """The kinds, but for each text of `open_kind` that of its nearest neighbour of another kind, if one is so alike.

    `never`: for each text the kind that it is not taken for, "" for none. Where its nearest neighbour is of that kind,
    or two of different kinds are equally near, it stays as it is; so it does not matter in which order texts come.
    Only open ones are held against the others, in blocks: 100,000 texts need their vectors twice, 300 MB.
    """
    tags = np.array(kinds, dtype=object)
    is_open = tags == open_kind
    found = list(kinds)
    if not is_open.any() or is_open.all():
        return found
    rows = directions(vectors, languages, means_of(vectors, languages))
    asked = np.flatnonzero(is_open)
    named = sorted(set(kinds) - {open_kind})
    beside = [rows[tags == kind] for kind in named]
    for start in range(0, len(asked), BLOCK):
        places = asked[start : start + BLOCK]
        nearest = np.column_stack([_nearest(rows[places], theirs) for theirs in beside])
        best = nearest.max(axis=1)
        is_near = (best >= least) & (best > 0)
        as_near = nearest >= best[:, None] - _AS_ALIKE
        for place, kind in zip(places[is_near], _only(as_near[is_near]), strict=True):
            if kind is not None and named[kind] != never[place]:
                found[place] = named[kind]
    return found


def _nearest(asked: Vectors, rows: Vectors) -> Vectors:
    """How alike the nearest of the rows is to each of those asked about."""
    best = np.full(len(asked), -1.0, np.float32)
    for start in range(0, len(rows), BLOCK):
        np.maximum(best, (asked @ rows[start : start + BLOCK].T).max(axis=1), out=best)
    return best


def _only(as_near: NDArray[np.bool_]) -> list[int | None]:
    """The one column of each row that is true, or None if there are several."""
    return [int(row.argmax()) if row.sum() == 1 else None for row in as_near]

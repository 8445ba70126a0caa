"""People like this also said: the nearest texts in whatever language.

Vectors of one language lie together, whatever they say; so each language's mean is taken away first. The mean is that
of the texts at hand, drawn to the one shipped with the product where they are few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.shipped import Vectors, language_means, unit

BLOCK: Final = 2_000
_PULL: Final = 100


@dataclass(frozen=True)
class Neighbour:
    """A text by its place, and how alike it is: the cosine after centring, 1 for the same."""

    place: int
    likeness: float


class Neighbours:
    """Vectors made ready for comparing. Keeps 4 bytes a number: 150 MB for 100,000 texts."""

    def __init__(self, vectors: Vectors, languages: Sequence[str]) -> None:
        """`vectors` (n, 384) of length 1; rows of NaN are nobody's neighbours."""
        self._means = means_of(vectors, languages)
        self.rows = directions(vectors, languages, self._means)

    def nearest(
        self, vectors: Vectors, languages: Sequence[str], *, count: int, least: float = -1.0
    ) -> list[list[Neighbour]]:
        """For each of these vectors the nearest texts, the most alike first, at most `count`, at least so alike."""
        asked = directions(vectors, languages, self._means)
        found: list[list[Neighbour]] = []
        for start in range(0, len(asked), BLOCK):
            best = nearest_rows(asked[start : start + BLOCK], self.rows, count=count, least=least)
            found += [
                [Neighbour(int(place), float(likeness)) for place, likeness in zip(places, alike, strict=True)]
                for places, alike in best
            ]
        return found


def nearest_rows(
    asked: Vectors,
    rows: Vectors,
    *,
    count: int,
    least: float,
) -> list[tuple[NDArray[np.int32], NDArray[np.float32]]]:
    """For each vector asked about, the places of at most `count` rows that are at least so alike, the most alike first,
    and how alike. Rows that are nothing are like nobody.

    Never more than a block of rows is compared at once, so the memory does not grow with the number of rows.
    """
    best = np.full((len(asked), 0), -np.inf, np.float32)
    places = np.zeros(best.shape, np.int32)
    for column in range(0, len(rows), BLOCK):
        alike = asked @ rows[column : column + BLOCK].T
        alike[(alike < least) | (alike == 0)] = -np.inf
        some = np.flatnonzero((alike > -np.inf).any(axis=0))
        best = np.concatenate([best, alike[:, some]], axis=1)
        places = np.concatenate([places, np.tile((column + some).astype(np.int32), (len(asked), 1))], axis=1)
        if best.shape[1] > count:
            keep = np.argpartition(-best, count - 1, axis=1)[:, :count]
            best, places = np.take_along_axis(best, keep, 1), np.take_along_axis(places, keep, 1)
    found = []
    for alike, where in zip(best, places, strict=True):
        known = alike > -np.inf
        order = np.lexsort((where[known], -alike[known]))
        found.append((where[known][order], alike[known][order]))
    return found


def means_of(vectors: Vectors, languages: Sequence[str]) -> Mapping[str, Vectors]:
    """What the vectors of each language have in common; "" for the languages of which there are none."""
    shipped = language_means()
    tags = np.array(languages, dtype=object)
    is_known = np.isfinite(vectors).all(axis=1)
    means: dict[str, Vectors] = dict(shipped)
    for language in sorted(set(languages)):
        mine = vectors[(tags == language) & is_known]
        pulled = mine.sum(axis=0) + _PULL * shipped.get(language, shipped[""])
        means[language] = np.asarray(pulled / (len(mine) + _PULL), np.float32)
    return means


def directions(vectors: Vectors, languages: Sequence[str], means: Mapping[str, Vectors]) -> Vectors:
    """Vectors less the mean of their language, of length 1; nothing for one that is not known."""
    rows = np.array(vectors, np.float32, copy=True)
    tags = np.array(languages, dtype=object)
    for language in set(languages):
        rows[tags == language] -= means.get(language, means[""])
    rows[~np.isfinite(rows).all(axis=1)] = 0
    return unit(rows)

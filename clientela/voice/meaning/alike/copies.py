"""Texts that are copies of each other, exactly or but for a few letters: MinHash finds who may be, Jaccard who is."""

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.words import words_of

Hashes = NDArray[np.uint64]

# Of the runs of five letters of both texts, so many are in both.
LEAST_SHARED: Final = 0.8
_RUN: Final = 5
_LONGEST_COMPARED: Final = 4_000
# 24 bands of 4: two texts that share 0.8 meet in one with a chance above 0.999, two that share 0.3 with one of 0.18.
_BANDS: Final = 24
_ROWS: Final = 4
# A band where more texts meet than this is a common phrase; each is compared with the first ones only.
_MOST_COMPARED: Final = 20
_MIX: Final = np.array([1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
_PRIME: Final = np.uint64((1 << 31) - 1)


def copy_groups(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first text that it is a copy of: its own where there is none before it.

    Marks, capitals, punctuation and spaces make no difference. Always the same answer. 100,000 texts of twenty words
    take some minutes, and beside the texts and their folded copies some 100 MB.
    """
    plain = [" ".join(words_of(text[:_LONGEST_COMPARED])) for text in texts]
    first: dict[str, int] = {}
    group = [first.setdefault(text, place) if text else place for place, text in enumerate(plain)]
    places = np.array([place for text, place in first.items() if len(text.encode()) >= _RUN], np.int64)
    for place, others in sorted(_meeting(places, plain).items()):
        twin = _twin(_runs(plain[place]), plain, others, group)
        if twin is not None:
            group[place] = twin
    return [group[first_place] for first_place in group]


def _meeting(places: NDArray[np.int64], plain: Sequence[str]) -> dict[int, set[int]]:
    """For each place the earlier ones that share a band with it, of a crowded band the first ones."""
    factors, offsets = _permutations()
    bands = np.zeros((len(places), _BANDS), np.uint64)
    for row, place in enumerate(places.tolist()):
        bands[row] = _bands(_runs(plain[place]), factors, offsets)
    met: dict[int, set[int]] = {}
    for band in bands.T:
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.append(True, band[order][1:] != band[order][:-1]))
        for start, end in zip(starts, np.append(starts[1:], len(order)), strict=True):
            if end - start > 1:
                crowd = places[order[start:end]].tolist()
                for number, place in enumerate(crowd[1:], start=1):
                    others = met.setdefault(place, set())
                    if len(others) < _MOST_COMPARED:
                        others.update(crowd[: min(number, _MOST_COMPARED)])
    return met


def _twin(runs: Hashes, plain: Sequence[str], others: set[int], group: Sequence[int]) -> int | None:
    """The first of the others that is a copy."""
    for other in sorted(others):
        theirs = _runs(plain[other])
        shared = len(np.intersect1d(runs, theirs, assume_unique=True))
        if shared >= LEAST_SHARED * (len(runs) + len(theirs) - shared):
            return group[other]
    return None


def _runs(text: str) -> Hashes:
    """The runs of five letters of a text, as numbers, each once; a shorter text has none."""
    data = text.encode()
    return np.array(sorted({zlib.crc32(data[at : at + _RUN]) for at in range(len(data) - _RUN + 1)}), np.uint64)


def _bands(runs: Hashes, factors: Hashes, offsets: Hashes) -> Hashes:
    least = ((runs[:, None] % _PRIME * factors + offsets) % _PRIME).min(axis=0).reshape(_BANDS, _ROWS)
    # Four numbers below 2^31 as one; two that differ meet with a chance of one in 2^60.
    return np.asarray((least * _MIX).sum(axis=1, dtype=np.uint64), np.uint64)


def _permutations() -> tuple[Hashes, Hashes]:
    chosen = np.random.default_rng(20_261).integers(1, int(_PRIME), (2, _BANDS * _ROWS), dtype=np.uint64)
    return chosen[0], chosen[1]

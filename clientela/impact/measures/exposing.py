"""How much cases depend on whom, for every kind of arrival at once: `network.rules.exposure`, in whole columns.

A house of two hundred suppliers has tens of thousands of kinds of arrivals, and each leans on everybody in the house,
on most by next to nothing. Where that is too much to be worked with, what a kind depends on least is left out, up to
`LEFT_OUT` of all that it depends on: what is left is as true, for the rest of a case is its own.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from clientela.impact.rules.cases import Bools, Floats, Ints
from clientela.network.rules.exposure import ExposureSettings

LEFT_OUT: Final = 0.05
MOST_EXPOSURES: Final = 2_000_000  # of so many cases times suppliers none is left out


@dataclass(frozen=True, eq=False)
class Past:
    """Cases that ended, by service, front and when, the columns side by side; and the parts that departments had.

    `cases`: how many ended then. `part`: of how many cases' time a department had, of a part_service at a part_front,
    in those that ended when `part_ended` says. When is any number that counts up: a day, or a period.
    """

    service: Ints
    front: Ints
    ended: Ints
    cases: Ints
    part_service: Ints
    part_front: Ints
    part_ended: Ints
    supplier: Ints
    part: Floats


@dataclass(frozen=True, eq=False)
class Kinds:
    """Weights of kinds of arrivals: `kind[k]` (ascending) depends on `supplier[k]` (ascending in each) by `weight`."""

    kind: Ints
    supplier: Ints
    weight: Floats


@dataclass(frozen=True, eq=False)
class _Sums:
    """How many cases ended before each period, [T], and what part each supplier had of them, summed, [T, D]."""

    cases: Floats
    parts: Floats

    def shares(self, wider: Floats, strength: float) -> Floats:
        """The mean parts, leaning on those of the wider kind."""
        found: Floats = (self.parts + strength * wider) / (self.cases[:, None] + strength)
        return found


def weights_of(
    arrivals: Ints, past: Past, *, periods: int, left_out: float = 0.0, settings: ExposureSettings | None = None
) -> Kinds:
    """Return the weights of arrivals [K, 3]: service, front and period of each. `past` ended in such periods too."""
    chosen = settings or ExposureSettings()
    is_seen = _between(past.ended, -chosen.lags, periods)
    is_part = _between(past.part_ended, -chosen.lags, periods) & (past.supplier != past.part_front)
    service, front, place, cases = (some[is_seen] for some in (past.service, past.front, past.ended, past.cases))
    part_service, part_front, part = (some[is_part] for some in (past.part_service, past.part_front, past.part))
    suppliers, column = np.unique(past.supplier[is_part], return_inverse=True)
    shape = (chosen.lags + periods, len(suppliers))
    place, cell = place + chosen.lags, (past.part_ended[is_part] + chosen.lags) * shape[1] + column

    def summed(ended: Bools, had: Bools) -> _Sums:
        """Return these, over the periods looked back on from each."""
        at = np.bincount(place[ended], weights=cases[ended], minlength=shape[0])
        parts = np.bincount(cell[had], weights=part[had], minlength=shape[0] * shape[1]).reshape(shape)
        return _Sums(_before(at.astype(np.float64), chosen.lags), _before(parts.astype(np.float64), chosen.lags))

    everything = summed(np.ones(len(cases), bool), np.ones(len(part), bool))
    house = everything.parts / np.maximum(everything.cases, 1)[:, None]
    kinds, numbers, weights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    for of in np.unique(arrivals[:, 0]):
        of_service, parts_of_service = service == of, part_service == of
        service_shares = summed(of_service, parts_of_service).shares(house, chosen.service_strength)
        here = np.flatnonzero(arrivals[:, 0] == of)
        for at in np.unique(arrivals[here, 1]):
            seen = summed(of_service & (front == at), parts_of_service & (part_front == at))
            own = here[arrivals[here, 1] == at]
            shares = seen.shares(service_shares, chosen.cell_strength)[arrivals[own, 2]]
            shares[:, suppliers == at] = 0.0
            row, which = np.nonzero(_mattering(shares, left_out))
            kinds.append(own[row])
            numbers.append(suppliers[which])
            weights.append(shares[row, which])
    kind, supplier, weight = np.concatenate(kinds), np.concatenate(numbers), np.concatenate(weights)
    order = np.argsort(kind, kind="stable")
    return Kinds(kind[order], supplier[order], weight[order])


def _between(values: Ints, first: int, end: int) -> Bools:
    found: Bools = (values >= first) & (values < end)
    return found


def _before(values: Floats, lags: int) -> Floats:
    """Sums over the `lags` periods before each; never by subtracting, so that nothing is nothing."""
    windows: NDArray[Any] = np.lib.stride_tricks.sliding_window_view(values[:-1], lags, axis=0)
    found: Floats = windows.sum(axis=-1)
    return found


def _mattering(shares: Floats, left_out: float) -> Bools:
    """The largest of each row, until no more than that part of its sum is left; all of them where it is 0."""
    if not left_out:
        return np.greater(shares, 0)
    order = np.argsort(-shares, axis=1, kind="stable")
    ordered = np.take_along_axis(shares, order, axis=1)
    so_far = ordered.cumsum(axis=1) - ordered
    found = np.zeros(shares.shape, bool)
    keeps = (so_far < (1 - left_out) * shares.sum(axis=1, keepdims=True)) & (ordered > 0)
    np.put_along_axis(found, order, keeps, axis=1)
    return found

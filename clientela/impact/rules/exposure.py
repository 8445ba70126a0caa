"""How much of each case depended on whom: sums, main suppliers, columns weighted by exposure, lagged shares. Pure."""

from dataclasses import replace

import numpy as np

from clientela.impact.rules.cases import Cases, Floats, Ints
from clientela.impact.rules.refusing import NoAnswerError, Refusal


def weighted(cases: Cases, values: Floats) -> Floats:
    """Return for each case Σ w_id · values[t, d] at its own period. Unknown `values[T, D]` count nothing."""
    known = np.nan_to_num(values, nan=0.0)
    each = cases.weights * known[cases.period[cases.rows], cases.suppliers]
    sums: Floats = np.bincount(cases.rows, weights=each, minlength=cases.count).astype(np.float64)
    return sums


def known_share(cases: Cases, is_known: Floats) -> Floats:
    """Return for each case how much of its exposure lies where `is_known[T, D]` is 1."""
    return weighted(cases, is_known)


def main_suppliers(cases: Cases) -> Ints:
    """Return for each case the supplier that it depends on most (the lowest number of equals); −1 without any."""
    mains = np.full(cases.count, -1, dtype=np.int64)
    if not len(cases.rows):
        return mains
    starts = np.flatnonzero(np.diff(cases.rows, prepend=-1))
    length = np.diff(starts, append=len(cases.rows))
    largest = np.repeat(np.maximum.reduceat(cases.weights, starts), length)
    candidates = np.where(cases.weights == largest, cases.suppliers, np.iinfo(np.int64).max)
    mains[cases.rows[starts]] = np.minimum.reduceat(candidates, starts)
    return mains


def from_crosswalk(
    cases: Cases, *, units: Ints, suppliers: Ints, weights: Floats, unit_labels: tuple[str, ...] = ()
) -> Cases:
    """Return the cases exposed as their unit is: many to many, `weights[k]` from unit to supplier.

    Raises NoAnswerError when cases have a unit that the crosswalk does not know, with the number of such cases.
    """
    order = np.argsort(units, kind="stable")
    units, suppliers, weights = units[order], suppliers[order], weights[order]
    first = np.searchsorted(units, cases.unit, side="left")
    length = np.searchsorted(units, cases.unit, side="right") - first
    if (length == 0).any():
        lost = np.unique(cases.unit[length == 0])
        named = str(unit_labels[int(lost[0])]) if unit_labels else str(int(lost[0]))
        raise NoAnswerError(
            Refusal.UNKNOWN_UNITS, cases=int((length == 0).sum()), units=len(lost), example=named, of=cases.count
        )
    rows = np.repeat(np.arange(cases.count), length)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)
    entry = np.repeat(first, length) + within
    return replace(cases, rows=rows, suppliers=suppliers[entry], weights=weights[entry])


def lagged_shares(cases: Cases, *, suppliers: int) -> Cases:
    """Return the cases with the mean weights of earlier cases of the same unit and type instead of their own.

    So nothing that happened in a case decides what it is said to have depended on. A case without any earlier one of
    its unit and type has no exposure, and is to be left out.
    """
    groups = cases.unit * (int(cases.case_type.max(initial=0)) + 1) + cases.case_type
    labels, group = np.unique(groups, return_inverse=True)
    periods = int(cases.period.max(initial=0)) + 1
    cell = group * periods + cases.period
    counts = np.bincount(cell, minlength=len(labels) * periods).reshape(len(labels), periods)
    before = np.cumsum(counts, axis=1) - counts
    keys, inverse = np.unique(group[cases.rows] * suppliers + cases.suppliers, return_inverse=True)
    cell_of = inverse * periods + cases.period[cases.rows]
    sums = np.bincount(cell_of, weights=cases.weights, minlength=len(keys) * periods).reshape(len(keys), periods)
    earlier = np.cumsum(sums, axis=1) - sums
    key_group = keys // suppliers
    order = np.argsort(key_group, kind="stable")
    first = np.searchsorted(key_group[order], group, side="left")
    known = np.searchsorted(key_group[order], group, side="right") - first
    length = np.where(before[group, cases.period] > 0, known, 0)
    rows = np.repeat(np.arange(cases.count), length)
    entry = order[np.repeat(first, length) + np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)]
    weights = earlier[entry, cases.period[rows]] / before[group[rows], cases.period[rows]]
    kept = weights > 0
    return replace(cases, rows=rows[kept], suppliers=(keys % suppliers)[entry][kept], weights=weights[kept])

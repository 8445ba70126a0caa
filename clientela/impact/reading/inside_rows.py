"""Rows about suppliers brought together by supplier and period: means, and halves where each row is one answer."""

from collections.abc import Callable

import numpy as np

from clientela.impact.reading.columns import Columns, Floats, Ints
from clientela.impact.rules.cases import LEAST_ANSWERS, Bools

ROWS_OF_ANSWERS = 3.0  # a cell, as a rule: so many rows that differ are what single colleagues said
SAME = 1e-9
SEED = 1  # of the halves: the same file gives the same figures


def mean_of(values: Floats, cell: Ints, shape: tuple[int, int]) -> tuple[Floats, bool]:
    """The mean of each supplier and period, NaN where nothing is known, and whether any two rows differ."""
    known = ~np.isnan(values)
    size = shape[0] * shape[1]
    count = np.bincount(cell[known], minlength=size)
    total = np.bincount(cell[known], weights=values[known], minlength=size)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    apart = np.abs(values[known] - mean[cell[known]])
    varies = bool(len(apart) and apart.max() > SAME * max(1.0, float(np.abs(values[known]).max())))
    return mean.reshape(shape), varies


def are_answers(values: Floats, cell: Ints) -> bool:
    """Whether the rows seem to be single answers: most suppliers have several in most periods."""
    counts = np.unique(cell[~np.isnan(values)], return_counts=True)[1]
    return bool(len(counts)) and float(np.median(counts)) >= ROWS_OF_ANSWERS


def halves_of_answers(values: Floats, cell: Ints, shape: tuple[int, int]) -> tuple[Floats, Floats, Ints]:
    """The means of two random halves of the answers of each supplier and period, and how many answered.

    An odd answer more goes to the first half. The seed is fixed.
    """
    known = np.flatnonzero(~np.isnan(values))
    dealt = np.random.default_rng(SEED).permutation(known)
    order = dealt[np.argsort(cell[dealt], kind="stable")]
    of = cell[order]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    place = np.arange(len(of)) - np.repeat(starts, np.diff(starts, append=len(of)))
    is_first = place % 2 == 0
    first, _ = mean_of(values[order][is_first], of[is_first], shape)
    second, _ = mean_of(values[order][~is_first], of[~is_first], shape)
    answers = np.bincount(of, minlength=shape[0] * shape[1]).reshape(shape)
    # Who alone answered has no second half; too few answered there anyhow.
    return first, np.where(answers < LEAST_ANSWERS, first, second), answers.astype(np.int64)


def note_stands_twice(columns: Columns, rows: Bools, cell: Ints, note: Callable[..., None]) -> bool:
    """Say where a supplier and period stand twice with other figures, and return whether they do.

    `rows`: those that count; `cell`: of each, by the period as it is written: weeks of one month are not the same.
    """
    place = np.flatnonzero(rows)
    _, first, which = np.unique(cell, return_index=True, return_inverse=True)
    other = first[which]
    differs = np.zeros(len(place), dtype=np.bool_)
    for role in ("quality", "quality2", "load", "answers"):
        if columns.has(role):
            values = columns.figures(role)[place]
            differs |= ~((values == values[other]) | (np.isnan(values) & np.isnan(values[other])))
    if not differs.any():
        return False
    at = int(np.argmax(differs))
    line, before = columns.line(int(place[at])), columns.line(int(place[other[at]]))
    many = int(differs.sum())
    name = list(columns.names["supplier"])[columns.labels("supplier")[place[at]]]
    note(
        "inside_twice",
        f"{columns.called}, line {line}: “{name}” stands in line {before} in the same period with other figures, and "
        f"their mean is taken ({many:,} {'line' if many == 1 else 'lines'}). Leave one line for each supplier and "
        "period.",
        file=columns.called, line=line, other=before, name=name, count=many,
    )  # fmt: skip
    return True

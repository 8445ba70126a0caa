"""How good answers are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def macro_f1(true: Sequence[object], said: Sequence[object]) -> float:
    """The mean of the F1 of each class that is there."""
    truth, answer = np.array(true, dtype=object), np.array(said, dtype=object)
    scores = []
    for one in sorted(set(true), key=str):
        both = int(((truth == one) & (answer == one)).sum())
        scores.append(2 * both / int((truth == one).sum() + (answer == one).sum()))
    return float(np.mean(scores))


def accuracy_of_surest(is_positive: NDArray[np.bool_], chances: NDArray[np.float64], *, share: float) -> float:
    """How many are right of this share of the texts, those of which one is surest."""
    surest = np.argsort(-np.abs(chances - 0.5), kind="stable")[: int(share * len(chances))]
    return float(((chances >= 0.5) == is_positive)[surest].mean())

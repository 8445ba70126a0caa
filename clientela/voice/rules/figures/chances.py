"""How likely an outcome is by chance, from the special functions alone.

The package of distributions says the same, and costs every process that only shows figures 46 MB and a third of a
second at its start.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clientela.kernel.late import Late

special = Late("scipy.special")  # a fifth of a second at the start of every process

_FURTHEST: Final = 40.0  # standard deviations: what lies beyond them adds nothing to a sum of doubles


def normal_point(chance: float) -> float:
    """The point below which the standard normal distribution lies with this chance."""
    return float(special.ndtri(chance))


def normal_below(point: float) -> float:
    """The chance of the standard normal distribution to lie below a point."""
    return float(special.ndtr(point))


def student_point(chance: float, freedom: float) -> float:
    """The point below which Student's t with so many degrees of freedom lies with this chance."""
    return float(special.stdtrit(freedom, chance))


def student_below(point: float, freedom: float) -> float:
    """The chance of Student's t with so many degrees of freedom to lie below a point."""
    return float(special.stdtr(freedom, point))


def chi_square_above(point: float, freedom: int) -> float:
    """The chance of chi-square with so many degrees of freedom to lie above a point."""
    return float(special.chdtrc(freedom, point))


def at_least_of(count: int, n: int, share: float) -> float:
    """The chance of at least `count` of `n`, each with the chance `share` by itself (binomial)."""
    return 1.0 if count < 1 else float(special.bdtrc(count - 1, n, share))


def at_least_drawn(count: int, *, drawn: int, hits: int, whole: int) -> float:
    """The chance of at least `count` hits among `drawn` of a `whole` in which there are `hits` (hypergeometric)."""
    fewest, most = max(0, drawn - (whole - hits)), min(drawn, hits)
    if count <= fewest:
        return 1.0
    if count > most:
        return 0.0
    middle = drawn * hits / whole
    if count < middle:
        return 1.0 - at_least_drawn(drawn - count + 1, drawn=drawn, hits=whole - hits, whole=whole)
    spread = math.sqrt(middle * (1 - hits / whole) * (whole - drawn) / max(whole - 1, 1))
    reach = math.ceil(_FURTHEST * (spread + 1))
    outcomes = np.arange(count, min(most, count + reach) + 1, dtype=np.float64)
    logs = _ways(hits, outcomes) + _ways(whole - hits, drawn - outcomes) - _ways(whole, np.array([float(drawn)]))
    return float(min(np.exp(logs).sum(), 1.0))


def at_most_drawn(count: int, *, drawn: int, hits: int, whole: int) -> float:
    """The chance of at most `count` hits among `drawn` of a `whole` in which there are `hits`."""
    return at_least_drawn(drawn - count, drawn=drawn, hits=whole - hits, whole=whole)


def _ways(n: int, chosen: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of the ways to choose so many of n."""
    return np.asarray(
        special.gammaln(n + 1) - special.gammaln(chosen + 1) - special.gammaln(n - chosen + 1), np.float64
    )

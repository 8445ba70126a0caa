"""The scale on which urgencies are counted: steps so small that nobody sees them, so that sums are exact.

A figure is the natural logarithm of the index, in steps of 2⁻³⁰. Sums of steps have no rounding, so however a chain is
walked, one request at a time or the whole house at once, the same facts give the same figure to the last bit, and a
change to one request never reorders the others by noise.

Tiers lie `TIER_STEP` apart. Inside a tier, what is past its floor lies above everything that is not, by how long it has
waited; the rest lies by its index.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

TIER_STEP: Final = 2.0**20
FLOOR_BASE: Final = 2.0**18  # above every logarithm of an index
MOST_WAITED: Final = 2.0**17  # hours; fifteen years of real time
MOST_LOG: Final = FLOOR_BASE - 1
_STEPS: Final = 2.0**30

Floats = NDArray[np.float64]


def on_scale(given: ArrayLike) -> Floats:
    """The nearest whole steps."""
    return np.rint(np.multiply(given, _STEPS)) / _STEPS


def log_on_scale(given: ArrayLike) -> Floats:
    """Natural logarithms in whole steps, by the same arithmetic for one number and for a hundred thousand."""
    return on_scale(np.log(np.asarray(given, dtype=np.float64)))


def pace_of(*, mean_work_hours: float, look_ahead: float) -> float:
    """The hours by which slack is measured, k · p̄. Raises ValueError."""
    pace = mean_work_hours * look_ahead
    if not (math.isfinite(pace) and mean_work_hours > 0 and look_ahead > 0):
        raise ValueError("Mean work and look-ahead must be finite and more than nothing.")
    return pace

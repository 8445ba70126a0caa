"""What is estimated from: outside cases with their exposure to inside suppliers, and how well these served. Pure."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_ANSWERS = 5  # nothing is told about fewer people or answers


@dataclass(frozen=True, eq=False)
class Cases:
    """N outside cases, in any order.

    `outcome[N]` is what the customer said, NaN where asked and not answered; larger is better. `period`, `unit` (who
    served outside) and `case_type` number from 0. The exposure is sparse: case `rows[k]` (ascending) depended on
    supplier `suppliers[k]` with `weights[k]`, a share known before the case. `unaffected[N]` is an outcome that nothing
    inside can have changed (the visit before), for a check.
    """

    outcome: Floats
    period: Ints
    unit: Ints
    case_type: Ints
    rows: Ints
    suppliers: Ints
    weights: Floats
    unaffected: Floats | None = None

    @property
    def count(self) -> int:
        """How many cases there are."""
        return len(self.outcome)


@dataclass(frozen=True, eq=False)
class Inside:
    """How D suppliers served colleagues in T periods.

    `quality[2, T, D]`: the means of two random halves of the answers, larger is better, NaN where unknown; clocks have
    no such noise of sampling and may give both halves alike. `load[T, D]`: work per pair of hands, None where it is not
    measured. `answers[T, D]`: how many people or cases stand behind the quality.
    """

    quality: Floats
    load: Floats | None
    answers: Ints

    @property
    def periods(self) -> int:
        """T."""
        return int(self.quality.shape[1])

    @property
    def suppliers(self) -> int:
        """D."""
        return int(self.quality.shape[2])

    @property
    def is_exact(self) -> bool:
        """Whether both halves are the same, so that there is no noise to be corrected."""
        return bool(np.array_equal(self.quality[0], self.quality[1], equal_nan=True))


def chosen(cases: Cases, is_chosen: Bools) -> Cases:
    """Return only the cases that are chosen, with their exposure."""
    number = np.cumsum(is_chosen) - 1
    stays = is_chosen[cases.rows]
    return replace(
        cases,
        outcome=cases.outcome[is_chosen],
        period=cases.period[is_chosen],
        unit=cases.unit[is_chosen],
        case_type=cases.case_type[is_chosen],
        rows=number[cases.rows[stays]],
        suppliers=cases.suppliers[stays],
        weights=cases.weights[stays],
        unaffected=None if cases.unaffected is None else cases.unaffected[is_chosen],
    )

"""A house fitted from the plain rows of its history, with what had to be assumed.

The rows stand here. `fitted` does the fitting: it plays the house, and loads what playing takes.
"""

from clientela.network.simulation.fitting.rows import (
    DeedRow,
    DepartmentRow,
    HistoryRows,
    LegLike,
    LegRow,
    NothingToFitError,
    ServiceRow,
)

__all__ = ["DeedRow", "DepartmentRow", "HistoryRows", "LegLike", "LegRow", "NothingToFitError", "ServiceRow"]

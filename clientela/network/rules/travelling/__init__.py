"""Whose lateness travels: how far, through whom, and who would be missed. Pure: plain values in, plain values out."""

from clientela.network.rules.travelling.centrality import CasePassed, Passed, irreplaceable, passes, stranded_without
from clientela.network.rules.travelling.chains import Family, Held, Stay, critical_chain
from clientela.network.rules.travelling.reach import (
    LEAST_PASSED_ON,
    MOST_PASSED_ON,
    Reach,
    ReachError,
    dependence,
    reaches,
)
from clientela.network.rules.travelling.sharing import (
    FEWEST,
    Contribution,
    LateCase,
    Part,
    Travelled,
    parts_of_lateness,
    parts_of_time,
    shared_exactly,
    travelled,
)

__all__ = [
    "FEWEST",
    "LEAST_PASSED_ON",
    "MOST_PASSED_ON",
    "CasePassed",
    "Contribution",
    "Family",
    "Held",
    "LateCase",
    "Part",
    "Passed",
    "Reach",
    "ReachError",
    "Stay",
    "Travelled",
    "critical_chain",
    "dependence",
    "irreplaceable",
    "parts_of_lateness",
    "parts_of_time",
    "passes",
    "reaches",
    "shared_exactly",
    "stranded_without",
    "travelled",
]

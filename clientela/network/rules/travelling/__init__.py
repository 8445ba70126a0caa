"""Whose lateness travels: how far, through whom, and who would be missed. Pure: plain values in, plain values out."""

from clientela.network.rules.travelling.adding import (
    FEWEST_LATE,
    Contribution,
    LatenessSums,
    PartSums,
    Travelled,
    sums_of,
    travelled,
)
from clientela.network.rules.travelling.centrality import (
    CasePassed,
    Passage,
    Passed,
    irreplaceable,
    passages_of,
    passes,
    stranded_without,
)
from clientela.network.rules.travelling.chains import Family, Held, Stay, critical_chain
from clientela.network.rules.travelling.grouping import FEWEST_PEOPLE, SEVERAL_SMALL, groups_of
from clientela.network.rules.travelling.hops import Hop, hops_of, who_asked
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
    LateCase,
    Part,
    parts_of_lateness,
    parts_of_time,
    shared_exactly,
)

__all__ = [
    "FEWEST",
    "FEWEST_LATE",
    "FEWEST_PEOPLE",
    "LEAST_PASSED_ON",
    "MOST_PASSED_ON",
    "SEVERAL_SMALL",
    "CasePassed",
    "Contribution",
    "Family",
    "Held",
    "Hop",
    "LateCase",
    "LatenessSums",
    "Part",
    "PartSums",
    "Passage",
    "Passed",
    "Reach",
    "ReachError",
    "Stay",
    "Travelled",
    "critical_chain",
    "dependence",
    "groups_of",
    "hops_of",
    "irreplaceable",
    "parts_of_lateness",
    "parts_of_time",
    "passages_of",
    "passes",
    "reaches",
    "shared_exactly",
    "stranded_without",
    "sums_of",
    "travelled",
    "who_asked",
]

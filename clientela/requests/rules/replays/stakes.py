"""What an hour of lateness costs in a replay: by the log's priority, or dealt out where it tells none."""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from clientela.requests.rules.replays.events import NOTHING, Note

# Words of priorities, the most pressing first. A figure at the beginning ("1 - Critical") counts before the word.
_RANKS = (
    r"critical|urgent|blocker|highest|emergency|immediate|major|very high",
    r"high|important",
    r"medium|normal|moderate|standard|average|default|regular",
    r"low|minor|trivial|planning|lowest",
)
_FIGURE = re.compile(r"^\s*p?\s*(\d+)", re.IGNORECASE)
MOST_FIGURES = 12
# Dealt out by the name of the case where the log tells no priority: four in ten cost 1, three 2, two 4, one 8.
_DEALT = ((0.4, 1.0), (0.7, 2.0), (0.9, 4.0), (1.0, 8.0))


def stakes_of(
    priority: NDArray[np.int32], names: Sequence[str], cases: Sequence[str], *, equal: bool, notes: list[Note]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Give for each case what an hour of its lateness costs, and its rank of priority, 1 the most pressing.

    Each step up doubles the cost. `equal`: everybody costs 1.
    """
    ranks = _ranks(names)
    told = {name: ranks[name] for name in names if ranks.get(name)} if ranks else {}
    if equal:
        notes.append(Note("equal_stakes", "An hour of lateness costs the same for everybody."))
        return np.ones(len(cases)), np.full(len(cases), 1, dtype=np.int32)
    if len(set(told.values())) > 1:
        lowest = max(told.values())
        rank_of = np.array([told.get(name, (lowest + 1) // 2 + 1) for name in names] + [lowest])
        rank = rank_of[np.where(priority == NOTHING, len(names), priority)]
        listed = ", ".join(f"«{name}» {2 ** (lowest - told[name])}" for name in sorted(told, key=lambda one: told[one]))
        notes.append(Note("stakes", f"What an hour of lateness costs, by the log's priority: {listed}."))
        return 2.0 ** (lowest - rank), rank.astype(np.int32)
    notes.append(
        Note("dealt_stakes", "The log tells no priority, so what an hour of lateness costs is dealt out by the name of "
                             "the case: four in ten cost 1, three 2, two 4, one 8. With --stakes equal all cost 1.")
    )  # fmt: skip
    dealt = np.array([_dealt(name) for name in cases])
    return dealt, (4 - np.log2(dealt)).astype(np.int32)


def _ranks(names: Sequence[str]) -> dict[str, int]:
    figures = {name: int(found[1]) for name in names if (found := _FIGURE.match(name))}
    if figures and len(figures) == len(names) and len(set(figures.values())) <= MOST_FIGURES:
        order = sorted(set(figures.values()))
        return {name: order.index(figure) + 1 for name, figure in figures.items()}
    by_word: dict[str, int] = {}
    for name in names:
        place = next((rank for rank, words in enumerate(_RANKS) if re.search(rf"\b(?:{words})\b", name.lower())), None)
        if place is not None:
            by_word[name] = place
    order = sorted(set(by_word.values()))
    return {name: order.index(place) + 1 for name, place in by_word.items()}


def _dealt(name: str) -> float:
    share = crc32(name.encode("utf-8", "surrogatepass")) / 2**32
    return next(cost for upto, cost in _DEALT if share < upto)

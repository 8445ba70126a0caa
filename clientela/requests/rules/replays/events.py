"""A log as it was read: one row an event, in columns. Names are numbered: their place in a list."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOTHING = -1  # the number of a name that is not told


@dataclass(frozen=True)
class Note:
    """Something the reader should know: what was left out, and how many, or what was taken for granted."""

    code: str
    text: str
    count: int = 0
    lines: tuple[int, ...] = ()  # where the first few of them stand in the file


@dataclass(frozen=True)
class Events:
    """The events of a log in the order of its file. Moments are seconds since 1970 in UTC; NaN: not told.

    `end` is told by logs with a start and an end on one line. `transition` is the life of an activity (start,
    complete…) or the second half of a state. `line` is the line of the file, or the number of the event in an XES.
    """

    case: NDArray[np.int32]
    activity: NDArray[np.int32]
    moment: NDArray[np.float64]
    end: NDArray[np.float64]
    team: NDArray[np.int32]
    resource: NDArray[np.int32]
    priority: NDArray[np.int32]
    transition: NDArray[np.int32]
    due: NDArray[np.float64]
    parent: NDArray[np.int32]  # a number of `cases`
    line: NDArray[np.int64]
    cases: list[str]
    activities: list[str]
    teams: list[str]
    resources: list[str]
    priorities: list[str]
    transitions: list[str]

    def __len__(self) -> int:
        return len(self.case)

"""One shape for what sources beside the requests show of who serves whom: event logs, traces of mail."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TracedLine:
    """One department serving another, or customers outside by segment, as files or gatherings of traces show it.

    `back` went to who had had it before: counted by itself, never in `asked`. The days are those of the whole file,
    the first and the last in it; None: it does not say. The same pair may come several times: the map adds up.
    """

    provider_id: int
    customer_id: int | None  # None: outside, by `segment`
    asked: int
    back: int = 0
    median_wait_seconds: float | None = None  # by the clock; None: of several teams, medians do not add up
    first_on: date | None = None
    last_on: date | None = None
    waits: tuple[tuple[int, int], ...] = ()  # instead of a median: buckets of rules.waits and how many; these add up
    file_id: int | None = None  # of what it was counted in, for a link
    file_name: str = ""
    segment: str = ""  # of customers outside
    files: tuple[tuple[int, str], ...] = ()  # instead of one: number and name of each it was counted in

"""What a stay was spent with, in working seconds of the department it was at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from clientela.requests.rules.legs.stays import SpanKind, Stay

WorkingSeconds = Callable[[datetime, datetime], int]


@dataclass(frozen=True)
class Parts:
    """Working seconds of a stay by kind; together they are the working seconds of the stay."""

    queue: int = 0
    work: int = 0
    customer: int = 0
    department: int = 0
    date: int = 0

    @property
    def total(self) -> int:
        """Working seconds of the whole stay."""
        return self.queue + self.work + self.customer + self.department + self.date


def parts_of(stay: Stay, working_seconds: WorkingSeconds, *, until: datetime | None = None) -> Parts:
    """Split a stay by kind. `working_seconds(start, end)` counts by the calendar of its department.

    An open stay is counted up to its last change, so that the answer depends on what happened and not on when it is
    asked; with `until`, up to that moment. Each boundary is counted from the start of the stay, whole seconds, so
    fractions of a second are never lost between parts.
    """
    counted: dict[SpanKind, int] = dict.fromkeys(SpanKind, 0)
    ends_at = stay.last_change_at if until is None else until
    before = 0
    for span in stay.spans:
        span_ends_at = ends_at if span.until is None else min(span.until, ends_at)
        if span_ends_at <= span.since:
            continue
        upto = working_seconds(stay.started_at, span_ends_at)
        counted[span.kind] += upto - before
        before = upto
    return Parts(**{kind.value: seconds for kind, seconds in counted.items()})

"""The sums behind the map and the pages of Insight. Pure: plain values in, plain values out."""

from clientela.network.rules.lines import Asked, Interval, Line, hops_to_outside, lines, wilson
from clientela.network.rules.loads import (
    Flow,
    HalfDay,
    Hour,
    HourOfWeek,
    expected_a_week,
    half_days,
    hours_of_week,
    members_on_average,
    open_seconds_by_hour,
    short_half_days,
    use_of,
)

__all__ = [
    "Asked",
    "Flow",
    "HalfDay",
    "Hour",
    "HourOfWeek",
    "Interval",
    "Line",
    "expected_a_week",
    "half_days",
    "hops_to_outside",
    "hours_of_week",
    "lines",
    "members_on_average",
    "open_seconds_by_hour",
    "short_half_days",
    "use_of",
    "wilson",
]

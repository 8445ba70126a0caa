"""The sums behind the map and the pages of Insight. Pure: plain values in, plain values out."""

from clientela.network.rules.figures import FEWEST, Mean, Share, mean_of, share_of
from clientela.network.rules.lines import Interval, wilson
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
from clientela.network.rules.waits import LAST_BUCKET, bucket_of, median_wait_seconds, middle_of

__all__ = [
    "FEWEST",
    "LAST_BUCKET",
    "Flow",
    "HalfDay",
    "Hour",
    "HourOfWeek",
    "Interval",
    "Mean",
    "Share",
    "bucket_of",
    "expected_a_week",
    "half_days",
    "hours_of_week",
    "mean_of",
    "median_wait_seconds",
    "members_on_average",
    "middle_of",
    "open_seconds_by_hour",
    "share_of",
    "short_half_days",
    "use_of",
    "wilson",
]

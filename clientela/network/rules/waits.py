"""Histograms of waits that add up: of any weeks and teams, without the waits themselves.

Each doubling from a minute on is cut into 16 equal buckets; bucket 0 holds what took less than a minute. So a bucket is
at most 1/16 of its lower end wide, and its middle within 3.1 % of everything in it. All in whole numbers, so that every
engine puts a wait into the same bucket.
"""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Final

FIRST_SECONDS: Final = 60
PARTS: Final = 16
DOUBLINGS: Final = 21  # up to four years of working time; what is longer counts with the last bucket
LAST_BUCKET: Final = DOUBLINGS * PARTS
DOUBLES: Final = tuple(FIRST_SECONDS << number for number in range(DOUBLINGS))  # where each doubling begins, in seconds


def bucket_of(seconds: int) -> int:
    """Return the bucket of a wait: 0 to LAST_BUCKET."""
    doubling = bisect_right(DOUBLES, seconds)
    if doubling == 0:
        return 0
    start = DOUBLES[doubling - 1]
    return min(LAST_BUCKET, 1 + (doubling - 1) * PARTS + (seconds - start) * PARTS // start)


def middle_of(bucket: int) -> float:
    """Return the seconds in the middle of a bucket. Of the last one too, though that has no upper end."""
    if bucket == 0:
        return FIRST_SECONDS / 2
    doubling, part = divmod(bucket - 1, PARTS)
    return DOUBLES[doubling] * (1 + (part + 0.5) / PARTS)


def median_wait_seconds(counts: Mapping[int, int]) -> int | None:
    """Return the median of a histogram, by bucket, to within 3.1 %; None without any wait."""
    buckets = sorted(counts)
    through = list(accumulate(map(counts.__getitem__, buckets)))
    if not through or through[-1] == 0:
        return None
    total = through[-1]
    lower, upper = (bisect_right(through, place) for place in ((total - 1) // 2, total // 2))
    return round((middle_of(buckets[lower]) + middle_of(buckets[upper])) / 2)

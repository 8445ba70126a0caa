"""Moments as most logs write them, read by Arrow a whole column at once. What is not so plain is left to the engine.

What is read here is what the engine would read; a test compares them. Imported only by processes apart.
"""

from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Microseconds = NDArray[np.int64]

DATE_LENGTH, SHORTEST_WITH_HOUR = 10, 16  # 2024-03-04, 2024-03-04T09:30
COLON, SLASH = ord(":"), ord("/")
# Between these years all tables of zones say the same of clocks that tell none.
ZONES_SURE = (631_152_000_000_000, 2_145_916_800_000_000)  # 1990 to 2038


def plain_moments(texts: pa.StringArray, *, zone: str) -> tuple[Microseconds, bool] | None:
    """Read a column without blanks: microseconds since 1970, and whether all of them tell their zone.

    `zone` is that of clocks that tell none. None where one of them is written otherwise, is no moment, or where some
    tell their zone and some do not.
    """
    plain = _plain(texts)
    if plain is None:
        return None
    try:
        return _microseconds(pc.cast(plain, pa.timestamp("us"))) if zone == "UTC" else _local(plain, zone), False
    except pa.ArrowInvalid:
        pass
    try:
        return _microseconds(pc.cast(plain, pa.timestamp("us", "UTC"))), True
    except pa.ArrowInvalid:
        return None


def _plain(texts: pa.StringArray) -> pa.StringArray | None:
    if not len(texts) or texts.null_count:
        return None
    _validity, ends, data = texts.buffers()
    places = np.frombuffer(ends, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    signs = np.frombuffer(data, dtype=np.uint8)
    starts, lengths = places[:-1], np.diff(places)
    if lengths.min() < DATE_LENGTH:
        return None
    if (signs[starts + 4] == SLASH).all() and (signs[starts + 7] == SLASH).all():
        texts = pc.replace_substring(texts, pattern="/", replacement="-", max_replacements=2)
    if lengths.max() == DATE_LENGTH:
        return texts
    # Arrow reads also an hour alone, which the engine does not.
    has_minutes = lengths.min() >= SHORTEST_WITH_HOUR and bool((signs[starts + 13] == COLON).all())
    return texts if has_minutes else None


def _local(texts: pa.StringArray, zone: str) -> Microseconds:
    # Of an hour that comes twice the second; an hour that never was is the engine's matter.
    clocks = pc.cast(texts, pa.timestamp("us"))
    found = _microseconds(pc.assume_timezone(clocks, timezone=zone, ambiguous="latest", nonexistent="raise"))
    if found.min() < ZONES_SURE[0] or found.max() >= ZONES_SURE[1]:
        raise pa.ArrowInvalid(zone)
    return found


def _microseconds(moments: pa.Array) -> Microseconds:
    return cast("Microseconds", moments.cast(pa.int64()).to_numpy(zero_copy_only=False))

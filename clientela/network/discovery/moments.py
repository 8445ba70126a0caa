"""Moments as logs write them. The way of writing is found once, from the first lines, and then kept."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

NAN = float("nan")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- the clock on the wall, whose zone is told later
EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
ISO, NUMBER = "iso", "number"  # ways of writing; the others are formats of strptime
# Figures from, below, and how many of them are a second. 20240304090000 is none of them, but a date without signs.
UNITS = ((0.0, 1e11, 1.0), (1e11, 1e13, 1e3), (1e15, 1e16, 1e6), (1e18, 1e19, 1e9))

# Seconds since 1970, and whether they are a clock on the wall whose zone is not told.
Read = tuple[float, bool]
Reader = Callable[[str], Read]

_FORMATS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%Y %H:%M:%S.%f", "%d.%m.%y %H:%M",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S.%f", "%d-%m-%Y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m/%Y %H:%M:%S.%f",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%Y %H:%M:%S.%f",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p",
    "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%Y-%m-%d %I:%M:%S %p",
    "%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d-%b-%Y %H:%M:%S", "%d-%b-%y %H:%M:%S",
    "%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%a %b %d %H:%M:%S %Y", "%Y.%m.%d %H:%M:%S",
)  # fmt: skip
MOST_SAMPLES = 200
_SLASHES = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})")
_SHORT_OFFSET = re.compile(r"([+-]\d{2})(\d{2})?$")


def reader_for(samples: Sequence[str]) -> tuple[Reader, bool]:
    """Give the way of reading that reads most of the samples, and whether day and month could also be the other way."""
    way, is_either = way_of(samples)
    return {ISO: read_iso, NUMBER: read_number}.get(way) or _by_format(way), is_either


def way_of(samples: Sequence[str]) -> tuple[str, bool]:
    """Name the way of writing: ISO, NUMBER, or a format of strptime; and whether day and month could be swapped."""
    some = samples[:MOST_SAMPLES]
    for way, reader in ((ISO, read_iso), (NUMBER, read_number)):
        if some and all(_reads(reader, sample) for sample in some):
            return way, False
    readers: dict[str, Reader] = {ISO: read_iso, NUMBER: read_number, **{form: _by_format(form) for form in _FORMATS}}
    counts = {way: sum(_reads(reader, sample) for sample in some) for way, reader in readers.items()}
    best = max(counts, key=lambda way: counts[way])
    swapped = best.replace("%d/%m/", "%m/%d/")
    return best, swapped != best and counts.get(swapped) == counts[best] > 0


def read_iso(text: str) -> Read:
    """Read ISO 8601 with or without a zone, also with slashes, a blank for the T, or more than six decimals."""
    try:
        moment = datetime.fromisoformat(text.replace("/", "-", 2) if text[4:5] == "/" == text[7:8] else text)
    except ValueError:
        moment = datetime.fromisoformat(_mended(text))
    if moment.tzinfo is None:
        return (moment - EPOCH).total_seconds(), True
    return (moment - EPOCH_UTC).total_seconds(), False


def read_number(text: str) -> Read:
    """Read seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by how large they are."""
    number = float(text)
    for lowest, highest, parts in UNITS:
        if lowest <= number < highest:
            return number / parts, False
    raise ValueError(text)


def _by_format(form: str) -> Reader:
    def read(text: str) -> Read:
        return (datetime.strptime(text, form) - EPOCH).total_seconds(), True  # noqa: DTZ007 -- the zone is told later

    return read


def _mended(text: str) -> str:
    date = _SLASHES.match(text)
    if date:
        text = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}{text[date.end() :]}"
    head, dot, tail = text.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits][:6]}{tail[digits:]}"
    zone = _SHORT_OFFSET.search(text) if ":" in text else None
    if zone and zone.start() > text.index(":"):
        text = f"{text[: zone.start()]}{zone[1]}:{zone[2] or '00'}"
    return text


def _reads(reader: Reader, text: str) -> bool:
    try:
        reader(text)
    except (ValueError, OverflowError):
        return False
    return True

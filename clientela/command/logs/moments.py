"""Moments as logs write them. The way of writing is found once, from the first lines, and then kept."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

NAN = float("nan")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- the clock on the wall, whose zone is told later
EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS_FROM = 1e11  # figures as large count milliseconds: in seconds they would be after the year 5138

# Seconds since 1970, and whether they are a clock on the wall whose zone is not told.
Read = tuple[float, bool]
Reader = Callable[[str], Read]

_FORMATS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S.%f", "%d-%m-%Y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
    "%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%d-%b-%y %H:%M:%S",
)  # fmt: skip
_SLASHES = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})")
_SHORT_OFFSET = re.compile(r"([+-]\d{2})(\d{2})?$")


def reader_for(samples: Sequence[str]) -> tuple[Reader, bool]:
    """Give the way of reading that reads most of the samples, and whether day and month could also be the other way."""
    readers: list[Reader] = [read_iso, read_number, *map(_by_format, _FORMATS)]
    counts = [sum(_reads(reader, sample) for sample in samples) for reader in readers]
    best = max(range(len(readers)), key=lambda place: (counts[place], -place))
    is_either = False
    if best >= 2 and "%d/%m/%Y" in _FORMATS[best - 2]:  # noqa: PLR2004 -- behind the two that are not formats
        other = _FORMATS[best - 2].replace("%d/%m/%Y", "%m/%d/%Y")
        is_either = other in _FORMATS and counts[_FORMATS.index(other) + 2] == counts[best] > 0
    return readers[best], is_either


def read_iso(text: str) -> Read:
    """Read ISO 8601 with or without a zone, also with slashes, a blank for the T, or more than six decimals."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(_mended(text))
    if moment.tzinfo is None:
        return (moment - EPOCH).total_seconds(), True
    return (moment - EPOCH_UTC).total_seconds(), False


def read_number(text: str) -> Read:
    """Read seconds or milliseconds since 1970."""
    number = float(text)
    if not 0 <= number < 1e14:  # noqa: PLR2004 -- the year 5138 in milliseconds
        raise ValueError(text)
    return (number / 1000.0 if number >= MILLISECONDS_FROM else number), False


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

"""Moments as logs write them. The way of writing is found once, from the first lines, and then kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from clientela.network.discovery.problems import LogProblemError
from clientela.network.discovery.written import (
    SHAPES,
    UNSURE_ZONES,
    WRITTEN,
    UnsureZoneError,
    read_written,
    unsure_zone,
)

NAN = float("nan")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 -- the clock on the wall, whose zone is told later
EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
# Ways of writing. Any other way is formats of strptime, parted by PARTED: the same date, with the hour more ways than
# one, as spreadsheets leave it out at midnight.
ISO, NUMBER, SERIAL = "iso", "number", "serial"
PARTED = "|"
# Figures from, below, and how many of them are a second. 20240304090000 is none of them, but a date without signs.
UNITS = ((0.0, 1e11, 1.0), (1e11, 1e13, 1e3), (1e15, 1e16, 1e6), (1e18, 1e19, 1e9))
# Days as spreadsheets number them, 1 January 1970 being the 25,569th; from 1927 to 2119 nothing else looks like them.
SERIALS, SERIAL_OF_1970, DAY_SECONDS = (10_000.0, 80_000.0), 25_569, 86_400

# Seconds since 1970, and whether they are a clock on the wall whose zone is not told.
Read = tuple[float, bool]
Reader = Callable[[str], Read]

# Day before month before the other way round: where a file does not say which it is, that is taken, and said.
_DATES = (
    "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d.%m.%y", "%d/%m/%y", "%d-%m-%y", "%m/%d/%y", "%m-%d-%y", "%y-%m-%d", "%y/%m/%d",
    "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d-%b-%y", "%d/%b/%y", "%d %b %y", "%b %d, %Y", "%b %d %Y",
    "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
_HOURS = (
    " %H:%M:%S", " %H:%M", "", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S", ", %H:%M", ", %I:%M:%S %p",
    ", %I:%M %p", " %H.%M.%S", " %H.%M", " %H%M%S", "T%H:%M:%S", " - %H:%M", " %I:%M:%S%p", " %I:%M%p",
)  # fmt: skip
_FAMILIES = {
    **{date: tuple(date + hour for hour in _HOURS) for date in _DATES},
    "%Y%m%d%H%M%S": ("%Y%m%d%H%M%S",),
    "%a %b %d %Y": ("%a %b %d %H:%M:%S %Y",),
}
_AS_FIGURES = WRITTEN + "figures"
_SWAPPED = {WRITTEN + "day": WRITTEN + "month", WRITTEN + "month": WRITTEN + "day"}
MOST_SAMPLES = 200
FEW_SAMPLES = 12  # by which the formats are found that are worth being tried on all
# What the engine reads as ISO too; Python would read more.
_ISO = re.compile(
    r"^\s*(\d{4}([-/]\d{1,2}){2}([T ]\d{1,2}:\d{2}.*)?|\d{8}|\d{8}T\d{4}.*|\d{8}[T ]\d{2}:\d{2}.*|\d{8} \d{6})\s*$",
    re.IGNORECASE,
)
_DATED = re.compile(r"^/Date\(([0-9]+)")  # as some programs write milliseconds
_SLASHES = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})")
_SHORT_OFFSET = re.compile(r"([+-]\d{2})(\d{2})?$")


def reader_for(samples: Sequence[str]) -> tuple[Reader, bool]:
    """Give the way of reading that reads most of the samples, and whether day and month could also be the other way."""
    way, is_either = way_of(samples)
    return reader_of(way), is_either


def way_of(samples: Sequence[str]) -> tuple[str, bool]:
    """Name the way of writing: ISO, NUMBER, SERIAL or formats; and whether day and month could be swapped."""
    some = samples[:MOST_SAMPLES]
    for way in (ISO, SERIAL, _AS_FIGURES, NUMBER):
        if some and all(is_moment(reader_of(way), sample) for sample in some):
            return way, False
    spread = some[:: max(1, len(some) // FEW_SAMPLES)]
    fitting = {date: _fitting(formats, spread) for date, formats in _FAMILIES.items()}
    ways = {date: PARTED.join(formats) for date, formats in fitting.items() if formats}
    counts = {way: _count(way, some) for way in (ISO, NUMBER, *ways.values())}
    best = max(counts, key=lambda way: counts[way])
    best = _narrower(best, ways, counts, some)
    if counts[best] < len(some):
        best, counts = _or_written(best, counts, some)
    other = swapped(best)
    if other == best or counts.get(other, 0) < counts[best]:
        return best, False
    # All of them know more than the first.
    here, there = _count(best, samples), _count(other, samples)
    return (best if here >= there else other), here == there > 0


def _or_written(best: str, counts: Mapping[str, int], samples: Sequence[str]) -> tuple[str, dict[str, int]]:
    """Take a shape of `written` instead, where it reads more."""
    shapes = {WRITTEN + shape: 0 for shape in SHAPES}
    counts = {**counts, **{way: _count(way, samples) for way in shapes}}
    return max((best, *shapes), key=lambda way: counts[way]), counts


def shape_beside(way: str) -> str:
    """Name the shape in which single moments stand among those that are written in a way."""
    if way.startswith(WRITTEN):
        return way.removeprefix(WRITTEN)
    shapes = {"%d": "day", "%m": "month", "%b": "month", "%B": "month", "%a": "program"}
    return "figures" if way.startswith("%Y%m%d") else shapes.get(way[:2], "year")


def check_zones(way: str, samples: Sequence[str], *, told: str, called: str) -> None:
    """Refuse names of zones that can mean several, such as CST, unless one is used in the zone that is told."""
    _place, name = unsure_zone(samples, shape_beside(way), told=told)
    if name:
        raise unsure_zone_problem(name, called)


def unsure_zone_problem(name: str, where: str) -> LogProblemError:
    """Say that a zone is named which can be several. `where`: the file, and where in it this is known."""
    near = UNSURE_ZONES[name.lower()]
    return LogProblemError(
        f"{where}: the moments name the zone “{name}”, which can be several. Tell which is meant, for example "
        f"--zone {near}.",
        "unsure_zone", name=name, zone=near,
    )  # fmt: skip


def _narrower(best: str, ways: Mapping[str, str], counts: Mapping[str, int], samples: Sequence[str]) -> str:
    """Of the year before and behind, both in two figures, take what puts the moments nearer to each other."""
    for behind, before in (("%d-%m-%y", "%y-%m-%d"), ("%d/%m/%y", "%y/%m/%d")):
        other = ways.get(before, "")
        if ways.get(behind) == best and other and counts[other] == counts[best]:
            return min((best, other), key=lambda way: _span_seconds(way, samples))
    return best


def _span_seconds(way: str, samples: Sequence[str]) -> float:
    reader = reader_of(way)
    read = [reader(sample)[0] for sample in samples if is_moment(reader, sample)]
    return max(read) - min(read)


def swapped(way: str) -> str:
    """Give the same way with day and month the other way round; the way itself where there is none such."""
    if way in _SWAPPED:
        return _SWAPPED[way]
    formats = way.split(PARTED)
    turned = [_turned(form) for form in formats]
    return PARTED.join(turned) if turned != formats else way


def _turned(form: str) -> str:
    for sign in "/-":
        for first, second in (("d", "m"), ("m", "d")):
            if form.startswith(start := f"%{first}{sign}%{second}{sign}"):
                return f"%{second}{sign}%{first}{sign}{form.removeprefix(start)}"
    return form


def _fitting(formats: Sequence[str], samples: Sequence[str]) -> tuple[str, ...]:
    """Give the formats of one family, those that read most of the samples first; none where none reads any."""
    counts = {form: _count(form, samples) for form in formats}
    if not any(counts.values()):
        return ()
    return tuple(sorted(formats, key=lambda form: -counts[form]))


def _count(way: str, samples: Sequence[str]) -> int:
    reader = reader_of(way)
    return sum(is_moment(reader, sample) for sample in samples)


def reader_of(way: str) -> Reader:
    """Give who reads moments that are written in a way. It raises ValueError for what is no moment so."""
    if way == _AS_FIGURES:
        return read_figures
    if way.startswith(WRITTEN):
        return partial(read_written, shape=way.removeprefix(WRITTEN))
    return {ISO: read_iso, NUMBER: read_number, SERIAL: read_serial}.get(way) or _by_formats(way)


def read_figures(text: str) -> Read:
    """Read 202602031011 or 20260203101112, with what may follow: decimals, a zone."""
    return read_written(text, "figures")


def read_iso(text: str) -> Read:
    """Read ISO 8601 with or without a zone, also with slashes, a blank for the T, or more than six decimals."""
    if not _ISO.match(text):
        raise ValueError(text)
    try:
        moment = datetime.fromisoformat(text.replace("/", "-", 2) if text[4:5] == "/" == text[7:8] else text)
    except ValueError:
        moment = datetime.fromisoformat(_mended(text))
    if moment.tzinfo is None:
        return (moment - EPOCH).total_seconds(), True
    return (moment - EPOCH_UTC).total_seconds(), False


def read_number(text: str) -> Read:
    """Read seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by how large they are."""
    dated = _DATED.match(text)
    number = float(dated[1] if dated else text.replace(",", "."))
    for lowest, highest, parts in UNITS:
        if lowest <= number < highest:
            return number / parts, False
    raise ValueError(text)


def read_serial(text: str) -> Read:
    """Read days as spreadsheets number them, with the hour behind the point or the comma."""
    number = float(text.replace(",", "."))
    if not SERIALS[0] <= number <= SERIALS[1]:
        raise ValueError(text)
    return round((number - SERIAL_OF_1970) * DAY_SECONDS, 3), True


def _by_formats(way: str) -> Reader:
    formats = way.split(PARTED)

    def read(text: str) -> Read:
        for form in formats:
            try:
                return (datetime.strptime(text, form) - EPOCH).total_seconds(), True  # noqa: DTZ007 -- told later
            except ValueError:
                continue
        raise ValueError(text)

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


def is_moment(reader: Reader, text: str) -> bool:
    """Whether it is a moment, though perhaps of a zone that can be several."""
    try:
        reader(text)
    except UnsureZoneError:
        return True
    except (ValueError, OverflowError):
        return False
    return True

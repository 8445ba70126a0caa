"""A page to print, said in plain values: what stands on it, not how it is drawn. `paper_print` draws it, apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from clientela.kernel.analytics.apart import run_apart

_PRINTER: Final = "clientela.web.components.paper_print:printed"
_MEMORY_MB: Final = 1024
_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Words:
    """A line or a paragraph: plain text, its size and the space below it in points."""

    text: str
    size: float = 9
    is_bold: bool = False
    is_quiet: bool = False
    after: float = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A picture in a row, on a scale from 0 to 1: filled up to `filled`, an interval, a dot on it; any may be None."""

    filled: float | None = None
    low: float | None = None
    high: float | None = None
    dot: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a section: what, its picture, the same in words."""

    label: str
    bar: Bar | None
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a line under it, and rows. The heading never stands alone at the foot of a page."""

    title: str
    under: str
    rows: tuple[Row, ...]


def as_pdf(title: str, parts: Sequence[Words | Section]) -> bytes:
    """Draw A4 pages in a font that has all our letters. Takes about a second, in a process of its own.

    Raises ApartError.
    """
    made: Any = run_apart(
        _PRINTER, {"title": title, "parts": list(parts)}, memory_limit_mb=_MEMORY_MB, seconds=_SECONDS
    )
    return bytes(made)

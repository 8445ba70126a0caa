"""Where a page of a list ended, as it stands in an address: a moment and a number."""

from datetime import datetime

Place = tuple[datetime, int]


def place_of(place: Place | None) -> str:
    """The place as text, "" for none."""
    return "" if place is None else f"{place[0].isoformat()}~{place[1]}"


def moment_place(text: str | None) -> Place | None:
    """The place that a text says; None for none, and for what nobody of us wrote."""
    moment, separator, number = (text or "").replace(" ", "+").partition("~")
    if not separator or not number.isdecimal():
        return None
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return None if at.tzinfo is None or len(number) > 18 else (at, int(number))  # noqa: PLR2004 - the digits of a bigint

"""Where a page of a list ended, as it stands in an address: a moment and a number."""

from datetime import datetime
from uuid import UUID

Place = tuple[datetime, int]
AnswerPlace = tuple[datetime | None, UUID]  # of an answer to a survey; no moment in an anonymous one


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


def answer_place_of(place: AnswerPlace | None) -> str:
    """The place of an answer as text, "" for none."""
    return "" if place is None else f"{'' if place[0] is None else place[0].isoformat()}~{place[1]}"


def answer_place(text: str | None) -> AnswerPlace | None:
    """The place of an answer that a text says; None for none, and for what nobody of us wrote."""
    moment, separator, number = (text or "").replace(" ", "+").partition("~")
    if not separator:
        return None
    try:
        at = datetime.fromisoformat(moment) if moment else None
        place = UUID(number)
    except ValueError:
        return None
    return None if at is not None and at.tzinfo is None else (at, place)

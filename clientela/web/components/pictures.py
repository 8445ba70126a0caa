"""Pictures that are only read, drawn as SVG in percentages: they fit any width, and need no style attribute."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any

from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.web.components import words as say
from clientela.web.components.reader import moment_of_page, reader_of

TONES = 3
GAP_PERCENT = 0.4
MIDDLE, RIGHT = 35, 65
HOUR_HEIGHT, ROOM_ABOVE = 56, 20

# A hatch is a pattern with an id, and an id is one of its kind in a page, whatever a later partial brings into it.
_ids = count(1)


def fresh_id() -> str:
    """An id for one picture's hatch."""
    return f"hatch-{next(_ids)}"


def percent(value: float) -> str:
    """A position or width inside the picture."""
    return f"{value:.2f}%"


def time_used(context: Context, parts: Iterable[Any], sentence: str = "", *, day_seconds: int = 0) -> dict[str, Any]:
    """Where the time went: a bar of departments, solid where they worked, hatched where it waited."""
    language = reader_of(context).language
    given = [part for part in parts if part.seconds > 0]
    total = sum(part.seconds for part in given)
    drawn, start = [], 0.0
    for index, part in enumerate(given):
        share = 100 * part.seconds / total
        width = max(share - (GAP_PERCENT if index < len(given) - 1 else 0), GAP_PERCENT)
        work_share = min(part.work_seconds / part.seconds, 1)
        duration = say.working_duration_in_words(part.seconds, language=language, day_seconds=day_seconds)
        drawn.append(
            {
                "name": part.name,
                "tone": index % TONES + 1,
                "hatch": fresh_id(),
                "x": percent(start),
                "width": percent(width),
                "work_width": percent(width * work_share),
                "is_worked": work_share > 0,
                "is_waited": work_share < 1,
                "words": _work_in_words(part, duration, language=language),
            }
        )
        start += share
    return {"parts": drawn, "sentence": sentence, "label": _time_label(sentence, drawn)}


def _work_in_words(part: Any, duration: str, *, language: str) -> str:
    if part.work_seconds <= 0:
        return _("%(duration)s, all of it waiting") % {"duration": duration}
    if part.work_seconds >= part.seconds:
        return _("%(duration)s, all of it work") % {"duration": duration}
    work = say.working_duration_in_words(part.work_seconds, language=language)
    return _("%(duration)s, of it %(work)s work") % {"duration": duration, "work": work}


def _time_label(sentence: str, drawn: list[dict[str, Any]]) -> str:
    said = "; ".join(f"{part['name']} {part['words']}" for part in drawn)
    return f"{sentence} {said}".strip()


def dot_interval(
    context: Context,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    scale_from: float = 0,
    scale_to: float = 1,
    words: str = "",
    reference: float | None = None,
) -> dict[str, Any]:
    """An estimate as a dot on a bar; `value` None is a hatched cell. `words` stand beside it and say the same."""
    if value is None or low is None or high is None:
        return {"hatch": fresh_id(), "words": words or _("too few to say"), "is_known": False}

    def place(amount: float) -> str:
        return percent(100 * min(max((amount - scale_from) / (scale_to - scale_from), 0), 1))

    language = reader_of(context).language
    if not words:
        words = f"{say.share_in_words(value, language=language)} ({100 * low:.0f}–{100 * high:.0f})"
    return {
        "is_known": True,
        "dot": place(value),
        "low": place(low),
        "high": place(high),
        "reference": "" if reference is None else place(reference),
        "words": words,
    }


def promise_range(
    context: Context, promised: datetime, likely_from: datetime, likely_to: datetime, likely: datetime | None = None
) -> dict[str, Any]:
    """The promised moment and the likely range, on a line that begins now (or at a promise already past)."""
    reader, now = reader_of(context), moment_of_page(context)
    start, end = min(now, promised), max(likely_to, promised, now)
    length = max((end - start).total_seconds(), 1) * 1.04
    middle = likely or likely_from + (likely_to - likely_from) / 2

    def place(moment: datetime) -> float:
        return 100 * min(max((moment - start).total_seconds() / length, 0), 1)

    when = say.range_in_words(likely_from, likely_to, now=now, zone=reader.zone, language=reader.language)
    due = say.moment_in_words(promised, now=now, zone=reader.zone, language=reader.language)
    return {
        "promised": percent(place(promised)),
        "promised_anchor": _anchor(place(promised)),
        "promised_words": _("promised %(moment)s") % {"moment": due},
        "low": percent(place(likely_from)),
        "high": percent(place(likely_to)),
        "dot": percent(place(middle)),
        "dot_anchor": _anchor(place(middle)),
        "dot_label": percent(100 if place(middle) > RIGHT else place(middle)),
        "likely_words": _("likely %(range)s") % {"range": when},
        "is_late": middle > promised,
        "label": _("Promised %(moment)s. Likely %(range)s.") % {"moment": due, "range": when},
    }


def _anchor(place: float) -> str:
    """Which end of a label stands at its mark, so that it stays inside the picture."""
    if place < MIDDLE:
        return "start"
    return "end" if place > RIGHT else "middle"


def hour_bars(bars: Iterable[Any], label: str, *, now_share: float | None = None) -> dict[str, Any]:
    """Somebody's day by the hour: what is over one hour of work in an hour stands hatched above the line."""
    given = list(bars)
    step = 100 / max(len(given), 1)
    drawn = []
    for index, bar in enumerate(given):
        height = HOUR_HEIGHT * min(max(bar.share, 0), 1)
        over = min(HOUR_HEIGHT * max(bar.share - 1, 0), ROOM_ABOVE - 2)
        drawn.append(
            {
                "x": percent(index * step + step * 0.06),
                "width": percent(step * 0.88),
                "y": f"{ROOM_ABOVE + HOUR_HEIGHT - height:.1f}",
                "height": f"{height:.1f}",
                "over_y": f"{ROOM_ABOVE - over:.1f}",
                "over_height": f"{over:.1f}",
                "has_over": over > 0,
                "is_past": bar.is_past,
            }
        )
    return {
        "bars": drawn,
        "label": label,
        "hatch": fresh_id(),
        "now": "" if now_share is None else percent(100 * min(max(now_share, 0), 1)),
        "first": given[0].words if given else "",
        "last": given[-1].words if given else "",
    }


def small_bars(context: Context, bars: Iterable[Any], *, top: float | None = None) -> dict[str, Any]:
    """A list whose rows carry a bar: amounts to compare, readable on a phone. `top` is the value of a full bar."""
    given = list(bars)
    full = top or max((bar.value for bar in given), default=0) or 1
    language = reader_of(context).language
    return {
        "bars": [
            {
                "name": bar.name,
                "url": getattr(bar, "url", ""),
                "width": percent(100 * min(bar.value / full, 1)),
                "words": getattr(bar, "words", "") or say.number_in_words(bar.value, language=language),
            }
            for bar in given
        ]
    }


def and_more(shown: int, total: int) -> str:
    """`and 12 more`, for a list cut short; nothing when it is whole."""
    rest = total - shown
    return ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": rest} if rest > 0 else ""

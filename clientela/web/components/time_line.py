"""A time line: a row for each who had something in hand, and what they did with it, drawn as SVG in percentages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template import Context
from django.utils.translation import gettext as _

from clientela.web.components import words as say
from clientela.web.components.parts import LineRow
from clientela.web.components.pictures import fresh_id, percent
from clientela.web.components.reader import reader_of

ROW_HEIGHT, BAR_HEIGHT, NAME_HEIGHT = 46, 18, 20
FOOT = 6
# The past keeps at least this much of the width when something is promised for much later.
LEAST_PAST = 0.5
NARROWEST_PERCENT = 0.35
MIDDLE_PERCENT = 50
KINDS = ("work", "queue", "customer", "date")


def time_line(
    context: Context, rows: Sequence[LineRow], since: datetime, until: datetime, due_at: datetime | None = None
) -> dict[str, Any]:
    """Draw who had it when, from `since` to `until`, with the moment by which it is promised if that is near enough."""
    reader, now = reader_of(context), context["at"]
    seconds = max((until - since).total_seconds(), 1.0)
    ahead = (due_at - until).total_seconds() if due_at is not None else 0.0
    is_due_shown = due_at is not None and due_at >= since and ahead <= seconds * (1 - LEAST_PAST) / LEAST_PAST
    is_ahead = is_due_shown and ahead > 0
    length = seconds + ahead if is_ahead else seconds

    def place(moment: datetime) -> float:
        return 100 * min(max((moment - since).total_seconds() / length, 0.0), 1.0)

    def told(moment: datetime) -> str:
        return say.moment_in_words(moment, now=now, zone=reader.zone, language=reader.language)

    hatches = {kind: fresh_id() for kind in KINDS}
    drawn = [
        {
            "name": row.name,
            "name_y": number * ROW_HEIGHT + NAME_HEIGHT - 6,
            "line_y": number * ROW_HEIGHT + NAME_HEIGHT + BAR_HEIGHT,
            "spans": [_span(span, number, place, hatches) for span in row.spans],
        }
        for number, row in enumerate(rows)
    ]
    seen = {span.kind for row in rows for span in row.spans}
    due = place(due_at) if due_at is not None and is_due_shown else None
    return {
        "rows": drawn,
        "height": len(rows) * ROW_HEIGHT + FOOT,
        "hatches": hatches,
        "due": None if due is None else percent(due),
        "due_words": "" if due_at is None else _("promised by %(moment)s") % {"moment": told(due_at)},
        "since_words": told(since),
        # The line ends at the later of the two; what lies before its end is explained among the keys.
        "end_words": told(due_at) if is_ahead and due_at is not None else told(until),
        "until": percent(place(until)) if is_ahead else None,
        "until_words": _("so far: %(moment)s") % {"moment": told(until)} if is_ahead else "",
        "keys": [{"kind": kind, "hatch": hatches[kind], "words": kind_words(kind)} for kind in KINDS if kind in seen],
        "label": _label(rows),
    }


def kind_words(kind: str) -> str:
    """What a stretch was spent with."""
    return {
        "work": _("in work"),
        "queue": _("in the queue, nobody has it"),
        "customer": _("waiting for the customer"),
        "date": _("waiting for an agreed date"),
    }[kind]


def _span(span: Any, number: int, place: Any, hatches: dict[str, str]) -> dict[str, Any]:
    start = place(span.since)
    height = max(round(BAR_HEIGHT * span.weight, 1), 3)
    return {
        "x": percent(start),
        "width": percent(max(place(span.until) - start, NARROWEST_PERCENT)),
        "y": round(number * ROW_HEIGHT + NAME_HEIGHT + BAR_HEIGHT - height, 1),
        "height": height,
        "hatch": "" if span.kind == "work" else hatches[span.kind],
        "words": span.words,
    }


def _label(rows: Sequence[LineRow]) -> str:
    return " ".join(f"{row.name}: {'; '.join(span.words for span in row.spans)}." for row in rows)

"""Small things that stand in a line: moments, promises, inside and outside, faces, verdicts."""

from datetime import date, datetime
from enum import Enum
from typing import Literal
from zoneinfo import ZoneInfo

from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clientela.web.components import words as say
from clientela.web.components.icons import icon, relation_ring
from clientela.web.components.reader import moment_of_page, reader_of, zone_named

PROMISE_ICONS = {
    "kept": "circle-check",
    "at_risk": "hourglass",
    "broken": "circle-x",
    "running": "clock",
    "paused": "player-pause",
}
# The focusable wrapper carries the exact words; the script shows them on hover, focus and tap, and without the
# script `title` does on hover and the style sheet on focus.
REACHABLE = (
    '<button type="button" class="c-moment" title="{exact}" data-exact="{exact}">'
    '<time datetime="{iso}">{said}</time></button>'
)
BARE = '<time datetime="{iso}" title="{exact}">{said}</time>'


def moment(
    context: Context,
    moment: datetime | Literal[""] | None,
    *,
    zone: ZoneInfo | str | None = None,
    their_zone: ZoneInfo | str | None = None,
    calendar: str = "",
    only_time: bool = False,
    bare: bool = False,
) -> SafeString:
    """A moment in words with the exact one in reach; nothing for None.

    `only_time` says only `15:00`. `bare` where a button may not stand: inside links, buttons and options.
    Templates say "" for a part of None: the due moment of no promise is nothing too.
    """
    if not moment:
        return SafeString("")
    reader = reader_of(context)
    here = zone_named(zone) if zone else reader.zone
    exact = say.exact_moment(
        moment,
        zone=here,
        language=reader.language,
        calendar=calendar,
        their_zone=zone_named(their_zone) if their_zone else None,
    )
    if only_time:
        said = say.time_of_day(moment.astimezone(here))
    else:
        said = say.moment_in_words(moment, now=moment_of_page(context), zone=here, language=reader.language)
    return format_html(BARE if bare else REACHABLE, exact=exact, iso=moment.isoformat(), said=said)


def day(context: Context, day: date | None, *, bare: bool = False) -> SafeString:
    """A day in words with the full date in reach; nothing for None."""
    if day is None:
        return SafeString("")
    reader = reader_of(context)
    today = moment_of_page(context).astimezone(reader.zone).date()
    said = say.day_in_words(day, today=today, language=reader.language)
    exact = say.full_day(day, language=reader.language)
    return format_html(BARE if bare else REACHABLE, exact=exact, iso=day.isoformat(), said=said)


def duration(context: Context, seconds: float | None, *, day_seconds: int = 0) -> SafeString:
    """Working time in words, kept on one line; nothing for None."""
    if seconds is None:
        return SafeString("")
    said = say.working_duration_in_words(seconds, language=reader_of(context).language, day_seconds=day_seconds)
    return format_html('<span class="c-nb">{}</span>', said)


def promise_state(state: str | Enum) -> str:
    """The name of a promise's state, checked: a typing mistake must not show as a running promise."""
    name = str(state.value if isinstance(state, Enum) else state)
    if name not in PROMISE_ICONS:
        raise ValueError(f"A promise is not {name!r}: it is one of {', '.join(PROMISE_ICONS)}.")
    return name


def promise_words(
    context: Context,
    state: str,
    *,
    seconds: float | None = None,
    due_at: datetime | None = None,
    day_seconds: int = 0,
) -> str:
    """What to write beside a promise's mark, in the reader's language."""
    reader = reader_of(context)
    if state == "running" and due_at is not None:
        return say.moment_in_words(due_at, now=moment_of_page(context), zone=reader.zone, language=reader.language)
    return say.promise_in_words(state, language=reader.language, seconds=seconds, day_seconds=day_seconds)


def promise_mark(
    context: Context,
    state: str | Enum,
    words: str = "",
    *,
    seconds: float | None = None,
    due_at: datetime | None = None,
    day_seconds: int = 0,
    chip: bool = False,
    bare: bool = False,
) -> SafeString:
    """Icon and word of a promise: never colour alone. `bare` leaves the icon, where the word stands next to it."""
    name = promise_state(state)
    shown = icon(PROMISE_ICONS[name], small=not bare)
    if bare:
        return format_html('<span class="c-p c-p--{}">{}</span>', name, shown)
    said = words or promise_words(context, name, seconds=seconds, due_at=due_at, day_seconds=day_seconds)
    return format_html('<span class="c-p c-p--{}{}">{}{}</span>', name, " c-chip" if chip else "", shown, said)


def relation_mark(is_inside: bool | str) -> SafeString:  # noqa: FBT001 - the tag's only argument
    """`inside` or `outside`, with its ring: a relation, never a rank."""
    inside = is_inside in (True, "inside")
    said = _("inside") if inside else _("outside")
    return format_html('<span class="c-io">{}{}</span>', relation_ring(is_inside=inside), said)


def face(name: str, *, ours: bool = False) -> SafeString:
    """Initials in a circle; the name itself always stands beside it."""
    shade = " c-face--us" if ours else ""
    return format_html('<span class="c-face{}" aria-hidden="true">{}</span>', shade, say.initials(name))


def verdict(finding: str, words: str = "") -> SafeString:
    """A verdict, in ink: supported, not_supported, or unknown for too little data."""
    shown, said = {
        "supported": ("check", _("Supported")),
        "not_supported": ("x", _("Not supported")),
        "unknown": ("circle-dashed", _("Not enough data yet")),
    }[finding]
    return format_html('<span class="c-verdict">{}{}</span>', icon(shown, small=True), words or said)

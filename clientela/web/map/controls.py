"""The row above the map: what to colour by, how thick, which weeks, whose lines; with what is chosen now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_interval
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.web.components.reader import page_language
from clientela.web.components.words import locale_of
from clientela.web.map.choosing import SPANS, WEEK_ZERO, Chosen, monday_of, week_number
from clientela.web.map.shades import SHADINGS, SIZINGS
from clientela.web.map.showing import MapShown

LONGEST_PAST = 260  # weeks back that the slider reaches


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    key: str
    words: str | Promise
    is_chosen: bool


@dataclass(frozen=True)
class Select:
    """One select of the row."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Slider:
    """The weeks to go back through. `words` names the days that each place of the slider stands for, in order."""

    first: int
    last: int
    value: int
    words: tuple[str, ...]
    older_url: str
    newer_url: str

    @property
    def value_words(self) -> str:
        """The days that are shown now."""
        return self.words[self.value - self.first]


@dataclass(frozen=True)
class Controls:
    """The whole row. `kept`: what the form carries along unseen."""

    selects: tuple[Select, ...]
    slider: Slider | None
    kept: tuple[tuple[str, str], ...]


def controls(shown: MapShown, *, at: datetime, address: str = "map:map") -> Controls:
    """Return the row for what was chosen."""
    chosen = shown.chosen
    selects = (
        Select(
            "colour",
            _("Colour"),
            tuple(Choice(one.key, one.words, one.key == chosen.colour) for one in SHADINGS.values()),
        ),
        Select(
            "size",
            _("Thickness"),
            tuple(Choice(one.key, one.words, one.key == chosen.size) for one in SIZINGS.values()),
        ),
        Select(
            "span",
            _("Over"),
            tuple(
                Choice(
                    str(weeks),
                    ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": weeks},
                    weeks == chosen.span,
                )
                for weeks in SPANS
            ),
        ),
    )
    kept = [("open", ",".join(sorted(chosen.opened))), ("all", "1" if chosen.is_whole else ""), ("only", chosen.only)]
    return Controls(
        selects=selects,
        slider=_slider(shown, at=at, address=address),
        kept=tuple((name, value) for name, value in kept if value),
    )


def days_in_words(since: datetime, until: datetime, *, at: datetime | None = None) -> str:
    """The days from `since` up to and without `until`: `19 Oct – 22 Nov`; with the year, unless it is that of `at`."""
    last = max(since, until - timedelta(microseconds=1))
    is_clear = since.year == last.year == monday_of(last).year == (at or last).year
    skeleton = "MMMd" if is_clear else "yMMMd"
    return format_interval(since.date(), last.date(), skeleton, locale=locale_of(page_language()))


def _slider(shown: MapShown, *, at: datetime, address: str) -> Slider | None:
    """The slider, from the first week that anything happened in; None: there is one week and no other, or the weeks
    that are shown, those of an old event log, lie before all that it reaches.
    """
    newest = week_number(monday_of(at))
    earliest = newest if shown.found.earliest_week is None else week_number(shown.found.earliest_week)
    first = max(min(earliest, newest), newest - LONGEST_PAST)
    if first == newest or (shown.chosen.week is not None and shown.chosen.week < newest - LONGEST_PAST):
        return None
    value = min(max(newest if shown.chosen.week is None else shown.chosen.week, first), newest)
    return Slider(
        first=first,
        last=newest,
        value=value,
        words=tuple(_days_of(week, shown.chosen, until=at) for week in range(first, newest + 1)),
        older_url=_url(shown.chosen, max(first, value - 1), newest, address),
        newer_url=_url(shown.chosen, min(newest, value + 1), newest, address),
    )


def _days_of(week: int, chosen: Chosen, *, until: datetime) -> str:
    monday = datetime.combine(WEEK_ZERO + timedelta(weeks=week), datetime.min.time(), tzinfo=until.tzinfo)
    since, end = monday - timedelta(weeks=chosen.span - 1), monday + timedelta(weeks=1)
    return days_in_words(since, min(end, until), at=until)


def _url(chosen: Chosen, week: int, newest: int, address: str) -> str:
    query = chosen.query(week=None if week == newest else week)
    return f"{reverse(address)}?{query}" if query else reverse(address)

"""How busy a department is: by the hour of the week, in how long, for whom; as a picture, a table, a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.network import queries as network
from clientela.network.queries import DepartmentLoad
from clientela.network.rules import Flow, HalfDay, HourOfWeek, half_days, short_half_days
from clientela.web.components import words as say
from clientela.web.components.parts import AmountBar
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.insight.heat import Heat, Measure, heat_of
from clientela.web.viewer import KnownRequest

MONDAY = date(2024, 1, 1)
DAY_SECONDS = 28_800
FLOWS_SHOWN = 8
SHOWS = ("came", "people", "wait")


@dataclass(frozen=True)
class DurationRow:
    """One kind of time as a dot with its 80 % range, on a scale that all share."""

    name: str
    value: float
    low: float
    high: float
    words: str


@for_employees
def load(request: KnownRequest) -> HttpResponse:
    """Show the load of a department: the one asked for, else the viewer's own, else the first."""
    at, language = now(), get_language() or "en"
    cards = network.departments_to_see(request.viewer)
    if not cards:
        return render(request, "insight/load_none.html", {"at": at, "place": "insight"})
    key = request.GET.get("department") or _own(cards, request.viewer.own_department_ids).key
    weeks = _weeks(request.GET.get("weeks", ""))
    found = network.department_load(request.viewer, key, at=at, weeks=weeks)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "came"
    name = found.department.name_in(language)
    context = {
        "at": at,
        "place": "insight",
        "zone": found.department.zone,
        "departments": [(card.key, card.name_in(language)) for card in cards],
        "spans": network.WEEKS,
        "found": found,
        "name": name,
        "weeks": weeks,
        "show": show,
        "tabs": _tabs(key, weeks, show),
        "heat": _heat(found.hours, show),
        "sentence": _sentence(found, name),
        "short": [half_day_words(part) for part in short_half_days(half_days(found.hours))],
        "durations": _durations(found, language),
        "scale": _longest(found),
        "received": _bars(found, found.received),
        "sent": _bars(found, found.sent),
        "is_in_the_end_known": bool(found.in_the_end),
        "outside_share": _outside_share(found),
        "csv_url": f"{reverse('insight:load_csv')}?{urlencode({'department': key, 'weeks': str(weeks)})}",
        "is_short_history": found.weeks < weeks - 1,
    }
    return render(request, "insight/load.html", context)


@for_employees
def load_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out the hours of the week as a CSV file."""
    key, weeks = request.GET.get("department", ""), _weeks(request.GET.get("weeks", ""))
    if not key:
        return redirect("insight:load")
    found = network.department_load(request.viewer, key, at=now(), weeks=weeks)
    header = ["weekday", "hour", "open_share", "came_a_week", "people_a_week", "median_queue_seconds"]
    rows = (
        [
            hour.weekday + 1,
            hour.hour,
            f"{hour.open_share:.3f}",
            f"{hour.came:.3f}",
            f"{hour.people:.3f}",
            "" if hour.queue_seconds is None else round(hour.queue_seconds),
        ]
        for hour in found.hours
    )
    return as_table(f"load-{found.department.key}.csv", header, rows)


def hour_words(weekday: int, hour: int) -> str:
    """Monday 10:00–11:00, in the language of the page."""
    day = say.weekday(MONDAY + timedelta(days=weekday), language=get_language() or "en")
    return gettext("%(day)s %(from)s–%(to)s") % {"day": day, "from": f"{hour}:00", "to": f"{(hour + 1) % 24}:00"}


def half_day_words(part: HalfDay) -> str:
    """Monday morning, in the language of the page."""
    day = say.weekday(MONDAY + timedelta(days=part.weekday), language=get_language() or "en")
    return (_("%(day)s morning") if part.is_morning else _("%(day)s afternoon")) % {"day": day}


def amount(value: float) -> str:
    """A small mean in words: one decimal below ten, none above."""
    return say.number_in_words(round(value, 1) if value < 10 else round(value), language=get_language() or "en")  # noqa: PLR2004 - two digits are what such a mean is worth


def _own(cards: Sequence[DepartmentCard], own_ids: frozenset[int]) -> DepartmentCard:
    return next((card for card in cards if card.id in own_ids), cards[0])


def _weeks(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) in network.WEEKS else network.WEEKS[1]


def _tabs(key: str, weeks: int, show: str) -> list[dict[str, object]]:
    words = {"came": _("What comes in"), "people": _("People at work"), "wait": _("Wait for somebody")}
    return [
        {
            "words": words[name],
            "url": f"?{urlencode({'department': key, 'weeks': str(weeks), 'show': name})}",
            "is_current": name == show,
        }
        for name in SHOWS
    ]


def _heat(hours: Sequence[HourOfWeek], show: str) -> Heat:
    measures = {
        "came": Measure(_("requests that come in, a week"), lambda hour: hour.came or None, amount),
        "people": Measure(_("people who do something then"), lambda hour: hour.people or None, amount),
        "wait": Measure(
            _("hours until half of them are taken"),
            lambda hour: None if hour.queue_seconds is None else hour.queue_seconds / 3600,
            amount,
        ),
    }
    return heat_of(hours, measures[show])


def _sentence(found: DepartmentLoad, name: str) -> str:
    if not found.came:
        return _("Nothing came to %(name)s in this time.") % {"name": name}
    busiest = max(found.hours, key=lambda hour: hour.came)
    came = ngettext("%(n)s request a week comes in", "%(n)s requests a week come in", round(found.came)) % {
        "n": amount(found.came)
    }
    most = _("the most in one hour on %(hour)s") % {"hour": hour_words(busiest.weekday, busiest.hour)}
    people = _("%(at_work)s of %(members)s people do something in an average working hour") % {
        "at_work": amount(found.people_at_work),
        "members": amount(found.members),
    }
    return f"{came}, {most}; {people}."


def _longest(found: DepartmentLoad) -> float:
    return max(found.durations.stay.high, 1.0) if found.durations else 1.0


def _durations(found: DepartmentLoad, language: str) -> list[DurationRow]:
    if found.durations is None:
        return []

    def row(name: str, low: float, value: float, high: float) -> DurationRow:
        words = [
            say.working_duration_in_words(seconds, language=language, day_seconds=DAY_SECONDS)
            for seconds in (value, low, high)
        ]
        return DurationRow(
            name,
            value,
            low,
            high,
            _("%(middle)s (%(low)s to %(high)s)") % dict(zip(("middle", "low", "high"), words, strict=True)),
        )

    given = found.durations
    return [
        row(_("Waits for somebody"), given.queue.low, given.queue.median, given.queue.high),
        row(_("In somebody’s hands"), given.work.low, given.work.median, given.work.high),
        row(_("Here in all"), given.stay.low, given.stay.median, given.stay.high),
    ]


def _bars(found: DepartmentLoad, flows: Sequence[Flow]) -> list[AmountBar]:
    language = get_language() or "en"
    names = {
        network.HOUSEHOLDS: _("Households"),
        network.BUSINESSES: _("Businesses"),
        network.COLLEAGUES: _("Colleagues for themselves"),
    }
    return [
        AmountBar(
            name=names.get(flow.key) or found.names[flow.key].name_in(language),
            value=flow.count / found.weeks,
            words=_("%(n)s a week") % {"n": amount(flow.count / found.weeks)},
        )
        for flow in flows[:FLOWS_SHOWN]
    ]


def _outside_share(found: DepartmentLoad) -> float:
    total = sum(found.in_the_end.values())
    return found.in_the_end.get("outside", 0) / total if total else 0.0

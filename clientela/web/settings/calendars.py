"""Calendars: when departments work, as a picture of the week, and which holidays come next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory import queries as directory
from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.promises import actions, rules
from clientela.promises import queries as promises
from clientela.promises.queries import CalendarSeen
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.settings.calendar_forms import DAY_NAMES, CalendarForm, initial_calendar
from clientela.web.viewer import KnownRequest

HOLIDAYS_SHOWN = 6
LOOK_AHEAD = timedelta(days=400)
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class BarShown:
    """An open stretch of a day, in minutes after midnight."""

    start: int
    length: int


@dataclass(frozen=True)
class DayShown:
    """A weekday in the picture of the week: its name, its hours in words, its bars."""

    name: str
    words: str
    bars: tuple[BarShown, ...]


@dataclass(frozen=True)
class CalendarShown:
    """A calendar in the list."""

    calendar: CalendarSeen
    zone: str
    week: tuple[DayShown, ...]
    departments: tuple[str, ...]
    holidays: tuple[tuple[date, str], ...]


@for_administrators
def calendars(request: KnownRequest) -> HttpResponse:
    """Show every calendar with its week, its departments and its next holidays."""
    at = now()
    cards = {card.id: card for card in directory.departments()}
    found = promises.calendars()
    has_hours = promises.calendar_versions()
    context = {
        "at": at,
        "place": "settings",
        "section": "calendars",
        "rows": [_shown(calendar, cards, at=at) for calendar in found],
        "without": [card.name_in(_language()) for card in cards.values() if card.id not in has_hours],
    }
    return render(request, "settings/calendars.html", context)


@for_administrators
def new(request: KnownRequest) -> HttpResponse:
    """Make a calendar."""
    return _form_page(request, None)


@for_administrators
def change(request: KnownRequest, key: str) -> HttpResponse:
    """Change a calendar: running promises keep the one they started with."""
    return _form_page(request, _calendar(key))


@require_POST
@for_administrators
def assign(request: KnownRequest, key: str) -> HttpResponse:
    """Let a department work by a calendar."""
    calendar = _calendar(key)
    wanted = request.POST.get("department", "")
    card = next((card for card in directory.departments() if str(card.id) == wanted), None)
    if card is None:
        return _form_page(request, calendar, refusal=_("Choose one of the departments first."))
    actions.assign_calendar(by=request.viewer, at=now(), department_id=card.id, calendar_key=key)
    said = _("%(department)s works by %(calendar)s from now on.")
    say(request, said % {"department": card.name_in(_language()), "calendar": calendar.name})
    return redirect("settings:calendar", key)


def _form_page(request: KnownRequest, calendar: CalendarSeen | None, *, refusal: str = "") -> HttpResponse:
    at = now()
    is_sent = request.method == "POST" and not refusal
    initial = initial_calendar(calendar.name, calendar.definition) if calendar else {"zone": request.viewer.zone}
    form = CalendarForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        key = calendar.key if calendar else form.calendar_key()
        if calendar is None and any(other.key == key for other in promises.calendars()):
            form.refuse("name", _("There is already a calendar of this name. Give this one another name."))
        elif _defined(request, form, key, at=at):
            said = _("Promises from now on are counted by it; running ones keep theirs.")
            say(request, said)
            return redirect("settings:calendar", key)
    cards = {card.id: card for card in directory.departments()}
    context = {
        "at": at,
        "place": "settings",
        "section": "calendars",
        "form": form,
        "calendar": calendar,
        "shown": _shown(calendar, cards, at=at) if calendar else None,
        "others": [
            (card.id, card.name_in(_language()))
            for card in cards.values()
            if calendar and card.id not in calendar.department_ids
        ],
        "refusal": refusal,
    }
    return render(request, "settings/calendar.html", context, status=422 if is_sent or refusal else 200)


def _defined(request: KnownRequest, form: CalendarForm, key: str, *, at: datetime) -> bool:
    """Keep the calendar; say what is wrong with it beside the field and return False if it cannot be used."""
    try:
        name = form.cleaned_data["name"]
        actions.define_calendar(by=request.viewer, at=at, key=key, name=name, definition=form.definition())
    except rules.CalendarProblemError as error:
        form.refuse_calendar(error)
        return False
    except rules.CalendarWithoutWorkingTime:
        form.refuse("mon", _("Nobody works by this calendar within two years. Give at least one weekday hours."))
        return False
    return True


def _calendar(key: str) -> CalendarSeen:
    found = next((calendar for calendar in promises.calendars() if calendar.key == key), None)
    if found is None:
        raise HiddenError(f"There is no calendar {key}.")
    return found


def _shown(calendar: CalendarSeen, cards: Mapping[int, DepartmentCard], *, at: datetime) -> CalendarShown:
    working = rules.calendar_from_json(calendar.definition)
    return CalendarShown(
        calendar=calendar,
        zone=working.zone,
        week=tuple(
            DayShown(
                name=str(name),
                words=", ".join(str(window) for window in windows) or pgettext("a day", "closed"),
                bars=_bars(windows, eve),
            )
            for name, windows, eve in zip(
                DAY_NAMES.values(), working.hours, (working.hours[-1], *working.hours[:-1]), strict=True
            )
        ),
        departments=tuple(cards[one].name_in(_language()) for one in calendar.department_ids if one in cards),
        holidays=tuple(_next_holidays(working, at.astimezone(ZoneInfo(working.zone)).date())),
    )


def _bars(windows: tuple[rules.Window, ...], eve: tuple[rules.Window, ...]) -> tuple[BarShown, ...]:
    """Return the open stretches of a day: what runs past midnight is cut there, and its tail is the next day's."""
    own = [
        (window.from_minute, window.to_minute if window.to_minute > window.from_minute else MINUTES_A_DAY)
        for window in windows
    ]
    tails = [(0, window.to_minute) for window in eve if window.to_minute < window.from_minute]
    return tuple(BarShown(start, end - start) for start, end in sorted(own + tails) if end > start)


def _next_holidays(calendar: rules.WorkingCalendar, today: date) -> list[tuple[date, str]]:
    """Return the next days that are closed as holidays, with their names; "" for a day off of one's own."""
    found: list[tuple[date, str]] = []
    day = today
    while day < today + LOOK_AHEAD and len(found) < HOLIDAYS_SHOWN:
        name = rules.holiday_name(calendar, day)
        if name is not None:
            found.append((day, name))
        day += timedelta(days=1)
    return found


def _language() -> str:
    return get_language() or "en"

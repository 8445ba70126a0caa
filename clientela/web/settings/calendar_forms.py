"""Calendars as they are written in a form: hours and dated exceptions as text, holidays by country and region."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.promises.rules import WEEKDAYS, CalendarProblemError, regions_by_country
from clientela.web.forms import NamedForm

DAY_NAMES = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
HOURS_HINT = gettext_lazy("For example 09:00-13:00, 14:00-18:00. Empty is a day off.")
DATED_HINT = gettext_lazy("One day a line, for example 2026-12-24: 09:00-13:00. Without hours it is closed.")
DAYS_HINT = gettext_lazy("One day a line, for example 2026-12-31.")
# What is wrong, by the code that the rules found, with what to do.
PROBLEMS = {
    "no-name": gettext_lazy("The calendar has no name. Give it one."),
    "unknown-zone": gettext_lazy("There is no such time zone. Write it like Europe/Bucharest."),
    "window-outside-the-day": gettext_lazy("These hours are not within a day. Write 00:00 to 24:00 at most."),
    "empty-window": gettext_lazy(
        "These hours begin and end at the same time. Write 00:00-24:00 for a whole day, nothing for a day off."
    ),
    "not-a-window": gettext_lazy("These are not hours. Write them like 09:00-17:00, several with a comma."),
    "not-a-time": gettext_lazy("This is not a time of day. Write it like 09:00, from 00:00 to 24:00."),
    "not-a-date": gettext_lazy("This is not a day. Write it as year-month-day, for example 2026-12-24."),
    "date-twice": gettext_lazy("A day stands here twice. Make the two lines one."),
    "off-and-worked": gettext_lazy("A day is both off and worked. Keep one of the two."),
    "no-country": gettext_lazy("A region needs its country. Choose the country too, or leave the region empty."),
    "unknown-country": gettext_lazy("The holidays of this country are not known. Choose one from the list."),
    "unknown-region": gettext_lazy("This country has no such region."),
}
_WINDOW = re.compile(r"\s*(\S+?)\s*[-–]\s*(\S+)\s*")
_PLACES = {
    "name": "name",
    "zone": "zone",
    "exceptions": "exceptions",
    "breaks": "breaks",
    "holidays.country": "country",
    "holidays.region": "region",
    "holidays.extra": "extra",
    "holidays.worked": "worked",
}


class CalendarForm(NamedForm):
    """A whole calendar."""

    key = "calendar"
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    zone = forms.CharField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("For example Europe/Warsaw."), max_length=60
    )
    country = forms.ChoiceField(label=gettext_lazy("Holidays of which country?"), required=False)
    region = forms.CharField(
        label=gettext_lazy("And of which region?"),
        help_text=gettext_lazy("Its code, where the country has regional holidays. Empty: only those of all."),
        required=False,
        max_length=12,
    )
    extra = forms.CharField(
        label=gettext_lazy("Days off besides"), help_text=DAYS_HINT, required=False, widget=forms.Textarea({"rows": 3})
    )
    worked = forms.CharField(
        label=gettext_lazy("Holidays on which you work"),
        help_text=DAYS_HINT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    exceptions = forms.CharField(
        label=gettext_lazy("Days with other hours"),
        help_text=DATED_HINT,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    breaks = forms.CharField(
        label=gettext_lazy("Closed for a while on a day"),
        help_text=gettext_lazy("One day a line, for example 2026-12-10: 12:00-14:00."),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, words in DAY_NAMES.items():
            self.fields[day] = forms.CharField(label=words, required=False, max_length=200)
        self.fields["country"].choices = [("", "—"), *((code, code) for code in regions_by_country())]  # type: ignore[attr-defined]  # a ChoiceField

    def week(self) -> list[forms.BoundField]:
        """Return the fields of the week."""
        return [self[day] for day in WEEKDAYS]

    def definition(self) -> dict[str, Any]:
        """Return the calendar as the rules read it; what cannot be read stays as it is, for them to refuse."""
        values = self.cleaned_data
        return {
            "zone": values["zone"].strip(),
            "hours": {day: windows_in(values[day]) for day in WEEKDAYS if values[day].strip()},
            "exceptions": _dated_in(values["exceptions"]),
            "breaks": _dated_in(values["breaks"]),
            "holidays": {
                "country": values["country"] or None,
                "region": values["region"].strip() or None,
                "extra": values["extra"].split(),
                "worked": values["worked"].split(),
            },
        }

    def calendar_key(self) -> str:
        """Return the key of a new calendar, made from its name."""
        return slugify(self.cleaned_data["name"])[:60] or "calendar"

    def refuse_calendar(self, error: CalendarProblemError) -> None:
        """Say beside the field what is wrong with it, and what to do."""
        place = error.field
        name = place.split(".")[1].split("[")[0] if place.startswith("hours.") else ""
        if not name:
            name = next((field for start, field in _PLACES.items() if place.startswith(start)), "")
        sentence = str(PROBLEMS.get(error.code, "")) or f"{error.problem} {error.remedy}"
        if error.code == "unknown-region" and (regions := regions_by_country().get(self.cleaned_data["country"])):
            sentence += " " + _("Choose one of %(regions)s.") % {"regions": ", ".join(regions)}
        if place.startswith(("exceptions.", "breaks.")):
            sentence = f"{place.split('.', 1)[1].split('[')[0]}: {sentence}"
        self.refuse(name, sentence)


def initial_calendar(name: str, definition: Mapping[str, Any]) -> dict[str, str]:
    """Return a stored calendar, as the form holds it."""
    holidays = definition.get("holidays") or {}
    return {
        "name": name,
        "zone": definition["zone"],
        "country": holidays.get("country") or "",
        "region": holidays.get("region") or "",
        "extra": "\n".join(holidays.get("extra") or ()),
        "worked": "\n".join(holidays.get("worked") or ()),
        "exceptions": _dated_text(definition.get("exceptions") or {}),
        "breaks": _dated_text(definition.get("breaks") or {}),
        **{day: windows_text(windows) for day, windows in (definition.get("hours") or {}).items()},
    }


def windows_in(text: str) -> list[Any]:
    """Read "09:00-13:00, 14:00-18:00". What is not a window stays a string, which the rules refuse by its place."""
    found: list[Any] = []
    for part in text.replace(";", ",").split(","):
        if part.strip():
            window = _WINDOW.fullmatch(part)
            found.append([_time(window[1]), _time(window[2])] if window else part.strip())
    return found


def windows_text(windows: list[list[str]]) -> str:
    """Write windows as they are typed."""
    return ", ".join(f"{start}-{end}" for start, end in windows)


def _time(text: str) -> str:
    """Read 9:00 and 9 as 09:00; everything else stays as it is."""
    hours, _colon, minutes = text.partition(":")
    return f"{int(hours):02d}:{minutes or '00'}" if hours.isdecimal() and len(hours) <= 2 else text  # noqa: PLR2004 - hours have two digits


def _dated_in(text: str) -> dict[str, list[Any]]:
    lines = (line.partition(":") for line in text.splitlines() if line.strip())
    return {day.strip(): windows_in(hours) for day, _colon, hours in lines}


def _dated_text(dated: Mapping[str, list[list[str]]]) -> str:
    return "\n".join(f"{day}: {windows_text(windows)}".rstrip(": ") for day, windows in dated.items())

"""What could be different: a form for each kind of change, made into what the simulation reads."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.network.simulation import QuestionError
from clientela.web.forms import DayField, NamedForm
from clientela.web.insight.question_words import week_of_day

Choices = Sequence[tuple[str, str]]
LATEST_WEEK = 52

# What is wrong, by the simulation's code, with what to do.
PROBLEMS = {
    "empty": gettext_lazy("Say first what should be different."),
    "missing": gettext_lazy("Please write something here."),
    "not_a_number": gettext_lazy("This is not a number. Write it in figures."),
    "not_whole": gettext_lazy("This must be a whole number."),
    "too_small": gettext_lazy("This is too small. Write a larger number."),
    "too_large": gettext_lazy("This is too large to simulate. Write a smaller number."),
    "zero": gettext_lazy("Nothing would change. Write another number than zero."),
    "unknown_department": gettext_lazy("This department has no history to learn from. Choose another."),
    "unknown_service": gettext_lazy("This service has no history to learn from. Choose another."),
    "ends_before_start": gettext_lazy("It would end before it begins. Choose a later last day."),
    "too_many": gettext_lazy("These are more changes than one answer can tell apart. Ask them one after another."),
    "no_one_left": gettext_lazy("Nobody would be left there, and nothing would ever be done. Take fewer people away."),
}
OTHER_PROBLEM = gettext_lazy("This cannot be simulated. Change it, or leave it out.")
FIELD_OF = {"more": "people", "from_week": "starts_on", "until_week": "ends_on", "factor": "percent"}


def problem_words(error: QuestionError) -> str:
    """What is wrong with a question, in the reader's words."""
    return str(PROBLEMS.get(error.code, OTHER_PROBLEM))


class ChangeForm(NamedForm):
    """One change. `change` makes JSON of it, as `simulation.question_from_json` reads it."""

    kind: ClassVar[str]
    key = "change"

    def __init__(self, *args: Any, departments: Choices, services: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        if isinstance(department, forms.ChoiceField):
            department.choices = list(departments)
        asks = self.fields.get("asks")
        if isinstance(asks, forms.ChoiceField):
            asks.choices = [("", _("nothing of others")), *services]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, beside the field."""
        given = super().clean() or {}
        starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", str(PROBLEMS["ends_before_start"]))
        return given

    def change(self, *, at: datetime) -> dict[str, Any]:
        """The change of a valid form."""
        raise NotImplementedError

    def refuse_as(self, error: QuestionError) -> None:
        """Say beside its field what the simulation refused."""
        name = error.field.rpartition(".")[2]
        self.refuse(FIELD_OF.get(name, name), problem_words(error))

    def _span(self, at: datetime) -> dict[str, int | None]:
        starts_on: date | None = self.cleaned_data.get("starts_on")
        ends_on: date | None = self.cleaned_data.get("ends_on")
        first = min(week_of_day(starts_on, at=at), LATEST_WEEK - 1) if starts_on else 0
        last = None if ends_on is None else min(max(first + 1, week_of_day(ends_on, at=at)), LATEST_WEEK)
        return {"from_week": first, "until_week": last}


def _department() -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("In which department?"))


def _starts_on() -> DayField:
    return DayField(
        label=gettext_lazy("From when?"),
        help_text=gettext_lazy("Counted in whole weeks. Empty: from the next Monday on."),
        required=False,
    )


def _ends_on() -> DayField:
    return DayField(label=gettext_lazy("Until when?"), help_text=gettext_lazy("Empty: for good."), required=False)


class PeopleForm(ChangeForm):
    """More or fewer people."""

    kind = "people"
    department = _department()
    direction = forms.ChoiceField(
        label=gettext_lazy("More or fewer?"),
        choices=[("more", gettext_lazy("more people")), ("fewer", gettext_lazy("fewer people"))],
        widget=forms.RadioSelect,
        initial="more",
    )
    people = forms.IntegerField(label=gettext_lazy("How many?"), min_value=1, max_value=100, initial=1)
    starts_on = _starts_on()
    ends_on = _ends_on()

    def change(self, *, at: datetime) -> dict[str, Any]:
        """So many people more, or fewer."""
        given = self.cleaned_data
        sign = 1 if given["direction"] == "more" else -1
        return {
            "kind": self.kind,
            "department_id": int(given["department"]),
            "more": sign * given["people"],
            **self._span(at),
        }


class HolidayForm(ChangeForm):
    """Some people are away for a while."""

    kind = "holiday"
    department = _department()
    people = forms.IntegerField(label=gettext_lazy("How many are away?"), min_value=1, max_value=100, initial=1)
    starts_on = _starts_on()
    weeks = forms.IntegerField(label=gettext_lazy("For how many weeks?"), min_value=1, max_value=26, initial=2)

    def change(self, *, at: datetime) -> dict[str, Any]:
        """So many people away, for so many weeks."""
        given = self.cleaned_data
        return {
            "kind": self.kind,
            "department_id": int(given["department"]),
            "away": given["people"],
            "from_week": self._span(at)["from_week"],
            "weeks": given["weeks"],
        }


SIDES = (
    ("outside", gettext_lazy("customers outside")),
    ("inside", gettext_lazy("colleagues")),
    ("", gettext_lazy("everybody")),
)


class ArrivalsForm(ChangeForm):
    """More or fewer requests."""

    kind = "arrivals"
    department = forms.ChoiceField(label=gettext_lazy("To which department?"), required=False)
    side = forms.ChoiceField(label=gettext_lazy("From whom?"), choices=SIDES, required=False, initial="outside")
    percent = forms.IntegerField(
        label=gettext_lazy("By how many per cent?"),
        help_text=gettext_lazy("100 is twice as many, -50 is half."),
        min_value=-90,
        max_value=900,
        initial=20,
    )
    starts_on = _starts_on()
    ends_on = _ends_on()

    def change(self, *, at: datetime) -> dict[str, Any]:
        """So many times as many requests."""
        given = self.cleaned_data
        return {
            "kind": self.kind,
            "department_id": int(given["department"]) if given["department"] else None,
            "side": given["side"] or None,
            "factor": 1 + given["percent"] / 100,
            **self._span(at),
        }


class NewServiceForm(ChangeForm):
    """A service that does not exist yet."""

    kind = "new_service"
    department = _department()
    name = forms.CharField(label=gettext_lazy("What is it called?"), max_length=120)
    a_week = forms.FloatField(
        label=gettext_lazy("How often is it asked for, a week?"), min_value=0.1, max_value=10_000, initial=10
    )
    work_minutes = forms.FloatField(
        label=gettext_lazy("How many minutes of one person’s work is each?"), min_value=1, max_value=10_000, initial=30
    )
    side = forms.ChoiceField(label=gettext_lazy("For whom?"), choices=SIDES[:2], initial="outside")
    promise_hours = forms.FloatField(
        label=gettext_lazy("In how many working hours is it promised?"),
        help_text=gettext_lazy("Empty: nothing is promised."),
        required=False,
        min_value=0.5,
        max_value=2_000,
    )
    asks = forms.ChoiceField(label=gettext_lazy("What does it need of another department?"), required=False)
    asks_percent = forms.IntegerField(
        label=gettext_lazy("In how many of a hundred?"), min_value=0, max_value=100, initial=50, required=False
    )
    starts_on = _starts_on()
    ends_on = _ends_on()

    def change(self, *, at: datetime) -> dict[str, Any]:
        """A service with its work and its needs."""
        given = self.cleaned_data
        share = (given["asks_percent"] or 0) / 100
        return {
            "kind": self.kind,
            "department_id": int(given["department"]),
            "name": given["name"],
            "a_week": given["a_week"],
            "work_minutes": given["work_minutes"],
            "side": given["side"],
            "promise_hours": given["promise_hours"],
            "asks": [{"service": given["asks"], "share": share}] if given["asks"] and share else [],
            **self._span(at),
        }


FORMS: dict[str, type[ChangeForm]] = {
    form.kind: form for form in (PeopleForm, HolidayForm, NewServiceForm, ArrivalsForm)
}

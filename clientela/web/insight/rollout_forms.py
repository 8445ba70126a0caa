"""What is written about a roll-out: the plan, and what really happened."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.impact.actions.rollouts import LONGEST_TITLE, LONGEST_WHAT, LONGEST_WHY
from clientela.impact.queries.outcomes import Measure, is_share
from clientela.impact.queries.prospects import FEWEST_STEPS, MOST_STEPS, MOST_WEEKS, RolloutChoices, RolloutWish
from clientela.web.forms import DayField, NamedForm

MEASURES = [
    (Measure.SATISFIED.value, _("satisfied customers (4 or 5 of 5), inside and outside")),
    (Measure.SATISFIED_OUTSIDE.value, _("satisfied customers outside (4 or 5 of 5)")),
    (Measure.SATISFIED_INSIDE.value, _("satisfied colleagues inside (4 or 5 of 5)")),
    (Measure.PROMISES_KEPT.value, _("promises kept")),
    (Measure.WAITING.value, _("working hours until somebody takes a request")),
]
WISHED = ("measure", "worth", "departments", "steps", "step_weeks", "baseline_weeks")
SPOKEN = ("title", "what", "improvement")


class RolloutForm(NamedForm):
    """A plan: what, where, measured by what, in how many steps."""

    key = "new"
    title = forms.CharField(
        label=_("What do you want to try?"),
        help_text=_("In a few words, for example: answer before noon."),
        max_length=LONGEST_TITLE,
    )
    what = forms.CharField(
        label=_("What does a department do differently once it has begun?"),
        help_text=_("Its head reads this on the day it begins, and not before."),
        max_length=LONGEST_WHAT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    improvement = forms.TypedChoiceField(
        label=_("Which improvement is it?"), coerce=int, empty_value=None, required=False
    )
    measure = forms.ChoiceField(
        label=_("What should become better?"), choices=MEASURES, widget=forms.RadioSelect, initial="satisfied"
    )
    worth = forms.FloatField(
        label=_("Which difference would matter?"),
        help_text=_("In points of 100; for the wait in working hours. Smaller ones would not be worth the effort."),
        min_value=0.1,
        max_value=100,
        initial=8,
    )
    departments = forms.TypedMultipleChoiceField(
        label=_("Which departments take part?"),
        help_text=_("The more, the smaller the difference that can be seen."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    steps = forms.IntegerField(
        label=_("In how many steps?"),
        help_text=_("One group of departments begins with each step."),
        min_value=FEWEST_STEPS,
        max_value=MOST_STEPS,
        initial=3,
    )
    step_weeks = forms.IntegerField(label=_("How many weeks a step?"), min_value=1, max_value=MOST_WEEKS, initial=4)
    baseline_weeks = forms.IntegerField(
        label=_("How many weeks before the first step are the yardstick?"),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=8,
    )

    def __init__(self, *args: Any, given: RolloutChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments, improvement = self.fields["departments"], self.fields["improvement"]
        if isinstance(departments, forms.MultipleChoiceField):
            departments.choices = [(str(number), name) for number, name in given.departments]
            departments.initial = [str(number) for number, _name in given.departments]
        if isinstance(improvement, forms.ChoiceField):
            improvement.choices = [("", _("none that was written down")), *given.improvements]

    def wish(self) -> RolloutWish | None:
        """What is wished, of a bound form whose other fields may still be empty; None if a needed one is wrong."""
        values = getattr(self, "cleaned_data", {}) if self.is_bound else self._unbound()
        if any(values.get(name) in (None, "") for name in WISHED):
            return None
        return RolloutWish(
            department_ids=tuple(values["departments"]),
            measure=values["measure"],
            worth=values["worth"] / 100 if is_share(values["measure"]) else values["worth"],
            steps=values["steps"],
            step_weeks=values["step_weeks"],
            baseline_weeks=values["baseline_weeks"],
        )

    def forgive_words(self) -> None:
        """Only the figures were asked for: what has not been written yet is no mistake."""
        for name in SPOKEN:
            self.errors.pop(name, None)

    def _unbound(self) -> dict[str, Any]:
        values = {name: self.fields[name].initial for name in WISHED}
        return values | {"departments": [int(one) for one in values["departments"] or ()]}


class StartForm(NamedForm):
    """The first Monday."""

    key = "start"
    first_on = forms.TypedChoiceField(label=_("On which Monday does the first group begin?"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, mondays: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["first_on"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(mondays)


class _PlaceForm(NamedForm):
    def __init__(self, *args: Any, departments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(departments)


class BeganForm(_PlaceForm):
    """A department began."""

    key = "began"
    department = forms.TypedChoiceField(label=_("Which department?"), coerce=int)
    began_on = DayField(
        label=_("On which day did it really begin?"),
        help_text=_("The true day, also if it was late: only then does the result mean something."),
    )


class LeftForm(_PlaceForm):
    """A department takes part no longer."""

    key = "left"
    department = forms.TypedChoiceField(label=_("Which department?"), coerce=int)
    left_on = DayField(label=_("Since which day?"))
    because = forms.CharField(
        label=_("Why?"), help_text=_("For example: it was merged with another."), max_length=LONGEST_WHY
    )


class StopForm(NamedForm):
    """It is stopped."""

    key = "stop"
    because = forms.CharField(label=_("Why?"), max_length=LONGEST_WHY)

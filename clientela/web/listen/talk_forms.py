"""What is written about talks: their plan, and what came of one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.voice.actions.talks import (
    LONGEST_MATTER,
    LONGEST_NOTES,
    Matter,
    PromiseInTalk,
)
from clientela.web.forms import DayField, MomentField, NamedForm

Choices = Sequence[tuple[str, str]]
MATTERS_SHOWN = 3
PROMISES_SHOWN = 2
KINDS = [("need", _("a need")), ("expectation", _("an expectation")), ("preference", _("a preference"))]
USUAL_GUIDE = _(
    "What matters most to you when you deal with us?\nWhat went well lately?\nWhat should we do better first?"
)


class PlanForm(NamedForm):
    """Who talks with whom, how often, about what."""

    key = "plan"
    provider = forms.TypedChoiceField(label=_("For which department?"), coerce=int)
    talker = forms.TypedChoiceField(label=_("Who talks with them?"), coerce=int)
    every_weeks = forms.TypedChoiceField(
        label=_("How often?"),
        coerce=int,
        choices=[
            (2, _("every two weeks")),
            (4, _("every four weeks")),
            (13, _("once a quarter")),
            (26, _("twice a year")),
            (52, _("once a year")),
        ],
        initial=13,
    )
    next_on = DayField(label=_("The next talk is on"))
    guide = forms.CharField(
        label=_("What to ask"),
        help_text=_("One question on a line, three are enough. They stand above the notes during the talk."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, departments: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("provider", departments), ("talker", people)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices)
        self.fields["guide"].initial = str(USUAL_GUIDE)


class NoteForm(NamedForm):
    """What came of a talk: notes, what matters most, what was promised."""

    key = "talk"
    with_person = forms.TypedChoiceField(
        label=_("With whom did you talk?"), coerce=int, empty_value=None, required=False
    )
    notes = forms.CharField(
        label=_("What did they say?"),
        help_text=_("As they said it. A few lines are enough."),
        max_length=LONGEST_NOTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    held_at = MomentField(label=_("When was it? (empty: just now)"), required=False)

    def __init__(self, *args: Any, people: Choices, departments: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["with_person"]
        if isinstance(person, forms.ChoiceField):
            person.choices = [("", _("not said")), *people]
        if not people:
            del self.fields["with_person"]
        if departments:
            self.fields["provider"] = forms.TypedChoiceField(
                label=_("For which department?"), coerce=int, choices=list(departments)
            )
        for place in range(1, MATTERS_SHOWN + 1):
            self.fields[f"matter_{place}"] = forms.CharField(
                label=_("What matters most to them") if place == 1 else _("And also"),
                max_length=LONGEST_MATTER,
                required=False,
            )
            self.fields[f"matter_kind_{place}"] = forms.ChoiceField(
                label=_("This is"), choices=KINDS, initial="expectation", required=False
            )
        for place in range(1, PROMISES_SHOWN + 1):
            self.fields[f"promise_{place}"] = forms.CharField(
                label=_("What did you promise them?") if place == 1 else _("And also"),
                help_text=_("For example: I send you the new price list."),
                max_length=300,
                required=False,
            )
            self.fields[f"promise_by_{place}"] = MomentField(label=_("By when?"), required=False)

    def clean(self) -> dict[str, Any]:
        """A promise has its moment, beside it."""
        given = super().clean() or {}
        for place in range(1, PROMISES_SHOWN + 1):
            words, due_at = given.get(f"promise_{place}"), given.get(f"promise_by_{place}")
            if words and not due_at and f"promise_by_{place}" not in self.errors:
                self.add_error(f"promise_by_{place}", _("Say when. Choose a day and an hour."))
            if due_at and not words:
                self.add_error(f"promise_{place}", _("Say what you promise."))
        return given

    def matters(self) -> list[Matter]:
        """What matters most, as far as it was written."""
        values = self.cleaned_data
        return [
            Matter(values.get(f"matter_kind_{place}") or "expectation", values[f"matter_{place}"])
            for place in range(1, MATTERS_SHOWN + 1)
            if values.get(f"matter_{place}")
        ]

    def promised(self) -> list[PromiseInTalk]:
        """What was promised, as far as it was written."""
        values = self.cleaned_data
        return [
            PromiseInTalk(values[f"promise_{place}"], values[f"promise_by_{place}"])
            for place in range(1, PROMISES_SHOWN + 1)
            if values.get(f"promise_{place}")
        ]

    def rows(self, kind: str) -> list[tuple[Any, Any]]:
        """The pairs of fields of "matter" or "promise", for the template."""
        other, most = ("matter_kind", MATTERS_SHOWN) if kind == "matter" else ("promise_by", PROMISES_SHOWN)
        return [(self[f"{kind}_{place}"], self[f"{other}_{place}"]) for place in range(1, most + 1)]

    @property
    def matter_rows(self) -> list[tuple[Any, Any]]:
        """What matters, with its kind."""
        return self.rows("matter")

    @property
    def promise_rows(self) -> list[tuple[Any, Any]]:
        """What was promised, with its moment."""
        return self.rows("promise")

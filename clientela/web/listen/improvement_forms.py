"""What is written about improvements and review meetings."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.kernel.languages import LANGUAGE_NAMES
from clientela.voice.actions.improving import LONGEST_LINE, LONGEST_WHAT
from clientela.voice.actions.meeting import LONGEST_NOTES
from clientela.voice.actions.proposing import LONGEST_TITLE
from clientela.voice.actions.telling import LONGEST_WORDS
from clientela.web.forms import DayField, NamedForm

Choices = Sequence[tuple[str, str]]
LINES = {"rows": 3}


class NewImprovementForm(NamedForm):
    """What could be better, in which department, and on whose voices it would be seen."""

    key = "new"
    title = forms.CharField(
        label=_("What should become better?"),
        help_text=_("In a few words, as the people who said it would say it."),
        max_length=LONGEST_TITLE,
    )
    department = forms.TypedChoiceField(label=_("Who would change something?"), coerce=int)
    subject = forms.TypedChoiceField(
        label=_("What is it about?"),
        help_text=_("Then it is measured how often people speak of it. Without a subject: how many are satisfied."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    side = forms.ChoiceField(
        label=_("Whose voices show whether it helped?"),
        choices=[("", _("everybody’s")), ("outside", _("customers outside")), ("inside", _("colleagues inside"))],
        required=False,
    )
    what = forms.CharField(
        label=_("What could be done?"),
        max_length=LONGEST_WHAT,
        required=False,
        widget=forms.Textarea(attrs=LINES),
    )

    def __init__(self, *args: Any, departments: Choices, subjects: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("department", list(departments)), ("subject", [("", _("no subject")), *subjects])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


class AgreeForm(NamedForm):
    """Agreed: what, who, by when, and what is expected of it."""

    key = "agree"
    what = forms.CharField(label=_("What will be done?"), max_length=LONGEST_WHAT, widget=forms.Textarea(attrs=LINES))
    owner = forms.TypedChoiceField(label=_("Who sees to it?"), coerce=int)
    due_on = DayField(label=_("By when?"))
    expected = forms.CharField(
        label=_("What do you expect of it?"),
        help_text=_("For example: nobody has to ask twice when the repair will be done."),
        max_length=LONGEST_LINE,
        required=False,
    )
    expected_points = forms.FloatField(
        label=_("By how many of 100 should the figure change?"),
        help_text=_("If you dare to say it beforehand, the page shows later how it came out."),
        min_value=0.1,
        max_value=100,
        required=False,
    )

    def __init__(self, *args: Any, colleagues: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(colleagues)


class DoneForm(NamedForm):
    """It is done, since when, and what it became."""

    key = "done"
    done_on = DayField(label=_("Since which day?"))
    what = forms.CharField(
        label=_("What was done?"),
        help_text=_("As it was really done. Everybody in the house reads it."),
        max_length=LONGEST_WHAT,
        required=False,
        widget=forms.Textarea(attrs=LINES),
    )


class DropForm(NamedForm):
    """It will not be done, because."""

    key = "drop"
    because = forms.CharField(label=_("Why not?"), max_length=LONGEST_LINE)


class TellForm(NamedForm):
    """What those who said it are told, in each of the product's languages; one is enough."""

    key = "tell"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in LANGUAGE_NAMES.items():
            self.fields[code] = forms.CharField(
                label=name,
                max_length=LONGEST_WORDS,
                required=False,
                widget=forms.Textarea(attrs=LINES | {"lang": code}),
            )

    def words(self) -> dict[str, str]:
        """What was written, by language; what was left empty is left out."""
        return {code: self.cleaned_data[code] for code in LANGUAGE_NAMES if self.cleaned_data.get(code, "").strip()}


class MeetingForm(NamedForm):
    """A review meeting that was held."""

    key = "meeting"
    held_on = DayField(label=_("Held on"))
    notes = forms.CharField(
        label=_("What did you look at, and what did you decide?"),
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    next_on = DayField(label=_("The next one is on"), required=False)

"""What the desk asks about whose turn it is: why another one first, and what hangs on a request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.requests.queries import TurnSeen
from clientela.web.desk.forms import DeskForm
from clientela.web.desk.turns import choice_reasons

LONGEST_WORDS = 500


class ChooseForm(DeskForm):
    """Why another request goes first."""

    key = "choose"
    refused_at = "why"
    why = forms.ChoiceField(
        label=_("Why this one first?"),
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose why this one goes first.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("For another reason, say which. Otherwise you may leave it empty."),
        max_length=LONGEST_WORDS,
        required=False,
    )
    instead = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = list(choice_reasons().items())  # type: ignore[attr-defined]  # a ChoiceField


class WeighForm(DeskForm):
    """What hangs on a request. Only who answers it says so."""

    key = "weigh"
    refused_at = "people_affected"
    people_affected = forms.IntegerField(
        label=_("How many people is it about?"),
        min_value=1,
        error_messages={
            "required": _("Write a number of people, at least 1."),
            "invalid": _("Write a number of people, at least 1."),
            "min_value": _("Write a number of people, at least 1."),
        },
    )
    stops_work = forms.BooleanField(label=_("They cannot work until it is done"), required=False)
    touches_safety = forms.BooleanField(label=_("Somebody’s safety or dignity is at stake"), required=False)


def weigh_form(turn: TurnSeen) -> WeighForm:
    """The form as things stand."""
    return WeighForm(
        initial={
            "people_affected": turn.people_affected,
            "stops_work": turn.stops_work,
            "touches_safety": turn.touches_safety,
        }
    )

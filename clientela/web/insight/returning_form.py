"""When a customer has come back, and when a regular one has left: the same for all, asked with every working out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clientela.web.forms import NamedForm

_NOT_A_NUMBER = {"invalid": _("This is not a number. Write it in figures.")}


class DaysForm(NamedForm):
    """How many days each takes; what is empty stays as it was."""

    key = "days"
    back_days = forms.IntegerField(
        label=_("A customer came back who buys again within so many days"),
        required=False,
        error_messages=_NOT_A_NUMBER,
    )
    left_days = forms.IntegerField(
        label=_("A regular customer has left who buys nothing for so many days"),
        help_text=_("Regular is who bought three times within as many days."),
        required=False,
        error_messages=_NOT_A_NUMBER,
    )

"""Terms: what is promised, in working minutes. A change is a new version; running promises keep theirs."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.promises import actions, rules
from clientela.promises import queries as promises
from clientela.promises.queries import TermsSeen
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.forms import NamedForm
from clientela.web.viewer import KnownRequest

WAITING = (
    ("waiting_customer", gettext_lazy("we wait for the customer")),
    ("waiting_department", gettext_lazy("we wait for another department")),
    ("waiting_date", gettext_lazy("we wait for a day that was agreed")),
)
REOPENING = (
    ("resume", gettext_lazy("The count goes on with what was left")),
    ("restart", gettext_lazy("The count begins anew")),
    ("never", gettext_lazy("It stays as it was kept")),
)
MINUTES_HINT = gettext_lazy("In minutes of working time; 480 is a day of eight hours. Empty: nothing is promised.")
LONGEST_MINUTES = 525_600


def _minutes(label: Any) -> forms.IntegerField:
    wrong = gettext_lazy("Write whole minutes, 1 or more, or leave it empty.")
    return forms.IntegerField(
        label=label,
        help_text=MINUTES_HINT,
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        error_messages={"invalid": wrong, "min_value": wrong},
    )


class TermsForm(NamedForm):
    """What is promised."""

    key = "terms"
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    first_reply_minutes = _minutes(gettext_lazy("First reply within"))
    next_reply_minutes = _minutes(gettext_lazy("Every next reply within"))
    resolution_minutes = _minutes(gettext_lazy("Done within"))
    pauses_while = forms.MultipleChoiceField(
        label=gettext_lazy("The count stands still while"),
        choices=WAITING,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on_reopen = forms.ChoiceField(
        label=gettext_lazy("When a request is opened again"), choices=REOPENING, widget=forms.RadioSelect
    )
    warn_percent = forms.IntegerField(
        label=gettext_lazy("At risk from so many percent of the time"),
        min_value=1,
        max_value=100,
        error_messages={
            "invalid": gettext_lazy("Write a whole number from 1 to 100."),
            "min_value": gettext_lazy("Write a whole number from 1 to 100."),
            "max_value": gettext_lazy("Write a whole number from 1 to 100."),
        },
    )


@for_administrators
def terms(request: KnownRequest) -> HttpResponse:
    """Show all terms."""
    named = {key: str(words) for key, words in WAITING}
    rows = [(one, [named[state] for state in one.pauses_while]) for one in promises.all_terms()]
    context = {"at": now(), "place": "settings", "section": "terms", "rows": rows}
    return render(request, "settings/terms.html", context)


@for_administrators
def new(request: KnownRequest) -> HttpResponse:
    """Make new terms."""
    return _form_page(request, None)


@for_administrators
def change(request: KnownRequest, key: str) -> HttpResponse:
    """Change terms."""
    found = next((one for one in promises.all_terms() if one.key == key), None)
    if found is None:
        raise HiddenError(f"There are no terms {key}.")
    return _form_page(request, found)


def _form_page(request: KnownRequest, found: TermsSeen | None) -> HttpResponse:
    at = now()
    form = TermsForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        key = found.key if found else slugify(form.cleaned_data["name"])[:60] or "terms"
        if found is None and any(one.key == key for one in promises.all_terms()):
            form.refuse("name", _("There are already terms of this name. Give these another name."))
        else:
            try:
                _define(request, key, dict(form.cleaned_data))
            except rules.TermsProblemError as error:
                form.refuse(error.field, f"{error.problem} {error.remedy}")
            else:
                say(request, _("Promises from now on follow these terms; running ones keep theirs."))
                return redirect("settings:terms")
    context = {"at": at, "place": "settings", "section": "terms", "form": form, "found": found}
    return render(request, "settings/change_terms.html", context, status=422 if form.is_bound else 200)


def _define(request: KnownRequest, key: str, values: dict[str, Any]) -> None:
    share = values.pop("warn_percent") / 100
    actions.define_terms(by=request.viewer, at=now(), key=key, warn_share=share, **values)


def _initial(found: TermsSeen | None) -> dict[str, Any]:
    if found is None:
        return {"on_reopen": "resume", "warn_percent": 80, "pauses_while": ["waiting_customer", "waiting_date"]}
    return {
        "name": found.name,
        "first_reply_minutes": found.first_reply_minutes,
        "next_reply_minutes": found.next_reply_minutes,
        "resolution_minutes": found.resolution_minutes,
        "pauses_while": found.pauses_while,
        "on_reopen": found.on_reopen,
        "warn_percent": round(found.warn_share * 100),
    }

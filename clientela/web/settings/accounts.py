"""Logins of employees: open, rights, password, close."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from clientela.directory import actions
from clientela.directory import queries as directory
from clientela.directory.actions import (
    HasAccountError,
    LastAdministratorError,
    NotAnEmployeeError,
    WrongValueError,
)
from clientela.directory.queries import PersonPage
from clientela.directory.queries.accounts import accounts_page
from clientela.kernel.clock import now
from clientela.web.components.toasts import say
from clientela.web.directory.lists import place_in, text_of
from clientela.web.doors import for_administrators
from clientela.web.forms import NamedForm
from clientela.web.viewer import KnownRequest

A_PAGE = 40
NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False)


class RightsForm(NamedForm):
    """What somebody may do beyond their work."""

    key = "rights"
    is_administrator = forms.BooleanField(
        label=gettext_lazy("Administrator"),
        help_text=gettext_lazy("Keeps settings, people and mail. Sees no requests by that alone."),
        required=False,
    )
    is_owner = forms.BooleanField(
        label=gettext_lazy("Owner"),
        help_text=gettext_lazy("Sees the whole of the service, every request. Changes no settings."),
        required=False,
    )


class PasswordForm(NamedForm):
    """A new password."""

    key = "password"
    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least ten characters."),
        strip=False,
        widget=NEW_PASSWORD,
    )


class OpenForm(RightsForm):
    """A login for somebody who has none."""

    key = "open"
    email = forms.EmailField(
        label=gettext_lazy("E-mail address to log in with"),
        error_messages={"invalid": gettext_lazy("That is not an e-mail address. It looks like name@example.com.")},
    )
    password = forms.CharField(
        label=gettext_lazy("First password"),
        help_text=gettext_lazy("At least ten characters."),
        strip=False,
        widget=NEW_PASSWORD,
    )
    field_order = ("email", "password", "is_administrator", "is_owner")


@for_administrators
def accounts(request: KnownRequest) -> HttpResponse:
    """Show every login, by name."""
    at = now()
    words = request.GET.get("q", "").strip()
    after = place_in(request.GET.get("after", ""))
    page = accounts_page(request.viewer, at=at, words=words, after=after, limit=A_PAGE)
    further = {"q": words, "after": text_of(page.next_after)} if page.next_after else {}
    context = {
        "at": at,
        "place": "settings",
        "section": "accounts",
        "page": page,
        "words": words,
        "next_url": _address(further) if further else "",
        "first_url": _address({"q": words}) if after else "",
    }
    return render(request, "settings/accounts.html", context)


@sensitive_post_parameters("password")
@for_administrators
def account(request: KnownRequest, person_id: int) -> HttpResponse:
    """Show somebody's login; open one for who has none."""
    at = now()
    page = directory.person_page(request.viewer, person_id, at=at)
    if page.account is not None:
        return _account(request, page)
    form = OpenForm(request.POST or None, initial={"email": page.card.email})
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_account(by=request.viewer, at=at, person_id=person_id, **form.cleaned_data)
        except WrongValueError as error:
            form.refuse(error.field, error.reason)
        except (HasAccountError, NotAnEmployeeError) as error:
            form.refuse("", str(error))
        else:
            say(request, _("%(name)s can log in now.") % {"name": page.card.name})
            return redirect("settings:account", person_id)
    return _account(request, page, opening=form)


@require_POST
@for_administrators
def rights(request: KnownRequest, person_id: int) -> HttpResponse:
    """Say whether somebody is an administrator and an owner."""
    at = now()
    page = directory.person_page(request.viewer, person_id, at=at)
    form = RightsForm(request.POST)
    if form.is_valid():
        try:
            actions.change_rights(by=request.viewer, at=at, person_id=person_id, **form.cleaned_data)
        except LastAdministratorError as error:
            form.refuse("is_administrator", str(error))
        else:
            say(request, _("Rights changed."))
            return redirect("settings:account", person_id)
    return _account(request, page, rights_form=form)


@sensitive_post_parameters("password")
@require_POST
@for_administrators
def password(request: KnownRequest, person_id: int) -> HttpResponse:
    """Set a new password for somebody who forgot theirs."""
    at = now()
    page = directory.person_page(request.viewer, person_id, at=at)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            actions.change_password(
                by=request.viewer, at=at, person_id=person_id, password=form.cleaned_data["password"]
            )
        except WrongValueError as error:
            form.refuse(error.field, error.reason)
        else:
            say(request, _("The new password holds. They are logged out everywhere."))
            return redirect("settings:account", person_id)
    return _account(request, page, password_form=form)


@require_POST
@for_administrators
def close(request: KnownRequest, person_id: int) -> HttpResponse:
    """Let somebody log in no more."""
    at = now()
    page = directory.person_page(request.viewer, person_id, at=at)
    try:
        actions.close_account(by=request.viewer, at=at, person_id=person_id)
    except LastAdministratorError as error:
        return _account(request, page, refusal=str(error))
    say(request, _("%(name)s can log in no more.") % {"name": page.card.name})
    return redirect("settings:account", person_id)


def _account(
    request: KnownRequest,
    page: PersonPage,
    *,
    opening: OpenForm | None = None,
    rights_form: RightsForm | None = None,
    password_form: PasswordForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    seen = page.account
    held = {"is_administrator": seen.is_administrator, "is_owner": seen.is_owner} if seen else {}
    is_refused = bool(refusal) or any(
        form is not None and form.is_bound for form in (opening, rights_form, password_form)
    )
    context = {
        "at": now(),
        "place": "settings",
        "section": "accounts",
        "page": page,
        "opening": opening,
        "rights_form": rights_form or RightsForm(initial=held),
        "password_form": password_form or PasswordForm(),
        "refusal": refusal,
    }
    return render(request, "settings/account.html", context, status=422 if is_refused else 200)


def _address(query: dict[str, str]) -> str:
    kept = {key: value for key, value in query.items() if value}
    return reverse("settings:accounts") + (f"?{urlencode(kept)}" if kept else "")

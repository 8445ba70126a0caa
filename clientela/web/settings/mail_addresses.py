"""The addresses at which we take mail, and where each leads."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.inbox import queries as inbox
from clientela.inbox.actions import addresses as actions
from clientela.inbox.actions.addresses import MailAddressError
from clientela.inbox.queries import MailAddressRow
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.forms import NamedForm
from clientela.web.viewer import KnownRequest

DEPARTMENT, SERVICE = "department", "service"


class PlaceForm(NamedForm):
    """Where an address leads: a department, or one service of it."""

    key = "place"
    place = forms.ChoiceField(
        label=gettext_lazy("Where does its mail go?"),
        help_text=gettext_lazy("To a department, which opens its service for mail, or to one service."),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        departments = [(f"{DEPARTMENT}:{card.id}", card.name_in(language)) for card in directory.departments()]
        services = [
            (f"{SERVICE}:{row.key}", f"{row.owner_name}: {row.title}")
            for row in catalogue.services_page(at=at, language=language)
            if not row.is_retired
        ]
        grouped = [("", _("Choose one")), (_("Departments"), departments), (_("Services"), services)]
        self.fields["place"].choices = grouped  # type: ignore[attr-defined]  # a ChoiceField

    def leads_to(self) -> dict[str, Any]:
        """Return the place as the action takes it."""
        kind, _separator, name = str(self.cleaned_data["place"]).partition(":")
        return {"department_id": int(name)} if kind == DEPARTMENT else {"service_key": name}


class AddressForm(PlaceForm):
    """A new address, and where it leads."""

    key = "address"
    address = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy(
            "For example repairs@example.org. *@example.org takes all at that domain that has no place of its own."
        ),
        max_length=320,
    )
    field_order = ("address", "place")


@for_administrators
def mail_addresses(request: KnownRequest) -> HttpResponse:
    """Show every address at which we take mail, those of the departments too."""
    at = now()
    rows = inbox.mail_addresses(request.viewer)
    context = {
        "at": at,
        "place": "settings",
        "section": "mail",
        "mail_section": "addresses",
        "defined": [row for row in rows if row.id is not None],
        "own": [row for row in rows if row.id is None],
        "mail_domain": settings.MAIL_DOMAIN,
    }
    return render(request, "settings/mail_addresses.html", context)


@for_administrators
def new(request: KnownRequest) -> HttpResponse:
    """Take mail at one more address."""
    at = now()
    form = AddressForm(request.POST or None, at=at)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        try:
            actions.define_mail_address(by=request.viewer, at=at, address=address, **form.leads_to())
        except MailAddressError as error:
            form.refuse(error.field, error.reason)
        else:
            say(request, _("Mail to %(address)s is taken from now on.") % {"address": address.strip()})
            return redirect("settings:mail_addresses")
    return _page(request, at=at, form=form, row=None)


@for_administrators
def change(request: KnownRequest, address_id: int) -> HttpResponse:
    """Let an address lead elsewhere."""
    at = now()
    row = next((one for one in inbox.mail_addresses(request.viewer) if one.id == address_id), None)
    if row is None:
        raise HiddenError(f"There is no address {address_id}.")
    leads_to = f"{SERVICE}:{row.service_key}" if row.service_key else f"{DEPARTMENT}:{row.department_id}"
    form = PlaceForm(request.POST or None, at=at, initial={"place": leads_to})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_mail_address(by=request.viewer, at=at, address_id=address_id, **form.leads_to())
        except MailAddressError as error:
            form.refuse(error.field, error.reason)
        else:
            say(request, _("Mail to %(address)s goes there from now on.") % {"address": row.address})
            return redirect("settings:mail_addresses")
    return _page(request, at=at, form=form, row=row)


@require_POST
@for_administrators
def remove(request: KnownRequest, address_id: int) -> HttpResponse:
    """Take no more mail at an address."""
    actions.remove_mail_address(by=request.viewer, at=now(), address_id=address_id)
    say(request, _("The address is removed. What came to it stays where it is."))
    return redirect("settings:mail_addresses")


def _page(request: KnownRequest, *, at: datetime, form: PlaceForm, row: MailAddressRow | None) -> HttpResponse:
    context = {
        "at": at,
        "place": "settings",
        "section": "mail",
        "mail_section": "addresses",
        "form": form,
        "row": row,
    }
    return render(request, "settings/mail_address.html", context, status=422 if form.errors else 200)

"""The addresses that nothing is sent to: why, since when, and how to send there again."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from clientela.inbox.actions.suppressions import WrongAddressError, lift_suppression, suppress_by_hand
from clientela.inbox.queries.suppressed import suppressed_addresses
from clientela.kernel.clock import now
from clientela.web.components.toasts import say
from clientela.web.doors import for_administrators
from clientela.web.forms import NamedForm
from clientela.web.keyset import moment_place, place_of
from clientela.web.settings.mail import LONGEST_SEARCH, Choice
from clientela.web.viewer import KnownRequest

A_PAGE = 50
LIFTED = "lifted"


class SuppressForm(NamedForm):
    """An address that nothing more is sent to, and why."""

    key = "suppress"
    address = forms.CharField(label=gettext_lazy("Address"), max_length=320)
    words = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("For example: she called and said that the mailbox is somebody else’s."),
        max_length=300,
    )


@for_administrators
def suppressed(request: KnownRequest) -> HttpResponse:
    """Show the addresses that nothing is sent to; add one by hand."""
    at = now()
    form = SuppressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address, words = form.cleaned_data["address"].strip(), form.cleaned_data["words"]
        try:
            suppress_by_hand(by=request.viewer, at=at, address=address, words=words)
        except WrongAddressError as error:
            form.refuse("address", str(error))
        else:
            say(request, _("Nothing more is sent to %(address)s.") % {"address": address})
            return redirect("settings:suppressed")
    search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    are_lifted = request.GET.get("state") == LIFTED
    before = moment_place(request.GET.get("before"))
    page = suppressed_addresses(request.viewer, search=search, are_lifted=are_lifted, before=before, limit=A_PAGE)
    context = {
        "at": at,
        "place": "settings",
        "section": "mail",
        "mail_section": "suppressed",
        "page": page,
        "form": form,
        "words": search,
        "are_lifted": are_lifted,
        "is_filtered": bool(search) or are_lifted,
        "choices": [
            Choice(_("Suppressed now"), _address("", search), is_chosen=not are_lifted),
            Choice(_("Lifted"), _address(LIFTED, search), is_chosen=are_lifted),
        ],
        "older_url": _address(LIFTED if are_lifted else "", search, before=place_of(page.older)) if page.older else "",
        "newest_url": _address(LIFTED if are_lifted else "", search) if before else "",
    }
    return render(request, "settings/suppressed.html", context, status=422 if form.errors else 200)


@require_POST
@for_administrators
def lift(request: KnownRequest, suppressed_id: int) -> HttpResponse:
    """Send there again; what was held for it goes out now if one says so."""
    sends_held = request.POST.get("held") == "send"
    count = lift_suppression(by=request.viewer, at=now(), suppressed_id=suppressed_id, sends_held=sends_held)
    said = _("Letters go there again.")
    if count:
        held = ngettext("%(n)s letter that was held goes out now.", "%(n)s letters that were held go out now.", count)
        said = f"{said} {held % {'n': count}}"
    say(request, said)
    return redirect("settings:suppressed")


def _address(state: str, search: str, *, before: str = "") -> str:
    kept = {key: value for key, value in {"state": state, "q": search, "before": before}.items() if value}
    return reverse("settings:suppressed") + (f"?{urlencode(kept)}" if kept else "")

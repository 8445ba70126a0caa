"""What should be: lines between departments that an owner or administrator declares by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.network import actions
from clientela.network.queries.declared_lines import DeclaredLines, declared_lines
from clientela.network.queries.service_map import BUSINESSES, HOUSEHOLDS
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.map.asking.forms import DeclareForm
from clientela.web.viewer import KnownRequest


@for_employees
def declared(request: KnownRequest) -> HttpResponse:
    """Show what is declared by hand, and take one more."""
    at = now()
    page = declared_lines(request.viewer, at=at)
    form = _form(request, page, at=at)
    if request.method == "POST" and form.is_valid():
        customer = form.cleaned_data["customer"]
        starts_on, ends_on = form.dates
        try:
            actions.declare_line(
                by=request.viewer,
                at=at,
                provider_id=int(form.cleaned_data["provider"]),
                customer_id=int(customer) if customer.isdecimal() else None,
                segment="" if customer.isdecimal() else customer,
                what=form.cleaned_data["what"],
                starts_on=starts_on,
                ends_on=ends_on,
            )
        except actions.DeclarationError as error:
            form.add_error(error.field, str(error))
        else:
            say(request, gettext("It is declared, and on the map from its first day on."))
            return redirect("map:declared")
    language = get_language()
    outside = _outside()
    context = {
        "at": at,
        "place": "map",
        "page": page,
        "form": form,
        "lines": [
            {
                "id": line.id,
                "provider": line.provider.name_in(language),
                "customer": line.customer.name_in(language) if line.customer else outside[line.segment],
                "what": line.what,
                "starts_on": line.starts_on,
                "ends_on": line.ends_on,
            }
            for line in page.lines
        ],
    }
    return render(request, "map/asking/declared.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_employees
def end(request: KnownRequest, line_id: int) -> HttpResponse:
    """Say that a line holds no longer."""
    actions.end_line(by=request.viewer, at=now(), line_id=line_id)
    say(request, gettext("It holds no longer."))
    return redirect("map:declared")


def _outside() -> dict[str, str]:
    return {HOUSEHOLDS: gettext("Households"), BUSINESSES: gettext("Businesses")}


def _form(request: KnownRequest, page: DeclaredLines, *, at: datetime) -> DeclareForm:
    language = get_language()
    return DeclareForm(
        [(str(card.id), card.name_in(language)) for card in page.departments],
        list(_outside().items()),
        request.POST if request.method == "POST" else None,
        initial={"starts_on": at.astimezone(ZoneInfo(request.viewer.zone)).date().isoformat()},
    )

"""Whose turn it is: the figures behind a place, another one first, and what hangs on a request."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.requests import actions, queries
from clientela.web.components.toasts import say
from clientela.web.desk.acts.doing import REFUSALS, do, do_with_form, request_at
from clientela.web.desk.sentences import Teller
from clientela.web.desk.turn_forms import ChooseForm, WeighForm
from clientela.web.desk.turns import turn_shown
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest

NOT_DONE = 422


@for_employees
def turn(request: KnownRequest, reference: str) -> HttpResponse:
    """Show why a request stands where it stands, in figures: a page, or a part of My day."""
    at = now()
    found = request_at(reference, at=at)
    seen = queries.turn_of(request.viewer, found.reference, at=at)
    context = {
        "at": at,
        "place": "my_day",
        "reference": found.reference,
        "turn": None if seen is None else turn_shown(seen, teller=Teller(request.viewer, at)),
    }
    return render(request, "desk/turn.html", context)


@for_employees
def choose(request: KnownRequest, reference: str) -> HttpResponse:
    """Ask why another request goes first, and put it first."""
    at = now()
    found = request_at(reference, at=at)
    turn_seen = queries.turn_of(request.viewer, found.reference, at=at)
    if turn_seen is None:
        raise HiddenError(f"The request {reference} has ended.")
    given = request.POST if request.method == "POST" else None
    form = ChooseForm(given, initial={"instead": request.GET.get("instead", "")})
    if form.is_valid():
        instead = queries.request_of_reference(form.cleaned_data["instead"], at=at)
        try:
            actions.choose_otherwise(
                by=request.viewer,
                at=at,
                request_id=found.id,
                instead_of_id=None if instead is None else instead.id,
                why=form.cleaned_data["why"],
                words=form.cleaned_data["words"],
            )
        except REFUSALS as error:
            form.refuse(str(error))
        else:
            say(request, _("It stands first in your day now."))
            return redirect("desk:my_day")
    context = {
        "at": at,
        "place": "my_day",
        "form": form,
        "reference": found.reference,
        "title": turn_seen.standing.itself.title,
        "language": turn_seen.standing.itself.language,
    }
    return render(request, "desk/choose.html", context, status=NOT_DONE if form.errors else 200)


@require_POST
@for_employees
def follow_order(request: KnownRequest, reference: str) -> HttpResponse:
    """Take a choice back."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.follow_order_again(by=request.viewer, at=at, request_id=found.id),
        at=at,
        words=_("It stands again where the order puts it."),
    )


@require_POST
@for_employees
def weigh(request: KnownRequest, reference: str) -> HttpResponse:
    """Say what hangs on a request."""
    at = now()
    found = request_at(reference, at=at)
    form = WeighForm(request.POST)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.weigh_request(by=request.viewer, at=at, request_id=found.id, **form.cleaned_data),
        at=at,
        words=_("It counts from now on."),
    )

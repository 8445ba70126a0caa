"""How a request stands: waiting, going on, resolved, closed, open again, cancelled."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.requests import actions
from clientela.web.desk import forms
from clientela.web.desk.acts.doing import do, do_with_form, request_at
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest


@require_POST
@for_employees
def wait(request: KnownRequest, reference: str) -> HttpResponse:
    """Wait for the customer, or until a moment."""
    at = now()
    found = request_at(reference, at=at)
    undo_url = reverse("desk:resume", args=[found.reference])
    if request.POST.get("for") == "customer":
        return do(
            request,
            found.reference,
            lambda: actions.wait_for_customer(by=request.viewer, at=at, request_id=found.id),
            at=at,
            words=_("It waits for the customer."),
            undo_url=undo_url,
        )
    form = forms.WaitForm(request.POST)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.wait_until(by=request.viewer, at=at, request_id=found.id, until=form.cleaned_data["until"]),
        at=at,
        words=_("It rests, and comes back by itself."),
        undo_url=undo_url,
    )


@require_POST
@for_employees
def resume(request: KnownRequest, reference: str) -> HttpResponse:
    """Go on before what it waited for has come."""
    return _button(request, reference, actions.resume_request, _("It is in work again."))


@require_POST
@for_employees
def resolve(request: KnownRequest, reference: str) -> HttpResponse:
    """Everything asked for is done."""
    return _button(request, reference, actions.resolve_request, _("It is resolved."))


@require_POST
@for_employees
def close(request: KnownRequest, reference: str) -> HttpResponse:
    """Nothing more is to be said."""
    return _button(request, reference, actions.close_request, _("It is closed."))


@require_POST
@for_employees
def reopen(request: KnownRequest, reference: str) -> HttpResponse:
    """It was not done after all."""
    return _button(request, reference, actions.reopen_request, _("It is open again."))


@require_POST
@for_employees
def cancel(request: KnownRequest, reference: str) -> HttpResponse:
    """It is not wanted any more."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.CancelForm(request.POST)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.cancel_request(
            by=request.viewer, at=at, request_id=found.id, reason=form.cleaned_data["reason"]
        ),
        at=at,
        words=_("It is cancelled. Nothing is owed any more."),
    )


def _button(request: KnownRequest, reference: str, act: Callable[..., object], words: str) -> HttpResponse:
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: act(by=request.viewer, at=at, request_id=found.id),
        at=at,
        words=words,
    )

"""Promises of one's own, and the steps of the plan."""

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
def promise(request: KnownRequest, reference: str) -> HttpResponse:
    """Promise the customer something by a moment."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.PromiseForm(request.POST)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.promise_to_customer(
            by=request.viewer,
            at=at,
            request_id=found.id,
            words=form.cleaned_data["words"],
            due_at=form.cleaned_data["due_at"],
        ),
        at=at,
        words=_("Promised. It stands in your day."),
    )


@require_POST
@for_employees
def keep_promise(request: KnownRequest, reference: str, promise_id: int) -> HttpResponse:
    """It is done."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.keep_promise_to_customer(by=request.viewer, at=at, request_id=found.id, promise_id=promise_id),
        at=at,
        words=_("Promise kept."),
    )


@require_POST
@for_employees
def move_promise(request: KnownRequest, reference: str, promise_id: int) -> HttpResponse:
    """Another moment was agreed."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.MoveForm(request.POST, promise_id=promise_id)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.move_promise_to_customer(
            by=request.viewer,
            at=at,
            request_id=found.id,
            promise_id=promise_id,
            due_at=form.cleaned_data["due_at"],
        ),
        at=at,
        words=_("The promise is moved; the first moment stays in its history."),
    )


@require_POST
@for_employees
def step(request: KnownRequest, reference: str, key: str) -> HttpResponse:
    """A step of the plan is done; undone by taking it back."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.finish_step(by=request.viewer, at=at, request_id=found.id, step_key=key),
        at=at,
        words=_("The step is done."),
        undo_url=reverse("desk:undo_step", args=[found.reference, key]),
    )


@require_POST
@for_employees
def undo_step(request: KnownRequest, reference: str, key: str) -> HttpResponse:
    """It is not done after all."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.undo_step(by=request.viewer, at=at, request_id=found.id, step_key=key),
        at=at,
        words=_("The step is open again."),
    )

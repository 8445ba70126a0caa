"""Who has a request: take it, give it back, give it on, hand it over."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.requests import actions
from clientela.requests.rules import Verb
from clientela.web.desk import forms
from clientela.web.desk.acts.doing import do, do_with_form, page_to_serve, request_at
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest


@require_POST
@for_employees
def take(request: KnownRequest, reference: str) -> HttpResponse:
    """Make it one's own; undone by giving it back."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.take_request(by=request.viewer, at=at, request_id=found.id),
        at=at,
        words=_("It is yours now."),
        undo_url=reverse("desk:release", args=[found.reference]),
    )


@require_POST
@for_employees
def release(request: KnownRequest, reference: str) -> HttpResponse:
    """Give it back to the department, so that anybody there can take it."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.assign_request(by=request.viewer, at=at, request_id=found.id, person_id=None),
        at=at,
        words=_("It is back with the department; anybody can take it."),
        undo_url=reverse("desk:take", args=[found.reference]),
    )


@require_POST
@for_employees
def assign(request: KnownRequest, reference: str) -> HttpResponse:
    """Give it to a colleague."""
    at = now()
    page = page_to_serve(request, reference, Verb.ASSIGN, at=at)
    form = forms.AssignForm(request.POST, colleagues=page.colleagues)
    names = {one.id: one.name for one in page.colleagues}
    person_id = request.POST.get("person", "")
    return do_with_form(
        request,
        page.request.reference,
        form,
        lambda: actions.assign_request(
            by=request.viewer, at=at, request_id=page.request.id, person_id=form.cleaned_data["person"]
        ),
        at=at,
        words=_("%(name)s has it now.") % {"name": names.get(int(person_id), "") if person_id.isdecimal() else ""},
    )


@require_POST
@for_employees
def hand_over(request: KnownRequest, reference: str) -> HttpResponse:
    """Hand it to another department, which answers for it from now on."""
    at = now()
    page = page_to_serve(request, reference, Verb.HAND_OVER, at=at)
    form = forms.HandOverForm(request.POST, departments=page.departments, language=request.LANGUAGE_CODE)
    return do_with_form(
        request,
        page.request.reference,
        form,
        lambda: actions.hand_over_request(
            by=request.viewer,
            at=at,
            request_id=page.request.id,
            department_id=form.cleaned_data["department"],
            reason=form.cleaned_data["reason"],
        ),
        at=at,
        words=_("%(reference)s is handed over. The other department has it in its day.")
        % {"reference": page.request.reference},
        leaves=True,
    )

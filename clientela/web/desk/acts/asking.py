"""Asking several departments in one go, going on with them, and waiting on a request that is there already."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.kernel.policies import HiddenError
from clientela.requests import actions
from clientela.requests.actions import LinkError
from clientela.requests.rules import Verb
from clientela.web.desk.acts.doing import do, do_with_form, page_to_serve, request_at
from clientela.web.desk.asking_forms import LinkForm, TogetherForm, rows_sent
from clientela.web.desk.page import show_request
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest


@for_employees
def ask_together(request: KnownRequest, reference: str) -> HttpResponse:
    """Ask several departments; the button for one more part shows everything again as it was written."""
    at = now()
    if request.method != "POST":
        return show_request(request, reference, at=at, panel="ask")
    page = page_to_serve(request, reference, Verb.ASK_DEPARTMENT, at=at)
    if "add" in request.POST:
        form = TogetherForm.as_it_is(request.POST.dict(), askable=page.askable, one_more=True)
        return show_request(request, page.request.reference, at=at, panel="ask", shown={form.key: form})
    form = TogetherForm(request.POST, askable=page.askable, count=rows_sent(request.POST))
    language = product_language(request.LANGUAGE_CODE)
    count = sum(bool(request.POST.get(f"service_{number}")) for number in range(form.count))
    return do_with_form(
        request,
        page.request.reference,
        form,
        lambda: actions.ask_departments_together(
            by=request.viewer,
            at=at,
            request_id=page.request.id,
            parts=form.parts(language=language),
            manner=form.cleaned_data["manner"],
            enough=form.cleaned_data["enough"],
        ),
        at=at,
        words=ngettext("Asked for %(count)s part.", "Asked for %(count)s parts.", count) % {"count": count},
        panel="ask",
    )


@require_POST
@for_employees
def ask_next(request: KnownRequest, reference: str, together_id: int) -> HttpResponse:
    """Go on without what was cancelled."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.ask_next_part(by=request.viewer, at=at, request_id=found.id, together_id=together_id),
        at=at,
        words=_("The next one is asked."),
    )


@require_POST
@for_employees
def drop_parts(request: KnownRequest, reference: str, together_id: int) -> HttpResponse:
    """Drop what is left of parts asked together."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.drop_parts(by=request.viewer, at=at, request_id=found.id, together_id=together_id),
        at=at,
        words=_("The rest is dropped."),
    )


@require_POST
@for_employees
def link(request: KnownRequest, reference: str) -> HttpResponse:
    """Wait on a request that is there already."""
    at = now()
    found = request_at(reference, at=at)
    form = LinkForm(request.POST)

    def act() -> None:
        page_to_serve(request, reference, Verb.ASK_DEPARTMENT, at=at)  # who may not see this one learns nothing
        try:
            actions.link_requests(
                by=request.viewer,
                at=at,
                request_id=found.id,
                needed_reference=form.cleaned_data["reference"],
                is_blocking=form.cleaned_data["is_blocking"],
            )
        except HiddenError as error:
            raise LinkError(
                _("There is no request with this reference that you may read. Look at it again.")
            ) from error

    return do_with_form(request, found.reference, form, act, at=at, words=_("It waits on that one now."), panel="ask")


@require_POST
@for_employees
def unlink(request: KnownRequest, reference: str, needed: str) -> HttpResponse:
    """Wait on it no longer."""
    at = now()
    found, other = request_at(reference, at=at), request_at(needed, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.unlink_requests(by=request.viewer, at=at, request_id=found.id, needed_id=other.id),
        at=at,
        words=_("It waits on that one no longer."),
    )

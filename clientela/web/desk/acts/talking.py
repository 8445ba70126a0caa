"""What is said from the page of a request: replies, notes, questions to departments, complaints."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.kernel.languages import product_language
from clientela.requests import actions
from clientela.requests.rules import Verb
from clientela.web.desk import forms
from clientela.web.desk.acts.doing import do_with_form, page_to_serve, request_at
from clientela.web.desk.page import Trouble, ask_context, show_request
from clientela.web.doors import for_employees
from clientela.web.uploads import incoming_files
from clientela.web.viewer import KnownRequest


def draft_of(reference: str, what: str) -> str:
    """The key under which a browser keeps what is being written."""
    return f"request-{reference}-{what}"


@require_POST
@for_employees
def reply(request: KnownRequest, reference: str) -> HttpResponse:
    """Answer the customer in their language, and stay, wait or resolve."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.ReplyForm(request.POST, request.FILES)
    then = request.POST.get("then", "")
    words = {
        "wait": _("Sent. You are waiting for the customer’s answer."),
        "resolve": _("Sent, and the request is resolved."),
    }.get(then, _("Sent to the customer."))
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.reply_to_customer(
            by=request.viewer,
            at=at,
            request_id=found.id,
            text=form.cleaned_data["text"],
            language=found.language,
            then=form.cleaned_data["then"] or "stay",
            attachments=incoming_files(form.cleaned_data["attached"]),
        ),
        at=at,
        words=words,
        panel="reply",
        draft=draft_of(found.reference, "reply"),
    )


@require_POST
@for_employees
def note(request: KnownRequest, reference: str) -> HttpResponse:
    """Keep a note that only colleagues read."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.NoteForm(request.POST, request.FILES)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.write_note(
            by=request.viewer,
            at=at,
            request_id=found.id,
            text=form.cleaned_data["text"],
            language=product_language(request.LANGUAGE_CODE),
            attachments=incoming_files(form.cleaned_data["attached"]),
        ),
        at=at,
        words=_("The note is kept. Only colleagues read it."),
        panel="note",
        draft=draft_of(found.reference, "note"),
    )


@require_POST
@for_employees
def write(request: KnownRequest, reference: str) -> HttpResponse:
    """Write to the department that was asked, as its customer."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.WriteForm(request.POST, request.FILES)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.write_as_customer(
            by=request.viewer,
            at=at,
            request_id=found.id,
            text=form.cleaned_data["text"],
            language=product_language(request.LANGUAGE_CODE),
            attachments=incoming_files(form.cleaned_data["attached"]),
        ),
        at=at,
        words=_("Sent. They see it in their day."),
        panel="write",
        draft=draft_of(found.reference, "write"),
    )


@for_employees
def ask(request: KnownRequest, reference: str) -> HttpResponse:
    """Ask another department: first whom (GET), then what (POST)."""
    return _ask(request, reference) if request.method == "POST" else _ask_whom(request, reference)


def _ask_whom(request: KnownRequest, reference: str) -> HttpResponse:
    """Open the services of the department that was chosen, in place or on the whole page."""
    at = now()
    department_id = _number(request.GET.get("department"))
    if "HX-Request" not in request.headers:
        step_key = request.GET.get("step", "")
        return show_request(request, reference, at=at, panel="ask", department_id=department_id, step_key=step_key)
    page = page_to_serve(request, reference, Verb.ASK_DEPARTMENT, at=at)
    context = {
        "at": at,
        "page": page,
        "ask": ask_context(page, department_id=department_id, given={}),
        "reference": page.request.reference,
    }
    return render(request, "desk/ask_what.html", context)


def _ask(request: KnownRequest, reference: str) -> HttpResponse:
    at = now()
    page = page_to_serve(request, reference, Verb.ASK_DEPARTMENT, at=at)
    department_id = _number(request.POST.get("department"))
    chosen = next((one for one in page.askable if one.department_id == department_id), None)
    if chosen is None:
        whom = forms.DepartmentForm(request.POST, askable=page.askable)
        whom.is_valid()
        return show_request(request, reference, at=at, trouble=Trouble({"whom": whom}, panel="ask"))
    form = forms.AskForm(request.POST, services=chosen.services)
    return do_with_form(
        request,
        page.request.reference,
        form,
        lambda: actions.ask_department(
            by=request.viewer,
            at=at,
            request_id=page.request.id,
            service_version_id=form.cleaned_data["service"],
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            language=product_language(request.LANGUAGE_CODE),
            is_blocking=form.cleaned_data["is_blocking"],
        ),
        at=at,
        words=_("Asked %(department)s.") % {"department": chosen.name},
        panel="ask",
        draft=draft_of(page.request.reference, "ask"),
        department_id=department_id,
    )


@require_POST
@for_employees
def complain(request: KnownRequest, reference: str) -> HttpResponse:
    """Write down what the customer said went wrong."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.ComplaintForm(request.POST)
    return do_with_form(
        request,
        found.reference,
        form,
        lambda: actions.complain(
            by=request.viewer,
            at=at,
            request_id=found.id,
            text=form.cleaned_data["text"],
            language=found.language,
            channel=form.cleaned_data["channel"],
        ),
        at=at,
        words=_("The complaint is written down."),
    )


def _number(text: str | None) -> int | None:
    if text and not text.isdecimal():
        raise Http404
    return int(text) if text else None

"""The mail server's own record: allowed or not, brought in, followed while it is counted, deleted; and what it says."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory.rules.days import zones
from clientela.kernel.clock import now
from clientela.kernel.own_files import receive_file
from clientela.kernel.policies import require_seen
from clientela.network import actions
from clientela.network import queries as network
from clientela.network.discovery import LogProblemError
from clientela.network.discovery.mail.asking import A_DAY
from clientela.network.policies import may_allow_mail
from clientela.web.components.reader import page_language
from clientela.web.components.toasts import say
from clientela.web.components.words import quoted
from clientela.web.doors import for_employees
from clientela.web.map.mail_forms import ROLES, MailColumnsForm, MailTraceForm
from clientela.web.map.mail_words import (
    left_out_words,
    mail_sentence,
    note_words,
    problem_words,
    segment_words,
    state_words,
)
from clientela.web.viewer import KnownRequest

CHUNK_BYTES = 1 << 20


@for_employees
def mail(request: KnownRequest) -> HttpResponse:
    """Show whether mail is counted and what was; take a new record from who may bring one."""
    is_sent = request.method == "POST"
    if is_sent:
        require_seen(may_allow_mail(request.viewer))
    form = MailTraceForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        (name, received), *more = [
            (file.name, receive_file(file.chunks(CHUNK_BYTES))) for file in form.cleaned_data["file"]
        ]
        try:
            number = actions.bring_mail_trace(by=request.viewer, at=now(), file_name=name, received=received, more=more)
        except LogProblemError as problem:
            form.refuse("file", problem_words(problem.code, problem.figures, str(problem)))
        except actions.MailRefusedError as refusal:  # it is off: there is no form to show it beside
            say(request, str(refusal))
            return redirect("map:mail")
        else:
            return redirect("map:mail_trace", number)
    page = network.mail_page(request.viewer)
    language = page_language()
    context = {
        "at": now(),
        "place": "map",
        "page": page,
        "form": form,
        "sentence": mail_sentence(page.counting),
        "rows": [{"line": line, "state": state_words(line.state)} for line in page.traces],
        "pairs": [
            {
                "pair": pair,
                "provider": pair.provider.name_in(language),
                "customer": pair.customer.name_in(language) if pair.customer else segment_words(pair.segment),
            }
            for pair in page.pairs
        ],
        "day_seconds": A_DAY,
    }
    return render(request, "map/mail.html", context, status=422 if form.errors else 200)


@for_employees
@require_POST
def allow_mail(request: KnownRequest) -> HttpResponse:
    """Let the record be read from now on."""
    require_seen(may_allow_mail(request.viewer))
    actions.allow_mail_counting(by=request.viewer, at=now())
    say(request, _("It is allowed from now on. This page and the map say so to everybody."))
    return redirect("map:mail")


@for_employees
def end_mail(request: KnownRequest) -> HttpResponse:
    """Ask whether it shall be switched off, and switch it off."""
    require_seen(may_allow_mail(request.viewer))
    if request.method == "POST":
        actions.end_mail_counting(by=request.viewer, at=now())
        say(request, _("It is off. Everything that was counted is deleted."))
        return redirect("map:mail")
    return render(request, "map/mail_end.html", {"at": now(), "place": "map"})


@for_employees
def mail_trace(request: KnownRequest, number: int) -> HttpResponse:
    """Show one record: its columns to confirm, how far it is, what was counted. Asked by the page: what moves."""
    page = network.mail_trace_page(request.viewer, number)
    context = _context(page)
    if request.GET.get("part") == "progress":
        if not page.is_open:
            answer = HttpResponse(status=204)
            answer["HX-Refresh"] = "true"
            return answer
        return render(request, "map/mail_progress.html", context)
    if page.line.state == "draft":
        context |= _asking_for_columns(request, number, page)
    return render(request, "map/mail_trace.html", context)


@for_employees
@require_POST
def count_mail_trace(request: KnownRequest, number: int) -> HttpResponse:
    """Confirm which column holds what, and have the record counted."""
    page = network.mail_trace_page(request.viewer, number)
    if page.line.state != "draft":
        say(request, _("This record has been counted, or is being counted. Bring it in again."))
        return redirect("map:mail_trace", number)
    context = _context(page) | _asking_for_columns(request, number, page)
    form: MailColumnsForm = context["form"]
    if form.is_valid():
        try:
            actions.count_mail_trace(
                by=request.viewer,
                at=now(),
                trace_id=number,
                columns=form.columns(),
                zone=form.cleaned_data["zone"],
                latest_on=form.cleaned_data.get("latest_on"),
            )
        except LogProblemError as problem:
            field = str(problem.figures.get("role", ""))
            form.refuse(field, problem_words(problem.code, problem.figures, str(problem)))
        except actions.MailRefusedError as refusal:
            say(request, str(refusal))
            return redirect("map:mail_trace", number)
        else:
            return redirect("map:mail_trace", number)
    return render(request, "map/mail_trace.html", context, status=422)


@for_employees
@require_POST
def stop_mail_trace(request: KnownRequest, number: int) -> HttpResponse:
    """Stop counting; the file goes."""
    require_seen(may_allow_mail(request.viewer))
    try:
        actions.cancel_mail_trace(by=request.viewer, at=now(), trace_id=number)
    except actions.MailRefusedError as refusal:
        say(request, str(refusal))
    else:
        say(request, _("It is being stopped, and its file deleted."))
    return redirect("map:mail_trace", number)


@for_employees
def delete_mail_trace(request: KnownRequest, number: int) -> HttpResponse:
    """Ask whether a record shall be deleted with what was counted in it, and delete it."""
    page = network.mail_trace_page(request.viewer, number)
    if request.method == "POST":
        try:
            actions.delete_mail_trace(by=request.viewer, at=now(), trace_id=number)
        except actions.MailRefusedError as refusal:
            say(request, str(refusal))
            return redirect("map:mail_trace", number)
        say(request, _("It is deleted."))
        return redirect("map:mail")
    return render(request, "map/mail_delete.html", {"at": now(), "place": "map", "line": page.line})


def _context(page: network.MailTracePage) -> dict[str, Any]:
    error, found = page.error or {}, page.found or {}
    return {
        "at": now(),
        "place": "map",
        "page": page,
        "line": page.line,
        "state": state_words(page.line.state),
        "percent": round(100 * page.line.progress),
        "error": problem_words(error["code"], error["figures"], error["words"]) if page.error else "",
        "left_out": left_out_words(found) if page.found else [],
        "notes": [note_words(note) for note in found.get("notes", [])],
    }


def _asking_for_columns(request: KnownRequest, number: int, page: network.MailTracePage) -> dict[str, Any]:
    preview = network.mail_preview(request.viewer, number)
    guessed = preview.columns.named if preview.columns else {}
    form = MailColumnsForm(
        request.POST if request.method == "POST" else None,
        initial={
            **guessed,
            "zone": page.zone or request.viewer.zone,
            "latest_on": page.latest_on or page.line.brought_at.date(),
        },
        is_log=bool(preview.server),
        names=preview.names,
        known_zones=zones(),
    )
    problem = preview.problem
    return {
        "form": form,
        "server": preview.server,
        "guesses": [f"{ROLES[role][0]}: {quoted(name, language=page_language())}" for role, name in guessed.items()],
        "problem": problem_words(problem.code, problem.figures, str(problem)) if problem else "",
    }

"""Cases from elsewhere: brought in, their columns confirmed, followed, answered, worked out again, deleted."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.impact.actions.case_files import (
    CaseFileRefusedError,
    ask_for_case_estimation,
    bring_case_file,
    cancel_case_estimation,
    delete_case_file,
)
from clientela.impact.policies.case_files import may_bring_case_files
from clientela.impact.queries.case_files import CaseFilePage, case_file, case_files
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.reading.roles import CASES, CONGESTION_ROLES, CROSSWALK, INSIDE
from clientela.kernel.clock import now
from clientela.kernel.policies import require_seen
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.insight import case_parts
from clientela.web.insight.case_card_words import case_card_words
from clientela.web.insight.case_file_forms import OPTIONS, CaseColumnsForm, CaseFileForm, field_name, shown_roles
from clientela.web.insight.case_file_words import note_words, problem_words, shown_lines, state_words
from clientela.web.insight.case_role_words import part_name, size_words
from clientela.web.insight.impact_card import HEADER, card_of, table_rows
from clientela.web.viewer import KnownRequest

OPEN_STATES = frozenset({"waiting", "running"})


@for_employees
def files(request: KnownRequest) -> HttpResponse:
    """Show the files that were brought, and take a new one with what belongs to it."""
    lines = case_files(request.viewer)
    is_sent = request.method == "POST"
    form = CaseFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            number = bring_case_file(
                by=request.viewer,
                at=now(),
                name=given[CASES].name,
                chunks=given[CASES].chunks(case_parts.PIECE_BYTES),
                title=given["title"],
            )
        except CasesProblemError as problem:
            form.refuse(CASES, problem_words(problem.code, problem.figures, str(problem)))
        else:
            return case_parts.bring_parts(request, number, given) or redirect("insight:case_file", number)
    context = {
        "at": now(),
        "place": "insight",
        "form": form,
        "limit": size_words(settings.CASE_FILE_LIMIT_BYTES),
        "has_error_in_more": any(form[part].errors for part in (INSIDE, CROSSWALK)),
        "may_bring": bool(may_bring_case_files(request.viewer)),
        "rows": shown_lines(lines),
    }
    return render(request, "insight/case_files.html", context, status=422 if form.errors else 200)


@for_employees
def one_file(request: KnownRequest, number: int) -> HttpResponse:
    """Show one file: its columns to confirm, how far it is, or the answer. Asked by the page: what moves."""
    page = case_file(request.viewer, number=number)
    context = _context(page)
    if request.GET.get("part") == "progress":
        if page.line.state not in OPEN_STATES:
            answer = HttpResponse(status=204)
            answer["HX-Refresh"] = "true"
            return answer
        return render(request, "insight/case_file_progress.html", context)
    if page.line.state == "done":
        context |= _answer(page)
    elif page.line.state not in OPEN_STATES and page.may_change:
        context |= _asking_for_columns(page, CaseColumnsForm(page=page))
    return render(request, "insight/case_file.html", context)


@for_employees
def columns(request: KnownRequest, number: int) -> HttpResponse:
    """Confirm which column holds what, or change it, and have it worked out."""
    page = case_file(request.viewer, number=number)
    require_seen(may_bring_case_files(request.viewer))
    form = CaseColumnsForm(request.POST if request.method == "POST" else None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_case_estimation(
                by=request.viewer,
                at=now(),
                number=number,
                roles=form.roles(),
                outcomes=form.cleaned_data["outcomes"],
                options=form.options(),
            )
        except CasesProblemError as problem:
            form.refuse(_place_of(page, problem), problem_words(problem.code, problem.figures, str(problem)))
        except CaseFileRefusedError as refusal:
            say(request, str(refusal))
            return redirect("insight:case_file", number)
        else:
            return redirect("insight:case_file", number)
    context = _context(page) | _asking_for_columns(page, form)
    return render(request, "insight/case_columns.html", context, status=422 if form.errors else 200)


@for_employees
@require_POST
def stop(request: KnownRequest, number: int) -> HttpResponse:
    """Stop working it out."""
    _tried(
        request, lambda: cancel_case_estimation(by=request.viewer, at=now(), number=number), _("It is being stopped.")
    )
    return redirect("insight:case_file", number)


@for_employees
def delete(request: KnownRequest, number: int) -> HttpResponse:
    """Ask whether the file shall be deleted, and delete it."""
    page = case_file(request.viewer, number=number)
    require_seen(may_bring_case_files(request.viewer))
    if request.method == "POST":
        is_gone = _tried(
            request,
            lambda: delete_case_file(by=request.viewer, at=now(), number=number),
            _("The file is deleted."),
        )
        return redirect("insight:case_files") if is_gone else redirect("insight:case_file", number)
    return render(request, "insight/case_file_delete.html", _context(page))


@for_employees
def answer_as_csv(request: KnownRequest, number: int) -> HttpResponse:
    """Hand out every figure."""
    page = case_file(request.viewer, number=number)
    words = case_card_words(page)
    rows = [row for one in page.measures for row in table_rows(one, words)]
    return as_table(f"impact-{number}.csv", HEADER, rows)


def _tried(request: KnownRequest, action: Callable[[], None], words: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        action()
    except CaseFileRefusedError as refusal:
        say(request, str(refusal))
        return False
    say(request, words)
    return True


def _place_of(page: CaseFilePage, problem: CasesProblemError) -> str:
    """The field beside which a problem of the columns is told."""
    part = next((part.part for part in page.parts if part.file_name == problem.figures.get("file")), CASES)
    return field_name(part, str(problem.figures.get("role", "")))


def _context(page: CaseFilePage) -> dict[str, Any]:
    problem = page.problem
    return {
        "at": now(),
        "place": "insight",
        "page": page,
        "line": page.line,
        "state": _("being stopped") if page.line.is_stopping else state_words(page.line.state),
        "is_open": page.line.state in OPEN_STATES,
        "percent": round(100 * page.line.progress),
        "error": problem_words(problem.code, problem.figures, problem.words) if problem else "",
    }


def _answer(page: CaseFilePage) -> dict[str, Any]:
    words = case_card_words(page)
    return {
        "cards": [card_of(one, words, key=f"card-{number}") for number, one in enumerate(page.measures, 1)],
        "notes": [note_words(note) for note in page.notes],
    }


def _asking_for_columns(page: CaseFilePage, form: CaseColumnsForm) -> dict[str, Any]:
    files_by_part = {part.part: part for part in page.parts}
    rows = form.outcome_rows()
    return {
        "form": form,
        "parts": [
            {
                "part": part,
                "name": part_name(part.part),
                "groups": list(form.groups(part)),
                "has_quality": "quality" in shown_roles(part, files_by_part),
                "has_queue": any(part.chosen.get(role) for role in CONGESTION_ROLES)
                or form.has_error_in([field_name(part.part, role) for role in CONGESTION_ROLES]),
            }
            for part in page.parts
        ],
        "missing": [(part, part_name(part)) for part in (INSIDE, CROSSWALK) if part not in files_by_part],
        "likely_rows": [row for row in rows if row.is_likely],
        "other_rows": [row for row in rows if not row.is_likely],
        "options": [form[name] for name in OPTIONS],
        "has_error_in_options": form.has_error_in(OPTIONS),
    }


ROUTES = (
    path("impact/cases", files, name="case_files"),
    path("impact/cases/<int:number>", one_file, name="case_file"),
    path("impact/cases/<int:number>/columns", columns, name="case_columns"),
    path("impact/cases/<int:number>/stop", stop, name="stop_case_file"),
    path("impact/cases/<int:number>/delete", delete, name="delete_case_file"),
    path("impact/cases/<int:number>/answer.csv", answer_as_csv, name="case_file_csv"),
    *case_parts.ROUTES,
)

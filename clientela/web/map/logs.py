"""Event logs: brought in, their columns confirmed, followed while they are counted, deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory.rules.days import zones
from clientela.kernel.clock import now
from clientela.kernel.own_files import receive_file
from clientela.kernel.policies import require_seen
from clientela.network import actions
from clientela.network import queries as network
from clientela.network.discovery import LogProblemError
from clientela.network.policies import may_bring_logs
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.map.choosing import SPANS, Chosen, monday_of, week_number
from clientela.web.map.log_forms import READINGS, ColumnsForm, LogForm
from clientela.web.map.log_words import found_by_words, note_words, problem_words, state_words
from clientela.web.viewer import KnownRequest


@for_employees
def logs(request: KnownRequest) -> HttpResponse:
    """Show the logs that were brought in, and take a new one."""
    rows = network.logs_seen(request.viewer)
    is_sent = request.method == "POST"
    form = LogForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            number = actions.bring_log(
                by=request.viewer, at=now(), file_name=file.name, received=receive_file(file.chunks(1 << 20))
            )
        except LogProblemError as problem:
            form.refuse("file", problem_words(problem.code, problem.figures, str(problem)))
        else:
            return redirect("map:log", number)
    context = {
        "at": now(),
        "place": "map",
        "form": form,
        "rows": [{"line": line, "state": state_words(line.state)} for line in rows],
    }
    return render(request, "map/logs.html", context, status=422 if form.errors else 200)


@for_employees
def log(request: KnownRequest, number: int) -> HttpResponse:
    """Show one log: its columns to confirm, how far it is, or what was found. Asked by the page: what moves."""
    page = network.log_page(request.viewer, number)
    if request.GET.get("part") == "progress":
        if not page.is_open:
            answer = HttpResponse(status=204)
            answer["HX-Refresh"] = "true"
            return answer
        return render(request, "map/log_progress.html", _context(page))
    context = _context(page)
    if not page.is_open and page.found is None:
        context |= _asking_for_columns(request, page)
    return render(request, "map/log.html", context)


@for_employees
def log_columns(request: KnownRequest, number: int) -> HttpResponse:
    """Confirm which column holds what, or change it, and have the log counted."""
    page = network.log_page(request.viewer, number)
    context = _context(page) | _asking_for_columns(request, page)
    form: ColumnsForm = context["form"]
    if request.method == "POST" and form.is_valid():
        try:
            actions.count_log(
                by=request.viewer,
                at=now(),
                log_id=number,
                columns=form.columns(),
                zone=form.cleaned_data["zone"],
                reading=form.cleaned_data["reading"],
            )
        except LogProblemError as problem:
            form.refuse("moment", problem_words(problem.code, problem.figures, str(problem)))
        except actions.LogRefusedError as refusal:
            say(request, str(refusal))
            return redirect("map:log", number)
        else:
            return redirect("map:log", number)
    return render(request, "map/log_columns.html", context, status=422 if form.errors else 200)


@for_employees
@require_POST
def stop_log(request: KnownRequest, number: int) -> HttpResponse:
    """Stop counting."""
    return _done(request, number, actions.cancel_log, _("It is being stopped."))


@for_employees
def delete_log(request: KnownRequest, number: int) -> HttpResponse:
    """Ask whether the log shall be deleted, and delete it."""
    page = network.log_page(request.viewer, number)
    if request.method == "POST":
        try:
            actions.delete_log(by=request.viewer, at=now(), log_id=number)
        except actions.LogRefusedError as refusal:
            say(request, str(refusal))
            return redirect("map:log", number)
        say(request, _("The log is deleted."))
        return redirect("map:logs")
    return render(request, "map/log_delete.html", {"at": now(), "place": "map", "line": page.line})


def _done(request: KnownRequest, number: int, action: Any, words: str) -> HttpResponse:
    require_seen(may_bring_logs(request.viewer))
    try:
        action(by=request.viewer, at=now(), log_id=number)
    except actions.LogRefusedError as refusal:
        say(request, str(refusal))
    else:
        say(request, words)
    return redirect("map:log", number)


def _context(page: network.LogPage) -> dict[str, Any]:
    error = page.error or {}
    found = page.found or {}
    context: dict[str, Any] = {
        "at": now(),
        "place": "map",
        "page": page,
        "line": page.line,
        "state": state_words(page.line.state),
        "percent": round(100 * page.line.progress),
        "reading_words": READINGS.get(page.reading, ""),
        "error": problem_words(error["code"], error["figures"], error["words"]) if page.error else "",
        "notes": [note_words(note) for note in found.get("notes", [])],
        "columns_words": ", ".join(page.columns.values()),
        "map_url": map_url(found),
    }
    return context


def map_url(found: Mapping[str, Any]) -> str:
    """The map in the last weeks of a log: as many as it has, if so many can be shown at once."""
    if not found.get("last_at"):
        return reverse("map:map")
    first, last = (datetime.fromisoformat(found[name]) for name in ("first_at", "last_at"))
    weeks = week_number(monday_of(last)) - week_number(monday_of(first)) + 1
    span = next((one for one in SPANS if one >= weeks), SPANS[-1])
    query = Chosen(week=week_number(monday_of(last)), span=span).query()
    return f"{reverse('map:map')}?{query}"


def _asking_for_columns(request: KnownRequest, page: network.LogPage) -> dict[str, Any]:
    preview = network.log_preview(request.viewer, page.line.id)
    guessed: Mapping[str, str] = preview.columns.named if preview.columns else page.columns
    found_by = preview.columns.found_by if preview.columns else {}
    initial = {**guessed, "zone": page.zone or request.viewer.zone, "reading": page.reading}
    is_sent = request.method == "POST"
    form = ColumnsForm(
        request.POST if is_sent else None, initial=initial, names=_columns(preview, guessed), known_zones=zones()
    )
    problem = preview.problem
    return {
        "form": form,
        "names": preview.sample.names,
        "rows": preview.rows,
        "guesses": found_by_words(guessed, found_by),
        "problem": problem_words(problem.code, problem.figures, str(problem)) if problem else "",
    }


def _columns(preview: network.LogPreview, guessed: Mapping[str, str]) -> list[str]:
    """Every column, and two that hold one value together where that was understood."""
    names = preview.sample.names
    return [*names, *(name for name in guessed.values() if name not in names)]

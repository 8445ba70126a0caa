"""Questions of the kind "what if": the list, one on its way, one answered."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.network import actions
from clientela.network import queries as network
from clientela.network.queries import WhatIfLine, WhatIfPage
from clientela.web.components.toasts import say as tell
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.insight.answer_words import (
    departments_table,
    fit_sentence,
    fits_shown,
    headline_words,
    sentence_of,
    services_table,
    waits_in_words,
)
from clientela.web.insight.asking import try_it_url
from clientela.web.insight.assumption_words import assumed_of_departments, assumptions_in_words
from clientela.web.insight.question_forms import OTHER_PROBLEM, PROBLEMS
from clientela.web.insight.question_words import Speaker, changes_in_words, language, speaker_of, title_of
from clientela.web.keyset import moment_place, place_of
from clientela.web.viewer import KnownRequest

FIGURES = ("today", "whatif", "difference", "low_80", "high_80", "low_95", "high_95", "verdict")


@for_employees
def what_ifs(request: KnownRequest) -> HttpResponse:
    """Show the questions that this viewer sees, the newest first."""
    at = now()
    before = moment_place(request.GET.get("before"))
    page = network.what_ifs_page(request.viewer, before=before)
    names = network.names_for_what_ifs(language=language())
    address = reverse("insight:what_ifs")
    context = {
        "at": at,
        "place": "insight",
        "rows": [
            {
                "line": line,
                "title": title_of(line.question, _speaker(line, names)),
                "state": _state_words(line.state),
                "percent": round(100 * line.progress),
            }
            for line in page.lines
        ],
        "may_ask": bool(network.departments_to_ask_about(request.viewer)),
        "older_url": f"{address}?before={place_of(page.before)}" if page.before else "",
        "newer_url": address if before else "",
    }
    return render(request, "insight/what_ifs.html", context)


@for_employees
def what_if(request: KnownRequest, number: int) -> HttpResponse:
    """Show one question: how far it is, or what came out. Asked by the page itself, only the part that moves."""
    at = now()
    page = network.what_if_page(request.viewer, number)
    context = _context(page, at=at)
    if request.GET.get("part") == "progress":
        if not page.is_open:
            answer = HttpResponse(status=204)
            answer["HX-Refresh"] = "true"
            return answer
        return render(request, "insight/what_if_progress.html", context)
    return render(request, "insight/what_if.html", context)


@for_employees
@require_POST
def cancel(request: KnownRequest, number: int) -> HttpResponse:
    """Stop the simulation."""
    try:
        actions.cancel_what_if(by=request.viewer, at=now(), what_if_id=number)
    except actions.WhatIfRefusedError as refusal:
        tell(request, str(refusal))
    else:
        tell(request, _("It is being stopped."))
    return redirect("insight:what_if", number)


@for_employees
def answer_file(request: KnownRequest, number: int, form: str) -> HttpResponse:
    """Hand out the answer as JSON (everything) or CSV (a line a figure)."""
    page = network.what_if_page(request.viewer, number)
    if page.result is None or form not in {"json", "csv"}:
        raise Http404
    name = f'attachment; filename="what-if-{number}.{form}"'
    if form == "json":
        whole = {"question": page.line.question, "asked_at": page.line.asked_at.isoformat(), **page.result}
        return JsonResponse(whole, headers={"Content-Disposition": name}, json_dumps_params={"ensure_ascii": False})
    speaker = _speaker(page.line, network.names_for_what_ifs(language=language()))
    answer = page.result["answer"]
    departments = [("department", speaker.department(row["department_id"]), row) for row in answer["departments"]]
    services = [("service", speaker.service(row["service"]), row) for row in answer["services"]]
    rows = [
        [of, named, figure, *(values[part] for part in FIGURES)]
        for of, named, row in [*departments, *services]
        for figure, values in row["figures"].items()
        if values is not None
    ]
    return as_table(f"what-if-{number}.csv", ["of", "name", "figure", *FIGURES], rows)


def _context(page: WhatIfPage, *, at: datetime) -> dict[str, Any]:
    line = page.line
    speaker = _speaker(line, network.names_for_what_ifs(language=language()))
    said = changes_in_words(line.question, speaker)
    context: dict[str, Any] = {
        "at": at,
        "place": "insight",
        "page": page,
        "line": line,
        "title": title_of(line.question, speaker),
        "state": _state_words(line.state),
        "percent": round(100 * line.progress),
        "again_url": try_it_url(list(line.question["changes"])),
        "error": _error_words(page.error) if page.error else "",
    }
    if page.result is not None:
        answer = page.result["answer"]
        history = page.result["history"]
        context |= {
            "sentence": sentence_of(answer, line.question, said, speaker),
            "departments": departments_table(answer, line.question, speaker),
            "services": services_table(answer, speaker),
            "waits": waits_in_words(answer, speaker),
            "hangs_on": headline_words(answer, speaker),
            "fits": fits_shown(answer, speaker),
            "fit_sentence": fit_sentence(answer),
            "assumptions": assumptions_in_words(answer["assumptions"]),
            "assumed_of": assumed_of_departments(answer["assumptions"], speaker),
            "runs": answer["runs"],
            "weeks": answer["weeks"],
            "stays": history["stays"],
            "since": datetime.fromisoformat(history["since"]),
            "until": datetime.fromisoformat(history["until"]),
        }
    return context


def _speaker(line: WhatIfLine, names: network.Names) -> Speaker:
    return speaker_of(line.question, names, asked_at=line.asked_at)


def _state_words(state: str) -> str:
    return {
        "waiting": _("waits for its turn"),
        "running": _("is being simulated"),
        "done": _("answered"),
        "cancelled": _("stopped"),
        "failed": _("failed"),
    }[state]


def _error_words(error: str) -> str:
    """Why it failed, in a sentence with what to do, from the code that the job left."""
    code, _colon, rest = error.partition(":")
    if code == "nothing_to_fit":
        return _(
            "There is too little history to learn from. Ask again when requests have been resolved for some weeks."
        )
    if code == "question":
        problem = str(PROBLEMS.get(rest.rpartition(":")[2], OTHER_PROBLEM))
        return _("The question cannot be simulated. %(problem)s") % {"problem": problem}
    if code == "lost":
        return _(
            "The worker that simulated it stopped again and again. Ask again; if it recurs, tell an administrator."
        )
    return _("Something went wrong while it was simulated (%(what)s); the log of the worker says more. Ask again.") % {
        "what": rest or code
    }

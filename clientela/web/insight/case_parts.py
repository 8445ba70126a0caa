"""What else belongs to cases from elsewhere: how well those inside served, and who depends on whom by shares."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.impact.actions.case_files import CaseFileRefusedError, bring_case_part, remove_case_part
from clientela.impact.policies.case_files import may_bring_case_files
from clientela.impact.queries.case_files import CaseFilePage, case_file
from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.reading.roles import CROSSWALK, INSIDE, PARTS
from clientela.kernel.clock import now
from clientela.kernel.policies import require_seen
from clientela.web.components.toasts import say
from clientela.web.doors import for_employees
from clientela.web.insight.case_file_forms import CasePartForm
from clientela.web.insight.case_file_words import problem_words
from clientela.web.insight.case_role_words import PART_HINTS, part_name
from clientela.web.viewer import KnownRequest

PIECE_BYTES: Final = 1 << 20


def bring_parts(request: KnownRequest, number: int, given: Mapping[str, Any]) -> HttpResponse | None:
    """Take what came along with the cases. If one cannot be used, ask for it again: the cases are kept."""
    for part in (INSIDE, CROSSWALK):
        if given[part] is None:
            continue
        wrong = _why_not(request, number, part, given[part])
        if wrong:
            form = CasePartForm({}, {})
            form.full_clean()
            form.errors.clear()
            form.refuse("file", wrong)
            return _asked(request, case_file(request.viewer, number=number), part, form)
    return None


@for_employees
def one_part(request: KnownRequest, number: int, part: str) -> HttpResponse:
    """Ask for one file more, or for another one instead."""
    page = case_file(request.viewer, number=number)
    require_seen(may_bring_case_files(request.viewer))
    if part not in PARTS:
        raise Http404
    is_sent = request.method == "POST"
    form = CasePartForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        wrong = _why_not(request, number, part, form.cleaned_data["file"])
        if not wrong:
            return redirect("insight:case_columns", number)
        form.refuse("file", wrong)
    return _asked(request, page, part, form)


@for_employees
@require_POST
def remove_part(request: KnownRequest, number: int, part: str) -> HttpResponse:
    """Take a second or third file away again."""
    if part not in {INSIDE, CROSSWALK}:
        raise Http404
    try:
        remove_case_part(by=request.viewer, at=now(), number=number, part=part)
    except CaseFileRefusedError as refusal:
        say(request, str(refusal))
        return redirect("insight:case_file", number)
    say(request, _("The file is taken away."))
    return redirect("insight:case_columns", number)


def _why_not(request: KnownRequest, number: int, part: str, file: Any) -> str:
    """Take a file in; why it cannot be used, or nothing."""
    try:
        bring_case_part(
            by=request.viewer, at=now(), number=number, part=part, name=file.name, chunks=file.chunks(PIECE_BYTES)
        )
    except CasesProblemError as problem:
        return problem_words(problem.code, problem.figures, str(problem))
    except CaseFileRefusedError as refusal:
        return str(refusal)
    return ""


def _asked(request: KnownRequest, page: CaseFilePage, part: str, form: CasePartForm) -> HttpResponse:
    context = {
        "at": now(),
        "place": "insight",
        "line": page.line,
        "part": part,
        "is_there": part in {one.part for one in page.parts},
        "name": part_name(part),
        "hint": PART_HINTS[part],
        "form": form,
    }
    return render(request, "insight/case_part.html", context, status=422 if form.errors else 200)


ROUTES = (
    path("impact/cases/<int:number>/files/<slug:part>", one_part, name="case_part"),
    path("impact/cases/<int:number>/files/<slug:part>/remove", remove_part, name="remove_case_part"),
)

"""Try it: an improvement inside, department by department, in random order; its plan, its draw and what came of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.impact.actions import rollouts as actions
from clientela.impact.actions.rollouts import RolloutError
from clientela.impact.queries.outcomes import is_share
from clientela.impact.queries.prospects import RolloutChoices, next_monday, prospect, rollout_choices
from clientela.impact.queries.rollouts import RolloutPage, rollout_cells, rollout_page, rollouts_page
from clientela.impact.rules.rollouts import Analysis
from clientela.kernel.clock import now
from clientela.web.components import words as say
from clientela.web.components.toasts import say as tell
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.forms import NamedForm
from clientela.web.insight import rollout_words as words
from clientela.web.insight.rollout_forms import BeganForm, LeftForm, RolloutForm, StartForm, StopForm
from clientela.web.insight.rollout_picture import wedge_of
from clientela.web.keyset import moment_place, place_of
from clientela.web.viewer import KnownRequest

MONDAYS_SHOWN = 12
WIDEST = 1e6  # what an end without a bound is on a bar


@for_employees
def rollouts(request: KnownRequest) -> HttpResponse:
    """Show what is tried, was tried, and is planned, as far as this viewer may know."""
    at = now()
    before = moment_place(request.GET.get("before"))
    page = rollouts_page(request.viewer, before=before)
    address = reverse("insight:rollouts")
    context = {
        "at": at,
        "place": "insight",
        "page": page,
        "rows": [
            {
                "line": line,
                "state": words.state_words(line.state),
                "measure": words.measure_words(line.measure),
                "is_ended": line.state in {"done", "stopped"},
            }
            for line in page.lines
        ],
        "older_url": f"{address}?before={place_of(page.before)}" if page.before else "",
        "newer_url": address if before else "",
    }
    return render(request, "insight/rollouts.html", context)


@for_employees
def new_rollout(request: KnownRequest) -> HttpResponse:
    """Plan one: what it could see is worked out as the form is filled in, also without the script."""
    at, language = now(), get_language() or "en"
    given = rollout_choices(request.viewer, at=at, language=language)
    form = RolloutForm(
        request.POST if request.method == "POST" else None,
        given=given,
        initial={"improvement": request.GET.get("improvement", "")},
    )
    is_look = request.POST.get("then", "") == "look" or request.GET.get("part") == "power"
    wish = form.wish() if request.method == "POST" and not is_look and form.is_valid() else None
    if wish is not None:
        try:
            number = actions.plan_rollout(
                by=request.viewer,
                at=at,
                title=form.cleaned_data["title"],
                what=form.cleaned_data["what"],
                wish=wish,
                improvement_id=form.cleaned_data["improvement"],
            )
        except RolloutError as error:
            form.refuse(error.field, str(error))
        else:
            tell(request, _("The plan is kept. Nothing has begun yet."))
            return redirect("insight:rollout", number)
    if is_look:
        form.is_valid()
        form.forgive_words()
    context = {"at": at, "place": "insight", "form": form, "foreseen": _foreseen(form, given, at=at)}
    if request.GET.get("part") == "power":
        return render(request, "insight/rollout_power.html", context)
    return render(request, "insight/new_rollout.html", context, status=422 if form.errors else 200)


@for_employees
def rollout(request: KnownRequest, number: int) -> HttpResponse:
    """Show one roll-out: the plan, the draw as far as the viewer may see it, progress, and what came of it."""
    return _page(request, number)


@require_POST
@for_employees
def start(request: KnownRequest, number: int) -> HttpResponse:
    """Draw the order and begin."""
    at = now()
    form = StartForm(request.POST, mondays=_mondays(at, request.viewer.zone))
    return _do(
        request,
        number,
        form,
        lambda: actions.start_rollout(
            by=request.viewer, at=at, rollout_id=number, first_on=form.cleaned_data["first_on"]
        ),
        done=_("The order is drawn. The heads are told on their day."),
    )


@require_POST
@for_employees
def note_began(request: KnownRequest, number: int) -> HttpResponse:
    """Note when a department really began."""
    at = now()
    page = rollout_page(request.viewer, number, at=at, language=get_language() or "en")
    form = BeganForm(request.POST, departments=_notable(page))
    return _do(
        request,
        number,
        form,
        lambda: actions.note_that_a_department_began(
            by=request.viewer,
            at=at,
            rollout_id=number,
            department_id=form.cleaned_data["department"],
            began_on=form.cleaned_data["began_on"],
        ),
        done=_("It is noted."),
    )


@require_POST
@for_employees
def note_left(request: KnownRequest, number: int) -> HttpResponse:
    """Note that a department takes part no longer."""
    at = now()
    page = rollout_page(request.viewer, number, at=at, language=get_language() or "en")
    form = LeftForm(request.POST, departments=_notable(page))
    return _do(
        request,
        number,
        form,
        lambda: actions.note_that_a_department_left(
            by=request.viewer,
            at=at,
            rollout_id=number,
            department_id=form.cleaned_data["department"],
            left_on=form.cleaned_data["left_on"],
            because=form.cleaned_data["because"],
        ),
        done=_("It is noted."),
    )


@require_POST
@for_employees
def stop(request: KnownRequest, number: int) -> HttpResponse:
    """Stop before everybody has begun."""
    at = now()
    form = StopForm(request.POST)
    return _do(
        request,
        number,
        form,
        lambda: actions.stop_rollout(by=request.viewer, at=at, rollout_id=number, because=form.cleaned_data["because"]),
        done=_("It is stopped. What was measured until now is being worked out."),
    )


@require_POST
@for_employees
def drop(request: KnownRequest, number: int) -> HttpResponse:
    """Give a plan up."""
    try:
        actions.drop_rollout(by=request.viewer, at=now(), rollout_id=number)
    except RolloutError as error:
        tell(request, str(error))
    else:
        tell(request, _("The plan is given up. It stays in the list."))
    return redirect("insight:rollout", number)


@for_employees
def result_file(request: KnownRequest, number: int) -> HttpResponse:
    """Hand out what was measured, department by department and span by span; cells under five answers are blank."""
    cells = rollout_cells(request.viewer, number, language=get_language() or "en")
    header = ["department", "name", "span", "since", "until", "begun_by_plan", "answers", "mean"]
    rows = [
        [
            cell.key,
            cell.name,
            cell.span,
            cell.since,
            cell.until,
            int(cell.has_begun),
            *(("", "") if cell.mean is None else (cell.n, round(cell.mean, 6))),
        ]
        for cell in cells
    ]
    return as_table(f"roll-out-{number}.csv", header, rows)


def _foreseen(form: RolloutForm, given: RolloutChoices, *, at: datetime) -> dict[str, Any]:
    wish = form.wish()
    if wish is None or (form.is_bound and form.errors):
        return {"sentence": "", "trouble": _("Fill in the figures, and what this plan would see stands here.")}
    found = prospect(wish, at=at)
    if found.power is None:
        return {"sentence": "", "trouble": actions.trouble_words(found.trouble)}
    shape = words.shape_words(departments=found.departments, steps=wish.steps, step_weeks=wish.step_weeks)
    return {
        "sentence": words.power_sentence(found.power, shape=shape, measure=wish.measure),
        "is_hopeless": found.power.smallest is None,
        "notes": [
            *words.busy_notes(given, wish),
            *words.prospect_notes(
                found, measure=wish.measure, worth=wish.worth, steps=wish.steps, step_weeks=wish.step_weeks
            ),
        ],
        "trouble": "",
    }


def _page(request: KnownRequest, number: int, refused: NamedForm | None = None) -> HttpResponse:
    at = now()
    page = rollout_page(request.viewer, number, at=at, language=get_language() or "en")
    if request.GET.get("part") == "waiting":
        answer = HttpResponse(status=204)
        if page.result is not None:
            answer["HX-Refresh"] = "true"
        return answer
    status = 422 if refused is not None else 200
    return render(request, "insight/rollout.html", _context(request, page, at=at, refused=refused), status=status)


def _context(request: KnownRequest, page: RolloutPage, *, at: datetime, refused: NamedForm | None) -> dict[str, Any]:
    forms = {refused.key: refused} if refused is not None else {}
    is_running = page.line.state == "running"
    notable = _notable(page)
    shape = words.shape_words(departments=page.line.departments, steps=page.steps, step_weeks=page.step_weeks)
    context: dict[str, Any] = {
        "at": at,
        "place": "insight",
        "page": page,
        "line": page.line,
        "state": words.state_words(page.line.state),
        "measure": words.measure_words(page.line.measure),
        "power_sentence": words.power_sentence(page.power, shape=shape, measure=page.line.measure),
        "planned_notes": [
            words.duration_words(steps=page.steps, step_weeks=page.step_weeks),
            *([words.planned_chance(page)] if page.power.smallest is not None else []),
            *words.past_notes(page.past),
        ],
        "wedge": wedge_of(page, today=localdate(at)),
        "until": words.until_words(page) if is_running else "",
        "begun": sum(1 for place in page.places if place.began_on is not None),
        "is_waiting": page.is_ended and page.result is None,
        "start_form": forms.get("start") or StartForm(mondays=_mondays(at, request.viewer.zone))
        if page.may_plan and page.line.state == "planned"
        else None,
        "began_form": forms.get("began") or BeganForm(departments=notable, initial={"began_on": localdate(at)})
        if is_running and notable
        else None,
        "left_form": forms.get("left") or LeftForm(departments=notable) if is_running and page.may_plan else None,
        "stop_form": forms.get("stop") or StopForm() if is_running and page.may_plan else None,
    }
    return context | (_result(page) if page.verdict is not None else {})


def _result(page: RolloutPage) -> dict[str, Any]:
    result, measure = page.result, page.line.measure
    shown: dict[str, Any] = {
        "headline": words.headline(page),
        "sentences": words.figure_sentences(page),
        "doubts": words.doubt_words(page),
        "cannot": words.cannot_say(page) if isinstance(result, Analysis) else [],
        "verdict": "unknown" if page.verdict and page.verdict.answer == "not_enough_data" else page.line.answer,
    }
    if not isinstance(result, Analysis):
        return shown
    figures = [result.figure, *(one.figure for one in result.exposures)]
    reach = max(
        [abs(end) for one in figures for end in (one.low, one.high, one.effect) if abs(end) < WIDEST] + [page.worth]
    )
    rows = [(_("all together"), result.figure, result.departments)]
    rows += [
        (words.exposure_words(one.spans, step_weeks=page.step_weeks), one.figure, one.departments)
        for one in result.exposures
    ]
    return shown | {
        "scale": 1.05 * reach,
        "scale_from": -1.05 * reach,
        "is_share": is_share(measure),
        "bars": [
            {
                "name": name,
                "departments": departments,
                "effect": figure.effect,
                "low": max(figure.low, -WIDEST),
                "high": min(figure.high, WIDEST),
                "words": words.short_interval(measure, figure),
            }
            for name, figure, departments in rows
        ],
        "orders": result.orders,
        "is_every_order": result.is_every_order,
        "answers": result.answers,
    }


def _do(request: KnownRequest, number: int, form: NamedForm, act: Callable[[], None], *, done: str) -> HttpResponse:
    """Do it and go back to the page; what was refused stands beside its field, with what was written."""
    if form.is_valid():
        try:
            act()
        except RolloutError as error:
            form.refuse(error.field, str(error))
        else:
            tell(request, done)
            return redirect("insight:rollout", number)
    return _page(request, number, refused=form)


def _notable(page: RolloutPage) -> list[tuple[str, str]]:
    return [(str(place.department_id), place.name) for place in page.places if place.may_note and not place.left_on]


def _mondays(at: datetime, zone: str) -> list[tuple[str, str]]:
    first, today = next_monday(at, zone), at.date()
    days: list[date] = [first + timedelta(weeks=number) for number in range(MONDAYS_SHOWN)]
    language = get_language() or "en"
    return [
        (day.isoformat(), say.day_in_words(day, today=today - timedelta(days=60), language=language)) for day in days
    ]


ROUTES: tuple[URLPattern, ...] = (
    path("roll-outs", rollouts, name="rollouts"),
    path("roll-outs/new", new_rollout, name="new_rollout"),
    path("roll-outs/<int:number>", rollout, name="rollout"),
    path("roll-outs/<int:number>/start", start, name="start_rollout"),
    path("roll-outs/<int:number>/began", note_began, name="note_rollout_began"),
    path("roll-outs/<int:number>/left", note_left, name="note_rollout_left"),
    path("roll-outs/<int:number>/stop", stop, name="stop_rollout"),
    path("roll-outs/<int:number>/drop", drop, name="drop_rollout"),
    path("roll-outs/<int:number>/result.csv", result_file, name="rollout_file"),
)

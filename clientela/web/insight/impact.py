"""Impact: what better service inside is worth outside, with everything that could be wrong with it."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clientela.impact.actions.estimating import DaysError, EstimationEndedError, ask_for_estimation, cancel_estimation
from clientela.impact.queries.case_files import case_files
from clientela.impact.queries.estimates import MeasureSeen, SupplierSeen, impact_page
from clientela.kernel.clock import now
from clientela.web.components.toasts import say as tell
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.insight import impact_words
from clientela.web.insight.case_file_words import shown_lines
from clientela.web.insight.impact_card import HEADER, CardWords, card_of, table_rows
from clientela.web.insight.returning_form import DaysForm
from clientela.web.insight.returning_words import NAMES, RETURNING_WORDS
from clientela.web.listen.figure_words import number
from clientela.web.viewer import KnownRequest


def _source(one: MeasureSeen) -> str:
    return str(impact_words.SOURCES[one.code])


def _counted(one: MeasureSeen) -> str:
    """How many cases, rated ones, and what stands behind the inside figures."""
    parts = [
        ngettext("%(n)s case", "%(n)s cases", one.cases) % {"n": number(one.cases)},
        ngettext("%(n)s was rated", "%(n)s were rated", one.answered) % {"n": number(one.answered)},
    ]
    inside = {"n": number(one.inside_answers)}
    parts.append(
        ngettext("%(n)s answer of colleagues", "%(n)s answers of colleagues", one.inside_answers) % inside
        if one.code != "clocks"
        else ngettext("%(n)s promise to colleagues", "%(n)s promises to colleagues", one.inside_answers) % inside
    )
    parts.append(ngettext("by the week", "by %(n)s weeks each", one.period_weeks) % {"n": number(one.period_weeks)})
    return " · ".join(parts)


def _legend(one: MeasureSeen) -> str:
    return " ".join(
        filter(
            None,
            [
                _(
                    "One step is as much as the service of a department usually goes up and down. The dot is the "
                    "estimate, the bar where it lies with 95 % confidence; below it each department’s own, drawn to "
                    "that of all as far as little is known of it alone. Inside the shaded band an effect would be too "
                    "small for these data to see."
                ),
                impact_words.smallest(one),
            ],
        )
    )


def _worth(_one: MeasureSeen, supplier: SupplierSeen) -> str:
    worth = supplier.worth
    if worth is None:
        return ""
    values = {
        "n": number(round(worth.value, 1)),
        "low": number(round(worth.low, 1)),
        "high": number(round(worth.high, 1)),
    }
    return _("about %(n)s more of 100 customers satisfied (%(low)s to %(high)s)") % values


# What is said of the house's own cases.
OWN_WORDS: Final = CardWords(
    source=_source,
    headline=impact_words.headline,
    reasons=impact_words.reasons,
    collect=impact_words.collect,
    counted=_counted,
    legend=_legend,
    check_name=lambda _one, check: impact_words.check_name(check),
    worth_intro=lambda _one: _(
        "If it served its colleagues one step better, among the customers whose case depends on it:"
    ),
    worth=_worth,
    supplier=lambda _one: _("Department"),
    pooled=lambda: _("Departments of fewer than five people, together"),
    no_suppliers=lambda _one: _(
        "No case has depended on another department yet. Ask departments through the case, and they appear here."
    ),
    by_case=lambda _one: [],
)


@for_employees
def impact(request: KnownRequest) -> HttpResponse:
    """Show what was worked out last, or how far it is. Asked by the page itself, only the part that moves."""
    return _page(request, None)


def _page(request: KnownRequest, days: DaysForm | None) -> HttpResponse:
    """Show it; `days`: the form that was sent, if something in it is wrong."""
    found = impact_page(request.viewer)
    is_part = request.GET.get("part") == "progress"
    context = {
        "at": now(),
        "place": "insight",
        "found": found,
        "elsewhere": [] if is_part else shown_lines(case_files(request.viewer)),
        "has_figure": any(one.effect is not None for one in found.measures),
        "cards": [card_of(one, OWN_WORDS) for one in found.measures],
        "returning": [card_of(one, RETURNING_WORDS) for one in found.outcomes or ()],
        "nothing_is_bought": found.outcomes == (),
        "may_offer": request.viewer.is_administrator or bool(request.viewer.headed_department_ids),
        "days": days or DaysForm(initial={"back_days": found.back_days, "left_days": found.left_days}),
        "error": _error(found.failed.error) if found.failed else "",
        "progress": round(100 * found.under_way.progress) if found.under_way else 0,
        "before": [
            (day, [(_named(code), impact_words.MARKS[answer]) for code, answer in answers.items()])
            for day, answers in found.before
        ],
    }
    if is_part:
        answer = render(request, "insight/impact_progress.html", context)
        if found.under_way is None:
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "insight/impact.html", context, status=422 if days else 200)


@for_employees
@require_POST
def estimate(request: KnownRequest) -> HttpResponse:
    """Have it worked out anew, perhaps with other days."""
    days = DaysForm(request.POST)
    if days.is_valid():
        try:
            ask_for_estimation(by=request.viewer, at=now(), **days.cleaned_data)
        except DaysError as error:
            days.refuse(error.field, str(error))
        else:
            return redirect("insight:impact")
    return _page(request, days)


@for_employees
@require_POST
def cancel(request: KnownRequest, number: int) -> HttpResponse:
    """Stop what is being worked out."""
    try:
        cancel_estimation(by=request.viewer, at=now(), estimation_id=number)
    except EstimationEndedError as error:
        tell(request, str(error))
    else:
        tell(request, _("It is being stopped. What was worked out before stays."))
    return redirect("insight:impact")


@for_employees
def impact_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out every figure."""
    found = impact_page(request.viewer)
    rows = [row for one in found.measures for row in table_rows(one, OWN_WORDS)]
    rows += [row for one in found.outcomes or () for row in table_rows(one, RETURNING_WORDS)]
    return as_table("impact.csv", HEADER, rows)


def _named(code: str) -> str:
    """The name of a source, or of what became of customers."""
    return str(NAMES[code] if code in NAMES else impact_words.SOURCES[code])


def _error(code: str) -> str:
    if code == "no_store":
        return _("The analytics store is not there yet. The worker makes it within a few minutes; then try again.")
    if code == "no_memory":
        return _(
            "It needs more memory than it may have. An administrator can allow more: CLIENTELA_ANALYTICS_MEMORY_MB."
        )
    if code == "lost":
        return _("The worker that worked on it was lost. Have it worked out again.")
    return _("It could not be worked out. The log of the worker says why; have it worked out again.")

"""Impact: what better service inside is worth outside, with everything that could be wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clientela.impact.actions.estimating import EstimationEndedError, ask_for_estimation, cancel_estimation
from clientela.impact.queries.estimates import CheckSeen, Interval, MeasureSeen, SupplierSeen, impact_page
from clientela.kernel.clock import now
from clientela.web.components import words as say
from clientela.web.components.toasts import say as tell
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.insight import impact_words
from clientela.web.listen.figure_words import language_here, number
from clientela.web.viewer import KnownRequest

HEADER: Final = ("source", "what", "name", "held", "value", "low", "high", "unit")
SD: Final = "sd"
_MOST_LINES: Final = 12  # of departments in the picture; the rest stands in the table


@dataclass(frozen=True)
class LineShown:
    """A line of the picture; places in percent of its width."""

    name: str
    dot: float
    low: float
    high: float
    words: str
    is_main: bool


@dataclass(frozen=True)
class Picture:
    """Estimates on one axis, in standard deviations. `band`: where an effect would be too small to be seen."""

    lines: tuple[LineShown, ...]
    zero: float
    band: tuple[float, float]  # from, and how wide
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class CheckShown:
    """A falsification, in words."""

    words: str
    figures: str
    held: bool | None


@dataclass(frozen=True)
class MeasureShown:
    """One source of inside quality with everything about it."""

    code: str
    source: str
    mark: str
    headline: str
    reasons: list[str]
    collect: list[str]
    smallest: str
    counted: str
    picture: Picture | None
    checks: list[CheckShown]
    held: str
    worth: list[tuple[str, str]]
    suppliers: list[tuple[str, str, str, str, str]]


@for_employees
def impact(request: KnownRequest) -> HttpResponse:
    """Show what was worked out last, or how far it is. Asked by the page itself, only the part that moves."""
    found = impact_page(request.viewer)
    context = {
        "at": now(),
        "place": "insight",
        "found": found,
        "measures": [_measure(one) for one in found.measures],
        "error": _error(found.failed.error) if found.failed else "",
        "progress": round(100 * found.under_way.progress) if found.under_way else 0,
        "before": [
            (day, [(str(impact_words.SOURCES[code]), impact_words.MARKS[answer]) for code, answer in answers.items()])
            for day, answers in found.before
        ],
    }
    if request.GET.get("part") == "progress":
        answer = render(request, "insight/impact_progress.html", context)
        if found.under_way is None:
            answer["HX-Refresh"] = "true"
        return answer
    return render(request, "insight/impact.html", context)


@for_employees
@require_POST
def estimate(request: KnownRequest) -> HttpResponse:
    """Have it worked out anew."""
    ask_for_estimation(by=request.viewer, at=now())
    return redirect("insight:impact")


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
    return as_table("impact.csv", HEADER, [row for one in found.measures for row in _table_rows(one)])


def _measure(one: MeasureSeen) -> MeasureShown:
    held = [check for check in one.checks if check.held]
    looked_at = [check for check in one.checks if check.held is not None]
    return MeasureShown(
        code=one.code,
        source=str(impact_words.SOURCES[one.code]),
        mark=impact_words.MARKS[one.answer],
        headline=impact_words.headline(one),
        reasons=impact_words.reasons(one),
        collect=impact_words.collect(one),
        smallest=impact_words.smallest(one),
        counted=_counted(one),
        picture=_picture(one),
        # Without a figure there is nothing that a check could hold against: only numbers that look like some.
        checks=[_check(check) for check in one.checks] if one.effect is not None else [],
        held=ngettext("%(held)s of %(n)s check held", "%(held)s of %(n)s checks held", len(looked_at))
        % {"held": number(len(held)), "n": number(len(looked_at))},
        worth=_worth(one),
        suppliers=[_supplier(supplier) for supplier in one.suppliers],
    )


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


def _picture(one: MeasureSeen) -> Picture | None:
    """The estimate, and each department's own; None without a figure."""
    if one.effect is None:
        return None
    figures = [(_("All together"), one.effect)]
    figures += [(_name(supplier), supplier.own) for supplier in one.suppliers if supplier.own is not None][:_MOST_LINES]
    blind = min(one.smallest_visible or 0.0, 10.0)
    ends = [-blind, blind, *(end for _name, figure in figures for end in (figure.low, figure.high))]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.05 or 0.1

    def place(value: float) -> float:
        return round(100 * (value - low + room) / (high - low + 2 * room), 2)

    lines = [
        LineShown(
            name, place(figure.value), place(figure.low), place(figure.high), impact_words.interval(figure), number == 0
        )
        for number, (name, figure) in enumerate(figures)
    ]
    ticks = tuple((place(value), words) for value, words in _ticks(low, high))
    return Picture(tuple(lines), place(0), (place(-blind), round(place(blind) - place(-blind), 2)), ticks)


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    step = next(size for size in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if (high - low) / size <= 6)  # noqa: PLR2004
    first = int(low // step) + 1
    return [
        (step * place, _("no change") if place == 0 else number(round(step * place, 2)).replace("-", "−"))
        for place in range(first, int(high // step) + 1)
    ]


def _check(check: CheckSeen) -> CheckShown:
    return CheckShown(impact_words.check_name(check), impact_words.check_figures(check), check.held)


def _worth(one: MeasureSeen) -> list[tuple[str, str]]:
    """What a step better would be worth, department by department; only where it is supported."""
    if one.answer != impact_words.SUPPORTED:
        return []
    return [(_name(supplier), _worth_words(supplier.worth)) for supplier in one.suppliers if supplier.worth is not None]


def _worth_words(worth: Interval) -> str:
    values = {
        "n": number(round(worth.value, 1)),
        "low": number(round(worth.low, 1)),
        "high": number(round(worth.high, 1)),
    }
    return _("about %(n)s more of 100 customers satisfied (%(low)s to %(high)s)") % values


def _supplier(one: SupplierSeen) -> tuple[str, str, str, str, str]:
    """Its name, cases, part of a case in percent, how many spans of time are known, and the mark of its own answer."""
    share = say.share_in_words(one.weight, language=language_here())
    known = _("%(n)s of %(of)s") % {"n": number(one.periods_known), "of": number(one.periods)}
    return _name(one), number(one.cases), share, known, impact_words.MARKS[one.answer]


def _name(one: SupplierSeen) -> str:
    return one.name or _("Departments of fewer than five people, together")


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


def _table_rows(one: MeasureSeen) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = [[one.code, "verdict", one.answer, "", "", "", "", ""]]
    for what, figure, unit in (
        ("effect", one.effect, SD),
        ("effect", one.points, "points"),
        ("satisfied", one.satisfied, "share"),
    ):
        if figure is not None:
            rows.append(
                [one.code, what, "", "", f"{figure.value:.4f}", f"{figure.low:.4f}", f"{figure.high:.4f}", unit]
            )
    if one.smallest_visible is not None:
        rows.append([one.code, "smallest_visible", "", "", f"{one.smallest_visible:.4f}", "", "", SD])
    for check in one.checks:
        figure = check.figure
        ends = [f"{part:.4f}" for part in (figure.value, figure.low, figure.high)] if figure else ["", "", ""]
        rows.append([one.code, "check", check.name, {True: "yes", False: "no", None: ""}[check.held], *ends, SD])
    for supplier in one.suppliers:
        without = "" if supplier.without is None else f"{supplier.without:.4f}"
        if supplier.own is not None:
            ends = [f"{part:.4f}" for part in (supplier.own.value, supplier.own.low, supplier.own.high)]
            rows.append([one.code, "own_effect", _name(supplier), "", *ends, SD])
        rows.append([one.code, "without", _name(supplier), "", without, "", "", SD])
        rows.append([one.code, "weight", _name(supplier), "", f"{supplier.weight:.4f}", "", "", "share"])
    return rows

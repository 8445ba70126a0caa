"""The same standard inside and outside: first replies, promises, satisfaction and waiting, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clientela.impact.queries.parity import (
    PROMISES,
    REPLIES,
    SATISFIED,
    SIDES,
    SPANS,
    DepartmentParity,
    Measured,
    ParityPage,
    parity_page,
)
from clientela.impact.rules.parity import Compared, Waited
from clientela.kernel.clock import now
from clientela.voice.rules.figures.estimates import Difference, Estimate, Share, TooFew
from clientela.web.components import words as say
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.listen.figure_words import language_here, number, share_range, too_few_words
from clientela.web.viewer import KnownRequest

NAMES: Final[dict[str, Promise]] = {
    REPLIES: gettext_lazy("First reply on time"),
    PROMISES: gettext_lazy("Done on time"),
    SATISFIED: gettext_lazy("Satisfied, 4 or 5 of 5"),
}
HEADER: Final = (
    "department", "measure", "side", "n", "value", "low", "high", "difference", "difference_low", "difference_high",
    "since_week",
)  # fmt: skip
WAITED: Final = "median_wait_seconds"
_STEPS: Final = (0.0, 0.25, 0.5, 0.75)  # where the picture may begin
_GRID: Final = 5


@dataclass(frozen=True)
class DotShown:
    """One side of a measure in the picture, in percent of its width; None where it is too few to say."""

    side: str
    dot: float | None
    low: float
    high: float
    words: str
    range: str


@dataclass(frozen=True)
class LineShown:
    """One measure: both sides, and in words whether they part."""

    name: str
    sides: tuple[DotShown, ...]
    difference: str
    since: str
    is_clear: bool


@dataclass(frozen=True)
class Picture:
    """The shares on one scale from `low` to 1; `ticks` are its words, `grid` its lines in percent of the width."""

    lines: tuple[LineShown, ...]
    ticks: tuple[str, ...]
    grid: tuple[float, ...]


@for_employees
def parity(request: KnownRequest) -> HttpResponse:
    """Show both sides beside each other, where they part, since when, and the requests that show it."""
    found = parity_page(request.viewer, at=now(), weeks=_weeks_asked(request))
    context = {
        "at": now(),
        "place": "insight",
        "found": found,
        "is_empty": not all(found.asked.values()),
        "sentence": _sentence(found),
        "picture": _picture(found.measures),
        "waited": _waited_words(found.waited),
        "waited_sides": _waited_sides(found.waited),
        "rows": [_row(one) for one in found.departments],
        "late": [(one, _late_words(one.late_seconds)) for one in found.examples],
        "asked": [(side == "inside", number(found.asked[side])) for side in SIDES],
        "spans": [(weeks, f"?{urlencode({'weeks': weeks})}", weeks == found.weeks) for weeks in SPANS],
        "csv_url": f"{reverse('insight:parity_csv')}?{urlencode({'weeks': found.weeks})}",
    }
    return render(request, "insight/parity.html", context)


@for_employees
def parity_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out every figure of the page with its interval."""
    found = parity_page(request.viewer, at=now(), weeks=_weeks_asked(request))
    rows: list[Sequence[object]] = []
    for measured in found.measures:
        rows += _table_rows("", measured.code, measured.both)
    rows += _waited_rows("", found.waited)
    for one in found.departments:
        rows += [*_table_rows(one.key, REPLIES, one.replies), *_table_rows(one.key, PROMISES, one.promises)]
        rows += _waited_rows(one.key, one.waited)
    return as_table("parity.csv", HEADER, rows)


def _weeks_asked(request: KnownRequest) -> int:
    wanted = request.GET.get("weeks", "")
    return next((weeks for weeks in SPANS if wanted == str(weeks)), SPANS[0])


def _sentence(found: ParityPage) -> str:
    """What it comes to: how many of the measures that can be told part, and to whose disadvantage."""
    shares = [one.both.difference for one in found.measures if isinstance(one.both.difference, Difference)]
    told = len(shares) + (isinstance(found.waited.inside, Estimate) and isinstance(found.waited.outside, Estimate))
    behind = dict.fromkeys(SIDES, 0)
    for one in shares:
        if one.is_clear:
            behind["inside" if one.value > 0 else "outside"] += 1
    if found.waited.parts and isinstance(found.waited.inside, Estimate) and isinstance(found.waited.outside, Estimate):
        behind["inside" if found.waited.inside.value > found.waited.outside.value else "outside"] += 1
    values = {"inside": behind["inside"], "outside": behind["outside"], "told": told}
    if not told:
        return _("Too few to say whether colleagues are served as well as customers outside.")
    if behind["inside"] and behind["outside"]:
        return (
            _(
                "Neither side is served better in everything: colleagues stand behind on %(inside)s of %(told)s "
                "measures, customers outside on %(outside)s."
            )
            % values
        )
    if behind["inside"]:
        return (
            ngettext(
                "Colleagues are served worse than customers outside, on %(inside)s of %(told)s measures.",
                "Colleagues are served worse than customers outside, on %(inside)s of %(told)s measures.",
                behind["inside"],
            )
            % values
        )
    if behind["outside"]:
        return (
            ngettext(
                "Customers outside are served worse than colleagues, on %(outside)s of %(told)s measures.",
                "Customers outside are served worse than colleagues, on %(outside)s of %(told)s measures.",
                behind["outside"],
            )
            % values
        )
    return _("No difference can be seen between colleagues and customers outside.")


def _picture(measures: Sequence[Measured]) -> Picture:
    lows = [
        one.low
        for measured in measures
        for one in (measured.both.inside, measured.both.outside)
        if isinstance(one, Share)
    ]
    start = max((step for step in _STEPS if step <= min(lows, default=0.0)), default=0.0)
    ticks = [start + (1 - start) * part / 2 for part in range(3)]
    return Picture(
        lines=tuple(_line(str(NAMES[one.code]), one.both, start=start) for one in measures),
        ticks=tuple(say.share_in_words(one, language=language_here()) for one in ticks),
        grid=tuple(100 * part / (_GRID - 1) for part in range(_GRID)),
    )


def _line(name: str, both: Compared, *, start: float = 0.0) -> LineShown:
    return LineShown(
        name=name,
        sides=(_dot("inside", both.inside, start), _dot("outside", both.outside, start)),
        difference=_difference_words(both.difference),
        since=say.full_day(both.since, language=language_here()) if both.since else "",
        is_clear=isinstance(both.difference, Difference) and both.difference.is_clear,
    )


def _dot(side: str, share: Share | TooFew, start: float) -> DotShown:
    if isinstance(share, TooFew):
        return DotShown(side, None, 0, 0, too_few_words(share), "")

    def place(value: float) -> float:
        return round(100 * max(value - start, 0) / (1 - start), 1)

    words = say.share_in_words(share.value, language=language_here())
    return DotShown(side, place(share.value), place(share.low), place(share.high), words, share_range(share))


def _difference_words(difference: Difference | TooFew) -> str:
    if isinstance(difference, TooFew):
        return _("too few to say")
    values = {
        "points": number(round(100 * abs(difference.value))),
        "low": number(round(100 * min(abs(difference.low), abs(difference.high)))),
        "high": number(round(100 * max(abs(difference.low), abs(difference.high)))),
    }
    if not difference.is_clear:
        return _("no difference to be seen")
    if difference.value > 0:
        return _("outside better by %(points)s of 100 (%(low)s to %(high)s)") % values
    return _("inside better by %(points)s of 100 (%(low)s to %(high)s)") % values


def _waited_sides(waited: Waited) -> list[tuple[bool, str, str]]:
    """For each side: whether it is inside, the median, and where the true one lies."""
    return [(is_inside, *_median_words(one)) for is_inside, one in ((True, waited.inside), (False, waited.outside))]


def _median_words(one: Estimate | TooFew) -> tuple[str, str]:
    if isinstance(one, TooFew):
        return _("too few to say"), ""
    values = {"low": _working(one.low), "high": _working(one.high)}
    return _working(one.value), _("%(low)s to %(high)s") % values


def _waited_words(waited: Waited) -> str:
    if isinstance(waited.inside, TooFew) or isinstance(waited.outside, TooFew):
        return _("Too few were done on one of the sides to compare how long they waited.")
    if not waited.parts:
        return _("No difference in waiting can be seen.")
    if waited.inside.value > waited.outside.value:
        return _("Colleagues wait longer than customers outside.")
    return _("Customers outside wait longer than colleagues.")


def _working(seconds: float) -> str:
    return say.working_duration_in_words(seconds, language=language_here())


def _late_words(seconds: int) -> str:
    days, hours = seconds // 86_400, seconds // 3600
    if days:
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": number(days)}
    if hours:
        return ngettext("%(n)s hour late", "%(n)s hours late", hours) % {"n": number(hours)}
    minutes = max(seconds // 60, 1)
    return ngettext("%(n)s minute late", "%(n)s minutes late", minutes) % {"n": number(minutes)}


def _row(one: DepartmentParity) -> dict[str, object]:
    return {
        "name": one.name,
        "asked": [number(one.asked[side]) for side in SIDES],
        "lines": [_line(str(NAMES[REPLIES]), one.replies), _line(str(NAMES[PROMISES]), one.promises)],
        "waited": _waited_sides(one.waited),
    }


def _table_rows(department: str, measure: str, both: Compared) -> list[Sequence[object]]:
    difference = both.difference
    ends = ["", "", ""]
    if isinstance(difference, Difference):
        ends = [f"{one:.4f}" for one in (difference.value, difference.low, difference.high)]
    since = both.since.isoformat() if both.since else ""
    return [
        [department, measure, side, one.n, *_figures(one, "{:.4f}"), *ends, since]
        for side, one in (("inside", both.inside), ("outside", both.outside))
    ]


def _waited_rows(department: str, waited: Waited) -> list[Sequence[object]]:
    return [
        [department, WAITED, side, one.n, *_figures(one, "{:.0f}"), "", "", "", ""]
        for side, one in (("inside", waited.inside), ("outside", waited.outside))
    ]


def _figures(one: Estimate | TooFew, form: str) -> list[str]:
    """A figure with its ends; of too few nothing."""
    return ["", "", ""] if isinstance(one, TooFew) else [form.format(value) for value in (one.value, one.low, one.high)]

"""Whose lateness travels furthest: where it came from, what would come through others, and who would be missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.network.queries.travelling import LatenessTravelled, lateness_travelled
from clientela.network.rules.travelling import (
    LEAST_PASSED_ON,
    MOST_PASSED_ON,
    SEVERAL_SMALL,
    Contribution,
    Passed,
    Reach,
    ReachError,
)
from clientela.web.components import words as say
from clientela.web.components.parts import StackBar
from clientela.web.components.pictures import percent
from clientela.web.components.stacks import stacks
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.map.spans import SPANS, several_small, span_words, weeks_in
from clientela.web.viewer import KnownRequest

WHOLE = 100
MOST_PERCENT = 200
NAMES_SHOWN = 5
LEAST_DAYS = 0.005  # less is nothing: it is shown with two decimals


class RangeForm(forms.Form):
    """What part of its lateness a department passes on, in percent: at least, at most."""

    low = forms.IntegerField(
        label=gettext_lazy("Passed on at least, in percent"), required=False, min_value=0, max_value=MOST_PERCENT
    )
    high = forms.IntegerField(
        label=gettext_lazy("Passed on at most, in percent"), required=False, min_value=0, max_value=MOST_PERCENT
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins. What is left out is the usual."""
        given = super().clean() or {}
        low, high = self.shares(given)
        if not self.errors and low > high:
            self.add_error("high", _("The larger share goes here. Give at least the smaller one."))
        return given

    @staticmethod
    def shares(given: dict[str, Any]) -> tuple[float, float]:
        """Return the two ends as shares of one."""
        low, high = given.get("low"), given.get("high")
        return (
            LEAST_PASSED_ON if low is None else low / WHOLE,
            MOST_PASSED_ON if high is None else high / WHOLE,
        )


@dataclass(frozen=True)
class ReachShown:
    """How far one department's lateness travels, as words and as the ends of a bar."""

    reach: Reach
    name: str
    direct: str
    through: str
    sentence: str
    direct_x: str
    low_x: str
    high_x: str


@dataclass(frozen=True)
class PassedShown:
    """Whom work passes, in words."""

    passed: Passed
    name: str
    stranded: str


@for_employees
def travelling(request: KnownRequest) -> HttpResponse:
    """Show whose lateness travels. A range that cannot be used is said beside its field, and the usual one is shown."""
    at, weeks = now(), weeks_in(request.GET)
    form, found = _asked(request)
    contributions = found.travelled.contributions
    shown = _reaches(found)
    picture = stacks([_bar(one, found) for one in contributions], _kinds())
    context = {
        "at": at,
        "place": "map",
        "weeks": weeks,
        "spans": SPANS,
        "form": form,
        "found": found,
        "span_words": span_words(found.span),
        "sentences": _sentences(found),
        "picture": picture,
        "rows": [
            (bar, one, found.largest.get(one.provider_id, ()))
            for bar, one in zip(picture["bars"], contributions, strict=True)
        ],
        "reaches": shown,
        "farthest": max(shown, key=lambda one: one.reach.indirect_high, default=None),
        "passes": [_passed(one, found) for one in found.passes],
        "low": say.share_in_words(found.low, language=_language()),
        "high": say.share_in_words(found.high, language=_language()),
        "csv_url": f"{reverse('map:travelling_csv')}?{request.GET.urlencode()}",
    }
    return render(request, "map/travelling.html", context, status=422 if form.errors else 200)


@for_employees
def travelling_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out a line for each department: its part in the lateness, how far it travels, and what passes it."""
    _form, found = _asked(request)
    parts = {one.provider_id: one for one in found.travelled.contributions}
    reach = {one.provider_id: one for one in found.reaches}
    passed = {one.provider_id: one for one in found.passes}
    header = [
        "department",
        "late_cases",
        "late_seconds",
        "past_own_promise_seconds",
        "share",
        "share_low",
        "share_high",
    ]
    header += ["passed_on_from", "passed_on_to", "felt_directly", "felt_from", "felt_to"]
    header += ["cases", "of_cases", "cases_behind", "cases_cut_off"]
    rows = []
    for number in dict.fromkeys([*parts, *reach, *passed]):
        part, far, through = parts.get(number), reach.get(number), passed.get(number)
        rows.append(
            [
                _name(found, number),
                part.cases if part else 0,
                part.seconds if part else 0,
                part.past_own_seconds if part else 0,
                f"{part.share:.4f}" if part else "",
                "" if part is None or part.low is None else f"{part.low:.4f}",
                "" if part is None or part.high is None else f"{part.high:.4f}",
                found.low if far else "",
                found.high if far else "",
                f"{far.direct:.4f}" if far else "",
                f"{far.low:.4f}" if far else "",
                f"{far.high:.4f}" if far else "",
                through.cases if through else 0,
                found.cases,
                through.behind_cases if through else 0,
                through.cut_off_cases if through else 0,
            ]
        )
    return as_table("whose-lateness-travels.csv", header, rows)


def _asked(request: KnownRequest) -> tuple[RangeForm, LatenessTravelled]:
    """Read the range and ask. What is refused stands in the form, and the usual range is answered instead."""
    usual = {"low": round(LEAST_PASSED_ON * WHOLE), "high": round(MOST_PASSED_ON * WHOLE)}
    given = {name: request.GET.get(name, "") or usual[name] for name in usual}
    form = RangeForm(given)
    low, high = form.shares(form.cleaned_data) if form.is_valid() else (LEAST_PASSED_ON, MOST_PASSED_ON)
    found = lateness_travelled(request.viewer, at=now(), weeks=weeks_in(request.GET), low=low, high=high)
    if found.reach_error is not None:
        form.add_error("high", _why_not(found.reach_error))
        found = lateness_travelled(request.viewer, at=now(), weeks=weeks_in(request.GET))
    return form, found


def _why_not(error: ReachError) -> str:
    return _(
        "At %(share)s lateness would grow without end: some departments depend on each other in a circle, and each "
        "round would come back as large as it left. Choose less than %(most)s."
    ) % {
        "share": say.share_in_words(error.passed_on, language=_language()),
        "most": say.share_in_words(error.most, language=_language()),
    }


def _language() -> str:
    return get_language() or "en"


def _name(found: LatenessTravelled, department_id: int) -> str:
    if department_id == SEVERAL_SMALL:
        return several_small()
    return found.departments[department_id].name_in(_language())


def _time(seconds: float) -> str:
    return say.working_duration_in_words(seconds, language=_language())


def _number(value: float) -> str:
    return say.number_in_words(value, language=_language())


def _kinds() -> tuple[str, ...]:
    return (_("within its own promise"), _("past its own promise"))


def _bar(one: Contribution, found: LatenessTravelled) -> StackBar:
    within = one.seconds - one.past_own_seconds
    return StackBar(
        name=_name(found, one.provider_id),
        amounts=[within, one.past_own_seconds],
        words=[_time(within) if within else "–", _time(one.past_own_seconds) if one.past_own_seconds else "–"],
        whole=_time(one.seconds),
        note=_number(one.cases),
    )


def _sentences(found: LatenessTravelled) -> list[str]:
    """Say where the lateness came from, how far it would travel, and who would be missed."""
    said = []
    whole = found.travelled
    if whole.late_cases:
        said.append(
            ngettext(
                "Of %(decided)s cases whose end was promised %(late)s came late, by %(time)s of working time.",
                "Of %(decided)s cases whose end was promised %(late)s came late, by %(time)s of working time together.",
                found.late,
            )
            % {"decided": _number(found.decided), "late": _number(found.late), "time": _time(whole.late_seconds)}
        )
        first = whole.contributions[0]
        name = _name(found, first.provider_id)
        if first.low is None or first.high is None:
            said.append(
                _("The largest part, %(time)s, lay with %(name)s; these are too few cases to say if that is usual.")
                % {"time": _time(first.seconds), "name": name}
            )
        else:
            said.append(
                _("The largest part, %(time)s, lay with %(name)s: %(share)s, most likely %(low)s to %(high)s.")
                % {
                    "time": _time(first.seconds),
                    "name": name,
                    "share": say.share_in_words(first.share, language=_language()),
                    "low": say.share_in_words(first.low, language=_language()),
                    "high": say.share_in_words(first.high, language=_language()),
                }
            )
    alone = [one for one in found.passes if one.cut_off_cases and one.behind_cases]
    if alone and alone[0].cut_off is not None:
        most = max(alone, key=lambda one: (one.cut_off_cases, -one.provider_id))
        said.append(
            _("Without %(name)s %(cases)s of %(all)s cases would have stopped: nobody else did what it does there.")
            % {
                "name": _name(found, most.provider_id),
                "cases": _number(most.cut_off_cases),
                "all": _number(most.of_cases),
            }
        )
    return said


def _reaches(found: LatenessTravelled) -> list[ReachShown]:
    longest = max((one.high for one in found.reaches), default=1.0) or 1.0
    return [
        ReachShown(
            reach=one,
            name=_name(found, one.provider_id),
            direct=_days(one.direct),
            through=_through(one),
            sentence=_reach_sentence(one, found),
            direct_x=percent(WHOLE * one.direct / longest),
            low_x=percent(WHOLE * one.low / longest),
            high_x=percent(WHOLE * one.high / longest),
        )
        for one in found.reaches
        if one.high > 0
    ]


def _through(one: Reach) -> str:
    low, high = _days(one.indirect_low), _days(one.indirect_high)
    return "–" if one.indirect_high < LEAST_DAYS else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _reach_sentence(one: Reach, found: LatenessTravelled) -> str:
    return _(
        "If %(name)s were a day late with everything, customers outside would wait %(low)s to %(high)s days longer on "
        "average, %(direct)s of it directly."
    ) % {
        "name": _name(found, one.provider_id),
        "low": _days(one.low),
        "high": _days(one.high),
        "direct": _days(one.direct),
    }


def _days(days: float) -> str:
    """Days with two decimals below a tenth, else one: the assumption is not surer than that."""
    return _number(round(days, 1 if days >= 0.1 or not days else 2))  # noqa: PLR2004 - as the sentence above says


def _passed(one: Passed, found: LatenessTravelled) -> PassedShown:
    names: Sequence[str] = [_name(found, number) for number in one.stranded]
    shown = ", ".join(names[:NAMES_SHOWN])
    if len(names) > NAMES_SHOWN:
        shown = _("%(names)s and %(more)s more") % {"names": shown, "more": _number(len(names) - NAMES_SHOWN)}
    return PassedShown(one, _name(found, one.provider_id), shown)

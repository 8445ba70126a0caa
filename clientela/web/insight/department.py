"""A department's page for its head: now, next week, and one thing to try."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.kernel.clock import now
from clientela.network import queries as network
from clientela.network.queries import DepartmentNow, Waiting
from clientela.network.rules import HalfDay
from clientela.network.rules.suggesting import Suggestion
from clientela.web.components import words as say
from clientela.web.components.parts import AmountBar
from clientela.web.doors import for_employees
from clientela.web.insight.answer_words import hours_words
from clientela.web.insight.load import amount, half_day_words
from clientela.web.viewer import KnownRequest

DAY_SECONDS = 28_800


@dataclass(frozen=True)
class SuggestionShown:
    """The one suggestion in words: what, why, what it would probably do, and where to try it."""

    title: str
    why: str
    effect: str
    try_url: str
    request_url: str


@for_employees
def department_page(request: KnownRequest, key: str) -> HttpResponse:
    """Show how a department stands."""
    at, language = now(), get_language() or "en"
    found = network.department_now(request.viewer, key, at=at)
    name = found.department.name_in(language)
    context = {
        "at": at,
        "place": "insight",
        "zone": found.department.zone,
        "found": found,
        "name": name,
        "sentence": _sentence(found),
        "suggestion": _suggestion(found),
        "waits_on_us": _bars(found.waits_on_us, language),
        "we_wait_on": _bars(found.we_wait_on, language),
        "short": [
            {
                "words": half_day_words(part),
                "tells": _("%(came)s come in, %(people)s at work, they wait %(wait)s on average") % _part_values(part),
            }
            for part in found.short
        ],
        "weeks": [
            AmountBar(
                name=ngettext("last week", "%(n)s weeks ago", back + 1) % {"n": back + 1},
                value=came,
                words=say.number_in_words(came, language=language),
            )
            for back, came in enumerate(found.came_by_week[:6])
        ],
        "load_url": f"{reverse('insight:load')}?{urlencode({'department': key})}",
    }
    return render(request, "insight/department.html", context)


@for_employees
def own_department(request: KnownRequest) -> HttpResponse:
    """Go to the department that the viewer heads, else to the one where they work."""
    viewer = request.viewer
    mine = viewer.headed_department_ids or viewer.own_department_ids
    for card in network.departments_to_see(viewer):
        if card.id in mine:
            return redirect("insight:department", card.key)
    return redirect("insight:home")


def _sentence(found: DepartmentNow) -> str:
    count = found.work.count
    open_words = ngettext("%(n)s request is open", "%(n)s requests are open", count) % {"n": count}
    come = _("%(n)s more are to be expected in the next seven days (%(low)s to %(high)s)") % {
        "n": found.expected,
        "low": found.expected_low,
        "high": found.expected_high,
    }
    done = _("in an average week %(n)s are done") % {"n": amount(found.done_a_week)}
    return f"{open_words}; {come}; {done}."


def _suggestion(found: DepartmentNow) -> SuggestionShown:
    made = found.suggestion
    try_url = ""
    if found.may_ask_what_if and made.kind in {"more_hands", "one_more"}:
        query = {"kind": "people", "department": str(found.department.id), "people": "1", "direction": "more"}
        try_url = f"{reverse('insight:new_what_if')}?{urlencode(query)}"
    start_with = found.start_with if made.kind == "start_with" else None
    return SuggestionShown(
        title=_title(made, start_with.title if start_with else ""),
        why=_why(found),
        effect=_effect(made),
        try_url=try_url,
        request_url=reverse("desk:request", args=[start_with.reference]) if start_with else "",
    )


def _title(made: Suggestion, request_title: str) -> str:
    if made.part and made.from_part:
        return _("One of those at work on %(there)s works on %(here)s instead") % {
            "there": half_day_words(made.from_part),
            "here": half_day_words(made.part),
        }
    if made.part:
        return _("One more pair of hands on %(here)s") % {"here": half_day_words(made.part)}
    if made.kind == "start_with":
        return _("Start with “%(title)s”") % {"title": request_title}
    if made.kind == "one_more":
        return _("One person more, until what is late is done")
    return _("Nothing to suggest: hands and work fit together")


def _part_values(part: HalfDay) -> dict[str, str]:
    return {
        "came": amount(part.came),
        "people": amount(part.people),
        "wait": hours_words((part.wait_seconds or 0) / 3600),
    }


def _why(found: DepartmentNow) -> str:
    made = found.suggestion
    if made.part is not None:
        return _(
            "In an average week %(came)s come in then, %(people)s people are at work, and what comes waits %(wait)s on "
            "average."
        ) % _part_values(made.part)
    if made.kind == "start_with":
        count = found.start_with_waiting
        return ngettext("%(n)s request waits on it.", "%(n)s requests wait on it.", count) % {"n": count}
    if made.kind == "one_more":
        return _("%(late)s of %(open)s open requests are late.") % {
            "late": found.work.late_count,
            "open": found.work.count,
        }
    return _("On no half-day of the week people are short, nothing holds up several others, and little is late.")


def _effect(made: Suggestion) -> str:
    effect = made.effect
    if effect is None:
        return ""
    if made.kind == "one_more":
        return _("One of today’s people gets %(then)s done in a week (%(low)s to %(high)s).") % {
            "then": amount(effect.then),
            "low": amount(effect.low),
            "high": amount(effect.high),
        }
    return _(
        "It would then wait about %(then)s instead of %(now)s (likely %(low)s to %(high)s): an estimate by Erlang’s "
        "formula from the last weeks."
    ) % {
        "then": hours_words(effect.then),
        "now": hours_words(effect.today),
        "low": hours_words(effect.low),
        "high": hours_words(effect.high),
    }


def _bars(rows: tuple[Waiting, ...], language: str) -> list[AmountBar]:
    def words(row: Waiting) -> str:
        values: dict[str, Any] = {
            "n": row.count,
            "longest": say.working_duration_in_words(row.longest_seconds, language=language, day_seconds=DAY_SECONDS),
        }
        return ngettext("%(n)s, for %(longest)s", "%(n)s, the longest for %(longest)s", row.count) % values

    return [AmountBar(name=row.other.name_in(language), value=row.count, words=words(row)) for row in rows]

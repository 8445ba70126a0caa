"""One line of the map: its sentence, its figures, how both ends see it, and the very requests."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.kernel.clock import now
from clientela.network.queries.service_map import LOG, MAIL, EdgePage, Mean, Trace, edge_page
from clientela.web.desk.sentences import Teller
from clientela.web.desk.wording import state_words
from clientela.web.doors import for_employees
from clientela.web.keyset import moment_place, place_of
from clientela.web.map import sentences
from clientela.web.map.choosing import Chosen, chosen_in, monday_of
from clientela.web.map.controls import days_in_words
from clientela.web.map.showing import JOINT, edge_url
from clientela.web.map.standing import is_outside
from clientela.web.viewer import KnownRequest

FILE_PAGES = {LOG: "map:log", MAIL: "map:mail_trace"}  # where a file can be looked at, by its source


@for_employees
def edge(request: KnownRequest, provider: str, customer: str) -> HttpResponse:
    """Show one line of the map in the weeks that were chosen there."""
    at = now()
    chosen = chosen_in(request.GET)
    since, until = chosen.weeks(monday_of(at))
    after = moment_place(request.GET.get("before"))
    found = edge_page(
        request.viewer, provider, customer, at=at, since=since, until=until, opened=chosen.opened, after=after
    )
    teller = Teller(request.viewer, at)
    return render(request, "map/edge.html", _told(found, chosen, teller, at=at, is_later=after is not None))


def _told(found: EdgePage, chosen: Chosen, teller: Teller, *, at: datetime, is_later: bool) -> dict[str, Any]:
    one = found.edge
    names = {"provider": sentences.name_of(found.provider), "customer": sentences.name_of(found.customer)}
    here = edge_url(one.provider, one.customer, chosen)
    joint = "&" if "?" in here else "?"
    back = found.map.edge(one.customer, one.provider)
    map_query = chosen.query(line=f"{one.provider}{JOINT}{one.customer}")
    return {
        "at": at,
        "place": "map",
        "edge": one,
        "is_inside": not is_outside(found.customer),  # nobody inside rates a customer outside
        **names,
        "title": _("%(provider)s for %(customer)s") % names,
        "sentence": sentences.line_sentence(one, **names),
        "late_sentence": sentences.late_sentence(one),
        "origin": sentences.origin_sentence(one, **names),
        "reasons": found.reasons,
        "traces": [sentences.trace_sentence(trace, **names, days=_days_of(trace, at=at)) for trace in one.traces],
        "has_mail": one.trace(MAIL) is not None,
        "files": [{"name": file.name, "url": reverse(FILE_PAGES[file.source], args=[file.id])} for file in found.files],
        "days_words": days_in_words(found.map.since, found.map.until, at=at),
        "late": sentences.dot_of(one.late_share),
        "rework": sentences.dot_of(one.rework),
        "satisfied": sentences.dot_of(one.satisfaction),
        "satisfied_back": sentences.dot_of(one.satisfaction_back),
        "wait": sentences.wait_words(one.median_wait_seconds),
        "views": _views(found, names),
        "gap": sentences.gap_sentence(one, **names),
        "back": back,
        "back_url": edge_url(one.customer, one.provider, chosen) if back else "",
        "rows": [
            {
                "request": glimpse,
                "url": reverse("desk:request", args=[glimpse.reference]),
                "state": state_words(glimpse, teller),
            }
            for glimpse in found.requests
        ],
        "hidden_words": _hidden_words(found),
        "older_url": f"{here}{joint}{urlencode({'before': place_of(found.after)})}#requests" if found.after else "",
        "newer_url": f"{here}#requests" if is_later else "",
        "map_url": f"{reverse('map:map')}?{map_query}",
    }


def _days_of(trace: Trace, *, at: datetime) -> str:
    """The days that a trace was counted over, in words; "": nobody knows."""
    if trace.first_on is None or trace.last_on is None:
        return ""
    since, until = (datetime.combine(day, time(), tzinfo=UTC) for day in (trace.first_on, trace.last_on))
    return days_in_words(since, until + timedelta(days=1), at=at)


def _views(found: EdgePage, names: dict[str, str]) -> list[dict[str, Any]]:
    """What each end says: how much it matters, how good it is, and how satisfied each is with the other."""
    one = found.edge
    pairs: tuple[tuple[str, Mean | None, Mean | None, int, int], ...] = (
        (_("How much it matters, 0 to 4"), one.importance, one.importance_by_supplier, 0, sentences.IMPORTANCE_TO),
        (_("How good it is, 1 to 5"), one.quality, one.quality_by_supplier, 1, sentences.QUALITY_TO),
    )
    return [
        {
            "words": words,
            "low": low,
            "high": high,
            "sides": [
                {"name": names["customer"], "dot": sentences.dot_of(served)},
                {"name": names["provider"], "dot": sentences.dot_of(serving)},
            ],
        }
        for words, served, serving, low, high in pairs
        if served is not None or serving is not None
    ]


def _hidden_words(found: EdgePage) -> str:
    if not found.hidden_count:
        return ""
    return ngettext(
        "%(n)s more request counts here and is not yours to read.",
        "%(n)s more requests count here and are not yours to read.",
        found.hidden_count,
    ) % {"n": sentences.number(found.hidden_count)}

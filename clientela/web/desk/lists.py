"""Every request the viewer may read: filtered, searched, a page at a time."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.kernel.clock import now
from clientela.kernel.identifiers import normal_reference
from clientela.requests import queries
from clientela.requests.queries import RequestGlimpse
from clientela.requests.rules import ENDED, LIVE, WAITING, State
from clientela.web.desk.sentences import Teller
from clientela.web.desk.wording import state_words
from clientela.web.doors import for_employees
from clientela.web.keyset import Place, moment_place, place_of
from clientela.web.viewer import KnownRequest

A_PAGE = 30
SCOPES = ("all", "served", "held", "asked")
STATES: dict[str, tuple[str, ...]] = {
    "live": tuple(sorted(LIVE)),
    "open": (State.OPEN,),
    "waiting": tuple(sorted(WAITING)),
    "resolved": (State.RESOLVED,),
    "ended": tuple(sorted(ENDED)),
    "any": (),
}


@dataclass(frozen=True)
class RowShown:
    """A line of the list."""

    request: RequestGlimpse
    url: str
    state: str
    is_live: bool
    excerpt: str


@dataclass(frozen=True)
class Choice:
    """One answer of a filter."""

    key: str
    words: str
    is_chosen: bool


@for_employees
def requests(request: KnownRequest) -> HttpResponse:
    """Show the requests that the filters leave, or that match what was typed."""
    at = now()
    teller = Teller(request.viewer, at)
    words = request.GET.get("q", "").strip()
    before = moment_place(request.GET.get("before"))
    if words:
        found = queries.requests_found(request.viewer, words, before=before, limit=A_PAGE)
        rows = [_row(one.request, teller=teller, excerpt=one.excerpt) for one in found.requests]
        reference = normal_reference(words)
        if reference and len(rows) == 1 and rows[0].request.reference == reference and before is None:
            return redirect(rows[0].url)
        context: dict[str, object] = {"words": words, "rows": rows, "older_url": _url(found.before, q=words)}
        newest = {"q": words}
    else:
        context, newest = _filtered(request, before, teller)
    context |= {"at": at, "place": "requests", "newer_url": _address(newest) if before is not None else ""}
    return render(request, "desk/requests.html", context)


def _filtered(request: KnownRequest, before: Place | None, teller: Teller) -> tuple[dict[str, object], dict[str, str]]:
    scope = _one_of(request.GET.get("scope"), SCOPES)
    state = _one_of(request.GET.get("state"), tuple(STATES))
    departments = directory.departments()
    department = request.GET.get("department", "")
    department_id = next((one.id for one in departments if str(one.id) == department), None)
    page = queries.requests_page(
        request.viewer, scope=scope, department_id=department_id, states=STATES[state], before=before, limit=A_PAGE
    )
    filters = {
        "scope": scope if scope != SCOPES[0] else "",
        "state": state if state != "live" else "",
        "department": str(department_id or ""),
    }
    context: dict[str, object] = {
        "rows": [_row(one, teller=teller) for one in page.requests],
        "scopes": _choices(_scope_words(), scope),
        "states": _choices(_state_group_words(), state),
        "departments": [
            Choice(str(one.id), one.name_in(request.LANGUAGE_CODE), one.id == department_id) for one in departments
        ],
        "is_filtered": any(filters.values()),
        "older_url": _url(page.before, **filters),
    }
    return context, filters


def _row(glimpse: RequestGlimpse, *, teller: Teller, excerpt: str = "") -> RowShown:
    return RowShown(
        request=glimpse,
        url=reverse("desk:request", args=[glimpse.reference]),
        state=state_words(glimpse, teller),
        is_live=glimpse.state in LIVE,
        excerpt=excerpt,
    )


def _one_of(given: str | None, known: tuple[str, ...]) -> str:
    return given if given in known else known[0]


def _choices(words: dict[str, str], chosen: str) -> list[Choice]:
    return [Choice(key, said, key == chosen) for key, said in words.items()]


def _scope_words() -> dict[str, str]:
    return {
        "all": _("all that I may read"),
        "served": _("asked of my department"),
        "held": _("mine"),
        "asked": _("asked by me or my department"),
    }


def _state_group_words() -> dict[str, str]:
    return {
        "live": _("not done"),
        "open": _("in work"),
        "waiting": _("waiting"),
        "resolved": _("resolved"),
        "ended": _("closed or cancelled"),
        "any": _("any"),
    }


def _url(before: Place | None, **filters: str) -> str:
    return "" if before is None else _address({**filters, "before": place_of(before)})


def _address(filters: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in filters.items() if value})
    return f"{reverse('desk:requests')}{'?' + query if query else ''}"

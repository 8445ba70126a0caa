"""Who serves whom: as a picture, as a table, as a matrix. Each page asks one question of the network."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.kernel.clock import now
from clientela.network.queries.service_map import ServiceMap
from clientela.network.queries.service_map import service_map as map_of
from clientela.web.doors import for_employees
from clientela.web.map import sentences
from clientela.web.map.choosing import Chosen, chosen_in, monday_of
from clientela.web.map.controls import controls, days_in_words
from clientela.web.map.matrix import Part, matrix
from clientela.web.map.phone import way
from clientela.web.map.showing import LineShown, MapShown, map_shown
from clientela.web.map.svg import map_hatches, map_svg
from clientela.web.viewer import KnownRequest

IN_SHORT = 10  # lines in the table below the picture
A_LIST = 6  # surprising and silent ones named below the picture
A_PAGE = 100  # lines of the whole table
KINDS: dict[str, Callable[[LineShown], bool]] = {
    "": lambda _line: True,
    "surprise": lambda line: line.is_surprise,
    "silent": lambda line: line.is_silent,
}
ORDERS: dict[str, Callable[[LineShown], tuple[Any, ...]]] = {
    "late": lambda line: (line.edge.late_share is None, -(line.edge.late_share.share if line.edge.late_share else 0)),
    "asked": lambda line: (-line.edge.asked, -line.edge.traced),
    "wait": lambda line: (line.edge.median_wait_seconds is None, -(line.edge.median_wait_seconds or 0)),
    "satisfaction": lambda line: (
        line.edge.satisfaction is None,
        line.edge.satisfaction.share if line.edge.satisfaction else 0,
    ),
    "importance": lambda line: (
        line.edge.importance is None,
        -(line.edge.importance.mean if line.edge.importance else 0),
    ),
    "name": lambda line: (line.name.casefold(),),
}


@for_employees
def service_map(request: KnownRequest) -> HttpResponse:
    """Show the map; only what changes when something is chosen, when the page's own script asks for it."""
    at = now()
    context = map_context(_shown(request, at), at)
    htmx = request.htmx  # type: ignore[attr-defined]  # set by django_htmx
    is_part = bool(htmx) and not htmx.history_restore_request
    response = render(request, "map/map_body.html" if is_part else "map/map.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def map_context(shown: MapShown, at: datetime) -> dict[str, Any]:
    """Everything the page of the picture says."""
    return _around(shown, at) | {
        "svg": map_svg(shown),
        "hatches": map_hatches(),
        "way": way(shown),
        "selected": _side(shown.selected),
        "table": [_row(line) for line in _by_lateness(shown.drawn)[:IN_SHORT]],
        "surprises": shown.surprises[:A_LIST],
        "silent": shown.silent[:A_LIST],
        "surprise_count": len(shown.surprises),
        "silent_count": len(shown.silent),
        "calm_words": _calm_words(shown),
        "whole_url": _url(shown.chosen, is_whole=True),
        "calm_url": _url(shown.chosen, is_whole=False),
        "wide_url": _url(shown.chosen, is_wide=True),
        "everybody_url": _url(shown.chosen, only="", find=""),
        "open_all_url": _url(shown.chosen, opened=frozenset({"*"}), line=""),
        "close_all_url": _url(shown.chosen, opened=frozenset(), line=""),
        "has_closed": any(node.opens for node in shown.nodes),
    }


@for_employees
def table(request: KnownRequest) -> HttpResponse:
    """Show every line as a table, a hundred at a time."""
    at = now()
    shown = _shown(request, at)
    kind, order = request.GET.get("kind", ""), request.GET.get("by", "")
    kind, order = kind if kind in KINDS else "", order if order in ORDERS else "asked"
    lines = sorted(
        (line for line in shown.lines if KINDS[kind](line)), key=lambda line: (*ORDERS[order](line), line.key)
    )
    page = _number(request.GET.get("page", ""), most=max(0, (len(lines) - 1) // A_PAGE))

    def address(**more: object) -> str:
        given = {"kind": kind, "by": order, "page": page, **more}
        return _with(shown.chosen, "map:table", given)

    context = _around(shown, at, address="map:table") | {
        "rows": [_row(line) for line in lines[page * A_PAGE : (page + 1) * A_PAGE]],
        "kinds": [
            (words, address(kind=key, page=0), key == kind)
            for key, words in (
                ("", _("all lines")),
                ("surprise", _("happens, nobody declared it")),
                ("silent", _("declared, never happens")),
            )
        ],
        "orders": {key: address(by=key, page=0) for key in ORDERS},
        "order": order,
        "older_url": address(page=page + 1) if (page + 1) * A_PAGE < len(lines) else "",
        "newer_url": address(page=page - 1) if page else "",
        "count_words": ngettext("%(n)s line", "%(n)s lines", len(lines)) % {"n": sentences.number(len(lines))},
    }
    return render(request, "map/map_table.html", context)


@for_employees
def as_matrix(request: KnownRequest) -> HttpResponse:
    """Show who serves whom as a matrix."""
    at = now()
    shown = _shown(request, at)
    rows, columns = (_number(request.GET.get(name, ""), most=A_PAGE) for name in ("rows", "columns"))
    found = matrix(shown, row_part=rows, column_part=columns)

    def links(parts: tuple[Part, ...], **kept: int) -> list[dict[str, Any]]:
        name = "columns" if kept else "rows"
        return [{"part": part, "url": _with(shown.chosen, "map:matrix", {**kept, name: part.number})} for part in parts]

    here = next((part.number for part in found.row_parts if part.is_here), 0)
    context = _around(shown, at, address="map:matrix") | {
        "matrix": found,
        "row_links": links(found.row_parts),
        "column_links": links(found.column_parts, rows=here),
    }
    return render(request, "map/map_matrix.html", context)


def _shown(request: KnownRequest, at: datetime) -> MapShown:
    chosen = chosen_in(request.GET)
    since, until = chosen.weeks(monday_of(at))
    return map_shown(map_of(request.viewer, at=at, since=since, until=until, opened=chosen.opened), chosen)


def _around(shown: MapShown, at: datetime, address: str = "map:map") -> dict[str, Any]:
    """What all three pages say about what they show."""
    found, query = shown.found, shown.chosen.query()
    after = f"?{query}" if query else ""
    return {
        "at": at,
        "place": "map",
        "shown": shown,
        "controls": controls(shown, at=at, address=address),
        "days_words": days_in_words(found.since, found.until, at=at),
        "is_empty": (not found.edges and not found.ties) or is_undrawn(found),
        "is_quiet": not found.edges and bool(found.ties),
        "only_name": shown.names.get(shown.chosen.only, shown.chosen.only),
        "urls": {
            name: reverse(f"map:{name}") + after for name in ("map", "table", "matrix", "svg", "png", "csv", "graphml")
        },
    }


def is_undrawn(found: ServiceMap) -> bool:
    """Whether requests were never looked at yet: then nobody knows which of the lines that should be never happen."""
    return found.drawn_at is None and not any(edge.traces for edge in found.edges)


def _by_lateness(lines: tuple[LineShown, ...]) -> list[LineShown]:
    return sorted(lines, key=lambda line: (*ORDERS["late"](line), -line.edge.asked, line.key))


def _row(line: LineShown) -> dict[str, Any]:
    edge = line.edge
    return {
        "line": line,
        "edge": edge,
        "late": sentences.dot_of(edge.late_share),
        "satisfied": sentences.dot_of(edge.satisfaction),
        "matters": sentences.dot_of(edge.importance),
        "wait": sentences.wait_words(edge.median_wait_seconds),
        "satisfaction": sentences.share_words(edge.satisfaction),
        "importance": sentences.mean_words(edge.importance) if edge.importance else "–",
        "origin": sentences.origin_words(edge) if line.is_surprise or line.is_silent else "",
    }


def _side(line: LineShown | None) -> dict[str, Any] | None:
    """What the side says of the selected line."""
    if line is None:
        return None
    edge = line.edge
    names = {"provider": line.provider, "customer": line.customer}
    return _row(line) | {
        "late_sentence": sentences.late_sentence(edge),
        "origin_sentence": sentences.origin_sentence(edge, **names),
        "gap": sentences.gap_sentence(edge, **names),
        "see": ngettext("See the %(n)s request", "See the %(n)s requests", edge.asked)
        % {"n": sentences.number(edge.asked)}
        if edge.asked
        else _("See this line"),
    }


def _calm_words(shown: MapShown) -> str:
    """How much of it is drawn."""
    some = shown.calm
    if some.at_least is None:
        return ngettext("%(n)s line.", "%(n)s lines.", len(some.edges)) % {"n": sentences.number(len(some.edges))}
    lines = ngettext("%(n)s line", "%(n)s lines", some.busy_count) % {"n": sentences.number(some.busy_count)}
    if some.is_traced:
        return _("%(lines)s, the busiest by event logs and mail.") % {"lines": lines}
    return ngettext(
        "%(lines)s with %(n)s request or more.", "%(lines)s with %(n)s requests or more.", some.at_least
    ) % {"lines": lines, "n": sentences.number(some.at_least)}


def _url(chosen: Chosen, **more: object) -> str:
    query = chosen.query(**more)
    return f"{reverse('map:map')}?{query}" if query else reverse("map:map")


def _with(chosen: Chosen, address: str, more: Mapping[str, object]) -> str:
    """An address with what was chosen and more; what is nothing is left out."""
    query = "&".join(
        [part for part in (chosen.query(),) if part] + [f"{name}={value}" for name, value in more.items() if value]
    )
    return f"{reverse(address)}?{query}"


def _number(text: str, *, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < len("10000") else 0

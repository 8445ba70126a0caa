"""The map as files: a drawing, a picture, a table, a graph for other programs; as it was chosen on the page."""

import logging
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clientela.kernel.analytics.apart import ApartError
from clientela.kernel.clock import now
from clientela.network.queries.service_map import LOG, MAIL, Edge, Mean, ServiceMap, Share, service_map
from clientela.web.doors import for_employees
from clientela.web.downloads import as_file, as_table
from clientela.web.map.choosing import chosen_in, monday_of
from clientela.web.map.picturing import map_png
from clientela.web.map.showing import MapShown, map_shown
from clientela.web.map.svg import map_file
from clientela.web.viewer import KnownRequest

logger = logging.getLogger(__name__)

# What event logs and mail show, beside what was asked here: never to be added up with it.
TRACES = {LOG: "logged", MAIL: "mailed"}
COLUMNS = (
    "provider",
    "customer",
    "from",
    "until",
    "sources",
    "surprise",
    "silent",
    "asked",
    "decided",
    "late",
    "late_low",
    "late_high",
    "median_wait_seconds",
    "done",
    "reworked",
    "handed_over",
    *(f"{column}{end}" for column in TRACES.values() for end in ("", "_back", "_median_wait_seconds")),
    *(f"{measure}{end}" for measure in ("satisfied", "satisfied_back") for end in ("", "_low", "_high", "_answers")),
    *(
        f"{measure}{end}"
        for measure in ("importance", "importance_by_supplier", "quality", "quality_by_supplier")
        for end in ("", "_low", "_high", "_answers")
    ),
)
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
NODE_FIELDS = (
    ("name", "string"),
    ("label", "string"),  # the name again: Gephi writes beside a node what is called so, and nothing else
    ("kind", "string"),
    ("parent", "string"),
    ("served", "int"),
    ("asked", "int"),
)
EDGE_FIELDS = (
    ("asked", "int"),
    ("decided", "int"),
    ("late", "int"),
    ("late_share", "double"),
    ("median_wait_seconds", "int"),
    ("satisfied", "double"),
    ("satisfied_back", "double"),
    ("importance", "double"),
    ("importance_by_supplier", "double"),
    *((f"{column}{end}", "int") for column in TRACES.values() for end in ("", "_back", "_median_wait_seconds")),
    ("sources", "string"),
    ("surprise", "boolean"),
    ("silent", "boolean"),
)


@for_employees
def lines_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out every line as a CSV file."""
    shown = _shown(request)
    return as_table("service-map.csv", COLUMNS, (_row(shown, line.edge) for line in shown.lines))


@for_employees
def map_as_svg(request: KnownRequest) -> HttpResponse:
    """Hand out the drawing."""
    return as_file("service-map.svg", "image/svg+xml", map_file(_shown(request)).encode())


@for_employees
def map_as_png(request: KnownRequest) -> HttpResponse:
    """Hand out the picture; where this house cannot make one now, say so and offer the drawing."""
    shown = _shown(request)
    try:
        picture = map_png(shown)
    except ApartError as problem:
        logger.warning("The picture of the map was not made: %s", problem)
        query = shown.chosen.query()
        urls = {name: reverse(f"map:{name}") + (f"?{query}" if query else "") for name in ("svg", "map")}
        return render(request, "map/no_picture.html", {"at": now(), "place": "map", "urls": urls}, status=503)
    return as_file("service-map.png", "image/png", picture)


@for_employees
def map_as_graphml(request: KnownRequest) -> HttpResponse:
    """Hand out the graph as GraphML, which Gephi, yEd and NetworkX read."""
    return as_file("service-map.graphml", "application/xml", graphml(_shown(request)))


def _shown(request: KnownRequest) -> MapShown:
    at = now()
    chosen = chosen_in(request.GET)
    since, until = chosen.weeks(monday_of(at))
    return map_shown(service_map(request.viewer, at=at, since=since, until=until, opened=chosen.opened), chosen)


def _row(shown: MapShown, edge: Edge) -> list[object]:
    found: ServiceMap = shown.found
    late = edge.late_share
    return [
        shown.names[edge.provider],
        shown.names[edge.customer],
        found.since.date().isoformat(),
        found.until.date().isoformat(),
        " ".join(sorted(edge.sources)),
        int(edge.is_surprise),
        int(edge.is_silent),
        edge.asked,
        edge.decided,
        edge.late,
        f"{late.low:.3f}" if late else "",
        f"{late.high:.3f}" if late else "",
        "" if edge.median_wait_seconds is None else edge.median_wait_seconds,
        edge.done,
        edge.reworked,
        edge.handed_over,
        *("" if value is None else value for _name, value in _traces(edge)),
        *_figures(edge.satisfaction),
        *_figures(edge.satisfaction_back),
        *_figures(edge.importance),
        *_figures(edge.importance_by_supplier),
        *_figures(edge.quality),
        *_figures(edge.quality_by_supplier),
    ]


def _traces(edge: Edge) -> Iterator[tuple[str, int | None]]:
    for source, column in TRACES.items():
        trace = edge.trace(source)
        yield column, trace.asked if trace else None
        yield f"{column}_back", trace.back if trace else None
        yield f"{column}_median_wait_seconds", trace.median_wait_seconds if trace else None


def _figures(one: Share | Mean | None) -> tuple[object, ...]:
    if one is None:
        return ("", "", "", "")
    value = one.share if isinstance(one, Share) else one.mean
    return (f"{value:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", one.n)


def graphml(shown: MapShown) -> bytes:
    """The map as GraphML. A figure that is too few to say is left out."""
    root = ET.Element("graphml", {"xmlns": GRAPHML})
    for kind, fields in (("node", NODE_FIELDS), ("edge", EDGE_FIELDS)):
        for name, of_type in fields:
            ET.SubElement(root, "key", {"id": f"{kind}-{name}", "for": kind, "attr.name": name, "attr.type": of_type})
    graph = ET.SubElement(root, "graph", {"id": "service-map", "edgedefault": "directed"})
    for node in shown.nodes:
        given = {
            "name": shown.names[node.key],
            "label": shown.names[node.key],
            "kind": "department" if node.node.department_id is not None else "outside",
            "parent": node.node.parent_key,
            "served": node.node.served,
            "asked": node.node.asked,
        }
        _put(ET.SubElement(graph, "node", {"id": node.key}), "node", iter(given.items()))
    for line in shown.lines:
        edge = line.edge
        element = ET.SubElement(graph, "edge", {"source": edge.provider, "target": edge.customer})
        _put(element, "edge", _edge_figures(edge))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _edge_figures(edge: Edge) -> Iterator[tuple[str, object]]:
    yield from (("asked", edge.asked), ("decided", edge.decided), ("late", edge.late))
    yield "late_share", edge.late_share and round(edge.late_share.share, 4)
    yield "median_wait_seconds", edge.median_wait_seconds
    yield "satisfied", edge.satisfaction and round(edge.satisfaction.share, 4)
    yield "satisfied_back", edge.satisfaction_back and round(edge.satisfaction_back.share, 4)
    yield "importance", edge.importance and round(edge.importance.mean, 3)
    yield "importance_by_supplier", edge.importance_by_supplier and round(edge.importance_by_supplier.mean, 3)
    yield from _traces(edge)
    yield "sources", " ".join(sorted(edge.sources))
    yield from (("surprise", str(edge.is_surprise).lower()), ("silent", str(edge.is_silent).lower()))


def _put(element: ET.Element, kind: str, given: Iterator[tuple[str, object]]) -> None:
    for name, value in given:
        if value is not None:
            ET.SubElement(element, "data", {"key": f"{kind}-{name}"}).text = str(value)

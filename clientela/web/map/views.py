"""Who serves whom: as a picture, as a table, as a file."""

import csv
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext

from clientela.kernel.clock import now
from clientela.network import queries as network
from clientela.network.rules import Line
from clientela.web.doors import for_employees
from clientela.web.map.picture import DrawnLine, DrawnNode, Flow, Picture, Place, picture
from clientela.web.viewer import KnownRequest

BUSIEST = 20  # lines that are drawn at first; the rest on demand
OFTEN_LATE = 0.10
VERY_OFTEN_LATE = 0.25


@dataclass(frozen=True)
class LineShown:
    """One line, with everything the picture, the table and the side say about it."""

    key: str
    provider: str
    customer: str
    asked: int
    late: int
    late_share: float | None
    late_low: float | None
    late_high: float | None
    tone: str  # ok, risk, broken, unknown
    median_wait_seconds: int | None
    sentence: str
    url: str
    is_selected: bool
    drawn: DrawnLine | None

    @property
    def name(self) -> str:
        """Who serves whom, in a line."""
        return f"{self.provider} → {self.customer}"


@dataclass(frozen=True)
class NodeShown:
    """One department or kind of customer, as drawn."""

    name: str
    volume: int
    drawn: DrawnNode
    is_selected: bool


@for_employees
def service_map(request: KnownRequest) -> HttpResponse:
    """Show the map of the last 30 days."""
    at = now()
    found = network.service_map(request.viewer, at=at)
    is_whole = request.GET.get("all") == "1"
    drawn_lines = found.lines if is_whole else found.lines[:BUSIEST]
    selected = request.GET.get("line", "") or _most_telling(found.lines)
    drawing = _drawing(found, drawn_lines)
    names = {node.key: _name_of(node) for node in found.nodes}
    path_of = {(line.provider, line.customer): line for line in drawing.lines}
    shown = [
        _shown(
            line, names=names, selected=selected, is_whole=is_whole, drawn=path_of.get((line.provider, line.customer))
        )
        for line in found.lines
    ]
    ends = set(selected.split("~"))
    volumes = {node.key: node.served or node.asked for node in found.nodes}
    context = {
        "at": at,
        "place": "map",
        "since": found.since,
        "drawing": drawing,
        "nodes": [
            NodeShown(name=names[node.key], volume=volumes[node.key], drawn=node, is_selected=node.key in ends)
            for node in drawing.nodes
        ],
        "lines": shown,
        "table": sorted(
            (line for line in shown if line.drawn is not None or line.is_selected),
            key=lambda line: (-(line.late_share if line.late_share is not None else -1), -line.asked),
        ),
        "selected": next((line for line in shown if line.is_selected), None),
        "hidden_count": len(found.lines) - len(drawn_lines),
        "is_whole": is_whole,
    }
    return render(request, "map/map.html", context)


@for_employees
def lines_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out every line as a CSV file."""
    found = network.service_map(request.viewer, at=now())
    names = {node.key: _name_of(node) for node in found.nodes}
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="service-map.csv"'
    response.write("\ufeff")  # spreadsheets read UTF-8 only when told
    table = csv.writer(response)
    table.writerow(["provider", "customer", "asked", "decided", "late", "late_low", "late_high", "median_wait_seconds"])
    for line in found.lines:
        share = line.late_share
        table.writerow(
            [
                names[line.provider],
                names[line.customer],
                line.asked,
                line.decided,
                line.late,
                f"{share.low:.3f}" if share else "",
                f"{share.high:.3f}" if share else "",
                line.median_wait_seconds if line.median_wait_seconds is not None else "",
            ]
        )
    return response


def _drawing(found: network.ServiceMap, lines: tuple[Line, ...]) -> Picture:
    """Draw the nodes that the drawn lines touch."""
    touched = {key for line in lines for key in (line.provider, line.customer)}
    return picture(
        [Place(node.key, node.hops, node.served or node.asked) for node in found.nodes if node.key in touched],
        [Flow(line.provider, line.customer, line.asked) for line in lines],
    )


def _name_of(node: network.Node) -> str:
    if node.key == network.HOUSEHOLDS:
        return gettext("Households")
    if node.key == network.BUSINESSES:
        return gettext("Businesses")
    return node.names.get(get_language() or "en") or node.names.get("en") or node.key


def _most_telling(lines: tuple[Line, ...]) -> str:
    """Choose the line to open with: the one most surely late, else the busiest."""
    sure = [line for line in lines if line.late_share is not None]
    if not sure:
        return _key(lines[0]) if lines else ""
    return _key(max(sure, key=lambda line: (line.late_share.low if line.late_share else 0, line.asked)))


def _key(line: Line) -> str:
    return f"{line.provider}~{line.customer}"


def _tone(line: Line) -> str:
    if line.late_share is None:
        return "unknown"
    if line.late_share.share > VERY_OFTEN_LATE:
        return "broken"
    return "risk" if line.late_share.share > OFTEN_LATE else "ok"


def _shown(line: Line, *, names: dict[str, str], selected: str, is_whole: bool, drawn: DrawnLine | None) -> LineShown:
    key = _key(line)
    query = {"line": key, **({"all": "1"} if is_whole else {})}
    provider, customer = names[line.provider], names[line.customer]
    share = line.late_share
    return LineShown(
        key=key,
        provider=provider,
        customer=customer,
        asked=line.asked,
        late=line.late,
        late_share=share.share if share else None,
        late_low=share.low if share else None,
        late_high=share.high if share else None,
        tone=_tone(line),
        median_wait_seconds=line.median_wait_seconds,
        sentence=_sentence(line, provider=provider, customer=customer),
        url=f"{reverse('map:map')}?{urlencode(query)}",
        is_selected=key == selected,
        drawn=drawn,
    )


def _sentence(line: Line, *, provider: str, customer: str) -> str:
    asked = ngettext(
        "%(provider)s served %(customer)s: %(asked)s request",
        "%(provider)s served %(customer)s: %(asked)s requests",
        line.asked,
    ) % {"provider": provider, "customer": customer, "asked": line.asked}
    late = ngettext("%(late)s was late", "%(late)s were late", line.late) % {"late": line.late}
    return f"{asked}, {late}."

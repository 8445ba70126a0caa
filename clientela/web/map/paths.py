"""Everything that stands behind a service: as a path read from left to right, as a table, as a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.catalogue.queries.brief import ServiceInBrief
from clientela.kernel.clock import now
from clientela.network.queries.lateness import CountedSpan, span_counted
from clientela.network.queries.paths import PlannedHop, ServicePaths, Step, service_paths, services_asked
from clientela.network.rules.travelling import SEVERAL_SMALL
from clientela.web.components import words as say
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.map.path_picture import OUTSIDE, PathNode, PathPicture, Strand, path_picture
from clientela.web.map.spans import SPANS, several_small, span_words, weeks_in
from clientela.web.viewer import KnownRequest

OFTEN_LATE, VERY_OFTEN_LATE = 0.10, 0.25


@dataclass(frozen=True)
class StepShown:
    """One step with its words, its address and its line in the picture."""

    step: Step
    name: str
    sentence: str
    url: str
    tone: str  # ok, risk, broken, unknown
    path: str


@dataclass(frozen=True)
class PlannedShown:
    """What should stand behind it by a plan: who serves whom, for which step, and whether it did."""

    name: str
    url: str
    what: str
    how: str


@dataclass(frozen=True)
class NodeShown:
    """A department, or the customer, as drawn. `note`: in how many of the cases it takes part."""

    place: PathNode
    name: str
    note: str


@for_employees
def paths(request: KnownRequest) -> HttpResponse:
    """Show what stands behind one service: the one asked for, else the busiest."""
    at, weeks = now(), weeks_in(request.GET)
    span = span_counted(at=at, weeks=weeks)
    services = services_asked(request.viewer, span, language=_language())
    found = _found(request, services, span)
    context: dict[str, object] = {"at": at, "place": "map", "weeks": weeks, "spans": SPANS, "services": services}
    if found is None or not found.cases:
        context["is_counting"] = span.is_shortened
    if found is not None:
        drawing = path_picture(_strands(found.steps))
        context |= {
            "found": found,
            "services": _with_chosen(services, found.service),
            "span_words": span_words(found.span),
            "sentences": _sentences(found),
            "drawing": drawing,
            "nodes": _nodes(found, drawing),
            "steps": [_shown(step, found, path) for step, path in zip(found.steps, drawing.paths, strict=True)],
            "planned": [_planned(one, found) for one in found.planned],
            "csv_url": f"{reverse('map:paths_csv')}?{urlencode({'service': found.service.key, 'weeks': str(weeks)})}",
        }
    return render(request, "map/paths.html", context)


@for_employees
def paths_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out every step as a CSV file."""
    span = span_counted(at=now(), weeks=weeks_in(request.GET))
    found = _found(request, services_asked(request.viewer, span, language=_language()), span)
    header = ["provider", "customer", "hops", "cases", "of_cases", "share_low", "share_high", "requests"]
    header += ["median_seconds", "decided", "late", "late_low", "late_high"]
    rows: list[list[object]] = []
    for step in found.steps if found is not None else ():
        share, late = step.share, step.late_share
        rows.append(
            [
                _name(found, step.provider_id),
                _customer(found, step),
                step.depth,
                step.cases,
                found.cases if found is not None else 0,
                f"{share.low:.3f}" if share else "",
                f"{share.high:.3f}" if share else "",
                step.requests,
                "" if step.wait_seconds is None else step.wait_seconds,
                step.decided,
                step.late,
                f"{late.low:.3f}" if late else "",
                f"{late.high:.3f}" if late else "",
            ]
        )
    return as_table("what-stands-behind.csv", header, rows)


def _found(request: KnownRequest, services: Sequence[ServiceInBrief], span: CountedSpan) -> ServicePaths | None:
    """Return what stands behind the service asked for; None where nothing was asked for yet. Raises HiddenError."""
    key = request.GET.get("service", "").replace("\x00", "") or (services[0].key if services else "")
    if not key:
        return None
    return service_paths(request.viewer, key, span, language=_language())


def _with_chosen(services: Sequence[ServiceInBrief], chosen: ServiceInBrief) -> list[ServiceInBrief]:
    known = list(services)
    return known if any(one.service_id == chosen.service_id for one in known) else [chosen, *known]


def _language() -> str:
    return get_language() or "en"


def _name(found: ServicePaths | None, department_id: int) -> str:
    if department_id == SEVERAL_SMALL:
        return several_small()
    return "" if found is None else found.departments[department_id].name_in(_language())


def _customer(found: ServicePaths | None, step: Step) -> str:
    if step.customer_id is None:
        return _("Customers outside")
    return _name(found, step.customer_id)


def _strands(steps: Sequence[Step]) -> list[Strand]:
    most = max((step.cases for step in steps), default=1)
    return [Strand(step.provider_id, step.customer_id or OUTSIDE, step.depth, step.cases / most) for step in steps]


def _nodes(found: ServicePaths, drawing: PathPicture) -> list[NodeShown]:
    language = _language()
    most: dict[int, int] = {}
    for step in found.steps:
        most[step.provider_id] = max(most.get(step.provider_id, 0), step.cases)
    shown = []
    for place in drawing.nodes:
        if place.key == OUTSIDE:
            name, count = _("Customers outside"), found.cases
        else:
            name, count = _name(found, place.key), most[place.key]
        note = ngettext("%(n)s case", "%(n)s cases", count) % {"n": say.number_in_words(count, language=language)}
        shown.append(NodeShown(place, name, note))
    return shown


def _shown(step: Step, found: ServicePaths, path: str) -> StepShown:
    return StepShown(
        step=step,
        name=f"{_name(found, step.provider_id)} → {_customer(found, step)}",
        sentence=_sentence(step, found),
        url=_edge_address(step, found),
        tone=_tone(step),
        path=path,
    )


def _planned(hop: PlannedHop, found: ServicePaths) -> PlannedShown:
    language = _language()
    provider, customer = _name(found, hop.provider_id), _name(found, hop.customer_id)
    if hop.cases is None:
        how = _("no figures, as fewer than five people work there")
    elif not hop.cases:
        how = _("never in this time")
    else:
        how = ngettext("in %(cases)s of %(all)s case", "in %(cases)s of %(all)s cases", found.cases) % {
            "cases": say.number_in_words(hop.cases, language=language),
            "all": say.number_in_words(found.cases, language=language),
        }
    return PlannedShown(
        name=f"{provider} → {customer}",
        url=reverse("map:edge", args=[found.departments[hop.provider_id].key, found.departments[hop.customer_id].key]),
        what=hop.words,
        how=how,
    )


def _edge_address(step: Step, found: ServicePaths) -> str:
    """Return the page of the line on the map, which leads on to its requests.

    For small departments together, and while there is no such page, the map itself.
    """
    if SEVERAL_SMALL in {step.provider_id, step.customer_id}:
        return reverse("map:map")
    provider = found.departments[step.provider_id].key
    customer = found.segment if step.customer_id is None else found.departments[step.customer_id].key
    try:
        return reverse("map:edge", args=[provider, customer])
    except NoReverseMatch:
        return f"{reverse('map:map')}?{urlencode({'line': f'{provider}~{customer}'})}"


def _tone(step: Step) -> str:
    if step.late_share is None:
        return "unknown"
    if step.late_share.share > VERY_OFTEN_LATE:
        return "broken"
    return "risk" if step.late_share.share > OFTEN_LATE else "ok"


def _sentences(found: ServicePaths) -> list[str]:
    """Say in words what the picture shows, the most telling first."""
    language = _language()

    def number(value: int) -> str:
        return say.number_in_words(value, language=language)

    if not found.cases:
        return []
    said = [
        ngettext(
            "%(cases)s case ended in this time. Behind those who serve the customer stand %(behind)s departments.",
            "%(cases)s cases ended in this time. Behind those who serve the customer stand %(behind)s departments.",
            found.cases,
        )
        % {"cases": number(found.cases), "behind": number(found.behind)}
        if found.behind != 1
        else ngettext(
            "%(cases)s case ended in this time. Behind those who serve the customer stands one department.",
            "%(cases)s cases ended in this time. Behind those who serve the customer stands one department.",
            found.cases,
        )
        % {"cases": number(found.cases)}
    ]
    late = [step for step in found.steps if step.customer_id is not None and step.late_share is not None]
    if late:
        worst = max(late, key=lambda step: (step.late_share.low if step.late_share else 0, step.cases))
        if worst.late:
            said.append(_sentence(worst, found))
    return said


def _sentence(step: Step, found: ServicePaths) -> str:
    language = _language()
    served = ngettext(
        "%(provider)s served %(customer)s in %(cases)s of %(all)s case",
        "%(provider)s served %(customer)s in %(cases)s of %(all)s cases",
        found.cases,
    ) % {
        "provider": _name(found, step.provider_id),
        "customer": _customer(found, step),
        "cases": say.number_in_words(step.cases, language=language),
        "all": say.number_in_words(found.cases, language=language),
    }
    late = ngettext(
        "%(late)s of %(decided)s promise was broken",
        "%(late)s of %(decided)s promises were broken",
        step.decided,
    ) % {
        "late": say.number_in_words(step.late, language=language),
        "decided": say.number_in_words(step.decided, language=language),
    }
    if step.wait_seconds is None:
        return f"{served}; {late}." if step.decided else f"{served}."
    wait = _("half of them were done within %(time)s") % {
        "time": say.working_duration_in_words(step.wait_seconds, language=language, day_seconds=28_800)
    }
    return f"{served}; {wait}; {late}." if step.decided else f"{served}; {wait}."

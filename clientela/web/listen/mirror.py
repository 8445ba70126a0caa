"""A department's mirror: how those it serves see it, and how it sees those who serve it."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.directory.queries import DepartmentCard
from clientela.kernel.clock import now
from clientela.kernel.policies import HiddenError
from clientela.requests.queries import requests_named
from clientela.voice.policies.heard import may_see_parity
from clientela.voice.queries import Mirror, SideMirror, mirror_of, parity
from clientela.voice.queries.listening import departments_read_by
from clientela.voice.rules.figures.estimates import Estimate, TooFew
from clientela.web.components.parts import AmountBar
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.listen.comparing import cuts_shown, departments_shown, measure_dot, rater_words
from clientela.web.listen.figure_words import language_here, number
from clientela.web.listen.trends import chart_shown
from clientela.web.listen.voice_words import requests_in, voice_shown
from clientela.web.viewer import KnownRequest

SUBJECTS_SHOWN = 8
COLUMNS = ("side", "part", "name", "measure", "answers", "share", "low", "high")


@for_employees
def mirrors(request: KnownRequest) -> HttpResponse:
    """Lead to the viewer's own mirror; the owner finds all departments beside each other."""
    at, viewer = now(), request.viewer
    cards = departments_read_by(viewer)
    known = {card.key: card for card in cards}
    chosen = known.get(request.GET.get("department", ""))
    if chosen is None and not viewer.is_owner:
        chosen = next((card for card in cards if card.id in viewer.own_department_ids), None)
    if chosen is not None:
        return redirect("listen:mirror", chosen.key)
    context = {"at": at, "place": "listen", "departments": _choices(cards, "")}
    if may_see_parity(viewer):
        found = parity(viewer, at=at)
        context |= {"since": found.since, "compared": departments_shown(found.departments, found.departments_verdict)}
    return render(request, "listen/mirrors.html", context)


@for_employees
def mirror(request: KnownRequest, key: str) -> HttpResponse:
    """Show a department as those it serves see it, and those who serve it as it sees them."""
    at, viewer = now(), request.viewer
    cards = departments_read_by(viewer)
    found = mirror_of(viewer, _card(cards, key).id, at=at)
    readable = requests_named(viewer, requests_in(found.newest))
    sentences = rater_words()
    context = {
        "at": at,
        "place": "listen",
        "key": key,
        "departments": _choices(cards, key),
        "found": found,
        "name": found.department.name,
        "charts": [chart_shown(side.side, side.chart, side.satisfied) for side in found.sides()],
        "sides": [_side(side) for side in found.sides()],
        "raters": cuts_shown(found.raters, sentences=sentences),
        "services": cuts_shown(found.services, sentences=sentences),
        "suppliers": cuts_shown(found.suppliers, sentences=sentences),
        "subjects": _subjects(found, key),
        "voices": [voice_shown(voice, readable=readable) for voice in found.newest],
        "is_empty": not any(side.said for side in found.sides()) and not found.suppliers.rows,
    }
    return render(request, "listen/mirror.html", context)


@for_employees
def mirror_as_csv(request: KnownRequest, key: str) -> HttpResponse:
    """Hand out the figures of a mirror as a CSV file; of fewer than five answers there is none."""
    card = _card(departments_read_by(request.viewer), key)
    found = mirror_of(request.viewer, card.id, at=now())
    return as_table(f"mirror-{card.key}.csv", COLUMNS, _rows(found))


def _card(cards: tuple[DepartmentCard, ...], key: str) -> DepartmentCard:
    card = next((card for card in cards if card.key == key), None)
    if card is None:
        raise HiddenError(f"There is no mirror {key} for this viewer.")
    return card


def _choices(cards: tuple[DepartmentCard, ...], key: str) -> list[tuple[str, str, bool]]:
    return [(card.key, card.name_in(language_here()), card.key == key) for card in cards]


def _side(side: SideMirror) -> dict[str, object]:
    return {
        "is_inside": side.side == "inside",
        "said": ngettext("%(n)s voice", "%(n)s voices", side.said) % {"n": number(side.said)},
        "dots": [measure_dot(one) for one in side.measures],
    }


def _subjects(found: Mirror, key: str) -> list[AmountBar]:
    home = reverse("listen:home")
    return [
        AmountBar(
            name=one.subject.name,
            value=one.both,
            words=_("%(n)s, of them %(hurt)s with complaint") % {"n": number(one.both), "hurt": number(one.negative)},
            url=f"{home}?department={key}&subject={one.subject.key}#voices",
        )
        for one in found.subjects[:SUBJECTS_SHOWN]
    ]


def _rows(found: Mirror) -> Iterator[tuple[object, ...]]:
    for side in found.sides():
        for one in side.measures:
            yield (side.side, "all", found.department.name, one.measure, *_figure(one.satisfied))
        for week in side.weeks:
            yield (side.side, "week", week.week_on.isoformat(), "csat", *_figure(week.satisfied))
    for part, figures in (("rater", found.raters), ("service", found.services), ("supplier", found.suppliers)):
        for row in figures.rows:
            for one in row.measures:
                yield ("", part, row.name, one.measure, *_figure(one.satisfied))


def _figure(share: Estimate | TooFew) -> tuple[object, ...]:
    if isinstance(share, TooFew):
        return (share.n, "", "", "")
    return (share.n, f"{share.value:.4f}", f"{share.low:.4f}", f"{share.high:.4f}")

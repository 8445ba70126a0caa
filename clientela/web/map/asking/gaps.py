"""Where those who serve and those who are served see it differently."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from clientela.kernel.clock import now
from clientela.network.queries.asked import Gap, Opinion, gaps_page
from clientela.network.rules import Mean
from clientela.voice.rules.figures import Difference
from clientela.web.doors import for_employees
from clientela.web.downloads import as_table
from clientela.web.map.asking.scales import matters_words, quality_words
from clientela.web.viewer import KnownRequest

NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class View:
    """What one side says, as a bar with a dot and its words."""

    who: str
    mean: float | None
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True)
class GapShown:
    """One department serving another, with both views."""

    provider: str
    customer: str
    headline: str
    importance: tuple[View, View]
    quality: tuple[View, View]
    needs: str


@for_employees
def gaps(request: KnownRequest) -> HttpResponse:
    """Show their view and ours, side by side."""
    language = get_language() or "en"
    found = gaps_page(request.viewer, language=language)
    context = {
        "at": now(),
        "place": "map",
        "counted_at": found.counted_at,
        "gaps": [_shown(gap, language) for gap in found.gaps],
    }
    return render(request, "map/asking/gaps.html", context)


@for_employees
def gaps_as_csv(request: KnownRequest) -> HttpResponse:
    """Hand out every pair as a CSV file."""
    language = get_language() or "en"
    found = gaps_page(request.viewer, language=language)
    figures = ("importance", "quality")
    sides = ("by_customer", "by_supplier")
    names = [f"{figure}_{side}_{part}" for figure in figures for side in sides for part in ("mean", "low", "high", "n")]

    def row(gap: Gap) -> list[str]:
        means = [getattr(getattr(gap, side), figure) for figure in figures for side in sides]
        cells = [cell for mean in means for cell in _cells(mean)]
        return [gap.provider.name_in(language), gap.customer.name_in(language), *cells]

    return as_table("views-of-service.csv", ["provider", "customer", *names], map(row, found.gaps))


def _cells(mean: Mean | None) -> list[str]:
    return [""] * 4 if mean is None else [f"{mean.mean:.2f}", f"{mean.low:.2f}", f"{mean.high:.2f}", str(mean.n)]


def _shown(gap: Gap, language: str) -> GapShown:
    provider, customer = gap.provider.name_in(language), gap.customer.name_in(language)
    names = {"provider": provider, "customer": customer}
    return GapShown(
        provider=provider,
        customer=customer,
        headline=_headline(gap, names),
        importance=(
            _view(customer, gap.by_customer.importance, matters_words(gap.by_customer.importance)),
            _view(provider, gap.by_supplier.importance, matters_words(gap.by_supplier.importance)),
        ),
        quality=(
            _view(customer, gap.by_customer.quality, quality_words(gap.by_customer.quality)),
            _view(provider, gap.by_supplier.quality, quality_words(gap.by_supplier.quality)),
        ),
        needs=", ".join(
            ngettext("%(what)s (%(count)s person)", "%(what)s (%(count)s people)", people)
            % {"what": what, "count": people}
            for what, people in (*gap.services, *gap.words)
        ),
    )


def _view(who: str, mean: Mean | None, words: str) -> View:
    if mean is None:
        return View(who, None, None, None, words)
    answers = ngettext("%(n)s answer", "%(n)s answers", mean.n) % {"n": number_format(mean.n)}
    # The number stays on the line of what it counts.
    said = f"{words}, {number_format(mean.mean, 1)}, {answers.replace(' ', NO_BREAK)}"
    return View(who, mean.mean, mean.low, mean.high, said)


def _headline(gap: Gap, names: dict[str, str]) -> str:
    """Say in a sentence what the two views come to."""
    if _is_clear(gap.importance_gap) and gap.importance_gap is not None and gap.importance_gap.value > 0:
        return gettext("%(provider)s matters more to %(customer)s than %(provider)s thinks.") % names
    if _is_clear(gap.quality_gap) and gap.quality_gap is not None and gap.quality_gap.value < 0:
        return gettext("%(provider)s serves %(customer)s less well than %(provider)s thinks.") % names
    if _is_clear(gap.importance_gap):
        return gettext("%(provider)s matters less to %(customer)s than %(provider)s thinks.") % names
    if _is_clear(gap.quality_gap):
        return gettext("%(provider)s serves %(customer)s better than %(provider)s thinks.") % names
    if gap.importance_gap is None and gap.quality_gap is None:
        return _one_sided(gap.by_customer, gap.by_supplier, names)
    return gettext("%(provider)s and %(customer)s see it alike, as far as so few answers can tell.") % names


def _is_clear(gap: Difference | None) -> bool:
    return gap is not None and gap.is_clear


def _one_sided(customers: Opinion, suppliers: Opinion, names: dict[str, str]) -> str:
    if not suppliers.people:
        return (
            gettext("%(customer)s says that it needs %(provider)s; %(provider)s does not say that it serves it.")
            % names
        )
    if not customers.people:
        return (
            gettext("%(provider)s says that it serves %(customer)s; %(customer)s does not say that it needs it.")
            % names
        )
    return gettext("Too few answers to lay both views side by side.")

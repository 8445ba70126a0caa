"""The card of one measure: verdict, sentence, picture, checks, worth, suppliers; alike on every page of Impact.

What is said on it depends on where the cases come from: `CardWords` are the words of one page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.impact.queries.estimates import CheckSeen, Interval, MeasureSeen, SupplierSeen
from clientela.web.components import words as say
from clientela.web.insight import impact_words
from clientela.web.listen.figure_words import language_here, number

HEADER: Final = ("source", "what", "name", "held", "value", "low", "high", "unit")
SD: Final = "sd"
_MOST_TICKS: Final = 6
_MOST_LINES: Final = 12  # of suppliers in the picture; the rest stands in the table
_ROOM_OF_ZERO: Final = 22.0  # percent of the width on a phone: the words under it take that much to either side


@dataclass(frozen=True)
class CardWords:
    """What is said on the cards of one page. Each takes the measure, or the measure and one of its suppliers."""

    source: Callable[[MeasureSeen], str]
    headline: Callable[[MeasureSeen], str]
    reasons: Callable[[MeasureSeen], list[str]]
    collect: Callable[[MeasureSeen], list[str]]
    counted: Callable[[MeasureSeen], str]
    legend: Callable[[MeasureSeen], str]  # under the picture
    check_name: Callable[[MeasureSeen, CheckSeen], str]
    worth_intro: Callable[[MeasureSeen], str]
    worth: Callable[[MeasureSeen, SupplierSeen], str]  # of one supplier, a step better; "" where there is no number
    supplier: Callable[[MeasureSeen], str]  # the heading of the suppliers' column
    pooled: Callable[[], str]  # the suppliers who may not stand alone
    no_suppliers: Callable[[MeasureSeen], str]  # "" where there are no cases yet that could depend on anybody
    by_case: Callable[[MeasureSeen], list[str]]  # what single cases show, which proves nothing


@dataclass(frozen=True)
class LineShown:
    """A line of the picture; places in percent of its width."""

    name: str
    dot: float
    low: float
    high: float
    words: str
    is_main: bool


@dataclass(frozen=True)
class Picture:
    """Estimates on one axis, in standard deviations. `band`: where an effect would be too small to be seen."""

    lines: tuple[LineShown, ...]
    zero: float
    band: tuple[float, float]  # from, and how wide
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class CheckShown:
    """A falsification, in words."""

    words: str
    figures: str
    held: bool | None


@dataclass(frozen=True)
class Card:
    """One measure with everything about it. `key` is fit for an id in a page."""

    key: str
    source: str
    mark: str
    headline: str
    reasons: list[str]
    collect: list[str]
    legend: str
    counted: str
    picture: Picture | None
    checks: list[CheckShown]
    held: str
    worth_intro: str
    worth: list[tuple[str, str]]
    supplier: str
    suppliers: list[tuple[str, str, str, str, str]]
    no_suppliers: str
    by_case: list[str]


def card_of(one: MeasureSeen, words: CardWords, *, key: str = "") -> Card:
    """Put one measure into words and a picture."""
    held = [check for check in one.checks if check.held]
    looked_at = [check for check in one.checks if check.held is not None]
    return Card(
        key=key or one.code,
        source=words.source(one),
        mark=impact_words.MARKS[one.answer],
        headline=words.headline(one),
        reasons=words.reasons(one),
        collect=words.collect(one),
        legend=words.legend(one),
        counted=words.counted(one),
        picture=_picture(one, words),
        # Without a figure there is nothing that a check could hold against: only numbers that look like some.
        checks=[_check(one, check, words) for check in one.checks] if one.effect is not None else [],
        held=ngettext("%(held)s of %(n)s check held", "%(held)s of %(n)s checks held", len(looked_at))
        % {"held": number(len(held)), "n": number(len(looked_at))},
        worth_intro=words.worth_intro(one),
        worth=_worth(one, words),
        supplier=words.supplier(one),
        suppliers=[_supplier(supplier, words) for supplier in one.suppliers],
        no_suppliers=words.no_suppliers(one),
        by_case=words.by_case(one),
    )


def _picture(one: MeasureSeen, words: CardWords) -> Picture | None:
    """The estimate, and each supplier's own; None without a figure."""
    if one.effect is None:
        return None
    figures = [(_("All together"), one.effect)]
    figures += [(_name(supplier, words), supplier.own) for supplier in one.suppliers if supplier.own is not None][
        :_MOST_LINES
    ]
    blind = min(one.smallest_visible or 0.0, 10.0)
    ends = [-blind, blind, *(end for _name, figure in figures for end in (figure.low, figure.high))]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.05 or 0.1

    def place(value: float) -> float:
        return round(100 * (value - low + room) / (high - low + 2 * room), 2)

    lines = [
        LineShown(
            name, place(figure.value), place(figure.low), place(figure.high), impact_words.interval(figure), number == 0
        )
        for number, (name, figure) in enumerate(figures)
    ]
    ticks = tuple(
        (place(value), words)
        for value, words in _ticks(low, high)
        if value == 0 or abs(place(value) - place(0)) >= _ROOM_OF_ZERO
    )
    return Picture(tuple(lines), place(0), (place(-blind), round(place(blind) - place(-blind), 2)), ticks)


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    step = next(size for size in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100) if (high - low) / size <= _MOST_TICKS)
    first = int(low // step) + 1
    return [
        (step * place, _("no change") if place == 0 else number(round(step * place, 2)).replace("-", "−"))
        for place in range(first, int(high // step) + 1)
    ]


def _check(one: MeasureSeen, check: CheckSeen, words: CardWords) -> CheckShown:
    return CheckShown(words.check_name(one, check), impact_words.check_figures(check), check.held)


def _worth(one: MeasureSeen, words: CardWords) -> list[tuple[str, str]]:
    """What a step better would be worth, of the suppliers of whom it is supported; of others too little is known."""
    if one.answer != impact_words.SUPPORTED:
        return []
    known = [supplier for supplier in one.suppliers if supplier.answer == impact_words.SUPPORTED]
    told = [(_name(supplier, words), words.worth(one, supplier)) for supplier in known]
    return [(name, worth) for name, worth in told if worth]


def _supplier(one: SupplierSeen, words: CardWords) -> tuple[str, str, str, str, str]:
    """Its name, cases, part of a case in percent, how many spans of time are known, and the mark of its own answer."""
    share = say.share_in_words(one.weight, language=language_here())
    known = _("%(n)s of %(of)s") % {"n": number(one.periods_known), "of": number(one.periods)}
    return _name(one, words), number(one.cases), share, known, impact_words.MARKS[one.answer]


def _name(one: SupplierSeen, words: CardWords) -> str:
    return one.name or words.pooled()


def table_rows(one: MeasureSeen, words: CardWords) -> Iterator[Sequence[object]]:
    """Give every figure of a measure as lines of a table, as `HEADER` says."""
    yield [one.code, "verdict", one.answer, "", "", "", "", ""]
    figures = [("effect", one.effect, SD)]
    if one.awaited is None:
        figures += [("effect", one.points, "points"), ("satisfied", one.satisfied, "share")]
    else:  # larger is always better: of those who leave, it is how many fewer
        yield [one.code, "source", one.awaited.source, "", "", "", "", ""]
        yield [one.code, "known", "", "", one.awaited.days, one.awaited.since, one.awaited.until, "days"]
        figures.append(("fewer" if one.is_turned else "more", one.points, "share"))
    for what, figure, unit in figures:
        if figure is not None:
            yield [one.code, what, "", "", *_ends(figure), unit]
    if one.smallest_visible is not None:
        yield [one.code, "smallest_visible", "", "", f"{one.smallest_visible:.4f}", "", "", SD]
    for check in one.checks:
        held = {True: "yes", False: "no", None: ""}[check.held]
        yield [one.code, "check", check.name, held, *(_ends(check.figure) if check.figure else ["", "", ""]), SD]
    for supplier in one.suppliers:
        name = _name(supplier, words)
        without = "" if supplier.without is None else f"{supplier.without:.4f}"
        if supplier.own is not None:
            yield [one.code, "own_effect", name, "", *_ends(supplier.own), SD]
        yield [one.code, "without", name, "", without, "", "", SD]
        yield [one.code, "weight", name, "", f"{supplier.weight:.4f}", "", "", "share"]


def _ends(one: Interval) -> list[str]:
    return [f"{part:.4f}" for part in (one.value, one.low, one.high)]

"""Departments and services beside each other: each figure with its interval, and whether they differ at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.voice.queries.mirror import CutFigure, CutFigures, MeasureFigure
from clientela.voice.queries.parities import ParityRow
from clientela.voice.queries.voices.numbers import Fair
from clientela.voice.rules.figures.estimates import Difference, Estimate, Share, TooFew
from clientela.voice.rules.figures.parity import ParityCode
from clientela.voice.rules.figures.shrinkage import Differing
from clientela.web.listen.figure_words import number, share_words, too_few_words
from clientela.web.listen.trends import percent_words
from clientela.web.listen.voice_words import measure_words


@dataclass(frozen=True)
class Dot:
    """A figure on its line; value None is hatched."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    scale_from: float = 0.0


@dataclass(frozen=True)
class Line:
    """One department or service with its figures."""

    name: str
    said: str
    dots: tuple[Dot, ...]
    note: str = ""


@dataclass(frozen=True)
class Compared:
    """Several of them, and the plain sentence whether they differ at all; "" where there are not two to compare."""

    lines: tuple[Line, ...]
    sentence: str


@dataclass(frozen=True)
class ParityShown:
    """A department in the table of both sides."""

    name: str
    inside: Dot
    outside: Dot
    difference: str
    url: str


def dot(name: str, figure: Estimate | TooFew) -> Dot:
    """A share with its interval, or that there are too few."""
    if isinstance(figure, TooFew):
        return Dot(name, None, None, None, too_few_words(figure))
    return Dot(name, figure.value, figure.low, figure.high, share_words(figure))


def measure_dot(figure: MeasureFigure) -> Dot:
    """One measure: the share that is satisfied on it; of "would recommend" the score from −100 to 100."""
    name = measure_words(figure.measure)
    score = figure.net_promoter
    if score is None or isinstance(score, TooFew):
        return dot(name, figure.satisfied)
    words = _("net promoter score %(value)s (%(low)s to %(high)s), %(n)s answers") % {
        "value": _signed(score.value),
        "low": _signed(score.low),
        "high": _signed(score.high),
        "n": number(score.n),
    }
    return Dot(name, score.value / 100, score.low / 100, score.high / 100, words, scale_from=-1.0)


def cuts_shown(figures: CutFigures, *, sentences: dict[Differing, str]) -> Compared:
    """Raters, services or suppliers. `sentences`: whether they differ, by the verdict."""
    lines = tuple(
        Line(
            name=row.name,
            said=ngettext("%(n)s voice", "%(n)s voices", row.said) % {"n": number(row.said)} if row.said else "",
            dots=tuple(measure_dot(one) for one in row.measures) or (dot(measure_words("csat"), row.satisfied),),
            note=fair_words(row.fair, row.satisfied),
        )
        for row in figures.rows
    )
    return Compared(lines, sentences[figures.verdict] if _comparable(figures.rows) else "")


def departments_shown(rows: Sequence[ParityRow], verdict: Differing) -> Compared:
    """Departments, both sides together: what is fair to say of each on the line, what was counted beside it."""
    lines = tuple(
        Line(
            name=row.department.name,
            said="",
            dots=(dot(measure_words("csat"), row.fair.share if row.fair else row.both),),
            note=" · ".join(filter(None, (_counted(row), fair_words(row.fair, None)))) if row.fair else "",
        )
        for row in rows
    )
    many = sum(row.fair is not None for row in rows) > 1
    return Compared(lines, differing_words(verdict) if many else "")


def differing_words(verdict: Differing) -> str:
    """Whether departments differ at all, in one plain sentence."""
    return {
        Differing.DIFFER: _("Yes, the departments differ: alike ones would hardly ever differ as much."),
        Differing.NO_DIFFERENCE_SEEN: _("No difference to see: alike departments would differ as much by chance."),
        Differing.TOO_FEW: _("Too few answers to say whether the departments differ."),
    }[verdict]


def rater_words() -> dict[Differing, str]:
    """Whether the departments we serve see us differently."""
    return {
        Differing.DIFFER: _("They see it differently: it is more than chance."),
        Differing.NO_DIFFERENCE_SEEN: _("No difference to see between them: it may be chance."),
        Differing.TOO_FEW: _("Too few answers to say whether they differ."),
    }


def fair_words(fair: Fair | None, counted: Estimate | TooFew | None) -> str:
    """Whether one stands out, and what is fair to say of it where few answered."""
    if fair is None:
        return ""
    if fair.is_clearly_better:
        return _("clearly better than all together")
    if fair.is_clearly_worse:
        return _("clearly worse than all together")
    if isinstance(counted, Estimate) and round(100 * counted.value) != round(100 * fair.share.value):
        return _("fair to say, as few answered: %(share)s") % {"share": percent_words(fair.share.value)}
    return ""


def parity_rows(rows: Sequence[ParityRow], keys: dict[int, str]) -> list[ParityShown]:
    """The table of both sides by department."""
    inside, outside = _("Inside"), _("Outside")
    return [
        ParityShown(
            name=row.department.name,
            inside=dot(inside, row.inside),
            outside=dot(outside, row.outside),
            difference=difference_words(row.difference),
            url=reverse("listen:mirror", args=[keys[row.department.id]]) if row.department.id in keys else "",
        )
        for row in rows
    ]


def parity_sentence(verdict: ParityCode) -> str:
    """Whether colleagues are served as well as customers outside."""
    return {
        ParityCode.OUTSIDE_BETTER: _("Customers outside are served better than colleagues. It is more than chance."),
        ParityCode.INSIDE_BETTER: _("Colleagues are served better than customers outside. It is more than chance."),
        ParityCode.NO_DIFFERENCE_SEEN: _("No difference to see between inside and outside: it may be chance."),
        ParityCode.TOO_FEW: _("Too few answers yet to compare inside and outside."),
    }[verdict]


def difference_words(found: Difference | TooFew) -> str:
    """`outside 12 points higher (4 to 20)`, or that it may be chance, or too few."""
    if isinstance(found, TooFew):
        return _("too few to compare")
    points = abs(round(100 * found.value))
    values = {
        "points": number(points),
        "low": _signed(100 * found.low),
        "high": _signed(100 * found.high),
        "seen": number(max(1, round(100 * found.smallest))),
    }
    if not found.is_clear:
        return _("no difference to see (%(low)s to %(high)s points); one of %(seen)s points would have shown") % values
    if found.value > 0:
        return _("outside %(points)s points higher (%(low)s to %(high)s)") % values
    low, high = _signed(-100 * found.high), _signed(-100 * found.low)
    return _("inside %(points)s points higher (%(low)s to %(high)s)") % (values | {"low": low, "high": high})


def _comparable(rows: Sequence[CutFigure]) -> bool:
    return len(rows) > 1


def _counted(row: ParityRow) -> str:
    if row.fair and isinstance(row.both, Share) and round(100 * row.fair.share.value) == round(100 * row.both.value):
        return ""
    return _("counted: %(share)s") % {"share": share_words(row.both)}


def _signed(value: float) -> str:
    rounded = round(value)
    return f"−{-rounded}" if rounded < 0 else str(rounded)

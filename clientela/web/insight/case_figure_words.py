"""Changes of an outcome in its own words: customers of 100 for yes and no, the column's own units else."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.impact.queries.estimates import ByCaseGroup, Interval, MeasureSeen
from clientela.web.insight.impact_words import points_words
from clientela.web.listen.figure_words import number

OF_A_HUNDRED = 100
WHOLE_FROM = 2


def change_words(one: MeasureSeen, better: float) -> str:
    """What changes when it gets better by so much: `“came_back” is yes for about 3 more of 100 customers`.

    `better` is in the outcome's own units, above 0 where it is for the better, whatever the column counts.
    """
    is_more = (better >= 0) != one.is_turned
    named = {"outcome": one.code, "n": size_of(one, better)}
    if one.is_share:
        if is_more:
            return _("“%(outcome)s” is yes for about %(n)s more of 100 customers") % named
        return _("“%(outcome)s” is yes for about %(n)s fewer of 100 customers") % named
    if is_more:
        return _("“%(outcome)s” is about %(n)s higher") % named
    return _("“%(outcome)s” is about %(n)s lower") % named


def size_words(one: MeasureSeen, size: float) -> str:
    """So much of a change, whichever way: `3 of 100 customers`, or `0.2 in “score”`."""
    named = {"outcome": one.code, "n": size_of(one, size)}
    return _("%(n)s of 100 customers") % named if one.is_share else _("%(n)s in “%(outcome)s”") % named


def ends_words(one: MeasureSeen, ends: Interval) -> str:
    """`1.5 to 4.5`, in the same direction as `change_words` of its middle says it."""
    turned = -1 if ends.value < 0 else 1
    low, high = sorted((turned * ends.low, turned * ends.high))
    return _("%(low)s to %(high)s") % {"low": _signed(one, low), "high": _signed(one, high)}


def size_of(one: MeasureSeen, value: float) -> str:
    """The size of a change, without its sign."""
    return _signed(one, abs(value))


def _signed(one: MeasureSeen, value: float) -> str:
    """Whole customers from two of a hundred on: no digit that is not known."""
    if not one.is_share:
        return points_words(value)
    of_hundred = OF_A_HUNDRED * value
    digits = 0 if abs(of_hundred) >= WHOLE_FROM else 1
    return number(round(of_hundred, digits) or 0.0).replace("-", "−")


def by_case_words(one: MeasureSeen, *, quality: str, is_quality_worse: bool) -> list[str]:
    """What single cases show whose own service inside was good or bad, and why it proves nothing.

    `quality`: its column; what counts what is worse is told there and in the outcome as it stands in the file.
    """
    told = one.by_case
    if told is None:
        return []
    words = [
        _(
            "Everybody looks at this first, and it proves nothing: a hard case is served late and disappoints for "
            "other reasons too. It never decides the answer above."
        ),
        *(_group_words(one, group, quality, -1 if is_quality_worse else 1) for group in told.groups),
    ]
    if told.within is not None:
        values = {
            "quality": quality,
            "change": change_words(one, told.within.value),
            "ends": ends_words(one, told.within),
        }
        words.append(
            _("Among cases alike, with one less in “%(quality)s”: %(change)s (%(ends)s).") % values
            if is_quality_worse
            else _("Among cases alike, with one more in “%(quality)s”: %(change)s (%(ends)s).") % values
        )
    return words


def _group_words(one: MeasureSeen, group: ByCaseGroup, quality: str, sign: int) -> str:
    mean = -group.mean if one.is_turned else group.mean
    named = {"quality": quality, "value": points_words(sign * group.quality), "outcome": one.code}
    named["n"] = ngettext("%(n)s case", "%(n)s cases", group.cases) % {"n": number(group.cases)}
    if one.is_share:
        named["mean"] = number(round(OF_A_HUNDRED * mean))
        return _("“%(quality)s” %(value)s (%(n)s): “%(outcome)s” is yes for %(mean)s of 100 customers.") % named
    named["mean"] = points_words(mean)
    return _("“%(quality)s” %(value)s (%(n)s): “%(outcome)s” is %(mean)s on average.") % named

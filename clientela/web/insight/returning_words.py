"""What the cards say of whether customers come back, and whether regular ones leave."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clientela.impact.queries.estimates import Awaited, CheckSeen, Interval, MeasureSeen, SupplierSeen
from clientela.web.components import words as say
from clientela.web.insight import impact_words
from clientela.web.insight.impact_card import CardWords
from clientela.web.listen.figure_words import language_here, number

CAME_BACK, LEFT = "came_back", "left"
NAMES: Final[dict[str, Promise]] = {
    CAME_BACK: gettext_lazy("Whether customers come back"),
    LEFT: gettext_lazy("Whether regular customers leave"),
}
_NO_FIGURE: Final[dict[str, Promise]] = {
    CAME_BACK: gettext_lazy("There is no figure yet for whether better service inside makes customers come back."),
    LEFT: gettext_lazy("There is no figure yet for whether better service inside keeps regular customers."),
}
_NOT_SHOWN: Final[dict[str, Promise]] = {
    CAME_BACK: gettext_lazy("These figures do not show that better service inside makes customers come back."),
    LEFT: gettext_lazy("These figures do not show that better service inside keeps regular customers."),
}
_TOO_EARLY: Final[dict[str, Promise]] = {
    CAME_BACK: gettext_lazy("It is too early to say whether better service inside makes customers come back."),
    LEFT: gettext_lazy("It is too early to say whether better service inside keeps regular customers."),
}
_OPPOSITE: Final[dict[str, Promise]] = {
    CAME_BACK: gettext_lazy(
        "What was found points the other way: better service inside went together with fewer customers who came back."
    ),
    LEFT: gettext_lazy(
        "What was found points the other way: better service inside went together with more customers who left."
    ),
}
_ALL_EQUAL: Final[dict[str, Promise]] = {
    CAME_BACK: gettext_lazy("All customers came back, or none did, so nothing can explain a difference."),
    LEFT: gettext_lazy("All regular customers stayed, or all left, so nothing can explain a difference."),
}
_CHECKS: Final[dict[str, Promise]] = {
    "leads": gettext_lazy("How well departments serve next does not explain who comes back today."),
    "reverse": gettext_lazy("The other way round: customers who stay away do not make departments serve worse."),
    "unaffected": gettext_lazy(
        "Whether they had come before does not move: nothing that came afterwards can have changed it."
    ),
}
_COLLECT: Final[dict[str, Promise]] = {
    "load": gettext_lazy("Enter who works where, so that the work for each pair of hands is known."),
    "links": gettext_lazy("Ask other departments through the case, so that it is known on whom it depended."),
    "unaffected_outcome": gettext_lazy("Wait: once you have been selling for longer, one more check can be made."),
    "roll_out": gettext_lazy("Try it: give the improvement to departments in random order, and see."),
}


def _awaited(one: MeasureSeen) -> Awaited:
    if one.awaited is None:
        raise ValueError(f"{one.code} is known at once.")
    return one.awaited


def _customers(share: float) -> str:
    """So many of 100: whole ones from two on, no digit that is not known."""
    of_hundred = abs(100 * share)
    return number(round(of_hundred) if of_hundred >= 2 else round(of_hundred, 1))  # noqa: PLR2004 - see above


def _signed(share: float) -> str:
    return f"−{_customers(share)}" if share < 0 else _customers(share)


def _change(one: MeasureSeen, better: float) -> str:
    """What changes for so large a part of the customers; above 0 is for the better."""
    named = {"n": _customers(better), "days": number(_awaited(one).days)}
    if one.code == LEFT:
        if better >= 0:
            return _("about %(n)s fewer of 100 regular customers leave") % named
        return _("about %(n)s more of 100 regular customers leave") % named
    if better >= 0:
        return _("about %(n)s more of 100 customers come back within %(days)s days") % named
    return _("about %(n)s fewer of 100 customers come back within %(days)s days") % named


def _headline(one: MeasureSeen) -> str:
    if one.points is None or one.refusal:
        return str(_NO_FIGURE[one.code])
    if one.answer == impact_words.SUPPORTED:
        change = _change(one, one.points.value)
        return _("When departments serve each other one step better, %(change)s.") % {"change": change}
    return str((_NOT_SHOWN if one.answer == impact_words.NOT_SUPPORTED else _TOO_EARLY)[one.code])


def _reasons(one: MeasureSeen) -> list[str]:
    told = [_refusal(one)] if one.refusal else [_reason(one, code) for code in one.reasons]
    return [words for words in [_found(one), *told, _left_out(one)] if words]


def _found(one: MeasureSeen) -> str:
    """The figure with its interval, in customers of 100; "" where there is none, or it shows nothing."""
    if one.points is None or one.refusal or one.answer == impact_words.NOT_SUPPORTED:
        return ""
    return _("Found for one step: %(change)s (%(low)s to %(high)s, with 95 %% confidence).") % _with_ends(
        one, one.points, 1.0
    )


def _with_ends(one: MeasureSeen, points: Interval, weight: float) -> dict[str, str]:
    """The change for so large a part of it, and both ends of its interval in the same direction, the smaller first."""
    turned = -1 if points.value < 0 else 1
    low, high = sorted((turned * points.low * weight, turned * points.high * weight))
    return {"change": _change(one, points.value * weight), "low": _signed(low), "high": _signed(high)}


def _reason(one: MeasureSeen, code: str) -> str:
    return str(_OPPOSITE[one.code]) if code == "opposite" else impact_words.reason_words(code)


def _refusal(one: MeasureSeen) -> str:
    awaited = _awaited(one)
    if one.refusal == "no_cases":
        done = ngettext(
            "%(n)s request of customers outside for something they buy is done, and of none of them it is known yet.",
            "%(n)s requests of customers outside for something they buy are done, and of none of them it is known yet.",
            awaited.bought,
        ) % {"n": number(awaited.bought)}
        return f"{done} {_known_from(one)}".rstrip()
    if one.refusal == "too_few_cases":
        figures = {name: number(one.refusal_figures[name]) for name in ("cases", "fewest")}
        return _("It is known of too few cases: %(cases)s, and at least %(fewest)s are needed.") % figures
    if one.refusal == "scores_all_equal":
        return str(_ALL_EQUAL[one.code])
    return impact_words.refusal_words(one)


def _known_from(one: MeasureSeen) -> str:
    """From when on it is known of somebody; "" in what was worked out before that was looked at."""
    awaited = _awaited(one)
    if awaited.known_from is not None:
        day = say.whole_day(awaited.known_from, language=language_here())
        return _("From %(day)s on it is known of the first of them, and with each week that follows of more.") % {
            "day": day
        }
    if not awaited.is_awaited:
        return _("No customer has bought three times within %(days)s days yet.") % {"days": number(awaited.days)}
    return ""


def _collect(one: MeasureSeen) -> list[str]:
    """What would help to know; while it is known of nobody, what there is to do until then."""
    told = [*impact_words.more_words(one), *(str(_COLLECT[code]) for code in one.collect if code in _COLLECT)]
    if one.refusal != "no_cases":
        return told
    return [
        _("Nothing needs to be done for it: it is worked out anew every week by itself."),
        _("Choose fewer days, under “When has a customer come back, when left?” below: then it is known sooner."),
        _("Bring cases of an older system, under “Cases from elsewhere” below: of those it may be known today."),
        *told,
    ]


def _left_out(one: MeasureSeen) -> str:
    """Who is not in it yet, and who never is."""
    awaited = _awaited(one)
    named = {"day": say.full_day(awaited.until, language=language_here()), "days": number(awaited.days)}
    if one.code == LEFT:
        return (
            _(
                "A regular customer bought three times within %(days)s days, and has left who bought nothing for as "
                "long. Those who came after %(day)s are left out: their %(days)s days are not over."
            )
            % named
        )
    return _("Those who came after %(day)s are left out: whether they come back is known after %(days)s days.") % named


def _counted(one: MeasureSeen) -> str:
    awaited = _awaited(one)
    parts = [ngettext("%(n)s case", "%(n)s cases", one.cases) % {"n": number(one.cases)}]
    if awaited.share is not None:
        named = {"share": say.share_in_words(awaited.share, language=language_here())}
        parts.append((_("%(share)s left") if one.code == LEFT else _("%(share)s came back")) % named)
    parts.append(str(impact_words.SOURCES[awaited.source]))
    parts.append(ngettext("by the week", "by %(n)s weeks each", one.period_weeks) % {"n": number(one.period_weeks)})
    return " · ".join(parts)


def _legend(one: MeasureSeen) -> str:
    told = _(
        "One step is as much as the service of a department usually goes up and down. To the right is better. The dot "
        "is the estimate, the bar where it lies with 95 % confidence; below it each department’s own, drawn to that of "
        "all as far as little is known of it alone. Inside the shaded band an effect would be too small for these data "
        "to see."
    )
    if one.smallest_points is None:
        return told
    seen = _(
        "With these data a change of %(n)s of 100 customers or more would be seen four times of five; a smaller one "
        "may stay unseen."
    ) % {"n": _customers(one.smallest_points)}
    return f"{told} {seen}"


def _check_name(_one: MeasureSeen, check: CheckSeen) -> str:
    return str(_CHECKS[check.name]) if check.name in _CHECKS else impact_words.check_name(check)


def _worth(one: MeasureSeen, supplier: SupplierSeen) -> str:
    if one.satisfied is None:
        return ""
    return _("%(change)s (%(low)s to %(high)s)") % _with_ends(one, one.satisfied, supplier.weight)


RETURNING_WORDS: Final = CardWords(
    source=lambda one: str(NAMES[one.code]),
    headline=_headline,
    reasons=_reasons,
    collect=_collect,
    counted=_counted,
    legend=_legend,
    check_name=_check_name,
    worth_intro=lambda _one: _(
        "If it served its colleagues one step better, among the customers whose case depends on it:"
    ),
    worth=_worth,
    supplier=lambda _one: _("Department"),
    pooled=lambda: _("Departments of fewer than five people, together"),
    no_suppliers=lambda one: (
        _("No case has depended on another department yet. Ask departments through the case, and they appear here.")
        if one.cases
        else ""  # nobody's days are over: there is nothing yet that could depend on anybody
    ),
    by_case=lambda _one: [],
)

"""Impact in words: verdicts, reasons, refusals, checks and what to collect, so that a shopkeeper understands each."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clientela.impact.queries.estimates import CheckSeen, Interval, MeasureSeen
from clientela.web.components import words as say
from clientela.web.listen.figure_words import language_here, number

SUPPORTED, NOT_SUPPORTED, UNKNOWN = "supported", "not_supported", "not_enough_data"
# What the mark of a verdict is called in `{% verdict %}`.
MARKS: Final = {SUPPORTED: "supported", NOT_SUPPORTED: "not_supported", UNKNOWN: "unknown"}
SOURCES: Final[dict[str, Promise]] = {
    "both": gettext_lazy("What colleagues said and what clocks measured, each against the other"),
    "said": gettext_lazy("What colleagues said of who serves them"),
    "clocks": gettext_lazy("Promises to colleagues that were kept"),
}
_NO_FIGURE: Final[dict[str, Promise]] = {  # each says by whose word, for cards that stand one under another
    "both": gettext_lazy("There is no figure yet for what better service inside would be worth outside."),
    "said": gettext_lazy(
        "What colleagues said gives no figure yet for what better service inside would be worth outside."
    ),
    "clocks": gettext_lazy(
        "The promises kept to colleagues give no figure yet for what better service inside would be worth outside."
    ),
}
_REASONS: Final[dict[str, Promise]] = {
    "load_not_measured": gettext_lazy(
        "How busy the departments were is not known for enough of the cases. A busy department serves worse, and its "
        "customers wait longer for other reasons too; without knowing who was busy, nothing can be concluded."
    ),
    "pulse_too_noisy": gettext_lazy(
        "Two halves of the colleagues’ answers hardly agree with each other, so they tell too little about who served "
        "well in which weeks."
    ),
    "told_from_nothing": gettext_lazy("The effect is clearly told from nothing, and every check below held."),
    "opposite": gettext_lazy(
        "What was found points the other way: better service inside went together with worse scores outside."
    ),
    "ruled_out": gettext_lazy("An effect that would matter would have been seen, and it was not there."),
    "too_uncertain": gettext_lazy("The figure could be nothing, and it could be something that matters."),
    "check_failed": gettext_lazy(
        "There is a figure that looks like an effect, but a check below did not hold: it may come from something else."
    ),
    "below_margin": gettext_lazy("The effect may be so small that something unseen could explain it."),
    "below_minimum": gettext_lazy("The effect is there, but smaller than what would be worth the trouble."),
    "not_linked": gettext_lazy("Cases do not know on which department they depended, so this is a weaker estimate."),
}
_REFUSALS: Final[dict[str, Promise]] = {
    "no_cases": gettext_lazy("No case from outside was resolved and rated yet that depended on a department inside."),
    "too_few_cases": gettext_lazy(
        "Too few customers outside rated their case: %(cases)s, and at least %(fewest)s are needed."
    ),
    "one_supplier": gettext_lazy(
        "All cases depend on one and the same department, so there is nothing to compare it with."
    ),
    "too_few_suppliers": gettext_lazy(
        "Cases depend on %(suppliers)s departments; comparing needs at least %(fewest)s."
    ),
    "one_period": gettext_lazy("Everything happened in one span of time, so nothing can be compared over time."),
    "too_few_periods": gettext_lazy("There are %(periods)s spans of time so far; comparing needs at least %(fewest)s."),
    "scores_all_equal": gettext_lazy("All customers gave the same score, so nothing can explain a difference."),
    "quality_all_equal": gettext_lazy(
        "Every department served equally well in every span, so there is nothing to compare."
    ),
    "quality_unknown": gettext_lazy(
        "How well the departments inside served is known for too few spans of time: fewer than five answers or "
        "promises each."
    ),
    "quality_is_all_noise": gettext_lazy(
        "What colleagues said goes up and down by chance alone: it does not tell one span of time from another."
    ),
    "collinear_suppliers": gettext_lazy(
        "The same cases always depend on the same departments together, so nobody can tell them apart."
    ),
    "nothing_left_to_compare": gettext_lazy(
        "Once departments, services and time are taken into account, nothing is left to compare."
    ),
    "rests_on_one_supplier": gettext_lazy("The whole figure rests on one department; without it there is none."),
    "missing_not_at_random": gettext_lazy(
        "Who answered depends on how they were served, so the scores that are there do not speak for the others."
    ),
    "too_few_people": gettext_lazy("Fewer than five people stand behind it."),
    "too_many_groups": gettext_lazy("There are too many departments, services and spans for so few cases."),
}
_CHECKS: Final[dict[str, Promise]] = {
    "leads": gettext_lazy("How well departments serve next does not explain today’s scores."),
    "reverse": gettext_lazy("The other way round: unhappy customers do not make departments serve worse."),
    "untouched": gettext_lazy("Departments that a case never depended on show nothing."),
    "unaffected": gettext_lazy("A score that cannot be affected does not move."),
    "shuffled": gettext_lazy("With departments shuffled, it rarely looks this strong."),
    "one_left_out": gettext_lazy("Leaving out one department at a time does not turn it round."),
    "load": gettext_lazy("How busy the departments were is measured."),
    "drawn_anew": gettext_lazy(
        "Drawn anew by chance 9,999 times, whole departments at a time, the answer is the same."
    ),
    "confounder": gettext_lazy("Something unseen would have to weigh more than how busy departments are."),
}
_COLLECT: Final[dict[str, Promise]] = {
    "load": gettext_lazy("Enter who works where, so that the work for each pair of hands is known."),
    "links": gettext_lazy("Ask other departments through the case, so that it is known on whom it depended."),
    "more_cases": gettext_lazy("Ask more customers how their case went."),
    "unaffected_outcome": gettext_lazy("Ask for one score that nothing inside can change, for one more check."),
    "roll_out": gettext_lazy("Try it: give the improvement to departments in random order, and see."),
}


def headline(measure: MeasureSeen) -> str:
    """The answer as one sentence; where there is none, it tells by whose word inside it was sought."""
    if measure.points is None or measure.refusal:
        return str(_NO_FIGURE.get(measure.code) or _NO_FIGURE["both"])
    points = points_words(abs(measure.points.value))
    if measure.answer == SUPPORTED:
        return _(
            "When departments serve each other one step better, customers at the end rate about %(points)s higher of 5."
        ) % {"points": points}
    if measure.answer == NOT_SUPPORTED:
        return _("These figures do not show that better service inside changes what customers outside say.")
    return _("It is too early to say whether better service inside changes what customers outside say.")


def reasons(measure: MeasureSeen) -> list[str]:
    """Why the answer is as it is."""
    if measure.refusal:
        return [refusal_words(measure)]
    return [str(_REASONS[one]) for one in measure.reasons if one in _REASONS]


def reason_words(code: str) -> str:
    """One reason; "" for a code that has no sentence."""
    return str(_REASONS.get(code, ""))


def refusal_words(measure: MeasureSeen) -> str:
    """Why there is no figure; "" for a code that has no sentence."""
    return str(_REFUSALS.get(measure.refusal, "")) % dict(measure.refusal_figures)


def collect(measure: MeasureSeen) -> list[str]:
    """What to collect next, the quickest first."""
    return [*more_words(measure), *(str(_COLLECT[one]) for one in measure.collect if one in _COLLECT)]


def more_words(measure: MeasureSeen) -> list[str]:
    """How many more answers or weeks would do, each alone."""
    told = []
    if measure.answers_more is not None:
        told.append(
            ngettext(
                "%(n)s more answer of colleagues in the same time would do.",
                "%(n)s more answers of colleagues in the same time would do.",
                measure.answers_more,
            )
            % {"n": number(measure.answers_more)}
        )
    if measure.weeks_more is not None:
        told.append(
            ngettext("Or %(n)s more week at today’s pace.", "Or %(n)s more weeks at today’s pace.", measure.weeks_more)
            % {"n": number(measure.weeks_more)}
            if told
            else ngettext("%(n)s more week at today’s pace.", "%(n)s more weeks at today’s pace.", measure.weeks_more)
            % {"n": number(measure.weeks_more)}
        )
    return told


def smallest(measure: MeasureSeen) -> str:
    """The smallest effect that could have been seen."""
    if measure.smallest_points is None:
        return ""
    return _(
        "With these data an effect of %(points)s points of 5 or more would be seen four times of five; a smaller one "
        "may stay unseen."
    ) % {"points": points_words(measure.smallest_points)}


def check_name(check: CheckSeen) -> str:
    """What the check says when it holds."""
    return str(_CHECKS.get(check.name, check.name))


def check_figures(check: CheckSeen) -> str:
    """Its figures, or why it could not be looked at."""
    if check.held is None:
        return _why_not(str(check.detail.get("why", "")))
    told = _TOLD.get(check.name)
    if told is not None:
        return told(check.detail)
    if check.figure is None:
        return ""
    if check.name == "one_left_out":
        return _("between %(low)s and %(high)s") % _ends(check.figure)
    return interval(check.figure)


def interval(one: Interval) -> str:
    """`0.12 (0.05 to 0.19)`, in standard deviations or in points."""
    return _("%(value)s (%(low)s to %(high)s)") % {"value": points_words(one.value), **_ends(one)}


def _why_not(why: str) -> str:
    if why == "cases_touch_nearly_all":
        return _("cannot be looked at: cases depend on nearly all departments")
    if why == "not_given":
        return _("cannot be looked at: there is no such score yet")
    if why == "load_not_measured":
        return _("cannot be looked at: how busy they were is not known")
    if why == "triage":
        return _("cannot be looked at: urgent cases are let pass, so the queue tells of the case too")
    if why == "queue_explains_too_little":
        return _("cannot be looked at: how long the queue was hardly changed how cases were served")
    return _("cannot be looked at: too little to go by")


def _shuffled(detail: Mapping[str, Any]) -> str:
    values = {"n": number(int(detail["as_strong"])), "of": number(int(detail["shuffles"]))}
    return _("%(n)s of %(of)s shuffles look as strong") % values


def _load(detail: Mapping[str, Any]) -> str:
    share = say.share_in_words(float(detail["share"]), language=language_here())
    return _("known for %(share)s of what cases depend on") % {"share": share}


def _confounder(detail: Mapping[str, Any]) -> str:
    value = detail.get("robustness_value")
    if value is None:
        return ""
    return _("it would have to explain %(share)s of what is left of both") % {
        "share": say.share_in_words(float(value), language=language_here())
    }


def _ends(one: Interval) -> dict[str, str]:
    return {"low": points_words(one.low), "high": points_words(one.high)}


def points_words(value: float) -> str:
    """A figure as it is read. Two decimals below one tenth, else one: no digit that is not known."""
    digits = 2 if abs(value) < 0.1 else 1  # noqa: PLR2004 - as the docstring says
    rounded = round(value, digits)
    return number(rounded or 0.0).replace("-", "−")


# What a check tells beside whether it held, where that is not an effect.
_TOLD: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "shuffled": _shuffled,
    "load": _load,
    "confounder": _confounder,
}

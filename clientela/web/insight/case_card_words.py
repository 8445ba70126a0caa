"""What the cards of a file from elsewhere say: in the outcome's own words, and suppliers as the file calls them.

The words never say “department” or “score”: a file may tell of carriers and of customers who came back.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clientela.impact.queries.case_files import CaseFilePage
from clientela.impact.queries.estimates import CheckSeen, Interval, MeasureSeen, SupplierSeen
from clientela.web.components.reader import page_language
from clientela.web.components.words import quoted
from clientela.web.insight.case_figure_words import by_case_words, change_words, ends_words, size_words
from clientela.web.insight.impact_card import CardWords
from clientela.web.insight.impact_words import NOT_SUPPORTED, SUPPORTED
from clientela.web.listen.figure_words import number

# %(who)s is the column that names who helped inside, in quotes; %(outcome)s that of the outcome.
_REASONS: Final[dict[str, Promise]] = {
    "load_not_measured": gettext_lazy(
        "How busy those in %(who)s were is not in the file, or for too few of the cases. Who is busy serves worse, and "
        "its customers wait longer for other reasons too; without knowing who was busy, nothing can be concluded."
    ),
    "pulse_too_noisy": gettext_lazy(
        "The two figures of how well those in %(who)s served hardly agree with each other, so they tell too little "
        "about who served well at which time."
    ),
    "told_from_nothing": gettext_lazy("The effect is clearly told from nothing, and every check below held."),
    "opposite": gettext_lazy(
        "What was found points the other way: better service inside went together with a worse “%(outcome)s”."
    ),
    "ruled_out": gettext_lazy("An effect that would matter would have been seen, and it was not there."),
    "too_uncertain": gettext_lazy("The figure could be nothing, and it could be something that matters."),
    "check_failed": gettext_lazy(
        "There is a figure that looks like an effect, but a check below did not hold: it may come from something else."
    ),
    "below_margin": gettext_lazy("The effect may be so small that something unseen could explain it."),
    "below_minimum": gettext_lazy("The effect is there, but smaller than what would be worth the trouble."),
    "not_linked": gettext_lazy("The lines are not single cases linked to whom they depended on: a weaker estimate."),
}
_REFUSALS: Final[dict[str, Promise]] = {
    "no_cases": gettext_lazy("No case is left in the file."),
    "too_few_cases": gettext_lazy("Too few cases say “%(outcome)s”: %(cases)s, and at least %(fewest)s are needed."),
    "one_supplier": gettext_lazy(
        "All cases depend on one and the same in %(who)s, so there is nothing to compare it with."
    ),
    "too_few_suppliers": gettext_lazy(
        "Cases mainly depend on %(suppliers)s of those in %(who)s; comparing needs at least %(fewest)s."
    ),
    "one_period": gettext_lazy("Everything happened in one span of time, so nothing can be compared over time."),
    "too_few_periods": gettext_lazy("There are %(periods)s spans of time; comparing needs at least %(fewest)s."),
    "unknown_units": gettext_lazy(
        "%(cases)s of %(of)s cases come from units that the file of shares does not know, such as “%(example)s”. Add "
        "them there, or leave their cases out."
    ),
    "unknown_suppliers": gettext_lazy(
        "%(rows)s lines name somebody in %(who)s of whom nothing is known. Add it to the file of how well each served."
    ),
    "negative_weights": gettext_lazy("%(rows)s shares are below zero or no number. A share is a number from 0 to 1."),
    "weights_do_not_sum_to_one": gettext_lazy(
        "The shares of %(cases)s of %(of)s cases do not sum to one; the lowest sum is %(lowest)s. Complete them, or "
        "tick that the rest depended on nobody inside."
    ),
    "weights_above_one": gettext_lazy(
        "The shares of %(cases)s of %(of)s cases sum to more than one; the highest sum is %(highest)s. Divide them by "
        "their sum."
    ),
    "scores_all_equal": gettext_lazy("“%(outcome)s” is the same in every case, so nothing can explain a difference."),
    "quality_all_equal": gettext_lazy(
        "Everybody in %(who)s served equally well at all times, so there is nothing to compare."
    ),
    "quality_unknown": gettext_lazy("How well those in %(who)s served is known for too few spans of time."),
    "quality_is_all_noise": gettext_lazy(
        "How well those in %(who)s served goes up and down by chance alone: it does not tell one span of time from "
        "another."
    ),
    "collinear_suppliers": gettext_lazy(
        "The same cases always depend on the same ones in %(who)s together, so nobody can tell them apart."
    ),
    "nothing_left_to_compare": gettext_lazy(
        "Once who served the customer, the kind of case and the time are taken into account, nothing is left to "
        "compare."
    ),
    "rests_on_one_supplier": gettext_lazy(
        "The whole figure rests on one of those in %(who)s; without its cases there is none."
    ),
    "missing_not_at_random": gettext_lazy(
        "Many values are missing, and not by chance: whether they are there goes with how well it went, so those that "
        "are there do not speak for the others."
    ),
    "too_few_people": gettext_lazy(
        "%(cells)s of %(of)s figures of how well those in %(who)s served rest on fewer than %(least_answers)s answers. "
        "Put small teams together, or take months instead of weeks."
    ),
    "too_many_groups": gettext_lazy("There are too many units, kinds and spans of time for so few cases."),
}
_CHECKS: Final[dict[str, Promise]] = {
    "leads": gettext_lazy(
        "How well those in %(who)s serve in the next span does not explain “%(outcome)s” in this one."
    ),
    "reverse": gettext_lazy("The other way round: what came of cases does not change how those in %(who)s serve."),
    "untouched": gettext_lazy("Those whom a case never depended on show nothing."),
    "unaffected": gettext_lazy("What nothing inside could change does not move."),
    "shuffled": gettext_lazy("With those in %(who)s shuffled, it rarely looks this strong."),
    "one_left_out": gettext_lazy("Leaving out one of those in %(who)s at a time does not turn it round."),
    "load": gettext_lazy("How busy those in %(who)s were is measured."),
    "congestion": gettext_lazy("The queue that a case happened to meet says the same."),
    "drawn_anew": gettext_lazy(
        "Drawn anew by chance 9,999 times, each of those in %(who)s as a whole, the answer is the same."
    ),
    "confounder": gettext_lazy("Something unseen would have to weigh more than how busy those in %(who)s were."),
}
_COLLECT: Final[dict[str, Promise]] = {
    "load": gettext_lazy("Add a column of how busy those in %(who)s were at the time."),
    "links": gettext_lazy("Find out for each case on whom it depended."),
    "more_cases": gettext_lazy("Find more cases of the same time that say “%(outcome)s”."),
    "unaffected_outcome": gettext_lazy("Add a column of something that nothing inside could change: one more check."),
    "roll_out": gettext_lazy("Try it here: give an improvement to departments in random order, and see."),
}


def case_card_words(page: CaseFilePage) -> CardWords:
    """Give the words for the cards of one file."""
    words = _Words(
        who=_column_of(page, "supplier"),
        quality=_column_of(page, "quality"),
        is_quality_worse="quality" in page.options.worse,
    )
    return CardWords(
        source=words.source,
        headline=words.headline,
        reasons=words.reasons,
        collect=words.collect,
        counted=words.counted,
        legend=words.legend,
        check_name=words.check_name,
        worth_intro=lambda _one: _("If it served one step better, among the customers whose case depends on it:"),
        worth=words.worth,
        supplier=lambda _one: words.who,
        pooled=lambda: _("Those with fewer than five answers, together"),
        no_suppliers=lambda _one: _("Nobody inside stands out in these cases."),
        by_case=words.by_case,
    )


def _column_of(page: CaseFilePage, role: str) -> str:
    """The column that holds a role, in the first file that has one."""
    return next((part.chosen[role] for part in page.parts if part.chosen.get(role)), "")


@dataclass(frozen=True)
class _Words:
    who: str  # the column that names who helped inside
    quality: str  # the column of how well each served
    is_quality_worse: bool

    def _named(self, one: MeasureSeen) -> dict[str, str]:
        return {"who": quoted(self.who, language=page_language()), "outcome": one.code}

    def source(self, one: MeasureSeen) -> str:
        return quoted(one.code, language=page_language())

    def headline(self, one: MeasureSeen) -> str:
        named = self._named(one)
        if one.points is None or one.refusal:
            return _("There is no figure for what better service inside was worth for “%(outcome)s”.") % named
        if one.answer == SUPPORTED:
            named["change"] = change_words(one, one.points.value)
            return _("When those in %(who)s serve one step better, %(change)s.") % named
        if one.answer == NOT_SUPPORTED:
            return _("These cases do not show that better service inside changes “%(outcome)s”.") % named
        return _("It is too early to say whether better service inside changes “%(outcome)s”.") % named

    def reasons(self, one: MeasureSeen) -> list[str]:
        named: dict[str, object] = {**self._named(one)}
        if one.refusal:
            figures = {
                name: number(value) if _is_number(value) else value for name, value in one.refusal_figures.items()
            }
            return [str(_REFUSALS[one.refusal]) % (figures | named)] if one.refusal in _REFUSALS else []
        return [str(_REASONS[code]) % named for code in one.reasons if code in _REASONS]

    def collect(self, one: MeasureSeen) -> list[str]:
        told = []
        if one.answers_more is not None:
            told.append(
                ngettext(
                    "%(n)s more answer about those inside in the same time would do.",
                    "%(n)s more answers about those inside in the same time would do.",
                    one.answers_more,
                )
                % {"n": number(one.answers_more)}
            )
        if one.weeks_more is not None:
            told.append(
                ngettext("Cases of %(n)s more week would do.", "Cases of %(n)s more weeks would do.", one.weeks_more)
                % {"n": number(one.weeks_more)}
            )
        if one.periods_more is not None:
            told.append(
                ngettext(
                    "Cases of %(n)s more span of time would do.",
                    "Cases of %(n)s more spans of time would do.",
                    one.periods_more,
                )
                % {"n": number(one.periods_more)}
            )
        return [*told, *(str(_COLLECT[code]) % self._named(one) for code in one.collect if code in _COLLECT)]

    def counted(self, one: MeasureSeen) -> str:
        parts = [
            ngettext("%(n)s case", "%(n)s cases", one.cases) % {"n": number(one.cases)},
            ngettext("%(n)s says what came of it", "%(n)s say what came of them", one.answered)
            % {"n": number(one.answered)},
        ]
        if one.inside_answers:
            inside = {"n": number(one.inside_answers)}
            parts.append(
                ngettext("%(n)s answer about those inside", "%(n)s answers about those inside", one.inside_answers)
                % inside
            )
        if one.periods:
            parts.append(_spans(one.period, one.periods))
        return " · ".join(parts)

    def legend(self, one: MeasureSeen) -> str:
        named: dict[str, str] = self._named(one)
        told = [
            _(
                "One step is as much as the service of one of those in %(who)s usually goes up and down. The dot is "
                "the estimate, the bar where it lies 19 times of 20; below it each one’s own, drawn to that of "
                "all as far as little is known of it alone. To the right is better. Inside the shaded band an effect "
                "would be too small for these data to see."
            )
            % named
        ]
        if one.smallest_points is not None:
            named["change"] = size_words(one, one.smallest_points)
            told.append(
                _("A change of %(change)s or more would be seen four times of five; a smaller one may stay unseen.")
                % named
            )
        return " ".join(told)

    def check_name(self, one: MeasureSeen, check: CheckSeen) -> str:
        return str(_CHECKS[check.name]) % self._named(one) if check.name in _CHECKS else check.name

    def worth(self, one: MeasureSeen, supplier: SupplierSeen) -> str:
        if one.points is None:
            return ""
        points, weight = one.points, supplier.weight
        ends = Interval(points.value * weight, points.low * weight, points.high * weight)
        return _("%(change)s (%(ends)s)") % {"change": change_words(one, ends.value), "ends": ends_words(one, ends)}

    def by_case(self, one: MeasureSeen) -> list[str]:
        return by_case_words(one, quality=self.quality, is_quality_worse=self.is_quality_worse)


def _spans(period: str, count: int) -> str:
    values = {"n": number(count)}
    if period == "week":
        return ngettext("%(n)s week", "%(n)s weeks", count) % values
    if period == "month":
        return ngettext("%(n)s month", "%(n)s months", count) % values
    if period == "quarter":
        return ngettext("%(n)s quarter of a year", "%(n)s quarters of a year", count) % values
    if period == "half":
        return ngettext("%(n)s half-year", "%(n)s half-years", count) % values
    if period == "year":
        return ngettext("%(n)s year", "%(n)s years", count) % values
    return ngettext("%(n)s span of time", "%(n)s spans of time", count) % values


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

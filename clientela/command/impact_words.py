"""What `clientela impact` says in words: refusals, falsifications, verdicts, and the one sentence for a shopkeeper."""

from collections.abc import Mapping

from clientela.impact.rules.checks import Check, CheckName
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.refusing import NoAnswer, Refusal
from clientela.impact.rules.verdicts import Answer, Collect, Reason, Verdict

REFUSED: Mapping[Refusal, str] = {
    Refusal.NO_CASES: "There are no cases.",
    Refusal.TOO_FEW_CASES: "Only {cases} cases have an answer; {fewest} are the least.",
    Refusal.ONE_SUPPLIER: (
        "All cases depend on one team. There is no other to compare it with, so nothing can be told."
    ),
    Refusal.TOO_FEW_SUPPLIERS: (
        "Cases mainly depend on {suppliers} suppliers; {fewest} are the least to tell chance from effect."
    ),
    Refusal.ONE_PERIOD: (
        "All cases are of one period. What a supplier changed over time cannot be seen in one moment."
    ),
    Refusal.TOO_FEW_PERIODS: "There are {periods} periods; {fewest} are the least. Bring more time, or cut it shorter.",
    Refusal.UNKNOWN_UNITS: (
        "{cases} of {of} cases come from units that the crosswalk does not know ({units}, such as “{example}”)."
        " Add them to the crosswalk or leave their cases out."
    ),
    Refusal.UNKNOWN_SUPPLIERS: "{rows} rows name suppliers of which nothing is known.",
    Refusal.NEGATIVE_WEIGHTS: "{rows} weights are below zero or no number. A weight is a share, 0 to 1.",
    Refusal.WEIGHTS_DO_NOT_SUM_TO_ONE: (
        "The weights of {cases} of {of} cases do not sum to one (the lowest sum is {lowest:.3g}). Complete "
        "them, or say --incomplete if the rest depended on nobody inside."
    ),
    Refusal.WEIGHTS_ABOVE_ONE: (
        "The weights of {cases} of {of} cases sum to more than one (the highest sum is {highest:g}). "
        "Weights are shares of a case: take out links that stand twice, or divide the weights by their sum."
    ),
    Refusal.SCORES_ALL_EQUAL: (
        "All {cases} outcomes are the same ({score:g}). Nothing can explain what does not differ."
    ),
    Refusal.QUALITY_ALL_EQUAL: (
        "The quality of every supplier is the same in all periods. What never changed shows no effect."
    ),
    Refusal.QUALITY_UNKNOWN: (
        "No supplier's quality is known in enough periods of the cases. Look whether the files name the suppliers and "
        "the periods alike."
    ),
    Refusal.QUALITY_IS_ALL_NOISE: (
        "The two halves of the inside answers have nothing in common: all that moves is chance. More people "
        "have to answer in each period."
    ),
    Refusal.COLLINEAR_SUPPLIERS: (
        "The suppliers cannot be told apart: their quality moves exactly together, or with the periods, units"
        " and types. Nobody can say which of them mattered."
    ),
    Refusal.NOTHING_LEFT_TO_COMPARE: (
        "Unit, period and type explain every outcome wholly; nothing is left to compare."
    ),
    Refusal.RESTS_ON_ONE_SUPPLIER: (
        "Everything rests on one supplier ({supplier}): without its cases there is nothing to estimate from."
    ),
    Refusal.MISSING_NOT_AT_RANDOM: (
        "{share:.0%} of the {side} answers are missing, and not by chance: who answered goes with {trace}. "
        "What the others said does not stand for all."
    ),
    Refusal.TOO_FEW_PEOPLE: (
        "In {cells} of {of} figures of inside quality fewer than {least_answers} answered. Pool small "
        "departments, or ask less often and more people."
    ),
    Refusal.TOO_MANY_GROUPS: (
        "There are {columns} units, types, periods and suppliers to be told apart; {most} are the most."
    ),
}
# All of it in one sentence or two: by reason, else by answer.
WHOLE: Mapping[Answer | Reason, str] = {
    Reason.CHECK_FAILED: (
        "{outcome} moves with the service inside ({best}, {between}), but a check did not hold, so better service "
        "inside may not be the reason."
    ),
    Reason.OPPOSITE: (
        "The opposite shows: {outcome} was worse when suppliers served better ({best}, {between}). These data do not "
        "support that better service inside helps."
    ),
    Reason.LOAD_NOT_MEASURED: (
        "Nothing can be concluded about {outcome} as long as the load of the suppliers is not measured."
    ),
    Reason.BELOW_MARGIN: "Something shows in {outcome} ({between}), but less surely than was asked for.",
    Reason.PULSE_TOO_NOISY: (
        "It is too early to say: the suppliers are too few, or the answers about them too noisy, to tell how large a "
        "change in {outcome} could be."
    ),
    Answer.SUPPORTED: (
        "When a supplier serves colleagues one usual step better than it mostly does, {outcome} of the customers at "
        "the end changes by about {best} ({between}{better})."
    ),
    Answer.NOT_SUPPORTED: (
        "These data do not support that better service inside changes {outcome}: the best guess is {best} ({between})."
    ),
    Answer.NOT_ENOUGH_DATA: (
        "It is too early to say. Only a change of {seen} or more in {outcome} would show in these data."
    ),
}
TRACES = {
    "quality": "how well the suppliers served",
    "unaffected": "an outcome of before",
    "said": "what the others of the same unit and period said",
    "levels": "what the others of the same unit, period, type or supplier said",
    "before": "how good it was in the period before",
}
CHECKED: Mapping[CheckName, str] = {
    CheckName.LEADS: "The next period's quality does not explain this period's outcome.",
    CheckName.REVERSE: "The other way round: unhappy customers do not change the service inside.",
    CheckName.UNTOUCHED: "Suppliers that a case never touched show nothing.",
    CheckName.UNAFFECTED: "An outcome that cannot be affected does not move.",
    CheckName.SHUFFLED: "Shuffled suppliers rarely look this strong.",
    CheckName.ONE_LEFT_OUT: "Leaving out one supplier at a time does not turn the effect round.",
    CheckName.LOAD: "The load of the suppliers is measured.",
    CheckName.CONGESTION: "The queue that a case happened to meet says the same.",
    CheckName.DRAWN_ANEW: "Drawn anew by chance, whole suppliers at a time, the answer is the same.",
    CheckName.CONFOUNDER: "A hidden cause as strong as load could not explain it away.",
}
WHY_NOT = {
    "not_given": "not given",
    "too_few": "too few values",
    "not_identified": "cannot be told from these data",
    "cases_touch_nearly_all": "cases touch nearly every supplier",
    "load_not_measured": "load is not measured",
    "urgency_not_given": "how urgent cases were is not given",
    "triage": "urgent cases passed the queue",
    "queue_explains_too_little": "the queue explains too little of how a case was served",
}
REASONS: Mapping[Reason, str] = {
    Reason.NO_NUMBER: "There is no number.",
    Reason.LOAD_NOT_MEASURED: (
        "The load of the suppliers is not measured. A busy supplier serves worse and its customers' customers"
        " are unhappier for other reasons; no check sees that. So nothing can be concluded."
    ),
    Reason.PULSE_TOO_NOISY: (
        "The inside answers are so noisy, or the suppliers so few, that the effect has no end to its interval."
    ),
    Reason.CHECK_FAILED: "An effect shows, but a check did not hold, so it may come from something else.",
    Reason.TOLD_FROM_NOTHING: "The effect is told from nothing and every check held.",
    Reason.OPPOSITE: "What shows is the opposite: outcomes were worse when suppliers served better.",
    Reason.RULED_OUT: "An effect that matters would have shown, and did not.",
    Reason.TOO_UNCERTAIN: "The interval holds nothing as well as something that matters.",
    Reason.BELOW_MARGIN: "The lower end of the interval is not above the margin that was asked for.",
    Reason.BELOW_MINIMUM: "The effect is there, and smaller than what was said to matter.",
    Reason.NOT_LINKED: "Cases are not linked to suppliers: departments and periods are compared, which is weaker.",
}
COLLECTED: Mapping[Collect, str] = {
    Collect.MORE_WEEKS: "more weeks",
    Collect.MORE_INSIDE_ANSWERS: "more answers from colleagues in each period",
    Collect.MORE_CASES: "more cases",
    Collect.LOAD: "the load of every supplier in every period",
    Collect.LINKS: "which supplier each case depended on",
    Collect.UNAFFECTED_OUTCOME: "an outcome of the same customers that nothing inside can affect",
    Collect.ROLL_OUT: "or roll the improvement out in random order: that needs no such assumptions",
}


def refusal_words(answer: NoAnswer, suppliers: tuple[str, ...]) -> str:
    """One plain sentence for why there is no number."""
    figures = dict(answer.figures)
    if answer.code is Refusal.RESTS_ON_ONE_SUPPLIER and suppliers:
        figures["supplier"] = suppliers[int(figures["supplier"])]
    if "trace" in figures:
        figures["trace"] = TRACES[str(figures["trace"])]
    return REFUSED[answer.code].format(**figures)


def check_words(check: Check) -> str:
    """What a falsification looked at, and why it could not where it could not."""
    why = str(check.detail.get("why", ""))
    return CHECKED[check.name] + (f" ({WHY_NOT.get(why, why)})" if check.held is None and why else "")


def shopkeeper_words(
    estimate: Estimate, verdict: Verdict, outcome: str, *, is_turned: bool = False, unit: str = "weeks"
) -> str:
    """All of it in one or two sentences for somebody who keeps a shop.

    `is_turned`: more of the outcome is worse, and it is told in its own direction. `unit`: of `verdict.weeks_more`.
    """
    own, sign = estimate.own, -1.0 if is_turned else 1.0
    low, high = sorted((sign * own.low, sign * own.high))
    seen = estimate.smallest_visible * estimate.outcome_sd
    sentence = WHOLE[_kind(verdict)].format(
        outcome=outcome,
        best=f"{sign * own.effect:+.2g}",
        between=f"between {low:+.2g} and {high:+.2g}",
        better=", and less is better" if is_turned else "",
        seen=f"{seen:.2g}",
    )
    return sentence + (f" About {verdict.weeks_more:,} more {unit} would be needed." if verdict.weeks_more else "")


def _kind(verdict: Verdict) -> Answer | Reason:
    """Which sentence tells a verdict: that of its reason, or of its answer where any reason will do."""
    return next((reason for reason in verdict.reasons if reason in WHOLE), verdict.answer)

"""Roll-outs in words that a shopkeeper understands: what a plan would see, what came of it, and what it cannot say."""

from datetime import timedelta
from math import isinf

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clientela.impact.queries.outcomes import LESS_IS_BETTER, Measure, is_share
from clientela.impact.queries.prospects import Prospect, RolloutChoices, RolloutWish
from clientela.impact.queries.rollouts import RolloutPage
from clientela.impact.rules.rollouts import Analysis, Interval, NoAnswer, Past, Power, chance_to_see
from clientela.web.components import words as say
from clientela.web.listen.figure_words import language_here, number

FEW_POINTS = 10  # below, a decimal says something
LEAST_CHANCE = 0.01


def measure_words(measure: str) -> str:
    """What should become better."""
    return {
        Measure.SATISFIED: _("satisfied customers (4 or 5 of 5), inside and outside"),
        Measure.SATISFIED_OUTSIDE: _("satisfied customers outside (4 or 5 of 5)"),
        Measure.SATISFIED_INSIDE: _("satisfied colleagues inside (4 or 5 of 5)"),
        Measure.PROMISES_KEPT: _("promises kept"),
        Measure.WAITING: _("working hours until somebody takes a request"),
    }[Measure(measure)]


def state_words(state: str) -> str:
    """How far it is."""
    return {
        "planned": _("planned, not drawn yet"),
        "running": _("running"),
        "done": _("has ended"),
        "stopped": _("stopped early"),
        "dropped": _("given up before it began"),
    }[state]


def amount(measure: str, size: float, *, signed: bool = False) -> str:
    """A difference, in points of 100 or in hours; with its sign if asked."""
    value = 100 * size if is_share(measure) else size
    value = round(value, 1 if abs(value) < FEW_POINTS else 0)
    sign = ("−" if value < 0 else "+" if value > 0 else "") if signed else ("−" if value < 0 else "")
    words = sign + number(abs(value))
    return (_("%(n)s points of 100") if is_share(measure) else _("%(n)s working hours")) % {"n": words}


def weeks_words(weeks: int) -> str:
    """So many weeks."""
    return ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": number(weeks)}


def of_hundred(chance: float) -> str:
    """A chance as so many of 100."""
    return number(max(round(100 * chance), 1))


def shape_words(*, departments: int, steps: int, step_weeks: int) -> str:
    """The plan in a line: 9 departments, 3 steps, 4 weeks a step."""
    return _("%(departments)s, %(steps)s, %(weeks)s a step") % {
        "departments": ngettext("%(n)s department", "%(n)s departments", departments) % {"n": number(departments)},
        "steps": ngettext("%(n)s step", "%(n)s steps", steps) % {"n": number(steps)},
        "weeks": weeks_words(step_weeks),
    }


def power_sentence(power: Power, *, shape: str, measure: str) -> str:
    """What this plan would see, and what would stay unseen."""
    if power.smallest is None:
        return _(
            "%(shape)s: nothing can be learned like this. Only %(orders)s different orders are possible, so even the"
            " clearest result could come from the lot alone in %(chance)s of 100 cases. Take more departments, or more"
            " steps."
        ) % {"shape": shape, "orders": number(power.orders), "chance": of_hundred(power.least_chance)}
    return _("%(shape)s: you would see a difference of %(amount)s or more; smaller ones would mostly stay unseen.") % {
        "shape": shape,
        "amount": amount(measure, power.smallest),
    }


def prospect_notes(found: Prospect, *, measure: str, worth: float, steps: int, step_weeks: int) -> list[str]:
    """What else must be known before deciding."""
    if found.power is None or found.past is None:
        return []
    notes = [duration_words(steps=steps, step_weeks=step_weeks)]
    if found.power.smallest is not None:
        notes.append(
            _("You said that %(worth)s would matter. It would be seen in %(chance)s of 100 such roll-outs.")
            % {"worth": amount(measure, worth), "chance": of_hundred(found.chance)}
        )
        if found.enough_weeks is not None:
            weeks = weeks_words(found.enough_weeks)
            notes.append(_("With %(weeks)s a step it would be seen in 80 of 100.") % {"weeks": weeks})
        elif found.power.smallest > worth:
            notes.append(_("Even steps of half a year would not be enough to see that. Take more departments."))
    return notes + past_notes(found.past, silent=found.silent)


def busy_notes(given: RolloutChoices, wish: RolloutWish) -> list[str]:
    """In which of the wished departments another roll-out is running: this one has to wait for it."""
    names = [name for key, name in given.departments if key in given.busy and key in wish.department_ids]
    if not names:
        return []
    words = _("In %(names)s another roll-out is running. This one can begin only when that one has ended.")
    return [words % {"names": ", ".join(names)}]


def past_notes(past: Past, *, silent: int = 0) -> list[str]:
    """What the figures rest on."""
    notes = []
    if past.is_assumed:
        notes.append(
            _(
                "Your past is too short to learn how departments differ from each other and how long it lasts. It was"
                " assumed with caution."
            )
        )
    if silent:
        notes.append(
            ngettext(
                "In %(n)s of these departments nothing was measured in half a year: it helps little to see anything.",
                "In %(n)s of these departments nothing was measured in half a year: they help little to see anything.",
                silent,
            )
            % {"n": number(silent)}
        )
    return notes


def duration_words(*, steps: int, step_weeks: int) -> str:
    """How long it takes until the last group begins."""
    weeks = weeks_words((steps - 1) * step_weeks)
    return _("From the first group to the last: %(weeks)s. After that nobody waits, and nothing more is compared.") % {
        "weeks": weeks
    }


def planned_chance(page: RolloutPage) -> str:
    """What was said beforehand about the effect that would matter."""
    return _("%(worth)s would matter; it would be seen in %(chance)s of 100 such roll-outs.") % {
        "worth": amount(page.line.measure, page.worth),
        "chance": of_hundred(chance_to_see(page.power, page.worth)),
    }


def headline(page: RolloutPage) -> str:
    """The answer, in one sentence."""
    if page.verdict is None:
        return ""
    if isinstance(page.result, NoAnswer):
        return no_answer_words(page.result)
    return {
        "better": _("It helped."),
        "worse": _("It did harm."),
        "smaller_than_wished": _("If it helps at all, it helps less than you said would matter."),
        "could_be_nothing": _("Whether it helps is not known yet: it may be nothing, and it may be worth having."),
    }.get(page.verdict.reason, "")


def no_answer_words(result: NoAnswer) -> str:
    """Why there is no figure, and what to do."""
    return {
        "no_answers": _("Nothing was measured while it ran, so nothing can be said. Ask the customers, and try again."),
        "nothing_to_compare": _(
            "There was no week in which some had begun and others still waited, so there is nothing to compare."
        ),
        "all_alike": _("Every answer was the same, before and after: nothing could have become better."),
        "too_few_orders": _(
            "So few departments were left that the lot alone could have made any difference. Nothing can be said."
        ),
        "nobody_began": _("No department really began, so there is nothing whose effect could be seen."),
    }[result.code]


def figure_sentences(page: RolloutPage) -> list[str]:
    """What was found, with its interval, and what chance could do."""
    result, measure = page.result, page.line.measure
    if not isinstance(result, Analysis):
        return []
    figure = result.figure
    found = [
        _(
            "In the same weeks, departments that had begun differed from those that still waited by %(effect)s"
            " (%(measure)s)."
        )
        % {"effect": amount(measure, figure.effect, signed=True), "measure": measure_words(measure)},
        interval_words(measure, figure),
        _("If it did nothing at all, the lot alone would give a difference as large in %(chance)s of 100 cases.")
        % {"chance": chance_words(figure.p)},
    ]
    if result.where_begun is not None:
        found.append(
            _("Only %(share)s of what was due to have begun really had. Where it had, it was about %(effect)s.")
            % {
                "share": say.share_in_words(result.taken_up, language=language_here()),
                "effect": amount(measure, result.where_begun.effect, signed=True),
            }
        )
    if result.second_opinion is not None:
        found.append(
            _("Worked out another way, each group against its own weeks before: %(effect)s.")
            % {"effect": amount(measure, result.second_opinion, signed=True)}
        )
    return found


def interval_words(measure: str, figure: Interval) -> str:
    """Where the true effect lies."""
    low, high = figure.low, figure.high
    if isinf(low) and isinf(high):
        return _("With so few possible orders the lot sets it no bounds.")
    if isinf(low) or isinf(high):
        bound = amount(measure, high if isinf(low) else low, signed=True)
        words = (
            _("With 95 %% confidence it is at most %(bound)s.")
            if isinf(low)
            else _("With 95 %% confidence it is at least %(bound)s.")
        )
        return words % {"bound": bound}
    return _("With 95 %% confidence it lies between %(low)s and %(high)s.") % {
        "low": amount(measure, low, signed=True),
        "high": amount(measure, high, signed=True),
    }


def short_interval(measure: str, figure: Interval) -> str:
    """An effect and its interval beside a bar: +8 (+2 to +14)."""
    effect, low, high = (_bare(measure, one) for one in (figure.effect, figure.low, figure.high))
    if isinf(figure.low) and isinf(figure.high):
        return _("%(effect)s (without bounds)") % {"effect": effect}
    if isinf(figure.low):
        return _("%(effect)s (at most %(high)s)") % {"effect": effect, "high": high}
    if isinf(figure.high):
        return _("%(effect)s (at least %(low)s)") % {"effect": effect, "low": low}
    return _("%(effect)s (%(low)s to %(high)s)") % {"effect": effect, "low": low, "high": high}


def chance_words(p: float) -> str:
    """A p-value as so many of 100."""
    return _("fewer than 1") if p < LEAST_CHANCE else number(round(100 * p))


def doubt_words(page: RolloutPage) -> list[str]:
    """What weakens the answer, each with its reason."""
    known = {
        "stopped_early": _(
            "It was stopped early: %(why)s Whoever stops because of what they see finds effects that are not there."
        )
        % {"why": page.ended_because.rstrip(".") + "."},
        "left": _("A department left. If it left because of what was tried, the comparison is no longer fair."),
        "began_early": _(
            "A department began clearly before its day. It was counted as waiting, so the effect looks smaller than it"
            " is."
        ),
        "not_noted": _("Nobody noted when departments really began. It was counted as if all had begun on their day."),
        "not_taken_up": _(
            "Many began late or not at all. What is shown is what the plan brought, not what the new way itself can do."
        ),
        "opinions_differ": _("Two ways of working it out point in different directions. Do not build on it."),
        "grows": _("It grew with time: the later weeks say more than the average."),
        "fades": _("It faded with time: what was seen at first may not last."),
    }
    return [known[doubt] for doubt in page.verdict.doubts] if page.verdict else []


def cannot_say(page: RolloutPage) -> list[str]:
    """What no roll-out of this kind can say."""
    several = [
        _("Why it did what it did. The lot shows that it was the new way; not which part of it."),
        _("What it would do in departments that did not take part, or after these weeks."),
        _("Anything about a single department, or a person: only all of them together were compared."),
    ]
    if page.line.measure in LESS_IS_BETTER:
        several.append(
            _("Waits over 40 working hours were counted as 40, so that one forgotten request decides nothing.")
        )
    return several


def exposure_words(spans: int, *, step_weeks: int) -> str:
    """The first weeks since a department began, the next ones."""
    return (
        _("weeks %(first)s to %(last)s")
        % {
            "first": number(spans * step_weeks + 1),
            "last": number((spans + 1) * step_weeks),
        }
        if step_weeks > 1
        else _("week %(n)s") % {"n": number(spans + 1)}
    )


def until_words(page: RolloutPage) -> str:
    """When the answer comes."""
    if page.line.last_on is None:
        return ""
    day = say.day_in_words(page.line.last_on, today=page.line.last_on - timedelta(days=60), language=language_here())
    return _(
        "The answer comes when the last group begins, %(day)s, and not before: whoever looks every week and stops when"
        " it looks good finds effects that are not there."
    ) % {"day": day}


def _bare(measure: str, size: float) -> str:
    if isinf(size):
        return ""
    value = 100 * size if is_share(measure) else size
    value = round(value, 1 if abs(value) < FEW_POINTS else 0)
    return ("−" if value < 0 else "+" if value > 0 else "") + number(abs(value))

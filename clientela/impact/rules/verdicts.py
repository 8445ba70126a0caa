"""Supported, not supported, or not enough data: with reasons, and what would help. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, inf, isfinite

from clientela.impact.rules.checks import Check, CheckName
from clientela.impact.rules.estimating import Estimate
from clientela.impact.rules.refusing import NoAnswer

MOST_WEEKS = 520  # ten years: beyond it, more weeks are no advice


class Answer(StrEnum):
    """The three answers there are."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not_supported"
    NOT_ENOUGH_DATA = "not_enough_data"


class Reason(StrEnum):
    """Why the answer is as it is. Pages have a sentence for each."""

    NO_NUMBER = "no_number"
    LOAD_NOT_MEASURED = "load_not_measured"
    PULSE_TOO_NOISY = "pulse_too_noisy"
    CHECK_FAILED = "check_failed"
    TOLD_FROM_NOTHING = "told_from_nothing"
    OPPOSITE = "opposite"
    RULED_OUT = "ruled_out"
    TOO_UNCERTAIN = "too_uncertain"
    BELOW_MARGIN = "below_margin"
    BELOW_MINIMUM = "below_minimum"
    NOT_LINKED = "not_linked"


class Collect(StrEnum):
    """What to collect next."""

    MORE_WEEKS = "more_weeks"
    MORE_INSIDE_ANSWERS = "more_inside_answers"
    MORE_CASES = "more_cases"
    LOAD = "load"
    LINKS = "links"
    UNAFFECTED_OUTCOME = "unaffected_outcome"
    ROLL_OUT = "roll_out"


@dataclass(frozen=True)
class Verdict:
    """`weeks_more` and `answers_more` (each alone would do) are None where they would not, or are not needed."""

    answer: Answer
    reasons: tuple[Reason, ...]
    failed: tuple[CheckName, ...] = ()
    smallest_visible: float = inf
    weeks_more: int | None = None
    answers_more: int | None = None
    collect: tuple[Collect, ...] = ()
    figures: Mapping[str, float | int | str] = field(default_factory=dict)


def verdict(estimate: Estimate | NoAnswer, checks: Sequence[Check] = (), *, weeks_a_period: float = 1.0) -> Verdict:
    """Judge an estimate by its interval and its falsifications. A refusal is never more than not enough data.

    The order matters: load first (without it nothing can be concluded), then the interval, then the falsifications,
    the margin, and the smallest effect that matters last: applied first it would throw away large true effects.
    """
    if isinstance(estimate, NoAnswer):
        return Verdict(Answer.NOT_ENOUGH_DATA, (Reason.NO_NUMBER,), figures={"code": estimate.code, **estimate.figures})
    failed = tuple(one.name for one in checks if one.is_gate and one.held is False and one.name is not CheckName.LOAD)
    has_load = all(one.held is not False for one in checks if one.name is CheckName.LOAD)
    answer, reasons = _judged(estimate, failed, has_load=has_load)
    linked = () if estimate.settings.is_linked else (Reason.NOT_LINKED,)
    is_open = answer is Answer.NOT_ENOUGH_DATA and has_load  # without load, more of the same is no help
    weeks = _weeks_more(estimate, weeks_a_period) if is_open else None
    answers = _answers_more(estimate) if is_open else None
    return Verdict(
        answer,
        reasons + linked,
        failed,
        estimate.smallest_visible,
        weeks,
        answers,
        _collect(estimate, checks, answer, weeks, answers, has_load=has_load),
    )


def _judged(estimate: Estimate, failed: tuple[CheckName, ...], *, has_load: bool) -> tuple[Answer, tuple[Reason, ...]]:
    if not has_load:
        return Answer.NOT_ENOUGH_DATA, (Reason.LOAD_NOT_MEASURED,)
    if estimate.is_weak:
        return Answer.NOT_ENOUGH_DATA, (Reason.PULSE_TOO_NOISY,)
    answer, reason = _weighed(estimate, failed)
    return answer, (reason,)


def _weighed(estimate: Estimate, failed: tuple[CheckName, ...]) -> tuple[Answer, Reason]:
    settings = estimate.settings
    could_see = estimate.smallest_visible <= settings.worthwhile
    ladder = (
        (
            estimate.low <= 0 <= estimate.high and could_see and estimate.at_most < settings.worthwhile,
            (Answer.NOT_SUPPORTED, Reason.RULED_OUT),
        ),
        (estimate.low <= 0 <= estimate.high, (Answer.NOT_ENOUGH_DATA, Reason.TOO_UNCERTAIN)),
        (estimate.effect < 0, (Answer.NOT_SUPPORTED, Reason.OPPOSITE)),
        (bool(failed), (Answer.NOT_SUPPORTED, Reason.CHECK_FAILED)),
        (
            settings.margin is not None and estimate.low <= settings.margin,
            (Answer.NOT_ENOUGH_DATA, Reason.BELOW_MARGIN),
        ),
        (estimate.effect < settings.minimum_effect, (Answer.NOT_SUPPORTED, Reason.BELOW_MINIMUM)),
    )
    return next((told for holds, told in ladder if holds), (Answer.SUPPORTED, Reason.TOLD_FROM_NOTHING))


def _wanted(estimate: Estimate) -> float:
    """How many times as much information is needed to see what is worthwhile with 80 %."""
    return (estimate.smallest_visible / max(estimate.settings.worthwhile, 1e-9)) ** 2


def _weeks_more(estimate: Estimate, weeks_a_period: float) -> int | None:
    wanted = _wanted(estimate)
    if not isfinite(wanted) or wanted <= 1:
        return None
    weeks = ceil((wanted - 1) * estimate.n_periods * weeks_a_period)
    return weeks if weeks <= MOST_WEEKS else None


def _answers_more(estimate: Estimate) -> int | None:
    """More answers a period make the pulse less noisy; they help no further than a pulse without noise would."""
    wanted, share = _wanted(estimate), estimate.reliability
    if estimate.is_exact or not isfinite(wanted) or wanted <= 1 or not 0 < share < 1:
        return None
    reached = share * wanted
    if reached >= 1:
        return None
    times = reached * (1 - share) / (share * (1 - reached))
    return ceil((times - 1) * int(estimate.design.inside.answers.sum()))


def _collect(
    estimate: Estimate,
    checks: Sequence[Check],
    answer: Answer,
    weeks: int | None,
    answers: int | None,
    *,
    has_load: bool,
) -> tuple[Collect, ...]:
    wanted: list[Collect] = []
    if not has_load:
        wanted.append(Collect.LOAD)
    if not estimate.settings.is_linked:
        wanted.append(Collect.LINKS)
    if answers is not None or (estimate.is_weak and not estimate.is_exact):
        wanted.append(Collect.MORE_INSIDE_ANSWERS)
    if weeks is not None:
        wanted.append(Collect.MORE_WEEKS)
    if any(one.name is CheckName.UNAFFECTED and one.held is None for one in checks):
        wanted.append(Collect.UNAFFECTED_OUTCOME)
    if answer is not Answer.SUPPORTED:
        wanted.append(Collect.ROLL_OUT)
    return tuple(wanted)

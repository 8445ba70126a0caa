"""What a shopkeeper should take from it."""

from dataclasses import dataclass
from typing import Literal

from clientela.impact.rules.rollouts.inference import Analysis, NoAnswer

Answer = Literal["supported", "not_supported", "not_enough_data"]
Reason = Literal["better", "worse", "smaller_than_wished", "could_be_nothing", "no_answer"]
LEVEL = 0.05
MOSTLY_TAKEN_UP = 0.8


@dataclass(frozen=True)
class Verdict:
    """The answer, why, and what weakens it.

    Doubts: "not_noted", "not_taken_up", "stopped_early", "left", "began_early", "opinions_differ", "grows", "fades".
    """

    answer: Answer
    reason: Reason
    doubts: tuple[str, ...]


def verdict(
    result: Analysis | NoAnswer,
    *,
    worth: float,
    is_more_better: bool,
    is_stopped: bool = False,
    left: int = 0,
    began_early: int = 0,
    is_noted: bool = True,
) -> Verdict:
    """Say what it means. `worth` is the smallest effect that would matter, positive, in the outcome's units.

    Supported: refuted that it did nothing, and in the wished direction. Not supported: an effect worth having is
    refuted, or it did harm. Otherwise not enough data.
    """
    doubts = [
        word
        for word, holds in (
            ("stopped_early", is_stopped),
            ("left", left > 0),
            ("began_early", began_early > 0),
            ("not_noted", not is_noted),
        )
        if holds
    ]
    if isinstance(result, NoAnswer):  # there is no figure that late beginnings could weaken
        return Verdict("not_enough_data", "no_answer", tuple(word for word in doubts if word != "not_noted"))
    sign = 1 if is_more_better else -1
    low, high = sorted((sign * result.figure.low, sign * result.figure.high))
    if result.taken_up < MOSTLY_TAKEN_UP:
        doubts.append("not_taken_up")
    opinion = result.second_opinion
    if opinion is not None and opinion * result.figure.effect < 0 and abs(opinion) >= worth / 2:
        doubts.append("opinions_differ")
    doubts += _over_time(result, sign=sign)
    if low > 0 and result.figure.p <= LEVEL:
        return Verdict("supported", "better", tuple(doubts))
    if high < 0 and result.figure.p <= LEVEL:
        return Verdict("not_supported", "worse", tuple(doubts))
    if high < worth:
        return Verdict("not_supported", "smaller_than_wished", tuple(doubts))
    return Verdict("not_enough_data", "could_be_nothing", tuple(doubts))


def _over_time(result: Analysis, *, sign: int) -> list[str]:
    """Whether the last exposure lies wholly above or below the first."""
    if len(result.exposures) < 2:  # noqa: PLR2004 - growing takes two
        return []
    first, last = result.exposures[0].figure, result.exposures[-1].figure
    if sign * (last.effect - first.effect) > 0 and (last.low > first.high or last.high < first.low):
        return ["grows"]
    if sign * (last.effect - first.effect) < 0 and (last.low > first.high or last.high < first.low):
        return ["fades"]
    return []

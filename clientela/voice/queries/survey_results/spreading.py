"""How numbers and days are spread: worked out of how often each was answered."""

import json
import math
from collections.abc import Iterable
from datetime import date
from typing import Final

from clientela.voice.queries.survey_results.counting import Spread
from clientela.voice.rules.anonymity.classes import NumberClass, common_classes, read
from clientela.voice.rules.figures.estimates import LEAST_SHOWN
from clientela.voice.rules.surveys import Question, QuestionKind, SurveyDefinition
from clientela.voice.rules.tallying import Counts

BINS: Final = 10
_EPOCH: Final = date(1970, 1, 1).toordinal()
SPREAD_KINDS: Final = frozenset({QuestionKind.NUMBER, QuestionKind.DATE})


def spreads_of(counted: Iterable[Counts], definition: SurveyDefinition) -> dict[str, Spread]:
    """How the answers to each question for numbers or days are spread; a question that nobody answered is left out."""
    counted = list(counted)
    found = {}
    for question in definition.questions:
        if question.kind not in SPREAD_KINDS:
            continue
        amounts: dict[float, int] = {}
        for counts in counted:
            for answer, n in counts.values.get(question.name, {}).items():
                amount = _amount(question, answer)
                if amount is not None:
                    amounts[amount] = amounts.get(amount, 0) + n
        if amounts:
            found[question.name] = spread_of(amounts, is_whole=question.kind is QuestionKind.DATE or question.is_whole)
    return found


def classes_of(counted: Iterable[Counts], definition: SurveyDefinition) -> dict[str, dict[NumberClass, int]]:
    """How many lie in which class, question by question, of the rounds of an anonymous survey that five answered.

    Of several rounds those classes are left whose edges all of them have.
    """
    counted = list(counted)
    found = {}
    for question in definition.questions:
        if question.kind not in SPREAD_KINDS:
            continue
        rounds = []
        for counts in counted:
            given = counts.values.get(question.name, {})
            kept = {_class(question, written): n for written, n in given.items()}
            known = {one: n for one, n in kept.items() if one is not None}
            if sum(known.values()) >= LEAST_SHOWN:
                rounds.append(known)
        if rounds:
            found[question.name] = common_classes(rounds)
    return found


def spread_of(amounts: dict[float, int], *, is_whole: bool) -> Spread:
    """How amounts are spread, each given as often as is said; `is_whole`: over steps of whole numbers."""
    ordered = sorted(amounts.items())
    n = sum(amounts.values())
    low, high = ordered[0][0], ordered[-1][0]
    mean = math.fsum(amount * times for amount, times in ordered) / n
    squares = math.fsum((amount - mean) ** 2 * times for amount, times in ordered)
    step = float(math.ceil((high - low + 1) / BINS)) if is_whole else (high - low) / BINS
    bins = [0] * BINS
    for amount, times in ordered:
        place = 0 if step == 0 else min(math.floor((amount - low) / step), BINS - 1)
        bins[place] += times
    return Spread(
        n=n,
        low=low,
        high=high,
        mean=mean,
        deviation=math.sqrt(squares / (n - 1)) if n > 1 else 0.0,
        median=_median(ordered, n),
        step=step,
        bins=tuple(bins),
    )


def _median(ordered: list[tuple[float, int]], n: int) -> float:
    """The one in the middle, or the mean of the two."""
    middle = ((n - 1) // 2, n // 2)
    found: list[float] = []
    passed = 0
    for amount, times in ordered:
        passed += times
        while len(found) < len(middle) and middle[len(found)] < passed:
            found.append(amount)
    return sum(found) / len(found)


def _class(question: Question, answer: str) -> NumberClass | None:
    """A class as it was counted; None for what another version asked differently."""
    return read(json.loads(answer), is_day=question.kind is QuestionKind.DATE) if answer.startswith("{") else None


def _amount(question: Question, answer: str) -> float | None:
    """An answer as a number; None for what another version asked differently."""
    try:
        if question.kind is QuestionKind.DATE:
            return float(date.fromisoformat(answer).toordinal() - _EPOCH)
        return float(answer)
    except ValueError:
        return None

"""Plain answers to data that cannot tell: a code and its figures, instead of a number that only looks fine. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Refusal(StrEnum):
    """Why there is no number. Pages and the terminal have a sentence for each."""

    NO_CASES = "no_cases"
    TOO_FEW_CASES = "too_few_cases"
    ONE_SUPPLIER = "one_supplier"
    TOO_FEW_SUPPLIERS = "too_few_suppliers"
    ONE_PERIOD = "one_period"
    TOO_FEW_PERIODS = "too_few_periods"
    UNKNOWN_UNITS = "unknown_units"
    UNKNOWN_SUPPLIERS = "unknown_suppliers"
    NEGATIVE_WEIGHTS = "negative_weights"
    WEIGHTS_DO_NOT_SUM_TO_ONE = "weights_do_not_sum_to_one"
    WEIGHTS_ABOVE_ONE = "weights_above_one"
    SCORES_ALL_EQUAL = "scores_all_equal"
    QUALITY_ALL_EQUAL = "quality_all_equal"
    QUALITY_UNKNOWN = "quality_unknown"
    QUALITY_IS_ALL_NOISE = "quality_is_all_noise"
    COLLINEAR_SUPPLIERS = "collinear_suppliers"
    NOTHING_LEFT_TO_COMPARE = "nothing_left_to_compare"
    RESTS_ON_ONE_SUPPLIER = "rests_on_one_supplier"
    MISSING_NOT_AT_RANDOM = "missing_not_at_random"
    TOO_FEW_PEOPLE = "too_few_people"
    TOO_MANY_GROUPS = "too_many_groups"


@dataclass(frozen=True)
class NoAnswer:
    """Instead of an estimate. `figures` are what a sentence about it needs: counts, shares, labels' numbers."""

    code: Refusal
    figures: Mapping[str, float | int | str] = field(default_factory=dict)


class NoAnswerError(Exception):
    """Carries a NoAnswer out of a calculation; the public functions return it instead of raising."""

    def __init__(self, code: Refusal, **figures: float | str) -> None:
        super().__init__(code)
        self.answer = NoAnswer(code, figures)

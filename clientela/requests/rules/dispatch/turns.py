"""The rules by which the next one is taken, and the guards around them."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt

from clientela.requests.rules.dispatch.looking_ahead import Foresight


class RuleName(StrEnum):
    """By what the next one is chosen. Ties go to who was ready first."""

    FCFS = "fcfs"  # who was ready first
    EDD = "edd"  # whose own promise is due first
    PRIORITY = "priority"  # the fixed priority, 1 first
    WSJF = "wsjf"  # cost of a late hour by expected work
    ATC = "atc"  # apparent tardiness cost of the operation alone
    CHAIN = "chain"  # the largest apparent tardiness cost among itself and all that wait on it
    CHAIN_SUM = "chain-sum"  # the sum of these
    WSJF_CARRIED = "wsjf-carried"  # the cost of itself and all that wait on it, by expected work


LEAST_GROWTH, MOST_GROWTH = 0.25, 4.0  # how far a queue can shrink or stretch the look-ahead


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose turn it is: a rule, its look-ahead, and guards against waiting for ever."""

    name: RuleName
    look_ahead: float = 2.0  # k: promises that are so many mean works away begin to press
    usual_queue: int | None = None  # k is meant for a queue of so many, and goes with its root; None: for every queue
    longest_wait_hours: float | None = None  # who has been ready for so long goes first, the oldest first
    oldest_every: int | None = None  # at every so-manieth pick of a team its oldest goes first
    foresight: Foresight | None = None  # of `chain`: the first few are played through; guards go before it
    unpromised_hours: float = 40.0  # without a promise it is ranked as if due so long after it was opened

    def __post_init__(self) -> None:
        if not 0.0 < self.look_ahead < inf or (self.usual_queue is not None and self.usual_queue < 1):
            raise ValueError("The look-ahead and the queue it is meant for must be more than nothing.")
        if (self.longest_wait_hours is not None and not self.longest_wait_hours >= 0.0) or (
            self.oldest_every is not None and self.oldest_every < 1
        ):
            raise ValueError("A guard needs hours that are not negative, and a number of picks from 1.")
        if self.foresight is not None and self.name is not RuleName.CHAIN:
            raise ValueError("Only the rule by the chain looks ahead.")

    def pace_hours(self, waiting: int, expected_sum_hours: float) -> float:
        """By what slack is measured when so many wait with so much expected work: k times the mean work.

        The longer the queue, the more a little slack is worth: who is left for later there is left for long.
        """
        growth = 1.0
        if self.usual_queue is not None:
            growth = min(max(sqrt(waiting / self.usual_queue), LEAST_GROWTH), MOST_GROWTH)
        return self.look_ahead * growth * expected_sum_hours / waiting

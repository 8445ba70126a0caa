"""The one sentence of `clientela impact estimate`: it never says the opposite of its figures."""

from dataclasses import replace

import numpy as np

from clientela.command.impact_words import shopkeeper_words
from clientela.impact.rules.estimating import Estimate, Own, estimate
from clientela.impact.rules.verdicts import Answer, Reason, Verdict
from tests.rules.impact.organisation import organisation

NOT_ENOUGH = Verdict(Answer.NOT_ENOUGH_DATA, (Reason.TOO_UNCERTAIN,), weeks_more=19)


def found(effect: float = 0.3) -> Estimate:
    one = estimate(*organisation())
    assert isinstance(one, Estimate)
    own = Own(effect, effect - 0.1, effect + 0.2, effect, effect, effect)
    return replace(one, own=own, smallest_visible=0.2, outcome_sd=1.0)


def test_an_outcome_of_which_more_is_worse_is_told_in_its_own_direction() -> None:
    told = shopkeeper_words(found(), Verdict(Answer.SUPPORTED, (Reason.TOLD_FROM_NOTHING,)), "late", is_turned=True)
    assert told.endswith(
        "late of the customers at the end changes by about -0.3 (between -0.5 and -0.2, and less is better)."
    )


def test_the_opposite_is_called_so() -> None:
    told = shopkeeper_words(found(-0.4), Verdict(Answer.NOT_SUPPORTED, (Reason.OPPOSITE, Reason.NOT_LINKED)), "score")
    assert told == (
        "The opposite shows: score was worse when suppliers served better (-0.4, between -0.5 and -0.2). "
        "These data do not support that better service inside helps."
    )


def test_periods_that_are_only_counted_are_not_called_weeks() -> None:
    assert shopkeeper_words(found(), NOT_ENOUGH, "score").endswith(" About 19 more weeks would be needed.")
    assert shopkeeper_words(found(), NOT_ENOUGH, "score", unit="periods").endswith(
        "Only a change of 0.2 or more in score would show in these data. About 19 more periods would be needed."
    )


def test_without_an_end_no_smallest_change_is_promised() -> None:
    weak = replace(found(), smallest_visible=np.inf)
    told = shopkeeper_words(weak, Verdict(Answer.NOT_ENOUGH_DATA, (Reason.PULSE_TOO_NOISY,)), "score")
    assert told.startswith("It is too early to say: the suppliers are too few, or the answers about them too noisy")
    assert "inf" not in told

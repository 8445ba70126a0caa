"""Making one of the runs that an answer needs."""

from clientela.network.simulation.house import House
from clientela.network.simulation.outcomes import RunOutcome
from clientela.network.simulation.questions import Question, changed_house
from clientela.network.simulation.running import one_run
from clientela.network.simulation.wishing import Wish, varied

AFTER_WEEKS = 4


def run_wished(house: House, question: Question, wish: Wish, *, weeks: int) -> RunOutcome:
    """Make one of them: seconds for a year of a house of some hundred people. Safe to call in several processes.

    Measured are the weeks that the question touches. Raises QuestionError as `changed_house`.
    """
    first, last = question.span(weeks)
    # What comes after the question's weeks is only simulated as long as it may still be felt.
    played_weeks = min(weeks, last + AFTER_WEEKS)
    asked = changed_house(house, question) if wish.is_whatif else house
    return one_run(
        varied(asked, wish.variant),
        seed=wish.seed,
        weeks=played_weeks,
        antithetic=wish.is_antithetic,
        measured_weeks=(first, last),
    )

"""What if: the organisation as a network of queues, played many times on Ciw, today and as it might be.

Pure: no Django, no database, no clock. Ciw is loaded only by who plays: `running`, `making` and `fitting.fitted`
are imported by name, in the processes that compute.
"""

from clientela.network.simulation.answers import Answer, answer_as_json
from clientela.network.simulation.comparing import TooFewRunsError, answered, compared
from clientela.network.simulation.fitting import HistoryRows, NothingToFitError
from clientela.network.simulation.house import House, house_as_json, house_from_json
from clientela.network.simulation.outcomes import RunOutcome, run_as_json, run_from_json
from clientela.network.simulation.questions import (
    Question,
    QuestionError,
    changed_house,
    question_as_json,
    question_from_json,
)
from clientela.network.simulation.wishing import Wish, wished_runs

__all__ = [
    "Answer",
    "HistoryRows",
    "House",
    "NothingToFitError",
    "Question",
    "QuestionError",
    "RunOutcome",
    "TooFewRunsError",
    "Wish",
    "answer_as_json",
    "answered",
    "changed_house",
    "compared",
    "house_as_json",
    "house_from_json",
    "question_as_json",
    "question_from_json",
    "run_as_json",
    "run_from_json",
    "wished_runs",
]

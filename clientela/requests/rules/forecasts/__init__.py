"""How long it may take: learned from what has ended, shrunk where little has, and checked for calibration."""

from clientela.requests.rules.forecasts.chains import Awaited, Ending, Node, draws_of, endings_of
from clientela.requests.rules.forecasts.expecting import RunningExpectation
from clientela.requests.rules.forecasts.holding import HoldingRange
from clientela.requests.rules.forecasts.learning import LearnedStay, PastStay, learned_stays
from clientela.requests.rules.forecasts.quantiles import GRID, GroupedQuantiles, grouped_quantiles, stay_quantiles
from clientela.requests.rules.forecasts.rolling import BLOCKS, Asked, Calibration, Foretold, calibration_of, foretold
from clientela.requests.rules.forecasts.stays import StayShape
from clientela.requests.rules.forecasts.working_line import WorkingLine

__all__ = [
    "BLOCKS",
    "GRID",
    "Asked",
    "Awaited",
    "Calibration",
    "Ending",
    "Foretold",
    "GroupedQuantiles",
    "HoldingRange",
    "LearnedStay",
    "Node",
    "PastStay",
    "RunningExpectation",
    "StayShape",
    "WorkingLine",
    "calibration_of",
    "draws_of",
    "endings_of",
    "foretold",
    "grouped_quantiles",
    "learned_stays",
    "stay_quantiles",
]

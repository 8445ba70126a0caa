"""Who is taken next, played through: a pure event simulation of teams, queues and chains, for replays and studies."""

from clientela.requests.rules.dispatch.looking_ahead import Foresight
from clientela.requests.rules.dispatch.operations import (
    Learner,
    NeverReadyError,
    Operation,
    Team,
    UnknownNeedError,
)
from clientela.requests.rules.dispatch.outcomes import Figures, Outcome
from clientela.requests.rules.dispatch.replaying import replayed
from clientela.requests.rules.dispatch.turns import Rule, RuleName

__all__ = [
    "Figures",
    "Foresight",
    "Learner",
    "NeverReadyError",
    "Operation",
    "Outcome",
    "Rule",
    "RuleName",
    "Team",
    "UnknownNeedError",
    "replayed",
]

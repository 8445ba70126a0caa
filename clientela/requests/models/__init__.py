"""What was asked, what was said, what waits on what, and whose need goes first.

Two columns stand only in the database (migration 0002): `search` of Request and of Message, generated there for full
text search. Nothing ever writes them, and only `queries.search` reads them.
"""

from clientela.requests.models.legs import ForeseenLateness, Learned, Leg, TimeSpan
from clientela.requests.models.links import AskedTogether, Dependency, PlannedAsk
from clientela.requests.models.order import OwnChoice, QueueMeasure, StakePolicyVersion
from clientela.requests.models.request import LIVE_STATES, Request
from clientela.requests.models.said import Attachment, Message, Participant
from clientela.requests.models.work import Looking, Step

__all__ = [
    "LIVE_STATES",
    "AskedTogether",
    "Attachment",
    "Dependency",
    "ForeseenLateness",
    "Learned",
    "Leg",
    "Looking",
    "Message",
    "OwnChoice",
    "Participant",
    "PlannedAsk",
    "QueueMeasure",
    "Request",
    "StakePolicyVersion",
    "Step",
    "TimeSpan",
]

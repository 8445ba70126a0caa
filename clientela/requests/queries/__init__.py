"""Questions to requests, answered as frozen dataclasses ready to show."""

from clientela.requests.queries.day_items import DayItem
from clientela.requests.queries.files import AttachmentToDownload, attachment_to_download, message_html
from clientela.requests.queries.flows import Asked, Load, loads_of, needed_by, requests_asked
from clientela.requests.queries.forecasts import BecauseSeen, ForecastSeen, forecasts_of
from clientela.requests.queries.glimpses import PartyGlimpse, RequestGlimpse
from clientela.requests.queries.my_day import MyDay, PromiseMade, WaitingOn, my_day
from clientela.requests.queries.one_request import (
    AttachmentSeen,
    ChainLink,
    ChainTime,
    CustomerCard,
    EventSeen,
    LookerSeen,
    PartSeen,
    RequestPage,
    Said,
    StepSeen,
    TimePortion,
    TimeSlice,
    TogetherSeen,
    request_page,
)
from clientela.requests.queries.portal import (
    MyRequest,
    MyRequests,
    RequestStatus,
    StatusStep,
    my_requests,
    request_status,
)
from clientela.requests.queries.queue_story import QueueStory, queue_story
from clientela.requests.queries.queues import DepartmentQueue, RequestsPage, department_queue, requests_page
from clientela.requests.queries.search import FoundRequest, RequestsFound, requests_found
from clientela.requests.queries.stake_policies import (
    ChoicesCounted,
    Move,
    PolicyCompared,
    PolicyVersionSeen,
    SideMeans,
    choices_counted,
    policy_compared,
    stake_policy,
    stake_policy_versions,
)
from clientela.requests.queries.standing.seen import ChoiceSeen, Counted, StandingSeen
from clientela.requests.queries.standing.turn import Neighbour, TurnSeen, turn_of
from clientela.requests.queries.threads import (
    RequestOfMail,
    ResolvedRequest,
    request_of_mail,
    request_of_reference,
    requests_lately_resolved,
)
from clientela.requests.queries.time_gone import GoneTo, TimeGone, time_gone

__all__ = [
    "Asked",
    "AttachmentSeen",
    "AttachmentToDownload",
    "BecauseSeen",
    "ChainLink",
    "ChainTime",
    "ChoiceSeen",
    "ChoicesCounted",
    "Counted",
    "CustomerCard",
    "DayItem",
    "DepartmentQueue",
    "EventSeen",
    "ForecastSeen",
    "FoundRequest",
    "GoneTo",
    "Load",
    "LookerSeen",
    "Move",
    "MyDay",
    "MyRequest",
    "MyRequests",
    "Neighbour",
    "PartSeen",
    "PartyGlimpse",
    "PolicyCompared",
    "PolicyVersionSeen",
    "PromiseMade",
    "QueueStory",
    "RequestGlimpse",
    "RequestOfMail",
    "RequestPage",
    "RequestStatus",
    "RequestsFound",
    "RequestsPage",
    "ResolvedRequest",
    "Said",
    "SideMeans",
    "StandingSeen",
    "StatusStep",
    "StepSeen",
    "TimeGone",
    "TimePortion",
    "TimeSlice",
    "TogetherSeen",
    "TurnSeen",
    "WaitingOn",
    "attachment_to_download",
    "choices_counted",
    "department_queue",
    "forecasts_of",
    "loads_of",
    "message_html",
    "my_day",
    "my_requests",
    "needed_by",
    "policy_compared",
    "queue_story",
    "request_of_mail",
    "request_of_reference",
    "request_page",
    "request_status",
    "requests_asked",
    "requests_found",
    "requests_lately_resolved",
    "requests_page",
    "stake_policy",
    "stake_policy_versions",
    "time_gone",
    "turn_of",
]

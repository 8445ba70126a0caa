"""The page of one request, for colleagues: everything it shows, in one call."""

from clientela.requests.queries.one_request.chain_time import ChainTime, TimePortion, TimeSlice
from clientela.requests.queries.one_request.conversation import AttachmentSeen, EventSeen, Said
from clientela.requests.queries.one_request.page import (
    ChainLink,
    CustomerCard,
    LookerSeen,
    RequestPage,
    StepSeen,
    request_page,
)
from clientela.requests.queries.one_request.sight import ServedRequest, request_to_serve
from clientela.requests.queries.one_request.together import PartSeen, TogetherSeen

__all__ = [
    "AttachmentSeen",
    "ChainLink",
    "ChainTime",
    "CustomerCard",
    "EventSeen",
    "LookerSeen",
    "PartSeen",
    "RequestPage",
    "Said",
    "ServedRequest",
    "StepSeen",
    "TimePortion",
    "TimeSlice",
    "TogetherSeen",
    "request_page",
    "request_to_serve",
]

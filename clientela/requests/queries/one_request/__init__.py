"""The page of one request, for colleagues: everything it shows, in one call."""

from clientela.requests.queries.one_request.conversation import AttachmentSeen, EventSeen, Said
from clientela.requests.queries.one_request.page import (
    ChainLink,
    CustomerCard,
    LookerSeen,
    RequestPage,
    StepSeen,
    request_page,
)
from clientela.requests.queries.one_request.time_used import TimeUsed

__all__ = [
    "AttachmentSeen",
    "ChainLink",
    "CustomerCard",
    "EventSeen",
    "LookerSeen",
    "RequestPage",
    "Said",
    "StepSeen",
    "TimeUsed",
    "request_page",
]

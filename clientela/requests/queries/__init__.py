"""Questions to requests, answered as frozen dataclasses ready to show."""

from clientela.requests.queries.day_items import DayItem
from clientela.requests.queries.files import AttachmentToDownload, attachment_to_download, message_html
from clientela.requests.queries.flows import Asked, Load, loads_of, needed_by, requests_asked
from clientela.requests.queries.glimpses import PartyGlimpse, RequestGlimpse
from clientela.requests.queries.my_day import MyDay, PromiseMade, WaitingOn, my_day
from clientela.requests.queries.one_request import (
    AttachmentSeen,
    ChainLink,
    CustomerCard,
    EventSeen,
    LookerSeen,
    RequestPage,
    Said,
    StepSeen,
    TimeUsed,
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
from clientela.requests.queries.queues import DepartmentQueue, RequestsPage, department_queue, requests_page
from clientela.requests.queries.search import FoundRequest, RequestsFound, requests_found
from clientela.requests.queries.threads import (
    RequestOfMail,
    ResolvedRequest,
    request_of_mail,
    request_of_reference,
    requests_lately_resolved,
)

__all__ = [
    "Asked",
    "AttachmentSeen",
    "AttachmentToDownload",
    "ChainLink",
    "CustomerCard",
    "DayItem",
    "DepartmentQueue",
    "EventSeen",
    "FoundRequest",
    "Load",
    "LookerSeen",
    "MyDay",
    "MyRequest",
    "MyRequests",
    "PartyGlimpse",
    "PromiseMade",
    "RequestGlimpse",
    "RequestOfMail",
    "RequestPage",
    "RequestStatus",
    "RequestsFound",
    "RequestsPage",
    "ResolvedRequest",
    "Said",
    "StatusStep",
    "StepSeen",
    "TimeUsed",
    "WaitingOn",
    "attachment_to_download",
    "department_queue",
    "loads_of",
    "message_html",
    "my_day",
    "my_requests",
    "needed_by",
    "request_of_mail",
    "request_of_reference",
    "request_page",
    "request_status",
    "requests_asked",
    "requests_found",
    "requests_lately_resolved",
    "requests_page",
]

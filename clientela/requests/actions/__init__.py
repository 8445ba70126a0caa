"""What can be done with requests. Every action checks permission, holds its rows, looks again, writes, records."""

from clientela.requests.actions.asking import ask_department
from clientela.requests.actions.conversation import (
    ReceivedMessage,
    SentReply,
    receive_message,
    reply_to_customer,
    write_as_customer,
    write_note,
)
from clientela.requests.actions.ending import (
    cancel_request,
    close_request,
    complain,
    reopen_request,
    resolve_request,
)
from clientela.requests.actions.holding import assign_request, hand_over_request, take_request
from clientela.requests.actions.looking import forget_lookers, look_at_request
from clientela.requests.actions.messages import IncomingFile
from clientela.requests.actions.opening import OpenedRequest, open_request
from clientela.requests.actions.passing_time import close_resolved_requests, resume_due_requests
from clientela.requests.actions.promising import (
    keep_promise_to_customer,
    move_promise_to_customer,
    promise_to_customer,
)
from clientela.requests.actions.refusals import (
    AskError,
    AssigneeError,
    EmptyMessageError,
    HandOverError,
    HeldError,
    MessageTooLargeError,
    MomentError,
    RequestError,
    StateError,
)
from clientela.requests.actions.steps import finish_step, undo_step
from clientela.requests.actions.waiting import resume_request, wait_for_customer, wait_until

__all__ = [
    "AskError",
    "AssigneeError",
    "EmptyMessageError",
    "HandOverError",
    "HeldError",
    "IncomingFile",
    "MessageTooLargeError",
    "MomentError",
    "OpenedRequest",
    "ReceivedMessage",
    "RequestError",
    "SentReply",
    "StateError",
    "ask_department",
    "assign_request",
    "cancel_request",
    "close_request",
    "close_resolved_requests",
    "complain",
    "finish_step",
    "forget_lookers",
    "hand_over_request",
    "keep_promise_to_customer",
    "look_at_request",
    "move_promise_to_customer",
    "open_request",
    "promise_to_customer",
    "receive_message",
    "reopen_request",
    "reply_to_customer",
    "resolve_request",
    "resume_due_requests",
    "resume_request",
    "take_request",
    "undo_step",
    "wait_for_customer",
    "wait_until",
    "write_as_customer",
    "write_note",
]

"""Stories of the past as plain data: what was asked, and what happened to it when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Happening(StrEnum):
    """What may happen to a request in a story. Each is the action of the same name; see there for the rules."""

    RECEIVE = "receive"  # receive_message: author_id, channel, text, language
    REPLY = "reply"  # reply_to_customer: by_id, text, language, then
    NOTE = "note"  # write_note: by_id, text, language
    TAKE = "take"  # take_request: by_id
    ASSIGN = "assign"  # assign_request: by_id, person_id
    HAND_OVER = "hand_over"  # hand_over_request: by_id, department_id, text (the reason)
    WAIT_FOR_CUSTOMER = "wait_for_customer"  # by_id
    WAIT_UNTIL = "wait_until"  # by_id, until
    RESUME = "resume"  # resume_request: by_id
    ASK = "ask"  # ask_department: by_id, asked, is_blocking, then
    RESOLVE = "resolve"  # resolve_request: by_id; with words it is a REPLY with then="resolve"
    CLOSE = "close"  # close_request: by_id
    REOPEN = "reopen"  # reopen_request: by_id
    CANCEL = "cancel"  # cancel_request: by_id, text (the reason)
    COMPLAIN = "complain"  # complain: by_id (the customer), channel, text, language
    FINISH_STEP = "finish_step"  # by_id, step_key
    PROMISE = "promise"  # promise_to_customer: by_id, text (the words), until (the due moment)
    KEEP_PROMISE = "keep_promise"  # keep_promise_to_customer: by_id, text (the words)
    MOVE_PROMISE = "move_promise"  # move_promise_to_customer: by_id, text (the words), until


@dataclass(frozen=True)
class Asked:
    """A department asked on behalf of a request: its own story. The asker is who asked (by_id), in the desk."""

    service_version_id: int
    title: str
    text: str
    language: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    events: tuple["Event", ...] = ()


@dataclass(frozen=True)
class Event:
    """One thing that happened, at a moment. Which fields count is said beside each Happening."""

    at: datetime
    what: Happening
    by_id: int | None = None
    text: str = ""
    language: str = "en"
    then: str = "stay"
    channel: str = "email"
    author_id: int | None = None
    person_id: int | None = None
    department_id: int | None = None
    step_key: str = ""
    until: datetime | None = None
    is_blocking: bool = True
    asked: Asked | None = None
    message_id: str = ""


@dataclass(frozen=True)
class Story:
    """A request as it was opened, and what happened to it, in order of time. `by_id` None: it came by mail."""

    opened_at: datetime
    service_version_id: int
    customer_id: int
    asker_id: int
    side: str
    channel: str
    title: str
    text: str
    language: str
    by_id: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_complaint: bool = False
    message_id: str = ""
    events: tuple[Event, ...] = ()

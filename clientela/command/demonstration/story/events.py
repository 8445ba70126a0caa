"""What may happen to a request. Each class is the action of that meaning in `requests.actions`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Opened:
    """It was asked. `by` wrote it: the asker of the request. `answers`: field keys to values, portal only."""

    at: datetime
    by: str
    text: str
    answers: Mapping[str, str]
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """The customer wrote again. If the request waited for the customer it goes on."""

    at: datetime
    by: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class Replied:
    """A colleague answered the customer, in the language of the request. Then "wait" (for the customer) or "stay"."""

    at: datetime
    by: str
    text: str
    then: Literal["stay", "wait"] = "stay"


@dataclass(frozen=True, slots=True)
class Noted:
    """A note among colleagues."""

    at: datetime
    by: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """`by` gave the request to `to`; the same person when it was taken."""

    at: datetime
    by: str
    to: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Another department answers from now on."""

    at: datetime
    by: str
    department: str
    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """It waits: waiting_customer (also told by Replied.then), waiting_department, or waiting_date `until` a moment."""

    at: datetime
    by: str
    state: Literal["waiting_customer", "waiting_department", "waiting_date"]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """It goes on. `by` is None unless the cause is "agent"."""

    at: datetime
    by: str | None
    cause: Literal["customer_wrote", "department_answered", "date_came", "agent", "handed_over"]


@dataclass(frozen=True, slots=True)
class AskedDepartment:
    """A department was asked on behalf of this request: `child` is the key of that request."""

    at: datetime
    by: str
    child: str
    is_blocking: bool = True


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """A personal promise to the customer."""

    at: datetime
    by: str
    words: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """A personal promise was kept, in time or late. `words` names it."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Done. `text` is the closing letter to the customer."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing more is to be said: seven days after it was resolved (automatic, `by` None), or by the customer."""

    at: datetime
    by: str | None
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Reopened:
    """The customer wrote that it was not done after all."""

    at: datetime
    by: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class Complained:
    """The customer complained about this request; what was resolved opens again."""

    at: datetime
    by: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class Rated:
    """The customer said how it went: 1 to 5, with a comment or ""."""

    at: datetime
    by: str
    score: int
    comment: str
    language: str


Event = (
    Opened
    | CustomerWrote
    | Replied
    | Noted
    | Assigned
    | HandedOver
    | Waiting
    | Resumed
    | AskedDepartment
    | PromiseMade
    | PromiseKept
    | Resolved
    | Closed
    | Reopened
    | Complained
    | Rated
)

"""Writing facts down, always in the transaction of the action that made them happen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from clientela.kernel.models import Fact
from clientela.kernel.rows import write_values

_THING = re.compile(r"[a-z_]+:\d+")


class NoTransactionError(RuntimeError):
    """A fact was to be recorded outside a transaction, where it could outlive an action that failed."""


@dataclass(frozen=True)
class FactToRecord:
    """One fact to write down. `by` is the party who did it, None for the house itself; `data` is plain JSON."""

    verb: str
    by: int | None
    at: datetime
    about: Sequence[str]
    data: Mapping[str, object] = field(default_factory=dict)


def thing(kind: str, number: int) -> str:
    """The name of a thing in the journal: `thing("request", 12)` is "request:12"."""
    return f"{kind}:{number}"


def record(*, verb: str, by: int | None, at: datetime, about: Sequence[str], **data: object) -> int:
    """Write one fact in the caller's transaction and return its id.

    `about` names the things it concerns, from `thing`; `data` is plain JSON. Raises NoTransactionError outside a
    transaction, ValueError for a moment without a zone or a fact about nothing, TypeError for data that is not JSON.
    """
    return record_many([FactToRecord(verb=verb, by=by, at=at, about=about, data=data)])[0]


def record_many(facts: Sequence[FactToRecord]) -> list[int]:
    """Write many facts in the caller's transaction; return their ids in the same order. Raises as `record` does."""
    if not connection.in_atomic_block:
        raise NoTransactionError("A fact is recorded in the transaction of its action. Open one with atomic().")
    # The number of the writing transaction is filled in by the database: see `Fact`.
    return write_values(Fact, ("verb", "by_party_id", "at", "about", "data"), [_values_of(fact) for fact in facts])


def _values_of(fact: FactToRecord) -> tuple[Any, ...]:
    if fact.at.tzinfo is None:
        raise ValueError(f"The moment of {fact.verb} has no zone.")
    about = list(dict.fromkeys(fact.about))
    if not about or not all(_THING.fullmatch(name) for name in about):
        raise ValueError(f"{fact.verb} must be about things such as request:12, not {about}.")
    return fact.verb, fact.by, fact.at, about, dict(fact.data)

"""The facts that requests write to the journal: one shape for single actions and for histories written in bulk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clientela.directory.policies import Viewer
from clientela.kernel.journal import FactToRecord, record_many, thing
from clientela.requests.models import Request


def subject_of(request_id: int) -> str:
    """The request as the journal and the promises name it."""
    return thing("request", request_id)


def fact_of(
    verb: str, request: Request, /, *, by: int | None, at: datetime, also: Sequence[str] = (), **data: Any
) -> FactToRecord:
    """A fact about the request, its customer, its provider and whatever `also` names."""
    about = [
        subject_of(request.pk),
        thing("party", request.customer_id),
        thing("party", request.provider_id),
        *also,
    ]
    return FactToRecord(verb=verb, by=by, at=at, about=tuple(dict.fromkeys(about)), data=data)


def tell(
    verb: str, request: Request, /, *, by: Viewer | None, at: datetime, also: Sequence[str] = (), **data: Any
) -> None:
    """Write the fact down, in the action's own transaction. `by` None is the house."""
    record_many([fact_of(verb, request, by=by.person_id if by else None, at=at, also=also, **data)])

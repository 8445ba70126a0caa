"""What the voice needs to know of requests: whom they were served by and for, and the words of complaints."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from clientela.requests.models import Message, Request


@dataclass(frozen=True)
class RequestOrigin:
    """Where a request came from and where it went. `customer_kind`: person, department or organisation."""

    id: int
    reference: str
    title: str
    side: str
    provider_id: int
    service_id: int
    customer_id: int
    customer_kind: str
    asker_id: int
    language: str


@dataclass(frozen=True)
class WordsOfComplaint:
    """The message with which somebody complained, or opened a request as a complaint."""

    message_id: int
    request_id: int
    author_id: int | None
    text: str
    language: str
    at: datetime


def request_origins(ids: Collection[int]) -> dict[int, RequestOrigin]:
    """Return where these requests came from, by id; unknown ids are left out. One statement."""
    if not ids:
        return {}
    rows = Request.objects.filter(pk__in=ids).values_list(
        "pk",
        "reference",
        "title",
        "side",
        "provider_id",
        "service_version__service_id",
        "customer_id",
        "customer__kind",
        "asker_id",
        "language",
    )
    return {row[0]: RequestOrigin(*row) for row in rows}


def words_of_complaints(message_ids: Collection[int]) -> list[WordsOfComplaint]:
    """Return what was said in these messages, in their order. One statement."""
    if not message_ids:
        return []
    rows = (
        Message.objects.filter(pk__in=message_ids)
        .order_by("at", "pk")
        .values_list("pk", "request_id", "author_id", "text", "language", "at")
    )
    return [WordsOfComplaint(*row) for row in rows]

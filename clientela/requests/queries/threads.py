"""What the post needs to know of requests: which one a mail belongs to, and what came of one that was resolved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from clientela.requests.models import Message, Request
from clientela.requests.rules import Refusal, State, Verb, refusal_of


@dataclass(frozen=True)
class RequestOfMail:
    """A request a mail may belong to. `takes_messages`: what its customer writes goes on there, not on a new one."""

    id: int
    reference: str
    provider_id: int
    customer_id: int
    asker_id: int
    language: str
    takes_messages: bool


@dataclass(frozen=True)
class ResolvedRequest:
    """What a closing letter tells: whom to write to, in what name, about what, and the last thing said to them."""

    id: int
    reference: str
    title: str
    side: str
    language: str
    provider_id: int
    customer_id: int
    asker_id: int
    holder_id: int | None
    resolved_at: datetime | None
    is_still_resolved: bool
    last_reply: str
    last_reply_language: str
    message_ids: tuple[str, ...]  # of its mails, oldest first, for threading


def request_of_reference(reference: str, *, at: datetime) -> RequestOfMail | None:
    """The request with this (normal) reference, or None. One statement."""
    request = Request.objects.filter(reference=reference).first()
    return None if request is None else _of_mail(request, at=at)


def request_of_mail(message_ids: Collection[str], *, at: datetime) -> RequestOfMail | None:
    """The request on which a mail with one of these Message-IDs (no brackets) was said last, or None. One statement.

    The sender may name any Message-ID: compare who writes with `customer_id` and `asker_id` before going on there.
    """
    message = (
        Message.objects.filter(message_id__in=[name for name in message_ids if name])
        .select_related("request")
        .order_by("-at", "-pk")
        .first()
    )
    return None if message is None else _of_mail(message.request, at=at)


def requests_lately_resolved(request_ids: Collection[int]) -> dict[int, ResolvedRequest]:
    """These requests as their closing letters need them, by id. Three statements."""
    rows = list(Request.objects.filter(pk__in=set(request_ids)))
    newest = (
        Message.objects.filter(request__in=[row.pk for row in rows], kind=Message.Kind.TO_CUSTOMER)
        .values("request_id")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    replies = {reply.request_id: reply for reply in Message.objects.filter(pk__in=newest)}
    threads: dict[int, list[str]] = {row.pk: [] for row in rows}
    mails = Message.objects.filter(request__in=threads).exclude(message_id="").exclude(kind=Message.Kind.NOTE)
    for request_id, message_id in mails.order_by("at", "pk").values_list("request_id", "message_id"):
        threads[request_id].append(message_id)
    return {
        row.pk: ResolvedRequest(
            id=row.pk,
            reference=row.reference,
            title=row.title,
            side=row.side,
            language=row.language,
            provider_id=row.provider_id,
            customer_id=row.customer_id,
            asker_id=row.asker_id,
            holder_id=row.holder_id,
            resolved_at=row.resolved_at,
            is_still_resolved=row.state in {State.RESOLVED, State.CLOSED},
            last_reply=replies[row.pk].text if row.pk in replies else "",
            last_reply_language=replies[row.pk].language if row.pk in replies else row.language,
            message_ids=tuple(threads[row.pk]),
        )
        for row in rows
    }


def _of_mail(request: Request, *, at: datetime) -> RequestOfMail:
    refusal: Refusal | None = refusal_of(Verb.WRITE, State(request.state), now=at, closed_at=request.closed_at)
    return RequestOfMail(
        id=request.pk,
        reference=request.reference,
        provider_id=request.provider_id,
        customer_id=request.customer_id,
        asker_id=request.asker_id,
        language=request.language,
        takes_messages=refusal is None,
    )

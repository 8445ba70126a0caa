"""What the post needs to know of requests: which one a mail belongs to, and what came of one that was resolved."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max

from clientela.requests.models import LIVE_STATES, Message, Participant, Request
from clientela.requests.rules import Refusal, State, Verb, refusal_of

MOST_WITH_ONE_NAME = 5
_FIRST_OF_MAILS = """
SELECT named.name, said.request_id
FROM unnest(%(names)s::text[]) AS named(name)
CROSS JOIN LATERAL (
    SELECT request_id, min(id) AS first FROM (
        SELECT request_id, id FROM requests_message
        WHERE message_id = named.name AND message_id <> '' ORDER BY id LIMIT 50
    ) AS earliest
    GROUP BY request_id ORDER BY first LIMIT %(most)s
) AS said
ORDER BY named.name, said.first
"""


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
    was_cancelled: bool = False
    also_department_ids: frozenset[int] = frozenset()


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


@dataclass(frozen=True)
class ThreadOfMail:
    """Where a mail goes on that names a request: on that one, or on the one it was merged into.

    `named_customer_id` is the customer of the request that was named. `people` and `addresses` (in small letters) may
    go on there besides its customer and asker.
    """

    request: RequestOfMail
    named_customer_id: int
    people: frozenset[int]
    addresses: frozenset[str]


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


def threads_named(
    *, references: Collection[str], message_ids: Collection[str], at: datetime
) -> tuple[dict[str, ThreadOfMail], dict[str, tuple[ThreadOfMail, ...]]]:
    """Where mails go on that name these (normal) references, and these Message-IDs: by reference, and by Message-ID.

    A Message-ID may stand on several requests, for some programs use one twice and anybody may copy one: the first
    five, oldest first, so that nobody pushes the true one out by writing later. At most three statements.
    """
    wanted, names = set(references), {name for name in message_ids if name}
    rows = list(Request.objects.filter(reference__in=wanted).select_related("merged_into")) if wanted else []
    said = _requests_of_mails(names) if names else []
    mails = Request.objects.filter(pk__in={request_id for _name, request_id in said}).select_related("merged_into")
    by_id = {row.pk: row for row in mails} if said else {}
    going_on = {(row.merged_into or row).pk for row in (*rows, *by_id.values())}
    others: dict[int, list[Participant]] = defaultdict(list)
    for other in Participant.objects.filter(request__in=going_on) if going_on else ():
        others[other.request_id].append(other)
    by_mail: dict[str, list[ThreadOfMail]] = defaultdict(list)
    for name, request_id in said:
        by_mail[name].append(_thread(by_id[request_id], others, at=at))
    return (
        {row.reference: _thread(row, others, at=at) for row in rows},
        {name: tuple(threads) for name, threads in by_mail.items()},
    )


def goes_on_in(request_id: int) -> int:
    """The request in which this one goes on: itself, or the one it was merged into. One statement."""
    into = Request.objects.filter(pk=request_id).values_list("merged_into", flat=True).first()
    return request_id if into is None else into


def still_live_among(request_ids: Collection[int]) -> frozenset[int]:
    """Those of these requests in which somebody still owes the customer something. One statement."""
    rows = Request.objects.filter(pk__in=set(request_ids), state__in=LIVE_STATES)
    return frozenset(rows.values_list("pk", flat=True))


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
    refusal: Refusal | None = refusal_of(
        Verb.WRITE,
        State(request.state),
        now=at,
        closed_at=request.closed_at,
        is_merged=request.merged_into_id is not None,
    )
    return RequestOfMail(
        id=request.pk,
        reference=request.reference,
        provider_id=request.provider_id,
        customer_id=request.customer_id,
        asker_id=request.asker_id,
        language=request.language,
        takes_messages=refusal is None,
        was_cancelled=request.state == State.CANCELLED,
        also_department_ids=frozenset(request.also_department_ids),
    )


def _requests_of_mails(names: Collection[str]) -> list[tuple[str, int]]:
    """Which requests each of these Message-IDs stands on: the first five of each, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OF_MAILS, {"names": sorted(names), "most": MOST_WITH_ONE_NAME})
        return [(name, request_id) for name, request_id in cursor.fetchall()]


def _thread(named: Request, others: Mapping[int, Collection[Participant]], *, at: datetime) -> ThreadOfMail:
    goes_on = named.merged_into or named
    also = others.get(goes_on.pk, ())
    return ThreadOfMail(
        request=_of_mail(goes_on, at=at),
        named_customer_id=named.customer_id,
        people=frozenset(other.person_id for other in also if other.person_id is not None),
        addresses=frozenset(other.address for other in also if other.address),
    )

"""What was said and what happened on a request, in the order of time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q

from clientela.directory.queries import PartyCard
from clientela.kernel.journal import FactSeen
from clientela.promises.queries import ClockSeen
from clientela.requests.models import Attachment, Message, Request
from clientela.requests.policies import Access
from clientela.requests.queries.files import names_pictures_elsewhere
from clientela.requests.queries.glimpses import PartyGlimpse, party_glimpse

MessagesPlace = tuple[datetime, int]  # (at, id) of the oldest message of a page

PUBLIC_KINDS = (Message.Kind.FROM_CUSTOMER, Message.Kind.TO_CUSTOMER)
# What customers may read of the history: how their request stands, never who holds it or what was said inside.
PUBLIC_EVENTS = frozenset(
    {
        "request_resolved",
        "request_closed",
        "request_reopened",
        "request_cancelled",
        "request_handed_over",
        "complaint_made",
        "step_finished",
        "promise_made",
        "promise_kept",
        "promise_moved",
    }
)
PUBLIC_DATA = ("words", "due_at", "step")
EVENTS = PUBLIC_EVENTS | {
    "departments_asked_together",
    "enough_parts_done",
    "parts_stopped",
    "parts_dropped",
    "part_released",
    "part_reopened",
    "requests_linked",
    "requests_unlinked",
    "request_merged",
    "request_unmerged",
    "request_took_in",
    "request_takes_up",
    "request_taken_up",
    "department_addressed",
    "customer_changed",
    "request_taken",
    "request_assigned",
    "waiting_started",
    "waiting_ended",
    "department_asked",
    "department_answered",
    "step_undone",
    "promise_broken",
    "promise_at_risk",
    "request_weighed",
    "lateness_likely",
}


@dataclass(frozen=True)
class AttachmentSeen:
    """A file to download. Its bytes are served by `queries.attachment_to_download` only."""

    id: int
    name: str
    media_type: str
    size_bytes: int
    is_in_place: bool = False  # the mail's own HTML shows it where it belongs


@dataclass(frozen=True)
class Said:
    """Something said. `kind` as in Message.Kind; `kept` the promise of an answer that this message kept.

    `from_reference` is filled when it was said on a request to another department on behalf of this one.
    `has_pictures_elsewhere`: its HTML names pictures that lie with others, who would learn that it is read.
    """

    id: int
    kind: str
    at: datetime
    author: PartyGlimpse | None
    channel: str
    language: str
    text: str
    quoted: str
    signature: str
    has_html: bool
    has_pictures_elsewhere: bool
    attachments: tuple[AttachmentSeen, ...]
    kept: ClockSeen | None
    from_reference: str


@dataclass(frozen=True)
class EventSeen:
    """Something that happened. `party` is the person or department it names, `reference` the other request."""

    id: int
    verb: str
    at: datetime
    by: PartyGlimpse | None
    party: PartyGlimpse | None
    reference: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class MessageRows:
    """The rows of a conversation before names are put to them."""

    messages: Sequence[Message]
    attachments: Mapping[int, Sequence[Attachment]]
    has_older: bool


class IsAnyOf(Func):
    """Whether a column is one of an array that the database makes first, so that an index finds the rows of each."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def message_rows(
    request_id: int, *, access: Access, child_ids: Collection[int], before: MessagesPlace | None, limit: int
) -> MessageRows:
    """The newest messages that may be read, oldest first. Two statements.

    What was said on requests that were merged into it belongs to it. Who sees the request whole also reads what its
    children answered: those are answers to this department.
    """
    own = Request.objects.filter(Q(pk=request_id) | Q(merged_into=request_id)).values("pk")
    readable = Q(IsAnyOf(F("request_id"), ArraySubquery(own)))
    if access is Access.FULL:
        readable |= Q(request__in=child_ids, kind=Message.Kind.TO_CUSTOMER)
    else:
        readable &= Q(kind__in=PUBLIC_KINDS)
    rows = Message.objects.filter(readable).exclude(kind=Message.Kind.AUTOMATIC, text="")
    if before is not None:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], pk__lt=before[1]))
    found = list(rows.order_by("-at", "-pk")[: limit + 1])
    shown = found[:limit][::-1]
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(message__in=[row.pk for row in shown]).order_by("pk"):
        attachments[attachment.message_id].append(attachment)
    return MessageRows(shown, attachments, has_older=len(found) > limit)


def conversation(
    rows: MessageRows,
    facts: Sequence[FactSeen],
    *,
    is_public: bool,
    request_id: int,
    cards: Mapping[int, PartyCard],
    clocks: Sequence[ClockSeen],
    references: Mapping[int, str],
) -> tuple[Said | EventSeen, ...]:
    """Messages and events, oldest first. Events older than the oldest message of a later page are left to it.

    `is_public` for those who read only the public parts: of an event they learn no inside detail.
    """
    oldest = rows.messages[0].at if rows.has_older else None
    events = [_event(fact, cards, is_public=is_public) for fact in facts if oldest is None or fact.at >= oldest]
    said = [
        _said(row, rows.attachments.get(row.pk, ()), request_id, cards=cards, clocks=clocks, references=references)
        for row in rows.messages
    ]
    # What was said at a moment comes before what followed from it.
    return tuple(sorted([*said, *events], key=lambda item: (item.at, isinstance(item, EventSeen), item.id)))


def parties_named(rows: MessageRows, facts: Sequence[FactSeen]) -> set[int]:
    """Everybody whose name the conversation shows."""
    authors = {row.author_id for row in rows.messages if row.author_id is not None}
    return authors | {fact.by for fact in facts if fact.by} | {party for fact in facts if (party := _party_of(fact))}


def _said(
    row: Message,
    attachments: Sequence[Attachment],
    request_id: int,
    *,
    cards: Mapping[int, PartyCard],
    clocks: Sequence[ClockSeen],
    references: Mapping[int, str],
) -> Said:
    kept = None
    if row.kind == Message.Kind.TO_CUSTOMER and row.request_id == request_id:
        kept = next(
            (clock for clock in clocks if clock.kind in {"first_reply", "next_reply"} and clock.kept_at == row.at), None
        )
    return Said(
        id=row.pk,
        kind=row.kind,
        at=row.at,
        author=None if row.author_id is None else party_glimpse(cards, row.author_id),
        channel=row.channel,
        language=row.language,
        text=row.text,
        quoted=row.quoted,
        signature=row.signature,
        has_html=bool(row.html),
        has_pictures_elsewhere=names_pictures_elsewhere(row.html),
        attachments=tuple(
            AttachmentSeen(
                file.pk, file.name, file.media_type, file.size_bytes, is_in_place=_is_in_place(file, row.html)
            )
            for file in attachments
        ),
        kept=kept,
        from_reference="" if row.request_id == request_id else references.get(row.request_id, ""),
    )


def _is_in_place(file: Attachment, html: str) -> bool:
    return bool(file.content_id) and f'src="cid:{escape(file.content_id)}"' in html


def _event(fact: FactSeen, cards: Mapping[int, PartyCard], *, is_public: bool) -> EventSeen:
    party = _party_of(fact)
    return EventSeen(
        id=fact.id,
        verb=fact.verb,
        at=fact.at,
        by=None if fact.by is None else party_glimpse(cards, fact.by),
        party=None if party is None else party_glimpse(cards, party),
        reference="" if is_public else str(fact.data.get("reference", "")),
        data={key: fact.data[key] for key in PUBLIC_DATA if key in fact.data} if is_public else fact.data,
    )


def _party_of(fact: FactSeen) -> int | None:
    named = fact.data.get("department") or fact.data.get("to")
    return named if isinstance(named, int) else None

"""Which of many messages and requests somebody may read, and what those are called."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, Subquery

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.requests.models import Message, Participant, Request
from clientela.requests.policies import may_serve, read_whole_by, readable_by


@dataclass(frozen=True)
class RequestNamed:
    """A request by its name: enough for a link to it. `customer_id` is told only where whose it is matters.

    `is_served`: the viewer may act on it as who answers it; told where `customer_id` is.
    """

    reference: str
    title: str
    customer_id: int | None = None
    is_served: bool = False


@dataclass(frozen=True)
class Merged:
    """Into which request one went, and which ones it took in.

    `into` is None when it stands by itself, or when the viewer may not read the other.
    """

    into: RequestNamed | None
    taken_in: tuple[RequestNamed, ...]


def merged_with(viewer: Viewer, request_id: int) -> Merged:
    """The requests that are one with this, as far as the viewer may read them. One statement."""
    # Not by a join with what was merged into it: that would read every request there is.
    goes_on_in = Request.objects.filter(pk=request_id).values("merged_into")
    rows = list(
        Request.objects.filter(readable_by(viewer))
        .filter(Q(pk=Subquery(goes_on_in)) | Q(merged_into=request_id))
        .order_by("pk")
        .values_list("merged_into", "reference", "title")
    )
    into = [RequestNamed(reference, title) for goes_on, reference, title in rows if goes_on != request_id]
    taken_in = tuple(RequestNamed(reference, title) for goes_on, reference, title in rows if goes_on == request_id)
    return Merged(into[0] if into else None, taken_in)


@dataclass(frozen=True)
class ParticipantSeen:
    """Somebody who may go on with a request by mail besides its customer. `because` as in Participant.Because."""

    name: str
    address: str
    because: str


def participants_of(viewer: Viewer, request_id: int) -> tuple[ParticipantSeen, ...]:
    """Who else goes on with a request by mail, for who sees it whole. Two statements at most."""
    served = Request.objects.filter(read_whole_by(viewer), pk=request_id)
    rows = list(Participant.objects.filter(request__in=served).order_by("pk"))
    persons = {row.person_id for row in rows if row.person_id is not None}
    cards = directory.party_cards(persons) if persons else {}
    seen = []
    for row in rows:
        card = cards.get(row.person_id or 0)
        name, address = (card.name, card.email) if card is not None else (row.name, row.address)
        seen.append(ParticipantSeen(name or address, address, row.because))
    return tuple(seen)


def messages_served(viewer: Viewer, message_ids: Collection[int]) -> frozenset[int]:
    """Those of the messages whose request the viewer sees whole. One statement."""
    served = Request.objects.filter(read_whole_by(viewer))
    return frozenset(Message.objects.filter(pk__in=message_ids, request__in=served).values_list("pk", flat=True))


def requests_named(viewer: Viewer, request_ids: Collection[int]) -> dict[int, RequestNamed]:
    """The names of those of the requests that the viewer may read, by id. One statement, none for none."""
    if not request_ids:
        return {}
    rows = Request.objects.filter(readable_by(viewer), pk__in=request_ids)
    return {
        row.pk: RequestNamed(row.reference, row.title, row.customer_id, is_served=bool(may_serve(viewer, row)))
        for row in rows.only("pk", "reference", "title", "customer_id", "provider_id")
    }

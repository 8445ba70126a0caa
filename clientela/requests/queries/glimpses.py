"""A request and a party in a line, as every page shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.directory import queries as directory
from clientela.directory.queries import PartyCard
from clientela.promises import queries as promises
from clientela.promises.actions import NoCalendarError
from clientela.promises.queries import HoursToday, WorkingHours
from clientela.requests.models import Request


@dataclass(frozen=True)
class PartyGlimpse:
    """Somebody, in a line. `kind` is person, department or organisation."""

    id: int
    kind: str
    name: str
    place: str
    language: str


@dataclass(frozen=True)
class RequestGlimpse:
    """A request in a line. `state` as in rules.State; moments in UTC."""

    id: int
    reference: str
    title: str
    state: str
    is_inside: bool
    is_complaint: bool
    channel: str
    language: str
    provider: PartyGlimpse
    customer: PartyGlimpse
    asker: PartyGlimpse
    holder: PartyGlimpse | None
    opened_at: datetime
    last_message_at: datetime
    unanswered_since: datetime | None
    next_due_at: datetime | None
    waiting_until: datetime | None
    resolved_at: datetime | None


def cards_for(requests: Iterable[Request], also: Iterable[int | None] = ()) -> dict[int, PartyCard]:
    """The cards of everybody these requests name, and of `also`. One statement."""
    ids = {party for party in also if party is not None}
    for request in requests:
        ids |= {request.provider_id, request.customer_id, request.asker_id}
        if request.holder_id is not None:
            ids.add(request.holder_id)
    return directory.party_cards(ids)


def hours_of(department_id: int, *, at: datetime, known: WorkingHours | None = None) -> HoursToday | None:
    """How the department's day stands; None if nobody gave it working hours yet: its pages open all the same.

    With `known` hours nothing is asked again.
    """
    version = None if known is None else known.versions.get(department_id)
    if known is not None and version is None:
        return None
    try:
        return promises.hours_today(department_id, at=at, calendar_version_id=version)
    except NoCalendarError:
        return None


def party_glimpse(cards: Mapping[int, PartyCard], party_id: int) -> PartyGlimpse:
    """Somebody in a line, a department by its name in the page's language; whoever has been erased is called so."""
    card = cards.get(party_id)
    if card is None:
        return PartyGlimpse(party_id, "person", _("somebody whose data were erased"), "", "")
    return PartyGlimpse(card.id, card.kind, card.name_in(get_language()), card.place, card.language)


def request_glimpse(request: Request, cards: Mapping[int, PartyCard]) -> RequestGlimpse:
    """The request in a line."""
    return RequestGlimpse(
        id=request.pk,
        reference=request.reference,
        title=request.title,
        state=request.state,
        is_inside=request.side == Request.Side.INSIDE,
        is_complaint=request.is_complaint,
        channel=request.channel,
        language=request.language,
        provider=party_glimpse(cards, request.provider_id),
        customer=party_glimpse(cards, request.customer_id),
        asker=party_glimpse(cards, request.asker_id),
        holder=None if request.holder_id is None else party_glimpse(cards, request.holder_id),
        opened_at=request.opened_at,
        last_message_at=request.last_message_at,
        unanswered_since=request.unanswered_since,
        next_due_at=request.next_due_at,
        waiting_until=request.waiting_until,
        resolved_at=request.resolved_at,
    )

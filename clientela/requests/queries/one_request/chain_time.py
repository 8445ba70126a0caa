"""Where the time of a whole chain went, as one time line, seen from its outermost customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from clientela.directory.queries import PartyCard
from clientela.kernel.journal import FactSeen, thing
from clientela.promises.queries import CalendarHistory, ClockSeen
from clientela.requests.models import Request
from clientela.requests.queries.chains import DEEPEST, Chain
from clientela.requests.queries.glimpses import PartyGlimpse, party_glimpse
from clientela.requests.queries.past_changes import changes_in
from clientela.requests.rules import ChainRequest, Portion, Slice, SpanKind, portions_of, stays_of, time_line_of

# What a whole life needs of each request, from the outermost down. The depth would end a circle, too.
_FAMILY = """
WITH RECURSIVE family AS (
    SELECT NULL::bigint AS waiting_id, %(root)s::bigint AS id, true AS is_blocking, NULL::timestamptz AS made_at,
        0 AS depth
    UNION
    SELECT d.waiting_id, d.needed_id, d.is_blocking, d.made_at, family.depth + 1
    FROM requests_dependency d JOIN family ON d.waiting_id = family.id WHERE family.depth < %(deepest)s
)
SELECT DISTINCT family.waiting_id, family.id, family.is_blocking, family.made_at, request.opened_at,
    request.provider_id, request.reference
FROM family JOIN requests_request AS request ON request.id = family.id
"""
PAUSING = {
    "waiting_customer": SpanKind.CUSTOMER,
    "waiting_department": SpanKind.DEPARTMENT,
    "waiting_date": SpanKind.DATE,
}


@dataclass(frozen=True)
class Relative:
    """One request of a family: what the journal is read for, and how it is called."""

    pk: int
    opened_at: datetime
    provider_id: int
    reference: str


@dataclass(frozen=True)
class Family:
    """The outermost request of a chain and everything that was asked on its behalf, with who asked what when."""

    root_id: int
    relatives: Mapping[int, Relative]
    needs: Mapping[int, tuple[tuple[int, datetime, bool], ...]]

    @property
    def subjects(self) -> list[str]:
        """Every request of the family as the journal names it."""
        return [thing("request", number) for number in self.relatives]


@dataclass(frozen=True)
class TimeSlice:
    """A stretch of the time line: `department` had the ball, with this request. See rules.legs.Slice."""

    since: datetime
    until: datetime
    department: PartyGlimpse
    reference: str
    kind: str  # queue, work, customer, date
    weight: float


@dataclass(frozen=True)
class TimePortion:
    """What one department spent with one kind of all that time. See rules.legs.Portion.

    `seconds`: working seconds by the hours of the department that answers the customer.
    """

    department: PartyGlimpse
    kind: str
    seconds: float
    real_seconds: float
    share: float
    promise_share: float | None


@dataclass(frozen=True)
class ChainTime:
    """The time line of a chain's outermost request. `due_at`: when its customer was promised it; None: not, or waits.

    `target_seconds`: the promised working time. `is_over`: it is not open any more; then `until` is when it ended.
    """

    reference: str
    since: datetime
    until: datetime
    is_over: bool
    slices: tuple[TimeSlice, ...]
    portions: tuple[TimePortion, ...]
    due_at: datetime | None
    target_seconds: int | None


def family_of(request: Request, chain: Chain) -> Family:
    """Everything around a request, from the outermost that waits on it; of several, the first. One statement."""
    above = [link for link in chain.links if link.depth < 0]
    root_id = min(above, key=lambda link: (link.depth, link.request_id)).request_id if above else request.pk
    relatives: dict[int, Relative] = {}
    needs: dict[int, set[tuple[int, datetime, bool]]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"root": root_id, "deepest": DEEPEST})
        for waiting_id, number, is_blocking, made_at, opened_at, provider_id, reference in cursor.fetchall():
            relatives[number] = Relative(number, opened_at, provider_id, reference)
            if waiting_id is not None:
                needs[waiting_id].add((number, made_at, is_blocking))
    return Family(root_id, relatives, {number: tuple(sorted(asked)) for number, asked in needs.items()})


@dataclass(frozen=True)
class LifeOfChain:
    """The time line in numbers of departments, before anybody is named."""

    slices: tuple[Slice, ...]
    portions: tuple[Portion, ...]
    since: datetime
    until: datetime
    is_over: bool
    promise: ClockSeen | None

    @property
    def department_ids(self) -> frozenset[int]:
        """Everybody who had the ball."""
        return frozenset(one.provider_id for one in self.slices)


def life_of(
    family: Family,
    facts: Sequence[FactSeen],
    clocks: Mapping[str, Sequence[ClockSeen]],
    hours: CalendarHistory,
    *,
    at: datetime,
) -> LifeOfChain:
    """The time line up to `at`, out of the facts and clocks of the family."""
    changes = changes_in(family.relatives.values(), facts)
    chain = {
        number: ChainRequest(stays_of(changes[number]), tuple(family.needs.get(number, ())))
        for number in family.relatives
    }
    stays = chain[family.root_id].stays
    ended = [stay.ended_at for stay in stays]
    is_over = None not in ended
    until = max((moment for moment in ended if moment is not None), default=at) if is_over else at
    slices = time_line_of(family.root_id, chain, until=at)
    owed = [clock for clock in clocks.get(thing("request", family.root_id), ()) if clock.kind == "resolution"]
    promise = next((clock for clock in reversed(owed) if clock.state != "cancelled"), None)
    counting = hours.working_seconds(stays[-1].provider_id, stays[-1].started_at)
    return LifeOfChain(
        slices=slices,
        portions=portions_of(
            slices,
            counting,
            target_seconds=None if promise is None else promise.target_seconds,
            pauses_while=[PAUSING[state] for state in (promise.pauses_while if promise else ())],
            promised_since=None if promise is None else promise.started_at,
        ),
        since=stays[0].started_at,
        until=until,
        is_over=is_over,
        promise=promise,
    )


def chain_time(family: Family, life: LifeOfChain, cards: Mapping[int, PartyCard]) -> ChainTime:
    """The time line with everybody named."""
    return ChainTime(
        reference=family.relatives[family.root_id].reference,
        since=life.since,
        until=life.until,
        is_over=life.is_over,
        slices=tuple(
            TimeSlice(
                since=one.since,
                until=one.until,
                department=party_glimpse(cards, one.provider_id),
                reference=family.relatives[one.request_id].reference,
                kind=one.kind.value,
                weight=one.weight,
            )
            for one in life.slices
        ),
        portions=tuple(
            TimePortion(
                department=party_glimpse(cards, one.provider_id),
                kind=one.kind.value,
                seconds=one.working_seconds,
                real_seconds=one.real_seconds,
                share=one.share,
                promise_share=one.promise_share,
            )
            for one in life.portions
        ),
        due_at=None if life.promise is None else life.promise.due_at,
        target_seconds=None if life.promise is None else life.promise.target_seconds,
    )

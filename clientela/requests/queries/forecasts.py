"""When open requests will likely be done, by the history of stays and by what they wait on in their chain."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from clientela.kernel.journal import thing
from clientela.promises import queries as promises
from clientela.promises.queries import ClockSeen
from clientela.requests.models import LIVE_STATES, Dependency, ForeseenLateness, Learned, Leg, PlannedAsk, Request
from clientela.requests.rules import State
from clientela.requests.rules.forecasts import Awaited, Ending, Node, StayShape, WorkingLine, endings_of

LOOKS_BACK = timedelta(days=400)
LOOKS_AHEAD = timedelta(days=150)  # working hours are looked up so far; beyond that they go on as usual
RESOLUTION = "resolution"

_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT unnest(%(ids)s::bigint[])
    UNION
    SELECT link.needed_id FROM requests_dependency AS link JOIN below ON link.waiting_id = below.id
    JOIN requests_request AS needed ON needed.id = link.needed_id
    WHERE link.is_blocking AND needed.state = ANY(%(live)s)
)
SELECT id FROM below
"""


@dataclass(frozen=True)
class ForecastSeen:
    """When a request will likely be done: half of such cases end by `likely_at`, eight in ten between the other two.

    `promise` is its open promise of a resolution. `late_seconds` is the working time from its due moment to
    `likely_at`, 0 if that comes first. `because`: what it waits on and what most often decides, if anything.
    """

    request_id: int
    from_at: datetime
    likely_at: datetime
    by_at: datetime
    promise: ClockSeen | None
    late_seconds: int
    because: "BecauseSeen | None"

    @property
    def is_likely_late(self) -> bool:
        """Half of such cases end after what was promised, which has not passed yet."""
        return self.promise is not None and self.promise.state in {"running", "at_risk"} and self.late_seconds > 0


@dataclass(frozen=True)
class BecauseSeen:
    """The request that decides: by when its department promises it, else by when it is likely done."""

    request_id: int
    provider_id: int
    promised_at: datetime | None
    likely_at: datetime


def forecasts_of(request_ids: Collection[int], *, at: datetime) -> dict[int, ForecastSeen]:
    """Forecast these requests as they stand; those that have ended, and those of which nothing is known, are left out.

    Twelve statements, however many, and one for a calendar not seen before.
    """
    rows = _open_rows(request_ids)
    if not rows:
        return {}
    clocks = promises.open_clocks_of([thing("request", number) for number in rows], at=at)
    planned = _planned(rows)
    legs = {leg.request_id: leg for leg in Leg.objects.filter(request__in=rows, ended_at__isnull=True)}
    since = max(min((leg.started_at for leg in legs.values()), default=at), at - LOOKS_BACK)
    lines = _lines(
        {row.provider_id for row in rows.values()} | {one.provider_id for one in planned}, since=min(since, at), at=at
    )
    shapes = _Shapes()
    awaited = _awaited(rows, planned, shapes, lines)
    nodes = {
        number: Node(
            id=number,
            shape=shapes.of(row.provider_id, _service_of(row)),
            spent_seconds=_spent(row, legs.get(number), lines[row.provider_id], at=at),
            line=lines[row.provider_id],
            awaits=tuple(awaited.get(number, ())),
            due=_due(clocks.get(thing("request", number), ())),
        )
        for number, row in rows.items()
    }
    now = at.timestamp()
    endings = endings_of(list(rows), nodes, now=now)
    return {number: _seen(rows[number], endings, clocks, rows, lines) for number in request_ids if number in endings}


@dataclass(frozen=True)
class _Planned:
    """A part that has not been asked yet, because its turn has not come."""

    id: int
    together_id: int
    provider_id: int
    service_id: int


class _Shapes:
    """What was learned, by department and service; the widest where nothing closer is known."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int | None, int | None], StayShape] = {
            (provider_id, service_id): StayShape.of(stay)
            for provider_id, service_id, stay in Learned.objects.values_list("provider", "service", "stay_seconds")
        }

    def of(self, provider_id: int, service_id: int) -> StayShape | None:
        """Give the quantiles of a stay."""
        places = ((provider_id, service_id), (provider_id, None), (None, None))
        return next((self.rows[place] for place in places if place in self.rows), None)


def _open_rows(request_ids: Collection[int]) -> dict[int, Request]:
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"ids": list(request_ids), "live": list(LIVE_STATES)})
        ids = [number for (number,) in cursor.fetchall()]
    rows = Request.objects.filter(pk__in=ids, state__in=LIVE_STATES).select_related("service_version")
    return {row.pk: row for row in rows.order_by("pk")}


def _planned(rows: Mapping[int, Request]) -> list[_Planned]:
    parts = PlannedAsk.objects.filter(together__request__in=rows, asked__isnull=True, dropped_at__isnull=True).order_by(
        "together_id", "position"
    )
    return [
        _Planned(*values)
        for values in parts.values_list(
            "pk", "together_id", "service_version__service__owner_id", "service_version__service_id"
        )
    ]


def _awaited(
    rows: Mapping[int, Request],
    planned: Sequence[_Planned],
    shapes: _Shapes,
    lines: Mapping[int, WorkingLine],
) -> dict[int, list[Awaited]]:
    links = Dependency.objects.filter(waiting__in=rows, is_blocking=True).select_related("together").order_by("pk")
    done: dict[tuple[int, int | None], int] = defaultdict(int)
    live: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    enough: dict[tuple[int, int | None], int] = {}
    resolved = set(
        Request.objects.filter(needed_by__waiting__in=rows, resolved_at__isnull=False)
        .exclude(state__in=LIVE_STATES)
        .values_list("pk", flat=True)
    )
    for link in links:
        key = (link.waiting_id, link.together_id)
        if link.together is not None:
            enough[key] = link.together.enough
        if link.needed_id in rows:
            live[key].append(link.needed_id)
        elif link.needed_id in resolved:
            done[key] += 1
    later: dict[int, list[Node]] = defaultdict(list)
    for part in planned:
        shape = shapes.of(part.provider_id, part.service_id)
        later[part.together_id].append(Node(-part.id, shape, 0.0, lines[part.provider_id]))
    found: dict[int, list[Awaited]] = defaultdict(list)
    for key, ids in live.items():
        waiting_id, together_id = key
        then = tuple(later.get(together_id, ())) if together_id is not None else ()
        wanted = max(enough.get(key, len(ids) + len(then)) - done[key], 0)
        if wanted:
            after = then[: max(wanted - len(ids), 0)]
            found[waiting_id].append(Awaited(tuple(ids), min(wanted, len(ids)), after))
    return found


def _lines(department_ids: Collection[int], *, since: datetime, at: datetime) -> dict[int, WorkingLine]:
    until = at + LOOKS_AHEAD
    open_time = promises.open_time_of(department_ids, since=since, until=until)
    return {
        number: WorkingLine.of(
            [(opens.timestamp(), closes.timestamp()) for opens, closes in open_time[number].periods]
            if number in open_time
            else [],
            since=since.timestamp(),
            until=until.timestamp(),
        )
        for number in department_ids
    }


def _service_of(row: Request) -> int:
    return row.service_version.service_id


def _spent(row: Request, leg: Leg | None, line: WorkingLine, *, at: datetime) -> float:
    """Give the working seconds of this stay so far, but for its waiting for other departments."""
    if leg is None:
        return 0.0
    known = float(leg.queue_seconds + leg.work_seconds + leg.customer_seconds + leg.date_seconds)
    if row.state == State.WAITING_DEPARTMENT:
        return known  # nothing of its own passes meanwhile
    return max(known, line.between(leg.started_at.timestamp(), at.timestamp()) - leg.department_seconds)


def _due(clocks: Sequence[ClockSeen]) -> float | None:
    due = next((clock.due_at for clock in clocks if clock.kind == RESOLUTION), None)
    return None if due is None else due.timestamp()


def _seen(
    row: Request,
    endings: Mapping[int, Ending],
    clocks: Mapping[str, Sequence[ClockSeen]],
    rows: Mapping[int, Request],
    lines: Mapping[int, WorkingLine],
) -> ForecastSeen:
    ending = endings[row.pk]
    promise = _resolution(clocks, row.pk)
    late = 0
    if promise is not None and promise.due_at is not None and ending.median > promise.due_at.timestamp():
        late = max(int(lines[row.provider_id].between(promise.due_at.timestamp(), ending.median)), 1)
    because = None
    if ending.because_id is not None and ending.because_id in endings:
        decides = rows[ending.because_id]
        told = _resolution(clocks, decides.pk)
        because = BecauseSeen(
            decides.pk, decides.provider_id, None if told is None else told.due_at, _moment(endings[decides.pk].median)
        )
    return ForecastSeen(
        row.pk, _moment(ending.low), _moment(ending.median), _moment(ending.high), promise, late, because
    )


def _resolution(clocks: Mapping[str, Sequence[ClockSeen]], number: int) -> ClockSeen | None:
    return next((clock for clock in clocks.get(thing("request", number), ()) if clock.kind == RESOLUTION), None)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds / 60) * 60, UTC)


@dataclass(frozen=True)
class ForeseenSeen:
    """What was foreseen of a promise: by how much it will be late, and what it waits on that decides, if anything."""

    clock_id: int
    due_at: datetime
    late_seconds: int
    because_provider_id: int | None
    because_due_at: datetime | None


def foreseen_lateness(request_ids: Collection[int]) -> dict[int, ForeseenSeen]:
    """Tell of which of these requests it was foreseen that they will be late. One statement."""
    rows = ForeseenLateness.objects.filter(request__in=list(request_ids), is_likely=True).order_by("due_at", "pk")
    return {
        request_id: ForeseenSeen(clock_id, due_at, late_seconds, provider_id, because_due_at)
        for request_id, clock_id, due_at, late_seconds, provider_id, because_due_at in rows.values_list(
            "request_id", "clock_id", "due_at", "late_seconds", "because__provider_id", "because_due_at"
        )
    }

"""Lists of requests, a page at a time: a department's queue, and everything that the viewer may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from clientela.directory.policies import Viewer
from clientela.kernel.journal import thing
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.promises.queries import HoursToday
from clientela.requests.models import LIVE_STATES, Request
from clientela.requests.policies import also_addressed_to, asked_by, read_whole_by, readable_by, sees_everything
from clientela.requests.queries.day_items import DayItem, day_item, links_of
from clientela.requests.queries.forecasts import foreseen_lateness
from clientela.requests.queries.glimpses import (
    PartyGlimpse,
    RequestGlimpse,
    cards_for,
    hours_of,
    party_glimpse,
    request_glimpse,
)
from clientela.requests.queries.standing.reading import open_with_waiting
from clientela.requests.queries.standing.seen import parties_in, standings, times_of
from clientela.requests.queries.turn_order import TURN_ORDER, TurnPlace, place_of, rows_after

NewestPlace = tuple[datetime, int]  # (opened_at, id) of the last row of a page


@dataclass(frozen=True)
class DepartmentQueue:
    """A department's live requests in the order of whose need goes first, as last ranked; what has just come in stands
    first. `after` continues; None: that was all.
    """

    at: datetime
    department: PartyGlimpse
    hours: HoursToday | None
    items: tuple[DayItem, ...]
    counts_by_state: dict[str, int]
    unheld_count: int
    unanswered_count: int
    after: TurnPlace | None


@dataclass(frozen=True)
class RequestsPage:
    """A page of requests, the newest first. `before` continues; None: that was all."""

    requests: tuple[RequestGlimpse, ...]
    before: NewestPlace | None


def department_queue(
    viewer: Viewer, department_id: int, *, at: datetime, after: TurnPlace | None = None, limit: int = 50
) -> DepartmentQueue:
    """The queue of a department where the viewer works, or that stands below theirs. Raises HiddenError."""
    if not sees_everything(viewer) and department_id not in viewer.department_ids:
        raise HiddenError(f"There is no department {department_id} for this viewer.")
    live = Request.objects.filter(provider=department_id, state__in=LIVE_STATES)
    rows = list(live.filter(rows_after(after)).order_by(*TURN_ORDER)[: limit + 1])
    shown = rows[:limit]
    counts = live.aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in LIVE_STATES},
        unheld=Count("pk", filter=Q(holder__isnull=True)),
        unanswered=Count("pk", filter=Q(unanswered_since__isnull=False)),
    )
    shown_ids = [row.pk for row in shown]
    links = links_of(shown_ids)
    ranked = open_with_waiting(shown_ids)
    foreseen = foreseen_lateness(shown_ids)
    clocks = promises.open_clocks_of([thing("request", number) for number in ranked], at=at)
    decides = [one.because_provider_id for one in foreseen.values()]
    cards = cards_for([*shown, *links.requests()], also=[department_id, *parties_in(ranked), *decides])
    hours = promises.working_hours()
    places = standings(
        viewer, ranked, at=at, shown_ids=shown_ids, times=times_of(clocks), hours=hours, cards=cards, choices={}
    )
    return DepartmentQueue(
        at=at,
        department=party_glimpse(cards, department_id),
        hours=hours_of(department_id, at=at, known=hours),
        items=tuple(
            day_item(row, cards=cards, clocks=clocks, links=links, standings=places, foreseen=foreseen) for row in shown
        ),
        counts_by_state={state: counts[state] for state in LIVE_STATES},
        unheld_count=counts["unheld"],
        unanswered_count=counts["unanswered"],
        after=place_of(shown[-1]) if len(rows) > limit else None,
    )


def requests_page(
    viewer: Viewer,
    *,
    scope: str = "all",
    department_id: int | None = None,
    states: Collection[str] = (),
    before: NewestPlace | None = None,
    limit: int = 50,
) -> RequestsPage:
    """Requests that the viewer may read, the newest first. Two statements.

    `scope`: served (by the viewer's departments, and what was addressed to them as well), asked (as a customer), held
    (by the viewer), all.
    """
    wanted = {
        "served": read_whole_by(viewer),
        "asked": asked_by(viewer),
        "held": Q(holder=viewer.person_id) & readable_by(viewer),
        "all": readable_by(viewer),
    }[scope]
    rows = Request.objects.filter(wanted)
    if department_id is not None:
        rows = rows.filter(Q(provider=department_id) | also_addressed_to([department_id]))
    if states:
        rows = rows.filter(state__in=states)
    if before is not None:
        rows = rows.filter(Q(opened_at__lt=before[0]) | Q(opened_at=before[0], pk__lt=before[1]))
    found = list(rows.order_by("-opened_at", "-pk")[: limit + 1])
    shown = found[:limit]
    cards = cards_for(shown)
    return RequestsPage(
        requests=tuple(request_glimpse(row, cards) for row in shown),
        before=(shown[-1].opened_at, shown[-1].pk) if len(found) > limit else None,
    )

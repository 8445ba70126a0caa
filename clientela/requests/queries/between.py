"""The requests behind a line of the service map: what some customers asked of some departments, as one may read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, Q
from django.db.models.functions import TruncDate

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.requests.models import Request
from clientela.requests.policies import readable_by
from clientela.requests.queries.glimpses import RequestGlimpse, cards_for, request_glimpse
from clientela.requests.queries.queues import NewestPlace


@dataclass(frozen=True)
class RequestsBetween:
    """A page of them, the newest first, and how many there are that the viewer may not read. `after` continues."""

    requests: tuple[RequestGlimpse, ...]
    hidden_count: int
    after: NewestPlace | None


def requests_between(
    viewer: Viewer,
    *,
    provider_ids: Collection[int],
    customer_ids: Collection[int] = (),
    is_business: bool | None = None,
    since: datetime,
    until: datetime,
    after: NewestPlace | None = None,
    limit: int = 20,
) -> RequestsBetween:
    """Return what these departments were asked in [since, until) and not cancelled. Three statements.

    By the departments `customer_ids` and by people who worked there when they asked (in the one they had joined first);
    or, with `is_business`, by customers outside: organisations, or everybody else.
    """
    rows = Request.objects.filter(provider__in=list(provider_ids), opened_at__gte=since, opened_at__lt=until).exclude(
        state=Request.State.CANCELLED
    )
    if is_business is None:
        rows = rows.filter(side=Request.Side.INSIDE).annotate(
            asked_on=TruncDate("opened_at", tzinfo=UTC),
            employer=directory.main_department_on(OuterRef("asked_on"), person=OuterRef("customer")),
        )
        rows = rows.filter(Q(customer__in=list(customer_ids)) | Q(employer__in=list(customer_ids)))
    else:
        is_organisation = Q(customer__kind="organisation")
        rows = rows.filter(is_organisation if is_business else ~is_organisation, side=Request.Side.OUTSIDE)
    readable = rows.filter(readable_by(viewer))
    hidden_count = rows.count() - readable.count()
    if after is not None:
        readable = readable.filter(Q(opened_at__lt=after[0]) | Q(opened_at=after[0], pk__lt=after[1]))
    found = list(readable.order_by("-opened_at", "-pk")[: limit + 1])
    shown = found[:limit]
    cards = cards_for(shown)
    return RequestsBetween(
        requests=tuple(request_glimpse(row, cards) for row in shown),
        hidden_count=hidden_count,
        after=(shown[-1].opened_at, shown[-1].pk) if len(found) > limit else None,
    )

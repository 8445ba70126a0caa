"""Who asked whom, for the service map: counts and waits, never what was said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Q, Value, When

from clientela.requests.models import LIVE_STATES, Dependency, Request


@dataclass(frozen=True)
class Asked:
    """One request as the map counts it. `asking_id` is a department, or None for a customer outside or a colleague.

    `wait_seconds` is real time from opening to resolving, None while it is not resolved.
    """

    request_id: int
    asking_id: int | None
    is_inside: bool
    provider_id: int
    opened_at: datetime
    wait_seconds: int | None


@dataclass(frozen=True)
class Load:
    """A department's live requests at a moment."""

    provider_id: int
    live: int
    overdue: int
    unanswered: int


def requests_asked(*, since: datetime, until: datetime) -> list[Asked]:
    """Every request opened in the span, oldest first. One statement."""
    rows = (
        Request.objects.filter(opened_at__gte=since, opened_at__lt=until)
        .exclude(state=Request.State.CANCELLED)
        .annotate(asking=Case(When(customer__kind="department", then=F("customer_id")), default=Value(None)))
        .order_by("opened_at", "pk")
        .values_list("pk", "asking", "side", "provider_id", "opened_at", "resolved_at")
    )
    return [
        Asked(
            request_id=pk,
            asking_id=asking,
            is_inside=side == Request.Side.INSIDE,
            provider_id=provider_id,
            opened_at=opened_at,
            wait_seconds=None if resolved_at is None else int((resolved_at - opened_at).total_seconds()),
        )
        for pk, asking, side, provider_id, opened_at, resolved_at in rows
    ]


def loads_of(department_ids: Collection[int], *, at: datetime) -> dict[int, Load]:
    """The load of each department that has any. One statement."""
    rows = (
        Request.objects.filter(provider__in=set(department_ids), state__in=LIVE_STATES)
        .values("provider_id")
        .annotate(
            live=Count("pk"),
            overdue=Count("pk", filter=Q(next_due_at__lte=at)),
            unanswered=Count("pk", filter=Q(unanswered_since__isnull=False)),
        )
    )
    return {
        row["provider_id"]: Load(row["provider_id"], row["live"], row["overdue"], row["unanswered"]) for row in rows
    }


def needed_by(request_ids: Collection[int]) -> dict[int, list[int]]:
    """What each request waits on, in the order in which it was asked. One statement."""
    found: dict[int, list[int]] = {}
    rows = Dependency.objects.filter(waiting__in=set(request_ids)).order_by("waiting_id", "needed_id")
    for waiting_id, needed_id in rows.values_list("waiting_id", "needed_id"):
        found.setdefault(waiting_id, []).append(needed_id)
    return found

"""Who has a request open on the screen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clientela.requests.models import Looking

SEEN_LATELY = timedelta(seconds=60)


@dataclass(frozen=True)
class LookerAt:
    """A colleague who has the page open, and when they last were seen there."""

    person_id: int
    name: str
    seen_at: datetime


def lookers_at(request_id: int, *, besides: int | None, at: datetime) -> tuple[LookerAt, ...]:
    """Everybody but `besides` who has the request open now. One statement; whoever may look has asked before."""
    rows = (
        Looking.objects.filter(request=request_id, seen_at__gt=at - SEEN_LATELY)
        .exclude(person=besides)
        .order_by("seen_at", "person")
        .values_list("person_id", "person__party__name", "seen_at")
    )
    return tuple(LookerAt(*row) for row in rows)

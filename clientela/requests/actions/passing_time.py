"""What time does to requests: what waited for a date goes on, what was resolved is closed.

Safe to run twice and by several workers at once: a worker passes over the rows that another one holds.
"""

from datetime import datetime

from django.db import transaction

from clientela.requests.actions.ending import close
from clientela.requests.actions.turns import end_waiting, save
from clientela.requests.models import Request
from clientela.requests.rules import CLOSES_AFTER, State


@transaction.atomic
def resume_due_requests(*, at: datetime, limit: int = 200) -> int:
    """Let requests go on whose date has come, at most `limit`; return how many."""
    due = list(Request.objects.select_for_update(skip_locked=True).filter(waiting_until__lte=at).order_by("pk")[:limit])
    for request in due:
        end_waiting(request, by=None, at=at, because="date_came")
        save(request)
    return len(due)


@transaction.atomic
def close_resolved_requests(*, at: datetime, limit: int = 200) -> int:
    """Close requests that were resolved seven days ago and left alone since, at most `limit`; return how many."""
    due = list(
        Request.objects.select_for_update(skip_locked=True)
        .filter(state=State.RESOLVED, resolved_at__lte=at - CLOSES_AFTER)
        .order_by("pk")[:limit]
    )
    for request in due:
        close(request, by=None, at=at)
    return len(due)

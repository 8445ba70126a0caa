"""Whether letters move: late ones, those tried again, those that did not arrive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from clientela.kernel.models import Letter

LATE = timedelta(minutes=15)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class PostFlow:
    """How many letters were due and never tried, wait for another try, and in the last week failed or perhaps did."""

    late_count: int
    tried_again_count: int
    failed_count: int
    perhaps_sent_count: int


def post_flow(at: datetime) -> PostFlow:
    """How letters move at `at`. One statement."""
    found = Letter.objects.aggregate(
        late_count=Count("pk", filter=Q(due_at__lt=at - LATE, failed_tries=0)),
        tried_again_count=Count("pk", filter=Q(due_at__isnull=False, failed_tries__gt=0)),
        failed_count=Count("pk", filter=Q(failed_at__gt=at - LATELY)),
        perhaps_sent_count=Count("pk", filter=Q(perhaps_sent_at__gt=at - LATELY)),
    )
    return PostFlow(**found)

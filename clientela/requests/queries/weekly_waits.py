"""How long requests waited at departments until somebody took them, week by week."""

from collections.abc import Collection
from datetime import UTC, date, datetime

from django.db.models import Count, F, FloatField, Sum
from django.db.models.functions import Cast, Least, TruncWeek

from clientela.requests.models import Leg

LONGEST_HOURS = 40.0  # one forgotten request must not decide for all others
SECONDS_AN_HOUR = 3600.0


def waits_by_week(
    provider_ids: Collection[int], *, since: date, until: date
) -> dict[tuple[int, date], tuple[int, float, float]]:
    """Return (stays, sum of hours, sum of their squares) by (department, Monday in UTC) in [since, until).

    Hours are working hours in which nobody had the request, at most LONGEST_HOURS each, of stays that ended in that
    week by an answer or by handing over. One statement.
    """
    start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until))
    rows = (
        Leg.objects.filter(
            provider__in=list(provider_ids),
            ended_at__gte=start,
            ended_at__lt=end,
            outcome__in=[Leg.Outcome.RESOLVED, Leg.Outcome.HANDED_OVER],
        )
        .annotate(
            week=TruncWeek("ended_at", tzinfo=UTC),
            hours=Least(Cast("queue_seconds", FloatField()) / SECONDS_AN_HOUR, LONGEST_HOURS),
        )
        .values_list("provider", "week")
        .annotate(n_all=Count("pk"), total=Sum("hours"), squares=Sum(F("hours") * F("hours")))
        .order_by()
    )
    return {(provider, week.date()): (n, total, squares) for provider, week, n, total, squares in rows}

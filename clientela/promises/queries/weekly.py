"""How many promises departments kept, week by week."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import Coalesce, TruncWeek

from clientela.promises.models import Clock


def kept_by_week(provider_ids: Collection[int], *, since: date, until: date) -> dict[tuple[int, date], tuple[int, int]]:
    """Return (kept in time, decided) by (department, Monday in UTC) of the weeks in [since, until). One statement.

    A promise belongs to the week in which it was decided: kept, or its due moment passed unkept and was noticed.
    Personal promises are a person's own and are not counted.
    """
    start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until))
    decided = Clock.objects.exclude(kind=Clock.Kind.PERSONAL).filter(
        # The year before bounds the rows by the index; a promise open for longer is no matter of these weeks.
        provider__in=list(provider_ids),
        started_at__gte=start - timedelta(days=366),
        started_at__lt=end,
    )
    rows = (
        decided.annotate(decided_at=Coalesce("broken_at", "kept_at"))
        .filter(decided_at__gte=start, decided_at__lt=end)
        .annotate(week=TruncWeek("decided_at", tzinfo=UTC))
        .values_list("provider", "week")
        .annotate(n_all=Count("pk"), kept=Count("pk", filter=Q(broken_at__isnull=True)))
        .order_by()
    )
    return {(provider, week.date()): (kept, n) for provider, week, n, kept in rows}

"""How satisfied those were whom departments served, week by week, from the tallies."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, Sum

from clientela.voice.actions.tallies import SATISFIED_SCORES
from clientela.voice.models import Tally


def satisfied_by_week(
    provider_ids: Collection[int], *, since: date, until: date, side: str = ""
) -> dict[tuple[int, date], tuple[int, int]]:
    """Return (scores of 4 and 5, all scores) by (department, Monday) of the weeks in [since, until). One statement.

    `side` "inside" or "outside"; "" both. Anonymous answers are in no tally. A week without scores is not there.
    """
    rows = Tally.objects.filter(
        provider__in=list(provider_ids), measure="csat", cut="", week_on__gte=since, week_on__lt=until
    )
    if side:
        rows = rows.filter(side=side)
    counted = (
        rows.values_list("provider", "week_on")
        .annotate(n_all=Sum("n"), satisfied=Sum("n", filter=Q(value__in=SATISFIED_SCORES), default=0))
        .order_by()
    )
    return {(provider, week): (satisfied, n) for provider, week, n, satisfied in counted if n and provider is not None}

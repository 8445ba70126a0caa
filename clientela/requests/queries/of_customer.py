"""What one customer asked for, as far as the viewer may read it."""

from django.db.models import Q

from clientela.directory.policies import Viewer
from clientela.requests.models import Request
from clientela.requests.policies import readable_by
from clientela.requests.queries.glimpses import cards_for, request_glimpse
from clientela.requests.queries.queues import NewestPlace, RequestsPage


def requests_of_customer(
    viewer: Viewer, party_id: int, *, before: NewestPlace | None = None, limit: int = 10
) -> RequestsPage:
    """Requests of which this party is the customer or the asker, those the viewer may read, the newest first.

    Two statements. What somebody buys in private is not among them for colleagues who do not serve them.
    """
    rows = Request.objects.filter(readable_by(viewer)).filter(Q(customer=party_id) | Q(asker=party_id))
    if before is not None:
        rows = rows.filter(Q(opened_at__lt=before[0]) | Q(opened_at=before[0], pk__lt=before[1]))
    found = list(rows.order_by("-opened_at", "-pk")[: limit + 1])
    shown = found[:limit]
    cards = cards_for(shown)
    return RequestsPage(
        requests=tuple(request_glimpse(row, cards) for row in shown),
        before=(shown[-1].opened_at, shown[-1].pk) if len(found) > limit else None,
    )

"""Who has a request open on the screen. No fact is written: a look changes nothing and is nobody's history."""

from datetime import datetime, timedelta

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, require
from clientela.requests.models import Looking, Request
from clientela.requests.policies import may_do, require_sight
from clientela.requests.rules import Verb

LOOKS_FOR = timedelta(seconds=60)  # after its last sign a page counts as closed


def look_at_request(*, by: Viewer, at: datetime, request_id: int) -> None:
    """Note that `by` has the request open now. A page says so again while it is open. One upsert, so two tabs agree."""
    request = Request.objects.filter(pk=request_id).first()
    if request is None:
        raise HiddenError(f"There is no request {request_id}.")
    verdict = may_do(by, Verb.LOOK, request)
    if not verdict:
        require_sight(by, request)
    require(verdict)
    if by.person_id is None:
        return
    Looking.objects.bulk_create(
        [Looking(request_id=request_id, person_id=by.person_id, seen_at=at)],
        update_conflicts=True,
        unique_fields=["request", "person"],
        update_fields=["seen_at"],
    )


def forget_lookers(*, at: datetime) -> int:
    """Remove those who have not been seen for a while; return how many."""
    return Looking.objects.filter(seen_at__lt=at - LOOKS_FOR).delete()[0]

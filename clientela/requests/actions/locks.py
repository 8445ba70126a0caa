"""Holding the rows that an action changes.

Lock order, for every action of this context: requests by rising id, all in one statement. What is needed was always
asked later than what waits on it (a constraint), so rising id means the parent before the child. Whoever resolves,
cancels or reopens a child holds its parents too, and whoever asks a department holds the parent: so "is anything still
open below?" has one answer for all. Clocks are changed only under the row of their request, and come after it.
"""

from dataclasses import dataclass
from datetime import datetime

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, require
from clientela.requests.actions.refusals import StateError
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.policies import may_do, refusal_words, require_sight
from clientela.requests.rules import State, Verb, refusal_of


@dataclass(frozen=True)
class Held:
    """A request whose row is held, and (where asked for) the requests that wait on it, held too, by rising id."""

    request: Request
    parents: tuple[Request, ...] = ()


def hold_request(verb: Verb, *, by: Viewer, at: datetime, request_id: int, with_parents: bool = False) -> Held:
    """Check that `by` may do `verb`, hold the rows, and check again as things stand now.

    Raises HiddenError when the request does not exist for the viewer, NotAllowedError with the reason, or StateError
    when somebody else was faster or it waits on another department. Permission comes first: nobody without it can
    make others wait for a row.
    """
    seen = Request.objects.filter(pk=request_id).first()
    if seen is None:
        raise HiddenError(f"There is no request {request_id}.")
    _require_may(by, verb, seen)
    ids = [request_id]
    if with_parents:
        # Who waits on a request is settled when it is opened, so this list cannot grow behind our back.
        ids += Dependency.objects.filter(needed=request_id).values_list("waiting_id", flat=True)
    rows = {row.pk: row for row in Request.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    request = rows.pop(request_id)
    if request.provider_id != seen.provider_id:  # handed over while we waited for the row
        _require_may(by, verb, request)
    refusal = refusal_of(
        verb,
        State(request.state),
        now=at,
        closed_at=request.closed_at,
        open_blockers=open_blockers(request_id) if verb is Verb.RESOLVE else 0,
    )
    if refusal is not None:
        raise StateError(refusal_words(refusal))
    return Held(request, tuple(rows.values()))


def open_blockers(request_id: int, *, besides: int = 0) -> int:
    """How many blocking requests that this one waits on are not done yet."""
    return (
        Dependency.objects.filter(waiting=request_id, is_blocking=True, needed__state__in=LIVE_STATES)
        .exclude(needed=besides)
        .count()
    )


def _require_may(by: Viewer, verb: Verb, request: Request) -> None:
    verdict = may_do(by, verb, request)
    if not verdict:
        require_sight(by, request)
    require(verdict)

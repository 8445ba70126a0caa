"""Holding the rows that an action changes.

Lock order, for every action of this context: requests by rising id, all in one statement; then their clocks, which are
changed only under the row of their request; last, when a link is written, the line in which links stand (migration
0004). After that no row of a request is waited for that is not held already.

What happens to one request may travel along its chain, up and down, so whoever resolves, cancels or reopens holds
everything that hangs together with it by links. Who waits on a request can grow at any moment, for what exists already
can be linked. But whoever writes or removes a link holds the rows at both its ends. So the links are read, the rows
held, and the links read again: if they are still those, nobody can add to them any more, because each end of a new
link would have to be one of the rows we hold. If they have grown, the rows are let go (a savepoint gives back the
locks that were taken after it) and the larger number is held, again by rising id: nobody ever waits for a lower id
while holding a higher one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, require
from clientela.requests.actions.refusals import StateError
from clientela.requests.models import LIVE_STATES, Dependency, Request
from clientela.requests.policies import may_do, refusal_words, require_sight
from clientela.requests.rules import State, Verb, refusal_of

MOST_TRIES = 20
# The customer's words reopen what was resolved, and then they travel up the chain; other words stay where they are.
REOPENING = frozenset({Verb.WRITE, Verb.COMPLAIN})
REOPENABLE = frozenset({State.RESOLVED, State.CLOSED})

# Every link that hangs together with one request, in both directions, however far.
_LINKS = """
WITH RECURSIVE family(id) AS (
    SELECT %s::bigint
    UNION
    SELECT neighbour.id FROM family, LATERAL (
        SELECT needed_id AS id FROM requests_dependency WHERE waiting_id = family.id
        UNION ALL
        SELECT waiting_id FROM requests_dependency WHERE needed_id = family.id
    ) AS neighbour
)
SELECT link.id, link.waiting_id, link.needed_id, link.is_blocking, link.was_opened_for_it, link.together_id,
    link.made_at
FROM family JOIN requests_dependency link ON link.waiting_id = family.id
"""


class Chain:
    """Rows of requests that are held, and the links among them. Without links it is one request alone."""

    def __init__(self, rows: dict[int, Request], links: Iterable[Dependency] = ()) -> None:
        self.rows = rows
        self._above: dict[int, list[Dependency]] = defaultdict(list)
        self._below: dict[int, list[Dependency]] = defaultdict(list)
        for link in sorted(links, key=lambda link: (link.waiting_id, link.needed_id)):
            self._join(link)

    def add(self, request: Request, link: Dependency) -> None:
        """A request that was just opened for another one of the chain."""
        self.rows[request.pk] = request
        self._join(link)

    def waiting_on(self, request_id: int) -> list[Dependency]:
        """The links of those that wait on it, by rising id of who waits."""
        return self._above.get(request_id, [])

    def needed_by(self, request_id: int) -> list[Dependency]:
        """The links of what it waits on, by rising id of what is needed."""
        return self._below.get(request_id, [])

    def is_live(self, request_id: int) -> bool:
        """Whether somebody still owes something on it."""
        return self.rows[request_id].state in LIVE_STATES

    def open_blockers(self, request_id: int) -> int:
        """How many blocking requests that it waits on are not done yet."""
        return sum(link.is_blocking and self.is_live(link.needed_id) for link in self.needed_by(request_id))

    def others_wait(self, request_id: int, *, besides: int) -> bool:
        """Whether a live request waits on it, `besides` left out."""
        return any(link.waiting_id != besides and self.is_live(link.waiting_id) for link in self.waiting_on(request_id))

    def _join(self, link: Dependency) -> None:
        self._above[link.needed_id].append(link)
        self._below[link.waiting_id].append(link)


@dataclass(frozen=True)
class Held:
    """A request whose row is held, and (where asked for) everything that hangs together with it, held too."""

    request: Request
    chain: Chain


def hold_request(
    verb: Verb, *, by: Viewer, at: datetime, request_id: int, with_chain: bool = False, also: Collection[int] = ()
) -> Held:
    """Check that `by` may do `verb`, hold the rows, and check again as things stand now.

    `with_chain`: hold everything that hangs together with it. `also`: other rows to hold; nothing is checked on them.
    Raises HiddenError when the request does not exist for the viewer, NotAllowedError with the reason, or StateError
    when somebody else was faster or it waits on another department. Permission comes first: nobody without it can
    make others wait for a row.
    """
    if with_chain and verb in REOPENING:
        return hold_for_words({request_id: verb}, by=by, at=at)[request_id]
    seen = Request.objects.filter(pk=request_id).first()
    if seen is None:
        raise HiddenError(f"There is no request {request_id}.")
    _require_may(by, verb, seen)
    chain = hold_chain(request_id) if with_chain else Chain(_held({request_id, *also}))
    request = chain.rows[request_id]
    if request.provider_id != seen.provider_id:  # handed over while we waited for the row
        _require_may(by, verb, request)
    refusal = refusal_of(
        verb,
        State(request.state),
        now=at,
        closed_at=request.closed_at,
        open_blockers=chain.open_blockers(request_id) if verb is Verb.RESOLVE else 0,
        is_merged=request.merged_into_id is not None,
    )
    if refusal is not None:
        raise StateError(refusal_words(refusal))
    return Held(request, chain)


def hold_chain(request_id: int) -> Chain:
    """Hold a request and everything that hangs together with it by links. Raises StateError if it never stands still.

    A row alone costs a savepoint and three statements.
    """
    known = {request_id} | ends_of(links_around(request_id))
    for _attempt in range(MOST_TRIES):
        place = transaction.savepoint()
        rows = _held(known)
        links = links_around(request_id)
        if ends_of(links) <= known:
            transaction.savepoint_commit(place)
            return Chain(rows, links)
        known |= ends_of(links)
        transaction.savepoint_rollback(place)
    raise StateError(_("Somebody changed this at the same moment. Please try once more."))


def hold_for_words(verbs: Mapping[int, Verb], *, by: Viewer, at: datetime) -> dict[int, Held]:
    """Hold requests (by id, with what is to be done there) on which words were said, as `hold_request` holds one.

    A request that its customer writes on is held alone while it is live, with its chain when that opens it again. All
    rows are held by rising id in one statement, whatever their number.
    """
    seen = Request.objects.in_bulk(verbs)
    for request_id, verb in verbs.items():
        if request_id not in seen:
            raise HiddenError(f"There is no request {request_id}.")
        _require_may(by, verb, seen[request_id])
    known = set(verbs)
    for request_id in _opening_again(verbs, seen):
        known |= ends_of(links_around(request_id))
    for _attempt in range(MOST_TRIES):
        place = transaction.savepoint()
        rows = _held(known)
        # One may have been resolved while we waited for its row; then everything is let go and held by rising id.
        links = {request_id: links_around(request_id) for request_id in _opening_again(verbs, rows)}
        needed = {end for some in links.values() for end in ends_of(some)}
        if needed <= known:
            transaction.savepoint_commit(place)
            break
        known |= needed
        transaction.savepoint_rollback(place)
    else:
        raise StateError(_("Somebody changed this at the same moment. Please try once more."))
    return {request_id: _held_for(request_id, verbs, seen, rows, links, by=by, at=at) for request_id in verbs}


def _opening_again(verbs: Mapping[int, Verb], rows: Mapping[int, Request]) -> list[int]:
    return [number for number, verb in verbs.items() if verb in REOPENING and rows[number].state in REOPENABLE]


def _held_for(
    request_id: int,
    verbs: Mapping[int, Verb],
    seen: Mapping[int, Request],
    rows: Mapping[int, Request],
    links: Mapping[int, list[Dependency]],
    *,
    by: Viewer,
    at: datetime,
) -> Held:
    request, around = rows[request_id], links.get(request_id, [])
    if request.provider_id != seen[request_id].provider_id:  # handed over while we waited for the row
        _require_may(by, verbs[request_id], request)
    refusal = refusal_of(
        verbs[request_id],
        State(request.state),
        now=at,
        closed_at=request.closed_at,
        is_merged=request.merged_into_id is not None,
    )
    if refusal is not None:
        raise StateError(refusal_words(refusal))
    return Held(request, Chain({number: rows[number] for number in {request_id, *ends_of(around)}}, around))


def links_around(request_id: int) -> list[Dependency]:
    """Every link that hangs together with a request. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [request_id])
        return [
            Dependency(
                pk=number,
                waiting_id=waiting,
                needed_id=needed,
                is_blocking=is_blocking,
                was_opened_for_it=was_opened,
                together_id=together,
                made_at=made_at,
            )
            for number, waiting, needed, is_blocking, was_opened, together, made_at in cursor.fetchall()
        ]


def ends_of(links: Iterable[Dependency]) -> set[int]:
    """The requests at both ends of links."""
    return {end for link in links for end in (link.waiting_id, link.needed_id)}


def _held(request_ids: Collection[int]) -> dict[int, Request]:
    return {row.pk: row for row in Request.objects.select_for_update().filter(pk__in=request_ids).order_by("pk")}


def _require_may(by: Viewer, verb: Verb, request: Request) -> None:
    verdict = may_do(by, verb, request)
    if not verdict:
        require_sight(by, request)
    require(verdict)

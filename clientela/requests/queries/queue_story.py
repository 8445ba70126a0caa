"""Why a request lay in a queue: what else the department had, and what it did first. Counts, never names."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import get_language

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.policies import HiddenError
from clientela.promises import queries as promises
from clientela.requests.models import Request
from clientela.requests.policies import sees_everything
from clientela.requests.queries.chains import chain_of
from clientela.requests.queries.glimpses import RequestGlimpse, cards_for, request_glimpse
from clientela.requests.queries.one_request.sight import access_in_chain
from clientela.requests.queries.past_changes import changes_of
from clientela.requests.rules import SpanKind, spans_until, stays_of

# A stay that touches the span either was there when it began, or came while it lasted. Those done before it ended are
# told apart by what speaks for them: they had come first, their promise was due sooner, or neither.
_OTHERS = """
SELECT
    count(*) FILTER (WHERE leg.started_at < %(since)s),
    count(*) FILTER (WHERE leg.started_at >= %(since)s),
    count(*) FILTER (WHERE done AND leg.started_at < %(since)s),
    count(*) FILTER (WHERE done AND leg.started_at >= %(since)s AND is_weighty),
    count(*) FILTER (WHERE done AND leg.started_at >= %(since)s AND NOT is_weighty AND is_sooner),
    count(*) FILTER (WHERE done AND leg.started_at >= %(since)s AND NOT is_weighty AND NOT is_sooner)
FROM requests_leg AS leg
JOIN requests_request AS request ON request.id = leg.request_id
CROSS JOIN LATERAL (
    SELECT leg.ended_at IS NOT NULL AND leg.ended_at <= %(until)s AS done,
        request.touches_safety OR request.stops_work OR request.is_complaint OR request.people_affected > 1
            AS is_weighty,
        EXISTS (
            SELECT FROM promises_clock AS clock
            WHERE clock.subject = 'request:' || leg.request_id AND clock.kind = 'resolution'
                AND clock.provider_id = leg.provider_id
                AND clock.target_seconds < %(target)s
        ) AS is_sooner
) AS what
WHERE leg.provider_id = %(provider)s AND leg.request_id <> %(request)s AND leg.started_at < %(until)s
    AND (leg.ended_at IS NULL OR leg.ended_at > %(since)s)
    -- What has lain here for more than a year says nothing of today, and need not be looked through.
    AND leg.started_at > %(since)s - interval '1 year'
"""


@dataclass(frozen=True)
class QueueStory:
    """The longest time a request lay untouched in a department, and what happened to others there meanwhile.

    `until` is `at` while nobody has it. `there_before`: requests that were there when it began; `came`: that came while
    it lay. Of those done in that time, each counted once: `done_before` had come first; `done_weighty` came later and
    weighed more (safety, work stopped, a complaint, several people); `done_shorter` came later with a shorter promise;
    `done_other` came later with neither.
    """

    request: RequestGlimpse
    department_id: int
    department_key: str
    department: str
    since: datetime
    until: datetime
    is_over: bool
    working_seconds: int
    there_before: int
    came: int
    done_before: int
    done_weighty: int
    done_shorter: int
    done_other: int

    @property
    def done(self) -> int:
        """How many others were done meanwhile."""
        return self.done_before + self.done_weighty + self.done_shorter + self.done_other


def queue_story(viewer: Viewer, reference: str, *, at: datetime) -> QueueStory:
    """Return why a request lay where it lay longest. For who stands anywhere in its chain.

    Raises HiddenError when it does not exist for the viewer, or never lay in a queue. A fixed number of statements.
    """
    request = Request.objects.filter(reference=normal_reference(reference) or "").first()
    if request is None or not (viewer.is_employee or sees_everything(viewer)):
        raise HiddenError(f"There is no request {reference}.")
    access_in_chain(viewer, chain_of(request), request)
    spans = [
        (span.until - span.since, span.since, span.until, stay.provider_id)
        for stay in stays_of(changes_of([request], at=at)[request.pk])
        for span in spans_until(stay, at)
        if span.kind is SpanKind.QUEUE and span.until is not None
    ]
    if not spans:
        raise HiddenError(f"{reference} never lay in a queue.")
    _length, since, until, provider_id = max(spans)
    clocks = promises.clocks_of([f"request:{request.pk}"], at=at).get(f"request:{request.pk}", ())
    target = next((clock.target_seconds for clock in clocks if clock.kind == "resolution" and clock.target_seconds), 0)
    with connection.cursor() as cursor:
        cursor.execute(
            _OTHERS,
            {
                "since": since,
                "until": until,
                "provider": provider_id,
                "request": request.pk,
                "target": target,
            },
        )
        counts = [int(count) for count in cursor.fetchone() or ()]
    seconds = promises.working_seconds_of([(provider_id, since, until)])[0]
    card = next(card for card in directory.departments() if card.id == provider_id)
    return QueueStory(
        request_glimpse(request, cards_for([request])),
        provider_id,
        card.key,
        card.name_in(get_language()),
        since,
        until,
        until < at,
        seconds,
        *counts,
    )

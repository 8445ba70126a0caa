"""Making the legs of some requests anew from the journal, one request at a time."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from clientela.kernel.rows import write_rows
from clientela.promises import queries as promises
from clientela.requests.models import Leg, Request
from clientela.requests.queries.past_changes import changes_of
from clientela.requests.rules import parts_of, stays_of

REQUESTS_A_STATEMENT = 1000
# What a leg says, besides whose it is.
SAID = (
    "position",
    "provider_id",
    "service_id",
    "started_at",
    "ended_at",
    "outcome",
    "queue_seconds",
    "work_seconds",
    "customer_seconds",
    "department_seconds",
    "date_seconds",
)
OnProgress = Callable[[int], None]


def rebuild_legs(
    *, at: datetime, request_ids: Collection[int] | None = None, on_progress: OnProgress | None = None
) -> int:
    """Make the legs of these requests, or of all, anew from the journal as it stood at `at`. Return how many changed.

    What is right already is not written again. An open leg counts its seconds up to its last change. Each thousand
    requests is a transaction of its own; their rows are held, so two who rebuild the same take turns.
    `on_progress` hears how many requests are done.
    """
    numbers = iter(sorted(set(request_ids)) if request_ids is not None else _all_ids())
    changed = done = 0
    while batch := list(islice(numbers, REQUESTS_A_STATEMENT)):
        changed += _rebuild(batch, at=at)
        done += len(batch)
        if on_progress is not None:
            on_progress(done)
    return changed


def legs_of_requests(requests: Sequence[Request], *, at: datetime) -> dict[int, list[Leg]]:
    """The legs of each request, unsaved, as the journal tells them up to `at`. A fixed number of statements.

    `requests` come with their service version. Each stay is counted by the calendar version that was in force when it
    began, as a running clock keeps the one it started with.
    """
    history = promises.calendar_history()
    changes = changes_of(requests, at=at)
    found: dict[int, list[Leg]] = {}
    for request in requests:
        found[request.pk] = []
        for stay in stays_of(changes[request.pk]):
            parts = parts_of(stay, history.working_seconds(stay.provider_id, stay.started_at))
            leg = Leg(
                request_id=request.pk,
                position=stay.position,
                provider_id=stay.provider_id,
                service_id=request.service_version.service_id,
                started_at=stay.started_at,
                ended_at=stay.ended_at,
                outcome=stay.outcome.value,
                queue_seconds=parts.queue,
                work_seconds=parts.work,
                customer_seconds=parts.customer,
                department_seconds=parts.department,
                date_seconds=parts.date,
            )
            found[request.pk].append(leg)
    return found


@transaction.atomic
def _rebuild(request_ids: Sequence[int], *, at: datetime) -> int:
    requests = list(
        Request.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=request_ids)
        .select_related("service_version")
        .order_by("pk")
    )
    wanted = legs_of_requests(requests, at=at)
    stored: dict[int, list[Leg]] = {request.pk: [] for request in requests}
    for leg in Leg.objects.filter(request__in=stored).order_by("request_id", "position"):
        stored[leg.request_id].append(leg)
    wrong = [number for number in stored if _said(stored[number]) != _said(wanted[number])]
    new = [leg for number in wrong for leg in wanted[number]]
    # All of a request's legs go before any is written: old and new ones would overlap for a moment.
    Leg.objects.filter(request__in=wrong).delete()
    write_rows(new)
    return len(new)


def _said(legs: Iterable[Leg]) -> list[tuple[object, ...]]:
    return [tuple(getattr(leg, name) for name in SAID) for leg in legs]


def _all_ids() -> Iterable[int]:
    return Request.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=REQUESTS_A_STATEMENT)

"""Computing the legs of all requests anew from the journal, comparing them with what is stored, and putting it right.

Reading and comparing goes by columns, so a million requests take seconds. What differs is then made anew one by one,
under a lock: somebody may have changed it in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db.models import Max, Min

from clientela.catalogue import queries as catalogue
from clientela.kernel.columns import Column, columns_of
from clientela.promises import queries as promises
from clientela.requests.actions.legs.journal_pass import REQUESTS_A_FILE, ToldChanges, told_changes
from clientela.requests.actions.legs.rebuilding import rebuild_legs
from clientela.requests.models import Request
from clientela.requests.rules.legs.bulk import HANDED_OVER, OUTCOMES, PARTS, BulkChanges, bulk_legs

_REQUESTS: Final = """
    SELECT id, opened_at, provider_id, service_version_id FROM requests_request
    WHERE id >= %(first)s AND id < %(past)s ORDER BY id
"""
_REQUEST_KINDS: Final = {"id": "int8", "opened_at": "timestamptz", "provider_id": "int8", "service_version_id": "int8"}
_OUTCOMES: Final = " ".join(f"WHEN '{outcome}' THEN {code}" for code, outcome in enumerate(OUTCOMES))
_SECONDS: Final = tuple(f"{part}_seconds" for part in PARTS)
_LEGS: Final = f"""
    SELECT request_id, position, provider_id, service_id, started_at, COALESCE(ended_at, '-infinity') AS ended_at,
        CASE outcome {_OUTCOMES} ELSE -1 END AS outcome, {", ".join(_SECONDS)}
    FROM requests_leg WHERE request_id >= %(first)s AND request_id < %(past)s ORDER BY request_id, position
"""  # noqa: S608 - made of our own names
_LEG_KINDS: Final = {
    "request_id": "int8",
    "position": "int4",
    "provider_id": "int8",
    "service_id": "int8",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
    "outcome": "int2",
    **dict.fromkeys(_SECONDS, "int4"),
}
_POSITIONS: Final = 1 << 16  # more than a small integer of the database counts


@dataclass(frozen=True)
class RecomputedLegs:
    """What came of it: how many requests and legs were looked at, and the requests whose legs differed."""

    request_count: int
    leg_count: int
    different_request_ids: tuple[int, ...]


def recompute_legs(
    *, at: datetime, is_check: bool = False, on_progress: Callable[[int, int], None] | None = None
) -> RecomputedLegs:
    """Compute the legs of every request anew, and write those that differ unless it is only a check.

    `on_progress` hears how many request ids are done, and of how many.
    """
    ends = Request.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return RecomputedLegs(0, 0, ())
    whole = range(ends["first"], ends["last"] + 1)
    services = _services()
    request_count = leg_count = 0
    different: list[int] = []
    for told in told_changes(requests=whole, at=at):
        spots = {"first": told.first_request, "past": told.first_request + REQUESTS_A_FILE}
        requests = columns_of(_REQUESTS, _REQUEST_KINDS, spots)
        computed = _computed(requests, told, services, now=promises.ticks_now(at))
        stored = columns_of(_LEGS, _LEG_KINDS, spots)
        request_count += len(requests["id"])
        leg_count += len(computed["request_id"])
        wrong = _differing(computed, stored, told.first_request)
        different += wrong
        if wrong and not is_check:
            rebuild_legs(at=at, request_ids=wrong)
        if on_progress is not None:
            on_progress(min(spots["past"], whole.stop) - whole.start, len(whole))
    return RecomputedLegs(request_count, leg_count, tuple(different))


def _computed(requests: dict[str, Column], told: ToldChanges, services: Column, *, now: int) -> dict[str, Column]:
    """The legs as the journal tells them, as columns named as those of the table."""
    numbers = requests["id"]
    if not len(numbers):
        return {name: np.empty(0, dtype=np.int64) for name in _LEG_KINDS}
    places = numbers - told.first_request
    first = np.searchsorted(told.place, places, side="left")
    count = np.searchsorted(told.place, places, side="right") - first
    hours = promises.many_hours(
        first=min(requests["opened_at"].min(), told.at.min(initial=now)),
        last=max(now, requests["opened_at"].max(), told.at.max(initial=now)),
    )
    legs = bulk_legs(
        BulkChanges(
            opened=requests["opened_at"],
            provider=_first_providers(requests["provider_id"], told, places),
            first_change=first,
            change_count=count,
            at=told.at,
            code=told.code,
            to=told.to,
        ),
        calendar_of=hours.calendar_of,
        open_before=hours.tables.open_before,
    )
    return {
        "request_id": numbers[legs.request],
        "position": legs.position,
        "provider_id": legs.provider,
        "service_id": services[requests["service_version_id"][legs.request]],
        "started_at": legs.started,
        "ended_at": legs.ended,
        "outcome": legs.outcome,
        **{name: legs.seconds[:, place] for place, name in enumerate(_SECONDS)},
    }


def _first_providers(now_at: Column, told: ToldChanges, places: Column) -> Column:
    """Who had each request first: who handed it over first, or else who has it now."""
    rows = np.flatnonzero(told.code == HANDED_OVER)
    handed_over, firsts = np.unique(told.place[rows], return_index=True)
    found = np.minimum(np.searchsorted(handed_over, places), max(0, len(handed_over) - 1))
    if not len(handed_over):
        return now_at
    return np.where(handed_over[found] == places, told.was[rows[firsts[found]]], now_at)


def _differing(computed: dict[str, Column], stored: dict[str, Column], first_request: int) -> list[int]:
    """The requests whose legs are not the same on both sides."""
    keys, stored_keys = (
        (legs["request_id"] - first_request) * _POSITIONS + legs["position"] for legs in (computed, stored)
    )
    if len(keys) == len(stored_keys) and bool((keys == stored_keys).all()):
        is_wrong = np.zeros(len(keys), dtype=np.bool_)
        for name in _LEG_KINDS:
            is_wrong |= computed[name] != stored[name]
        return [int(number) for number in np.unique(computed["request_id"][is_wrong])]
    _, mine, theirs = np.intersect1d(keys, stored_keys, assume_unique=True, return_indices=True)
    is_wrong = np.zeros(len(mine), dtype=np.bool_)
    for name in _LEG_KINDS:
        is_wrong |= computed[name][mine] != stored[name][theirs]
    alone = np.concatenate(
        [np.delete(computed["request_id"], mine), np.delete(stored["request_id"], theirs)],
    )
    return [int(number) for number in np.unique(np.concatenate([alone, computed["request_id"][mine][is_wrong]]))]


def _services() -> Column:
    """The service of each version, by the version's id."""
    versions = catalogue.services_of_versions()
    services = np.zeros(max(versions, default=0) + 1, dtype=np.int64)
    for version, service in versions.items():
        services[version] = service
    return services

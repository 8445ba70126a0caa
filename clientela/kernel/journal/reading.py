"""Reading the journal for people: what happened to a thing."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from clientela.kernel.models import Fact

MANY = 20  # things: from here on the names are looked up as below

# The names come as a query's answer, which the planner takes for a short one, so that it asks the index on `about`.
# Else it would read many facts and compare each one's names with a thousand others, letter by letter.
_ABOUT_MANY = """
SELECT id, at, verb, by_party_id, about, data::text FROM kernel_fact
WHERE about && ARRAY(SELECT unnest(%(things)s::varchar[]))
    AND (cardinality(%(verbs)s::varchar[]) = 0 OR verb = ANY(%(verbs)s))
ORDER BY id + 0 DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class FactSeen:
    """A fact, ready to show or to follow. `by` is the party who did it, None for the house itself."""

    id: int
    at: datetime
    verb: str
    by: int | None
    about: tuple[str, ...]
    data: Mapping[str, Any]


def facts_about(thing: str, *, before_id: int | None = None, limit: int = 50) -> list[FactSeen]:
    """What happened to `thing`, newest first, at most `limit` facts; `before_id` goes on to older ones."""
    facts = Fact.objects.filter(about__contains=[thing])
    if before_id is not None:
        facts = facts.filter(pk__lt=before_id)
    # The sum keeps the database from walking the primary key backwards through everybody's facts in the hope of
    # meeting fifty about this thing: it reads the few from the index on `about` and sorts those.
    return [seen(fact) for fact in facts.order_by((F("pk") + 0).desc())[:limit]]


def facts_about_any(things: Collection[str], *, verbs: Collection[str] = (), limit: int = 500) -> list[FactSeen]:
    """What happened to any of `things`, newest first, at most `limit` facts, each once; only `verbs` if given."""
    if len(things) >= MANY:
        return _facts_about_many(things, verbs=verbs, limit=limit)
    facts = Fact.objects.filter(about__overlap=list(things))
    if verbs:
        facts = facts.filter(verb__in=list(verbs))
    return [seen(fact) for fact in facts.order_by((F("pk") + 0).desc())[:limit]]


def _facts_about_many(things: Collection[str], *, verbs: Collection[str], limit: int) -> list[FactSeen]:
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT_MANY, {"things": list(things), "verbs": list(verbs), "limit": limit})
        return [
            FactSeen(id=number, at=at, verb=verb, by=by, about=tuple(about), data=json.loads(data))
            for number, at, verb, by, about, data in cursor.fetchall()
        ]


def seen(fact: Fact) -> FactSeen:
    """The row as a plain value."""
    return FactSeen(
        id=fact.pk, at=fact.at, verb=fact.verb, by=fact.by_party_id, about=tuple(fact.about), data=fact.data
    )


_HANDS = """
SELECT (extract(isodow FROM hour_at) - 1)::int, extract(hour FROM hour_at)::int, count(*), sum(people)
FROM (
    SELECT date_trunc('hour', fact.at AT TIME ZONE who.zone) AS hour_at, count(DISTINCT fact.by_party_id) AS people
    FROM kernel_fact AS fact
    JOIN unnest(%(people)s::bigint[], %(zones)s::text[]) AS who (id, zone) ON who.id = fact.by_party_id
    WHERE fact.at >= %(since)s AND fact.at < %(until)s AND fact.about && %(about)s::varchar[]
    GROUP BY 1
) AS hours
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class HourOfHands:
    """An hour of the week: in how many such hours anybody did something, and how many people, summed over them."""

    hours: int
    people: int


def hands_by_hour(
    things: Collection[str], *, zones: Mapping[int, str], since: datetime, until: datetime
) -> dict[tuple[int, int], HourOfHands]:
    """Return how many of these people (ids with their zones) did something about any of `things`, when.

    By weekday (0 is Monday) and hour where each of them is. Counts of people, never who. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _HANDS,
            {
                "people": list(zones),
                "zones": list(zones.values()),
                "since": since,
                "until": until,
                "about": list(things),
            },
        )
        return {(day, hour): HourOfHands(hours, int(people)) for day, hour, hours, people in cursor.fetchall()}


_DEEDS = """
SELECT about_what, fact.by_party_id, min(fact.at)
FROM kernel_fact AS fact CROSS JOIN unnest(fact.about) AS about_what
WHERE fact.at >= %(since)s AND fact.at < %(until)s AND fact.by_party_id = ANY(%(people)s)
    AND about_what = ANY(%(about)s)
GROUP BY about_what, fact.by_party_id, date_trunc('hour', fact.at)
"""


def hours_of_deeds(
    things: Collection[str], *, people: Collection[int], since: datetime, until: datetime
) -> list[tuple[str, int, datetime]]:
    """Return in which hours these people did something about which of `things`: (thing, person, first moment).

    For sums only: what one person did is never shown. One statement.
    """
    values: dict[str, Any] = {"people": list(people), "about": list(things), "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_DEEDS, values)
        return list(cursor.fetchall())

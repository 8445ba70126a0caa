"""Following the journal: reacting to what happened below, each fact once, none skipped, none repeated.

Ids are given out when a fact is written, but facts become visible when their transaction commits, and the two orders
differ: fact 7 can appear after fact 8 has been read. So every fact carries the number of the transaction that wrote it
(`xid`), and a follower reads in the order (xid, id), only facts of transactions older than the oldest one that is still
running. Below that line nothing can appear any more, so the last (xid, id) read is a place to come back to.

The place is saved in the transaction in which the follower worked. If the worker dies in between, neither its effects
nor the new place exist, and the next worker does the same again: what is written to the database happens once.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from clientela.kernel.journal.reading import FactSeen
from clientela.kernel.models import FollowerCursor

logger = logging.getLogger(__name__)

FACTS_AT_ONCE = 500
LONGEST_ERROR = 2000
# How long a follower rests after each failure in a row; then every half hour.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)

# Of the facts that are passed by, the names and the data stay in the database.
_UNREAD = """
    SELECT id, xid, at, verb, by_party_id, CASE WHEN verb = ANY(%s) THEN about END,
        CASE WHEN verb = ANY(%s) THEN data::text END
    FROM kernel_fact
    WHERE (xid, id) > (%s, %s) AND xid < kernel_journal_horizon()
    ORDER BY xid, id LIMIT %s
"""
_BEHIND = """
    SELECT name FROM unnest(%s::text[]) AS name LEFT JOIN kernel_followercursor AS place USING (name)
    WHERE (place.retry_at IS NULL OR place.retry_at <= %s) AND EXISTS (
        SELECT FROM kernel_fact AS fact
        WHERE (fact.xid, fact.id) > (COALESCE(place.xid, 0), COALESCE(place.fact_id, 0))
        AND fact.xid < kernel_journal_horizon()
    )
"""
_TO_THIS_MOMENT = """
    INSERT INTO kernel_followercursor (name, xid, fact_id, failure_count, error)
    VALUES (%s, GREATEST(kernel_journal_xid(), (SELECT max(xid) FROM kernel_fact)), 9223372036854775807, 0, '')
    ON CONFLICT (name) DO UPDATE SET xid = excluded.xid, fact_id = excluded.fact_id
    WHERE (kernel_followercursor.xid, kernel_followercursor.fact_id) < (excluded.xid, excluded.fact_id)
"""


@dataclass(frozen=True)
class Follower:
    """Somebody who reacts to facts with one of `verbs`.

    `follow` is given them in order and writes to the database only, in the transaction it is called in: what it does
    elsewhere (a letter, a call) goes through the outbox or a deferred job. It may be given the same facts again after
    a failure, when nothing of the first time is left.
    """

    name: str
    verbs: frozenset[str]
    follow: Callable[[Sequence[FactSeen]], None]


@dataclass(frozen=True)
class FollowerSeen:
    """A follower that failed: how often in a row, since when, when it tries again, and its error."""

    name: str
    failure_count: int
    failed_at: datetime
    retry_at: datetime
    error: str


def follow_journal(follower: Follower, *, limit: int = FACTS_AT_ONCE) -> int:
    """Give `follower` its part of the next `limit` facts. Return how many facts were passed, whatever their verb.

    Zero means that there is nothing new, or that another worker follows for it at this moment. What `follow` raises is
    raised here, with nothing changed. A fact is seen only when every transaction older than its own has ended, so not
    in the transaction that recorded it.
    """
    _make_place(follower.name)
    with transaction.atomic():
        place = FollowerCursor.objects.select_for_update(skip_locked=True).filter(name=follower.name).first()
        if place is None:
            return 0
        facts = _unread(follower, place, limit)
        if not facts:
            return 0
        wanted = [
            FactSeen(id=number, at=at, verb=verb, by=by, about=tuple(about), data=json.loads(data))
            for number, _xid, at, verb, by, about, data in facts
            if about is not None
        ]
        if wanted:
            try:
                follower.follow(wanted)
            except Exception as error:
                error.add_note(f"{follower.name} was given the facts {wanted[0].id} to {wanted[-1].id}.")
                raise
        FollowerCursor.objects.filter(name=follower.name).update(
            xid=facts[-1][1], fact_id=facts[-1][0], failure_count=0, failed_at=None, retry_at=None, error=""
        )
    return len(facts)


def _unread(follower: Follower, place: FollowerCursor, limit: int) -> list[tuple[Any, ...]]:
    verbs = list(follower.verbs)
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [verbs, verbs, place.xid, place.fact_id, limit])
        return list(cursor.fetchall())


def follow_all(followers: Iterable[Follower], *, at: datetime, limit: int = FACTS_AT_ONCE) -> int:
    """Let every follower that is behind take its next step. Return how many facts were passed, over all of them.

    One that fails rests for a growing while and is shown by `followers_in_trouble`; the others go on. After a failure
    it takes one fact at a time, so all that is good before the bad fact gets through and the error names that fact.
    """
    by_name = {follower.name: follower for follower in followers}
    passed = 0
    for name in _names_behind(list(by_name), at=at):
        stumbled = FollowerCursor.objects.filter(name=name, failure_count__gt=0).exists()
        try:
            passed += follow_journal(by_name[name], limit=1 if stumbled else limit)
        except Exception as error:
            logger.exception("The follower %s failed.", name)
            _note_failure(name, error, at=at)
    return passed


def followers_in_trouble() -> list[FollowerSeen]:
    """The followers whose last try failed, by name."""
    return [
        FollowerSeen(place.name, place.failure_count, place.failed_at, place.retry_at, place.error)
        for place in FollowerCursor.objects.filter(failure_count__gt=0).order_by("name")
        if place.failed_at and place.retry_at
    ]


def skip_history(follower: Follower) -> None:
    """Take everything that was recorded until now as followed: for history that is loaded, and needs no reaction.

    Best called in the transaction that loads it, so no worker can be quicker. Only for a house where nobody works yet:
    what other transactions record while this one is open is skipped too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TO_THIS_MOMENT, [follower.name])


def _names_behind(names: list[str], *, at: datetime) -> list[str]:
    # One statement that writes nothing, so an idle worker costs next to nothing however many followers there are.
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [names, at])
        return [name for (name,) in cursor.fetchall()]


def _make_place(name: str) -> None:
    # Committed before any following begins: otherwise a second worker would wait for the first one's transaction to
    # see whether the new place comes to be, instead of passing by.
    if not FollowerCursor.objects.filter(name=name).exists():
        FollowerCursor.objects.bulk_create([FollowerCursor(name=name)], ignore_conflicts=True)


def _note_failure(name: str, error: Exception, *, at: datetime) -> None:
    words = " ".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])])
    place = FollowerCursor.objects.get(name=name)
    pause = PAUSES[min(place.failure_count, len(PAUSES) - 1)]
    # If another worker gets through at this very moment, the trouble noted here ends with its next step.
    FollowerCursor.objects.filter(name=name).update(
        failure_count=F("failure_count") + 1,
        failed_at=at,
        retry_at=at + pause,
        error=words.replace("\0", "")[:LONGEST_ERROR],
    )

"""Never too often: who may be asked at all now, over all surveys and the ratings that closing letters ask."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection

from clientela.voice.models import ListeningPolicy
from clientela.voice.rules.asking import QUARTER, AskingBudget, may_be_asked

# One letter is one ask, about however many departments it asks.
_ASKS = """
    SELECT person_id, asked_at FROM (
        SELECT DISTINCT person_id, round_id, asked_at FROM voice_surveyinvitation
        WHERE person_id = ANY(%(people)s) AND asked_at > %(since)s
    ) AS surveys
    UNION ALL
    SELECT person_id, asked_at FROM voice_ratinginvitation
    WHERE person_id = ANY(%(people)s) AND asked_at > %(since)s AND is_asked
"""


def asking_budget() -> AskingBudget:
    """The limits that the house chose, else those of a house that has not chosen. One statement."""
    chosen = ListeningPolicy.objects.first() or ListeningPolicy()
    return AskingBudget(chosen.asks_a_quarter, chosen.days_between_asks, chosen.remind_after_days)


def take_turns() -> None:
    """Let nobody else ask until this transaction ends: two surveys at once would each see the other's ask too late."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('voice: one asks at a time'))")


def asks_of(person_ids: Collection[int], *, at: datetime) -> Mapping[int, Sequence[datetime]]:
    """When each was asked in the last quarter; who was not is left out. One statement."""
    found: dict[int, list[datetime]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ASKS, {"people": list(person_ids), "since": at - QUARTER})
        for person_id, asked_at in cursor.fetchall():
            found[person_id].append(asked_at)
    return found


def may_ask_in_passing(person_id: int, *, zone: str, at: datetime) -> bool:
    """Whether a letter that is written anyway may ask something too: only the quarter's limit counts for it."""
    passing = replace(asking_budget(), days_between_asks=0)
    verdict = may_be_asked(
        at=at, zone=zone, asked_before=asks_of([person_id], at=at).get(person_id, ()), budget=passing
    )
    return verdict.is_allowed

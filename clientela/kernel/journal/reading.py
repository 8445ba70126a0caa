"""Reading the journal for people: what happened to a thing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from clientela.kernel.models import Fact


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
    facts = Fact.objects.filter(about__overlap=list(things))
    if verbs:
        facts = facts.filter(verb__in=list(verbs))
    return [seen(fact) for fact in facts.order_by((F("pk") + 0).desc())[:limit]]


def seen(fact: Fact) -> FactSeen:
    """The row as a plain value."""
    return FactSeen(
        id=fact.pk, at=fact.at, verb=fact.verb, by=fact.by_party_id, about=tuple(fact.about), data=fact.data
    )

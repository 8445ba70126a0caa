"""What the journal tells of who had a request and how it stood: the facts that legs are made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from clientela.kernel.journal import FactSeen, facts_about_any, thing
from clientela.requests.rules import PastChange

# The facts that change who has a request or how it stands.
CHANGES = frozenset(
    {
        "request_taken",
        "request_assigned",
        "request_handed_over",
        "waiting_started",
        "waiting_ended",
        "request_resolved",
        "request_closed",
        "request_reopened",
        "request_cancelled",
    }
)
MOST_FACTS = 1_000_000  # more than any few thousand requests have


class Opened(Protocol):
    """What a request's own row says of its beginning, and who has it now."""

    @property
    def pk(self) -> int: ...  # noqa: D102 - as in the row
    @property
    def opened_at(self) -> datetime: ...  # noqa: D102 - as in the row
    @property
    def provider_id(self) -> int: ...  # noqa: D102 - as in the row


def changes_in(requests: Iterable[Opened], facts: Iterable[FactSeen]) -> dict[int, list[PastChange]]:
    """The changes of each request, the opening first, out of facts about any requests in any order."""
    told: dict[int, list[FactSeen]] = defaultdict(list)
    for fact in facts:
        if fact.verb in CHANGES:
            told[int(fact.about[0].partition(":")[2])].append(fact)
    found = {}
    for request in requests:
        past = sorted(told[request.pk], key=lambda fact: (fact.at, fact.id))
        handed_over = next((fact for fact in past if fact.verb == "request_handed_over"), None)
        first_provider = request.provider_id if handed_over is None else int(handed_over.data["was"])
        opening = PastChange(at=request.opened_at, state="open", provider_id=first_provider, is_held=False)
        found[request.pk] = [opening, *map(_change, past)]
    return found


def changes_of(requests: Mapping[int, Opened] | Collection[Opened], *, at: datetime) -> dict[int, list[PastChange]]:
    """The changes of each request up to a moment. One statement."""
    rows = list(requests.values()) if isinstance(requests, Mapping) else list(requests)
    things = [thing("request", row.pk) for row in rows]
    facts = facts_about_any(things, verbs=CHANGES, limit=MOST_FACTS)
    return changes_in(rows, [fact for fact in facts if fact.at <= at])


def _change(fact: FactSeen) -> PastChange:
    match fact.verb:
        case "request_taken":
            return PastChange(fact.at, is_held=True)
        case "request_assigned":
            return PastChange(fact.at, is_held=fact.data["to"] is not None)
        case "request_handed_over":
            return PastChange(fact.at, provider_id=int(fact.data["to"]), is_held=False)
        case "waiting_started":
            return PastChange(fact.at, state=str(fact.data["state"]))
        case "waiting_ended" | "request_reopened":
            return PastChange(fact.at, state="open")
        case _:
            return PastChange(fact.at, state=fact.verb.removeprefix("request_"))

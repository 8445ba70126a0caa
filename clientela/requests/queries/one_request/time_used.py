"""Where the time went: working seconds of each department along a chain, from the journal."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clientela.kernel.journal import FactSeen, thing
from clientela.promises import queries as promises
from clientela.requests.queries.chains import Chain
from clientela.requests.queries.glimpses import PartyGlimpse
from clientela.requests.rules import Leg, PastChange, legs_of

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


@dataclass(frozen=True)
class TimeUsed:
    """The working time a department has used in the chain, by its own calendar; `work_seconds` of it not waiting."""

    department: PartyGlimpse
    seconds: int
    work_seconds: int


def seconds_by_department(chain: Chain, facts: Sequence[FactSeen], *, at: datetime) -> dict[int, tuple[int, int]]:
    """Department id → (working seconds, those not waiting), from the customer's side of the chain downwards.

    A fixed number of statements, however long the chain.
    """
    by_request: dict[int, list[FactSeen]] = defaultdict(list)
    for fact in facts:
        if fact.verb in CHANGES:
            by_request[int(fact.about[0].partition(":")[2])].append(fact)
    depth = {link.request_id: link.depth for link in chain.links}
    legs = [
        leg
        for number in sorted(chain.rows, key=lambda number: (depth.get(number, 0), number))
        for leg in _legs(chain, number, by_request[number], at=at)
    ]
    seconds_each = promises.working_seconds_of([(leg.provider_id, leg.starts_at, leg.ends_at) for leg in legs])
    used: dict[int, tuple[int, int]] = {}
    for leg, seconds in zip(legs, seconds_each, strict=True):
        total, work = used.get(leg.provider_id, (0, 0))
        used[leg.provider_id] = (total + seconds, work + (0 if leg.is_waiting else seconds))
    return used


def subjects_of(chain: Chain) -> list[str]:
    """Every request of the chain as the journal names it."""
    return [thing("request", number) for number in chain.rows]


def _legs(chain: Chain, number: int, facts: Sequence[FactSeen], *, at: datetime) -> tuple[Leg, ...]:
    request = chain.rows[number]
    past = sorted(facts, key=lambda fact: (fact.at, fact.id))
    handed_over = [fact for fact in past if fact.verb == "request_handed_over"]
    first_provider = int(handed_over[0].data["was"]) if handed_over else request.provider_id
    opening = PastChange(at=request.opened_at, state="open", provider_id=first_provider, is_held=False)
    return legs_of([opening, *map(_change, past)], until=at)


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

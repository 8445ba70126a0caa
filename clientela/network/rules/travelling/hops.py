"""Who did what for whom in a case: the hops from the customer outside to the last department."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clientela.network.rules.travelling.chains import Family, Stay
from clientela.network.rules.waits import bucket_of


@dataclass(frozen=True)
class Hop:
    """What one department did for another, or for the customer outside (None), on behalf of one case.

    `asked`: how often; `requests`: of how many requests, of which `decided` were promised and kept or broken, `late`
    broken. `depths`: how many hops from the customer, 1 is next to it, and how often; `waits`: by bucket of
    `rules.waits`, the working seconds that each request spent there, and how many did.
    """

    customer_id: int | None
    provider_id: int
    asked: int
    requests: int
    decided: int
    late: int
    depths: Mapping[int, int]
    waits: Mapping[int, int]


def who_asked(family: Family) -> list[tuple[int, int, int, int]]:
    """Return (the department that asked, the one asked, waiting request, needed request) of everything in a case.

    Who asked is who had the waiting request when the other came; several were asked when it was handed on. What a
    department asks of itself is left out.
    """
    found = []
    for waiting_id, needed in family.asked.items():
        for needed_id in needed:
            asked = family.stays.get(needed_id, ())
            if not asked or not family.stays.get(waiting_id):
                continue
            asker = _holder_at(family.stays[waiting_id], asked[0].started_at)
            found += [
                (asker, provider_id, waiting_id, needed_id)
                for provider_id in dict.fromkeys(stay.provider_id for stay in asked)
                if provider_id != asker
            ]
    return found


def hops_of(family: Family, is_late: Mapping[tuple[int, int], bool]) -> tuple[Hop, ...]:
    """Return the hops of a case. `is_late`: (request, department) → whether a promise of it was broken, if decided."""
    depths = _depths(family)
    own = family.stays.get(family.root_id, ())
    steps: list[tuple[int | None, int, int, int]] = [
        (None, provider_id, 1, family.root_id) for provider_id in dict.fromkeys(stay.provider_id for stay in own)
    ]
    steps += [(asker, provider, depths[needed], needed) for asker, provider, _, needed in who_asked(family)]
    met: dict[tuple[int | None, int], list[tuple[int, int]]] = defaultdict(list)
    for customer_id, provider_id, depth, request_id in steps:
        met[customer_id, provider_id].append((depth, request_id))
    return tuple(
        _hop(family, customer_id, provider_id, found, is_late) for (customer_id, provider_id), found in met.items()
    )


def _hop(
    family: Family,
    customer_id: int | None,
    provider_id: int,
    met: Sequence[tuple[int, int]],
    is_late: Mapping[tuple[int, int], bool],
) -> Hop:
    requests = dict.fromkeys(request_id for _depth, request_id in met)
    ends = [is_late[number, provider_id] for number in requests if (number, provider_id) in is_late]
    return Hop(
        customer_id=customer_id,
        provider_id=provider_id,
        asked=len(met),
        requests=len(requests),
        decided=len(ends),
        late=sum(ends),
        depths=Counter(depth for depth, _request_id in met),
        waits=Counter(bucket_of(_spent(family.stays[number], provider_id)) for number in requests),
    )


def _spent(stays: Sequence[Stay], provider_id: int) -> int:
    return sum(
        stay.moving_seconds + stay.still_seconds + stay.waiting_seconds
        for stay in stays
        if stay.provider_id == provider_id
    )


def _holder_at(stays: Sequence[Stay], moment: int) -> int:
    return next((stay.provider_id for stay in reversed(stays) if stay.started_at <= moment), stays[0].provider_id)


def _depths(family: Family) -> dict[int, int]:
    """Return how many hops each request is from the customer, by the shortest way."""
    found, edge = {family.root_id: 1}, [family.root_id]
    while edge:
        nearer = edge
        edge = []
        for number in nearer:
            for needed in family.asked.get(number, ()):
                if needed not in found:
                    found[needed] = found[number] + 1
                    edge.append(needed)
    return found

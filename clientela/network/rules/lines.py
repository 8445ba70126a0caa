"""Shares with their intervals, and how far each department stands from outside."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964
ROUNDS = 200  # of the iteration in `hops_to_outside`; every round some of each walk ends outside


@dataclass(frozen=True)
class Interval:
    """A share with its 95 % Wilson interval; all from 0 to 1."""

    share: float
    low: float
    high: float


def wilson(count: int, total: int) -> Interval:
    """Return a share with its 95 % Wilson score interval (Wilson 1927). `total` must be above zero."""
    share = count / total
    spread = Z_95 * sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    centre = share + Z_95**2 / (2 * total)
    scale = 1 + Z_95**2 / total
    return Interval(share=share, low=max(0.0, (centre - spread) / scale), high=min(1.0, (centre + spread) / scale))


def hops_to_outside(volumes: Mapping[tuple[str, str], int], *, outside: frozenset[str]) -> dict[str, float]:
    """Return how many hops a provider's work travels on average until it reaches an outside customer.

    `volumes` maps (provider, customer) to the number of requests. A provider that serves only outside customers is 1
    hop away; one that serves only such providers is 2 hops away. h(p) = Σ share(p→c)·(1 + h(c)), h(outside) = 0: the
    expected length of a walk that ends outside. Circles are allowed; what never leads outside stands a hop behind all.
    """
    served: dict[str, dict[str, int]] = defaultdict(dict)
    for (provider, customer), volume in volumes.items():
        served[provider][customer] = volume
    arriving = _that_lead_to(outside, served)
    hops = dict.fromkeys(arriving, 1.0)
    for _round in range(ROUNDS):
        for provider in arriving:
            onward = {
                customer: volume
                for customer, volume in served[provider].items()
                if customer in outside or customer in arriving
            }
            hops[provider] = sum(
                volume * (1 + (0.0 if customer in outside else hops[customer])) for customer, volume in onward.items()
            ) / sum(onward.values())
    last = 1 + max(hops.values(), default=0.0)
    return {provider: hops.get(provider, last) for provider in served}


def _that_lead_to(outside: frozenset[str], served: Mapping[str, Mapping[str, int]]) -> dict[str, None]:
    """Return the providers whose work reaches a customer outside by some way, the nearest first."""
    found: dict[str, None] = {}
    while True:
        more = [p for p in served if p not in found and any(c in outside or c in found for c in served[p])]
        if not more:
            return found
        found |= dict.fromkeys(more)

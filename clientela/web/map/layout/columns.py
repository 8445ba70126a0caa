"""Which column each node stands in, and in which order: from who serves whom alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

ROUNDS = 40  # of following the work outwards; the order is settled long before
SWEEPS = 8  # of ordering the columns, back and forth
FEW = 40  # nodes that fit four columns
LOPSIDED = 1.6  # a column with so many times its share makes the cut go by rank

Ties = Iterable[tuple[str, str]]


def columns_of(inside: Iterable[str], outside: Iterable[str], ties: Ties) -> list[list[str]]:
    """Return the columns from the farthest to the customers outside, each in the order it is read.

    `ties` are pairs of who provides and who is served. The same nodes and ties give the same columns in any order.
    """
    inner, outer = sorted(set(inside)), sorted(set(outside))
    known = {*inner, *outer}
    pairs = sorted({(one, other) for one, other in ties if one != other and one in known and other in known})
    hops = hops_outward(inner, frozenset(outer), pairs)
    columns = [*_cut(sorted(inner, key=lambda key: (-hops[key], key)), hops), outer]
    return _ordered([column for column in columns if column], pairs)


def hops_outward(inside: Sequence[str], outside: frozenset[str], pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Return how many hops a node's work travels until it is outside, every tie taken as often as every other.

    A node whose work never leads outside stands a hop behind all that do.
    """
    served: dict[str, list[str]] = defaultdict(list)
    for provider, customer in pairs:
        served[provider].append(customer)
    leading = _leading(inside, outside, served)
    hops = dict.fromkeys(leading, 1.0)
    onward = {key: [other for other in served[key] if other in outside or other in hops] for key in leading}
    for _round in range(ROUNDS):
        for key in leading:
            hops[key] = 1 + sum(hops.get(other, 0.0) for other in onward[key]) / len(onward[key])
    last = 1 + max(hops.values(), default=0.0)
    return {key: round(hops.get(key, last), 6) for key in inside}


def _leading(inside: Sequence[str], outside: frozenset[str], served: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes whose work reaches a customer outside by some way, the nearest first."""
    reached, found = set(outside), list[str]()
    while more := [key for key in inside if key not in reached and any(other in reached for other in served[key])]:
        reached.update(more)
        found += more
    return found


def _cut(keys: Sequence[str], hops: Mapping[str, float]) -> list[list[str]]:
    """Cut nodes, the farthest first, into columns: by hops; by rank where one column would hold nearly all."""
    if not keys:
        return []
    wanted = min(4, ceil(len(keys) / 2.5)) if len(keys) <= FEW else min(6, ceil(len(keys) / 12))
    farthest, nearest = hops[keys[0]], hops[keys[-1]]
    step = (farthest - nearest) / wanted or 1.0
    columns: list[list[str]] = [[] for _column in range(wanted)]
    for key in keys:
        columns[min(wanted - 1, int((farthest - hops[key]) / step))].append(key)
    share = len(keys) / wanted
    if max(map(len, columns)) > max(3, LOPSIDED * share):
        columns = [list(keys[round(share * place) : round(share * (place + 1))]) for place in range(wanted)]
    return columns


def _ordered(columns: list[list[str]], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Order each column by the middle of its neighbours, back and forth, so that few lines cross."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for provider, customer in pairs:
        neighbours[provider].append(customer)
        neighbours[customer].append(provider)
    order = [sorted(column) for column in columns]
    place = {key: (row + 0.5) / len(column) for column in order for row, key in enumerate(column)}
    for sweep in range(SWEEPS):
        for column in order if sweep % 2 == 0 else reversed(order):
            middle = {
                key: sum(place[other] for other in neighbours[key]) / len(neighbours[key])
                if neighbours[key]
                else place[key]
                for key in column
            }
            column.sort(key=lambda key: (round(middle[key], 9), key))
            place.update({key: (row + 0.5) / len(column) for row, key in enumerate(column)})
    return order

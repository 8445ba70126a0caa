"""Which lines are drawn at first: the busiest, the surprising and the silent ones that matter; the rest on demand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clientela.network.queries.service_map import DECLARED, Edge

BUSIEST, BUSIEST_OF_MANY = 20, 60
MANY_NODES = 24
APART = 6  # of the surprising, of the silent and of those that only traces show, beside the busiest


@dataclass(frozen=True)
class Calm:
    """The lines to draw. `at_least`: how many requests the busiest ones have; None: all lines are drawn.

    `is_traced`: nobody asked for anything, so it is what event logs and mail show.
    """

    edges: tuple[Edge, ...]
    at_least: int | None
    busy_count: int
    hidden_count: int
    is_traced: bool = False


def calm(edges: Sequence[Edge], *, nodes: int, is_whole: bool, also: tuple[str, ...] = ()) -> Calm:
    """Choose the lines to draw of `edges`, which come the busiest first; `also`: the ends of one that is told of."""
    wanted = BUSIEST if nodes <= MANY_NODES else BUSIEST_OF_MANY
    if is_whole or len(edges) <= wanted:
        return Calm(tuple(edges), None, len(edges), 0)
    happening = [edge for edge in edges if not edge.is_silent]
    is_traced = not any(edge.asked for edge in happening)
    volumes = {_pair(edge): edge.traced if is_traced else edge.asked for edge in happening}
    at_least = _threshold(sorted(volumes.values(), reverse=True), wanted)
    busy = {pair for pair, volume in volumes.items() if volume >= at_least}
    silent = [edge for edge in edges if edge.is_silent]
    beside = [] if is_traced else [edge for edge in edges if edge.is_only_traced]
    apart = {
        _pair(edge)
        for some in (surprises(edges), silent, beside)
        for edge in [edge for edge in some if _pair(edge) not in busy][:APART]
    }
    chosen = busy | apart | {also}
    drawn = tuple(edge for edge in edges if _pair(edge) in chosen)
    if len(drawn) == len(edges):
        return Calm(drawn, None, len(edges), 0)
    return Calm(drawn, at_least, len(busy), len(edges) - len(drawn), is_traced)


def surprises(edges: Sequence[Edge]) -> list[Edge]:
    """What happens and nobody declared. Where nothing at all is declared, nothing is surprising."""
    if not any(DECLARED in edge.sources for edge in edges):
        return []
    return [edge for edge in edges if edge.is_surprise]


def touching(edges: Sequence[Edge], keys: Collection[str]) -> list[Edge]:
    """The lines that begin or end at one of these nodes."""
    return [edge for edge in edges if edge.provider in keys or edge.customer in keys]


def _threshold(volumes: Sequence[int], wanted: int) -> int:
    """Return from how many requests on a line is drawn: so that about `wanted` are, never by halves of a tie."""
    if len(volumes) <= wanted:
        return min(volumes, default=0)
    last = volumes[wanted - 1]
    is_long_tie = sum(volume >= last for volume in volumes) > 1.5 * wanted
    return last + 1 if is_long_tie and volumes[0] > last else last


def _pair(edge: Edge) -> tuple[str, str]:
    return edge.provider, edge.customer

"""Who stands on the map: whoever ever had a line, so that a quiet week moves nobody, and in which open department."""

from collections.abc import Mapping
from dataclasses import dataclass

from clientela.network.queries.service_map import OUTSIDE, Node, ServiceMap
from clientela.web.map.layout import Layout, Place, layout
from clientela.web.map.lettering import width_of
from clientela.web.map.sentences import name_in, name_of

Pair = tuple[str, str]


@dataclass(frozen=True)
class Cast:
    """The nodes of the map, and the names of all departments."""

    nodes: tuple[Node, ...]
    names: Mapping[str, str]  # of nodes, and of every department there is
    parents: Mapping[str, str | None]
    ties: frozenset[Pair]

    def above(self, key: str) -> list[str]:
        """The departments above one, the outermost first."""
        found: list[str] = []
        above = self.parents.get(key)
        while above is not None and above not in found:
            found.insert(0, above)
            above = self.parents.get(above)
        return found


def cast_of(found: ServiceMap) -> Cast:
    """Return whoever has a line, or ever had one."""
    ties = found.ties | {(edge.provider, edge.customer) for edge in found.edges}
    busy = {key for tie in ties for key in tie}
    standing = {one.key: one for one in found.departments}
    nodes = {node.key: node for node in found.nodes if node.key in busy}
    for key in sorted(busy - set(nodes)):
        nodes[key] = _quiet(key, found)
    names = {key: name_in(one.names, key) for key, one in standing.items()}
    names |= {key: name_of(node) for key, node in nodes.items()}
    parents = {node.key: node.parent_key for node in found.nodes} | {
        one.key: one.parent_key for one in found.departments
    }
    return Cast(nodes=tuple(nodes[key] for key in sorted(nodes)), names=names, parents=parents, ties=ties)


def places_of(cast: Cast, opened: frozenset[str]) -> Layout:
    """Place everybody. Where each stands follows from all lines there ever were, whatever is looked at or searched."""
    return layout(
        [
            Place(
                key=node.key,
                label_width=width_of(cast.names[node.key]),
                groups=tuple(
                    key for key in (*cast.above(node.key), *([node.key] if node.key in opened else [])) if key in opened
                ),
                is_outside=is_outside(node),
            )
            for node in cast.nodes
        ],
        cast.ties,
    )


def is_outside(node: Node) -> bool:
    """Whether these are customers outside."""
    return node.department_id is None or node.key in OUTSIDE


def _quiet(key: str, found: ServiceMap) -> Node:
    """A node that had nothing to do in these weeks."""
    department = next((one for one in found.departments if one.key == key), None)
    return Node(
        key=key,
        department_id=department.department_id if department else None,
        parent_key=department.parent_key if department else None,
        names=department.names if department else {},
        served=0,
        asked=0,
        members=None,
        has_teams=any(one.parent_key == key for one in found.departments),
    )

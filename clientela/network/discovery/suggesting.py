"""Teams and roles suggested where a log names only who did the work. Imported only by processes apart.

A team is whom the work goes between: people closer to each other by hand-overs than to the rest. A role is what they
do: people who do the same in the same proportions. Both are found without chance: the same log always gives the same.
A suggestion says why; whoever cannot be placed with reason is "not sure", and no suggestion judges anybody.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import networkx as nx  # type: ignore[import-untyped]  # it comes without
import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from clientela.network.discovery.contracts import Edge, Suggested, SuggestedRole, SuggestedTeam

FEWEST_EVENTS = 5  # with fewer nobody can be placed
OWN_SHARE = 0.5  # of the closeness of somebody that must lie in the team, else it could be another
# How fine teams are cut: at 1 for so many people, finer for more; else a thousand people fall into a dozen camps.
PEOPLE_AT_ONE = 100
ALIKE = 0.35  # Hellinger distance, 0 to 1, within which two do the same
MOST_PROFILES = 3000  # comparing everybody with everybody grows by the square
MAIN_ACTIVITIES = 3
FEW, ALONE, BETWEEN = "few", "alone", "between"  # why it is not sure where somebody belongs


def suggested_teams(doings: Sequence[tuple[str, str, int]], edges: Sequence[Edge]) -> Suggested:
    """Suggest teams and roles from who did what how often, and from who handed over to whom."""
    events: Counter[str] = Counter()
    does: dict[str, Counter[str]] = defaultdict(Counter)
    for who, activity, count in doings:
        events[who] += count
        does[who][activity] += count
    handed: Counter[tuple[str, str]] = Counter()
    for edge in edges:
        if edge.giver != edge.taker:
            handed[min(edge.giver, edge.taker), max(edge.giver, edge.taker)] += edge.handovers
            events[edge.giver] += 0
            events[edge.taker] += 0
    closeness = _closeness(handed)
    unsure = {who: FEW for who, count in events.items() if count < FEWEST_EVENTS}
    unsure |= {who: ALONE for who in events if who not in closeness and who not in unsure}
    groups = _groups(closeness)
    group_of = {who: number for number, group in enumerate(groups) for who in group}
    for who, near in closeness.items():
        own = sum(weight for other, weight in near.items() if group_of[other] == group_of[who])
        if who not in unsure and own < OWN_SHARE * sum(near.values()):
            unsure[who] = BETWEEN
    members = [sorted(who for who in group if who not in unsure) for group in groups]
    for alone in (group[0] for group in members if len(group) == 1):
        unsure[alone] = ALONE
    kept = sorted((group for group in members if len(group) > 1), key=lambda group: (-len(group), group))
    teams = tuple(_team(f"Team {place}", group, handed, does) for place, group in enumerate(kept, start=1))
    roles = _roles({who: does[who] for who in sorted(does) if events[who] >= FEWEST_EVENTS})
    return Suggested(teams, roles, tuple(sorted(unsure.items())))


def _closeness(handed: Mapping[tuple[str, str], int]) -> dict[str, dict[str, float]]:
    """How close two are: their hand-overs against how much each hands over at all, so that a busy desk binds nobody."""
    busy: Counter[str] = Counter()
    for (one, other), count in handed.items():
        busy[one] += count
        busy[other] += count
    near: dict[str, dict[str, float]] = defaultdict(dict)
    for (one, other), count in handed.items():
        near[one][other] = near[other][one] = count / float(np.sqrt(busy[one] * busy[other]))
    return near


def _groups(closeness: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    graph = nx.Graph()
    graph.add_nodes_from(sorted(closeness))
    graph.add_weighted_edges_from(
        (one, other, weight)
        for one in sorted(closeness)
        for other, weight in sorted(closeness[one].items())
        if one < other
    )
    if not graph:
        return []
    # The seed makes the order of looking the same each time.
    resolution = max(1.0, len(graph) / PEOPLE_AT_ONE)
    found = nx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=0)
    return sorted((sorted(group) for group in found), key=lambda group: (-len(group), group))


def _team(
    name: str, members: Sequence[str], handed: Mapping[tuple[str, str], int], does: Mapping[str, Counter[str]]
) -> SuggestedTeam:
    own = set(members)
    inside = sum(count for (one, other), count in handed.items() if one in own and other in own)
    touching = sum(count for (one, other), count in handed.items() if one in own or other in own)
    return SuggestedTeam(name, tuple(members), inside, touching, _main(members, does))


def _main(members: Sequence[str], does: Mapping[str, Counter[str]]) -> tuple[tuple[str, float], ...]:
    total: Counter[str] = Counter()
    for who in members:
        total.update(does.get(who, {}))
    events = sum(total.values())
    most = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:MAIN_ACTIVITIES]
    return tuple((activity, round(count / events, 4)) for activity, count in most)


def _roles(does: Mapping[str, Counter[str]]) -> tuple[SuggestedRole, ...]:
    busiest = sorted(does, key=lambda who: (-sum(does[who].values()), who))[:MOST_PROFILES]
    people = sorted(busiest)
    if len(people) < 2:  # noqa: PLR2004 -- nobody to be compared with
        return ()
    labels = fcluster(linkage(_profiles(people, does), method="average"), t=ALIKE, criterion="distance")
    groups: dict[int, list[str]] = defaultdict(list)
    for who, label in zip(people, labels.tolist(), strict=True):
        groups[label].append(who)
    kept = sorted((group for group in groups.values() if len(group) > 1), key=lambda group: (-len(group), group))
    return tuple(
        SuggestedRole(f"Role {place}", tuple(group), _main(group, does)) for place, group in enumerate(kept, start=1)
    )


def _profiles(people: Sequence[str], does: Mapping[str, Counter[str]]) -> NDArray[np.float64]:
    """One row a person: the roots of the shares of what they do, so that their distance is Hellinger's."""
    activities = sorted({activity for who in people for activity in does[who]})
    place = {activity: number for number, activity in enumerate(activities)}
    shares = np.zeros((len(people), len(activities)))
    for row, who in enumerate(people):
        total = sum(does[who].values())
        for activity, count in does[who].items():
            shares[row, place[activity]] = count / total
    return np.asarray(np.sqrt(shares) / np.sqrt(2.0), dtype=np.float64)

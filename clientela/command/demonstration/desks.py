"""The teams at work: who is there, how many hands are free, and in which weeks everything takes longer."""

from dataclasses import dataclass, field
from heapq import heappush
from random import Random

from clientela.command.demonstration.cases import Case
from clientela.command.demonstration.content import House
from clientela.command.demonstration.hours import DAY, HOUR, MINUTE, OpenHours
from clientela.command.demonstration.story import TeamStory

WEEK = 7 * DAY
USUAL_TOUCH_MINUTES = 18
SHORTEST_TOUCH = 4 * MINUTE
LONGEST_TOUCH = 3 * HOUR
LONGEST_MEAN_MINUTES = 32
BUSY_SHARE = 0.64  # of their time at the desk, on average
LUNCH = {"bucharest": (13, 14), "warsaw": (12, 13), "madrid": (14, 16)}
LUNCH_FACTOR = 1.8
AWAY_SHARE = 0.55  # of colleagues take a week off in such a time
SAME_LANGUAGE_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class HardTime:
    """A span in which a team's work takes longer: too few people, or too much at once."""

    team: str  # a team, or a department for all of its teams
    starts_days_before: int
    ends_days_before: int
    factor: float
    away: int = 0  # so many colleagues are ill


# Days are counted back from the end of the story.
HARD_TIMES = (
    HardTime("maintenance", 13, 0, 2.2),
    HardTime("maintenance", 52, 37, 2.0),
    HardTime("it", 34, 22, 2.3),
    HardTime("it", 3, 0, 1.5),
    HardTime("workshop-warsaw", 62, 52, 2.8, away=4),  # the flu
    HardTime("purchasing", 22, 13, 1.8),
    HardTime("finance", 28, 19, 1.8),
)


@dataclass
class Desk:
    """One team: its queue, and who works at it when."""

    team: TeamStory
    hours: OpenHours
    people: tuple[str, ...]
    branches: dict[str, str]  # where each of them sits
    hands: int = 1
    mean_touch: float = USUAL_TOUCH_MINUTES * MINUTE
    queue: list[tuple[float, int, Case, str]] = field(default_factory=list)
    busy: int = 0
    is_waking: bool = False
    away: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    hard: list[tuple[int, int, float]] = field(default_factory=list)

    def slowness(self, at: int) -> float:
        """How much longer work takes then."""
        factor = 1.0
        for starts, ends, hardness in self.hard:
            if starts <= at < ends:
                factor *= hardness
        return factor

    def touch_seconds(self, rng: Random, at: int) -> int:
        """How long somebody is busy with a request this time."""
        starts, ends = LUNCH[self.team.branch]
        factor = LUNCH_FACTOR if starts <= self.hours.local(at).hour < ends else 1.0
        drawn = rng.gammavariate(2.0, self.mean_touch / 2) * factor * self.slowness(at)
        return int(min(max(drawn, SHORTEST_TOUCH), LONGEST_TOUCH))

    def is_there(self, key: str, at: int) -> bool:
        """Whether this colleague is at work that week."""
        return key in self.branches and not any(start <= at < end for start, end in self.away.get(key, ()))

    def somebody(self, rng: Random, at: int, *, branch: str = "", besides: str = "") -> str:
        """A colleague who is there, rather one who sits in `branch`."""
        there = [key for key in self.people if self.is_there(key, at) and key != besides] or list(self.people)
        near = [key for key in there if self.branches[key] == branch]
        return rng.choice(near if near and rng.random() < SAME_LANGUAGE_SHARE else there)

    def put(self, priority: float, order: int, case: Case, what: str) -> None:
        """Queue a piece of work; the smaller the priority the sooner."""
        heappush(self.queue, (priority, order, case, what))


def make_desks(rng: Random, house: House, hours: dict[str, OpenHours], *, since: int, until: int) -> dict[str, Desk]:
    """A desk for each team, with everybody's weeks off and the hard times."""
    desks: dict[str, Desk] = {}
    for team in house.teams.values():
        people = tuple(person.key for person in house.colleagues.values() if person.team == team.key)
        desk = Desk(team, hours[team.calendar], people, {key: house.colleagues[key].branch for key in people})
        for key in people:
            # The cast is there to be met.
            if key not in CAST and rng.random() < AWAY_SHARE:
                first = rng.randrange(since, max(since + 1, until - WEEK))
                desk.away[key] = [(first, first + WEEK)]
        desks[team.key] = desk
    for hard in HARD_TIMES:
        starts, ends = until - hard.starts_days_before * DAY, until - hard.ends_days_before * DAY
        for desk in desks.values():
            if hard.team in {desk.team.key, desk.team.department}:
                desk.hard.append((starts, ends, hard.factor))
                for key in [key for key in desk.people if key not in CAST][: hard.away]:
                    desk.away.setdefault(key, []).append((starts, ends))
    return desks


def staff_desks(desks: dict[str, Desk], touches: dict[str, int], *, since: int, until: int) -> None:
    """Give each desk as many hands as its work asks for, and the time a touch takes, so that queues form but drain."""
    for key, desk in desks.items():
        open_minutes = desk.hours.between(since, until) / MINUTE
        wanted = touches.get(key, 0) * USUAL_TOUCH_MINUTES / (open_minutes * BUSY_SHARE)
        desk.hands = max(1, min(len(desk.people), round(wanted + 0.4)))
        minutes = desk.hands * open_minutes * BUSY_SHARE / max(1, touches.get(key, 0))
        desk.mean_touch = min(minutes, LONGEST_MEAN_MINUTES) * MINUTE


CAST = frozenset({"ana.ionescu", "piotr.zielinski", "tomasz.wojcik", "radu.stan", "elena.stoian"})

"""How busy a department is: what comes in when, how many people work on it, how long it takes, for whom it is."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.kernel.journal import hands_by_hour, thing
from clientela.kernel.policies import HiddenError, require_seen
from clientela.network import rules
from clientela.network.policies import may_see_load, sees_every_department
from clientela.network.queries.service_map import BUSINESSES, HOUSEHOLDS
from clientela.promises import queries as promises
from clientela.requests.queries import loads as requests
from clientela.requests.queries.loads import Durations

COLLEAGUES = "colleagues"  # who ask for themselves and work in no department that is known
WEEKS = (4, 12, 26)  # that a load may be asked for
SHORTEST_WEEKS = 1 / 7


@dataclass(frozen=True)
class DepartmentLoad:
    """A department's load in a span, its teams counted with it. `weeks` is what the averages are made of."""

    department: DepartmentCard
    team_count: int
    since: datetime
    until: datetime
    weeks: float
    hours: tuple[rules.HourOfWeek, ...]
    members: float
    use: float | None
    durations: Durations | None
    received: tuple[rules.Flow, ...]  # by top department, households, businesses, colleagues; the most first
    sent: tuple[rules.Flow, ...]
    in_the_end: dict[str, int]  # inside, outside: for whom it worked at the end of the chains
    names: dict[str, DepartmentCard]  # of the departments in the flows, by key

    @property
    def came(self) -> float:
        """Return how much came in, in an average week."""
        return sum(hour.came for hour in self.hours)

    @property
    def people_at_work(self) -> float:
        """Return how many people do something in an average working hour."""
        return (self.use or 0.0) * self.members

    @property
    def in_hand(self) -> float:
        """Return how many requests are in somebody's hands at a time, on average over the working hours."""
        open_seconds = 3600 * self.weeks * sum(hour.open_share for hour in self.hours)
        return self.durations.parts["work"] / open_seconds if self.durations and open_seconds else 0.0


def departments_to_see(viewer: Viewer) -> list[DepartmentCard]:
    """Return the departments whose load this viewer sees, by name."""
    everywhere = sees_every_department(viewer)
    return [card for card in directory.departments() if everywhere or card.id in viewer.department_ids]


def department_to_see(viewer: Viewer, key: str) -> DepartmentCard:
    """Return a department by its key. Raises HiddenError if there is none, or not for this viewer."""
    card = directory.department_by_key(key)
    if card is None:
        raise HiddenError(f"There is no department {key}.")
    require_seen(may_see_load(viewer, card.id))
    return card


def department_load(viewer: Viewer, key: str, *, at: datetime, weeks: int = 12) -> DepartmentLoad:
    """Return the load of a department and its teams in the `weeks` before `at`; one of WEEKS.

    The averages count from the first request on, when that was later. Raises HiddenError. The number of statements
    depends on nothing.
    """
    card = department_to_see(viewer, key)
    cards = directory.departments()
    # By the clock of the department, its teams in other zones too: an hour of the week is then one hour for all.
    zones = {team.id: card.zone for team in branch(card.id, cards)}
    first_at = requests.first_stay_at(zones) or at
    since = max(at - timedelta(weeks=weeks), min(first_at, at))
    length = max((at - since) / timedelta(weeks=1), SHORTEST_WEEKS)
    spans = directory.work_spans(zones, since=since, until=at)
    people = {span.person_id: card.zone for span in spans}
    came = requests.hours_of_arrival(zones, since=since, until=at)
    hands = hands_by_hour([thing("party", number) for number in zones], zones=people, since=since, until=at)
    hours = rules.hours_of_week(
        weeks=length,
        came={hour: (one.came, one.median_queue_seconds, one.mean_queue_seconds) for hour, one in came.items()},
        people={hour: one.people for hour, one in hands.items()},
        open_seconds=_open_seconds(zones, since=since, until=at),
    )
    members = rules.members_on_average(
        [(_midnight(span.starts_on), _midnight(span.ends_on, after=1)) for span in spans], since=since, until=at
    )
    received, sent = _flows(zones, people, cards, since=since, until=at)
    return DepartmentLoad(
        department=card,
        team_count=len(zones) - 1,
        since=since,
        until=at,
        weeks=length,
        hours=hours,
        members=members,
        use=rules.use_of(hours, members=members),
        durations=requests.durations_of(zones, since=since, until=at),
        received=received,
        sent=sent,
        in_the_end=requests.sides_in_the_end(zones, since=since, until=at),
        names={card.key: card for card in cards},
    )


def branch(department_id: int, cards: Collection[DepartmentCard]) -> list[DepartmentCard]:
    """Return the department and everything below it."""
    below: dict[int | None, list[DepartmentCard]] = defaultdict(list)
    for card in cards:
        below[card.parent_id].append(card)
    found = [card for card in cards if card.id == department_id]
    for card in found:
        found.extend(below[card.id])  # the list grows while it is walked, down to the last team
    return found


def _open_seconds(zones: dict[int, str], *, since: datetime, until: datetime) -> dict[rules.Hour, float]:
    """Return the open seconds by hour of the week, on average over the teams."""
    times = promises.open_time_of(zones, since=since, until=until)
    found: dict[rules.Hour, float] = defaultdict(float)
    for number, one in times.items():
        for hour, seconds in rules.open_seconds_by_hour(one.periods, zones[number]).items():
            found[hour] += seconds / len(times)
    return dict(found)


def _flows(
    zones: Collection[int],
    people: Collection[int],
    cards: Collection[DepartmentCard],
    *,
    since: datetime,
    until: datetime,
) -> tuple[tuple[rules.Flow, ...], tuple[rules.Flow, ...]]:
    """Return what the branch received, and what it sent, by the other end; work within the branch is neither."""
    rows = requests.flows_of(zones, customer_ids=[*zones, *people], since=since, until=until)
    by_id = {card.id: card for card in cards}
    asking = {row.customer_id for row in rows if row.customer_kind == "person" and row.customer_id is not None}
    employers = directory.main_departments_of(asking, at=until)

    def top(department_id: int) -> str:
        card = by_id[department_id]
        return card.key if card.parent_id is None else top(card.parent_id)

    received: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    for row in rows:
        home = row.customer_id if row.customer_kind == "department" else employers.get(row.customer_id or 0)
        if row.provider_id in zones and home not in zones:
            if row.side == "outside":
                key = BUSINESSES if row.customer_kind == "organisation" else HOUSEHOLDS
            else:
                key = COLLEAGUES if home is None else top(home)
            received[key] += row.count
        elif row.provider_id not in zones and home in zones and row.side == "inside":
            sent[top(row.provider_id)] += row.count
    return _sorted(received), _sorted(sent)


def _sorted(counts: Counter[str]) -> tuple[rules.Flow, ...]:
    return tuple(rules.Flow(key, count) for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _midnight(day: date | None, *, after: int = 0) -> datetime:
    """Return when a day begins in UTC, or so many days later; for no day, never."""
    if day is None or day.year >= date.max.year:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=after)

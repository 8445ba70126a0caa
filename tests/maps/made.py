"""Service maps as the network hands them out, made up: the same from the same seed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from clientela.network.queries.service_map import (
    ASKED,
    BUSINESSES,
    DECLARED,
    DISCOVERED,
    HOUSEHOLDS,
    Edge,
    Mean,
    Node,
    ServiceMap,
    Share,
    Standing,
)
from clientela.network.rules import wilson

LAST_WEEK = date(2026, 11, 16)  # a Monday
FIRST_WEEK = date(2026, 10, 19)
DRAWN_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOUR_SECONDS = 3600
DEPARTMENTS = {
    "care": "Customer Care",
    "sales": "Sales",
    "workshop": "Workshop",
    "warehouse": "Warehouse",
    "purchasing": "Purchasing",
    "maintenance": "Maintenance",
    "marketing": "Marketing",
    "finance": "Finance",
    "hr": "Human Resources",
    "it": "Information Technology",
    "legal": "Legal",
    "delivery": "Delivery and installation",
}
# provider, customer, asked, late
LINES = (
    ("care", HOUSEHOLDS, 612, 49),
    ("sales", HOUSEHOLDS, 388, 19),
    ("sales", BUSINESSES, 171, 10),
    ("care", BUSINESSES, 148, 13),
    ("delivery", HOUSEHOLDS, 240, 22),
    ("workshop", "care", 203, 49),
    ("warehouse", "sales", 164, 11),
    ("warehouse", "workshop", 118, 11),
    ("warehouse", "delivery", 131, 9),
    ("purchasing", "warehouse", 92, 11),
    ("maintenance", "workshop", 64, 24),
    ("it", "care", 58, 5),
    ("it", "sales", 49, 4),
    ("finance", "purchasing", 46, 10),
    ("purchasing", "workshop", 41, 7),
    ("finance", "sales", 38, 3),
    ("marketing", "sales", 36, 1),
    ("hr", "care", 34, 4),
    ("maintenance", "warehouse", 31, 5),
    ("hr", "workshop", 22, 1),
    ("legal", "purchasing", 17, 2),
    ("it", "finance", 14, 0),
    ("care", "workshop", 12, 1),
    ("legal", "sales", 9, 0),
    ("finance", "hr", 4, 0),
    ("it", "hr", 3, 0),
)
SURPRISES = {("maintenance", "warehouse"), ("care", "workshop"), ("finance", "hr")}
SILENT = (("legal", "hr"), ("marketing", "care"))


@dataclass(frozen=True)
class Made:
    """A department to be put on a map."""

    key: str
    name: str
    parent: str | None = None


def share(count: int, total: int) -> Share | None:
    """As the network gives shares: from five on."""
    if total < 5:
        return None
    known = wilson(count, total)
    return Share(share=known.share, low=known.low, high=known.high, n=total)


def edge(provider: str, customer: str, asked: int, late: int = 0, **more: object) -> Edge:
    """A line that happens."""
    given: dict[str, object] = {
        "sources": frozenset({DECLARED, DISCOVERED}),
        "asked": asked,
        "decided": asked,
        "late": late,
        "late_share": share(late, asked),
        "median_wait_seconds": HOUR_SECONDS * (2 + asked % 23),
        "satisfaction": share(round(asked / 3 * 0.8), round(asked / 3)),
        "done": asked,
        "reworked": asked // 12,
        "rework": share(asked // 12, asked),
        **more,
    }
    return Edge(provider, customer, **given)  # type: ignore[arg-type]  # the fields' own names


def silent(provider: str, customer: str, source: str = DECLARED) -> Edge:
    """A line that never happens."""
    return Edge(provider, customer, frozenset({source}), is_silent=True)


def map_of(
    departments: Iterable[Made], edges: Iterable[Edge], *, opened: frozenset[str] = frozenset(), **more: object
) -> ServiceMap:
    """A map of these lines; nodes are whoever has one, as the network does it."""
    made = {one.key: one for one in departments}
    found = tuple(sorted(edges, key=lambda one: (-one.asked, one.provider, one.customer)))
    busy = {key for one in found for key in (one.provider, one.customer)}
    numbers = {key: place for place, key in enumerate(made, 1)}
    parents = {one.parent for one in made.values()}
    nodes = [
        Node(
            key=key,
            department_id=numbers.get(key),
            parent_key=made[key].parent if key in made else None,
            names={"en": made[key].name} if key in made else {},
            served=sum(one.asked for one in found if one.provider == key),
            asked=sum(one.asked for one in found if one.customer == key),
            members=6 if key in made else None,
            has_teams=key in parents,
        )
        for key in sorted(busy)
    ]
    whole = ServiceMap(
        since=datetime(2026, 10, 19, tzinfo=UTC),
        until=datetime(2026, 11, 23, tzinfo=UTC),
        first_week=FIRST_WEEK,
        last_week=LAST_WEEK,
        drawn_at=DRAWN_AT,
        nodes=tuple(nodes),
        edges=found,
        opened=opened,
        earliest_week=LAST_WEEK - timedelta(weeks=30),
        ties=frozenset((one.provider, one.customer) for one in found if not one.is_silent),
        departments=tuple(Standing(one.key, one.parent, numbers[one.key], {"en": one.name}) for one in made.values()),
    )
    return replace(whole, **more)  # type: ignore[arg-type]  # the fields' own names


def small_map(**more: object) -> ServiceMap:
    """Twelve departments, two kinds of customers, three surprises and two lines that never happen."""
    edges = [
        edge(
            provider,
            customer,
            asked,
            late,
            is_surprise=(provider, customer) in SURPRISES,
            sources=frozenset({DISCOVERED} if (provider, customer) in SURPRISES else {DISCOVERED, DECLARED}),
            **_said(provider, customer, asked),
        )
        for provider, customer, asked, late in LINES
    ]
    departments = [Made(key, name) for key, name in DEPARTMENTS.items()]
    return replace(map_of(departments, [*edges, *(silent(*pair) for pair in SILENT)]), **more)  # type: ignore[arg-type]  # the fields' own names


def _said(provider: str, customer: str, asked: int) -> dict[str, Mean]:
    """What both ends said when asked; outside nobody was."""
    if customer not in DEPARTMENTS:
        return {}
    mean = 1 + (asked % 7) / 2.5
    other = 3.4 if provider == "maintenance" else min(4.0, mean + 0.3)
    mine = 1.9 if provider == "maintenance" else mean
    return {
        "importance": Mean(other, other - 0.4, min(4.0, other + 0.4), 9),
        "importance_by_supplier": Mean(mine, mine - 0.5, mine + 0.5, 7),
        "quality": Mean(3.2, 2.8, 3.6, 9),
        "quality_by_supplier": Mean(4.1, 3.8, 4.4, 7),
    }


def large_departments(departments: int = 12, teams: int = 25) -> list[Made]:
    """Departments with as many teams each."""
    names = list(DEPARTMENTS.values())
    found = []
    for number in range(departments):
        name = names[number] if number < len(names) else f"Department {number + 1}"
        found.append(Made(f"d{number:02}", name))
        found += [Made(f"d{number:02}-t{team:02}", f"{name} {team + 1}", f"d{number:02}") for team in range(teams)]
    return found


def large_lines(*, seed: int = 7, departments: int = 12, teams: int = 25, each: int = 5) -> list[tuple[str, str, int]]:
    """Who was asked by whom and how often, among teams: most ask the departments next to theirs, few reach outside."""
    random = Random(seed)
    made = [one for one in large_departments(departments, teams) if one.parent]
    lines: dict[tuple[str, str], int] = {}
    for one in made:
        own = int((one.parent or "d0")[1:])
        for _line in range(each):
            near = min(departments - 1, max(0, own + random.choice((-2, -1, 1, 1, 1, 2, 3))))
            if own < 3 and random.random() < 0.6:
                customer = random.choice((HOUSEHOLDS, BUSINESSES))
            else:
                customer = (
                    f"d{departments - 1 - near if near == own else min(near, own):02}-t{random.randrange(teams):02}"
                )
            if customer != one.key:
                lines[one.key, customer] = 1 + int(random.paretovariate(1.1))
    return [(provider, customer, asked) for (provider, customer), asked in sorted(lines.items())]


def large_map(*, opened: bool = True, seed: int = 7, is_flat: bool = False, **more: object) -> ServiceMap:
    """Three hundred teams in twelve departments, all of them open; or closed; or flat, without departments above."""
    made = large_departments()
    lines = large_lines(seed=seed)
    if is_flat:
        made = [replace(one, parent=None) for one in made if one.parent]
    parents = {one.key: one.parent for one in made}

    def shown(key: str) -> str:
        return key if opened or is_flat else parents.get(key) or key

    sums: dict[tuple[str, str], int] = {}
    for provider, customer, asked in lines:
        pair = shown(provider), shown(customer)
        if pair[0] != pair[1]:
            sums[pair] = sums.get(pair, 0) + asked
    edges = [
        edge(
            *pair,
            asked,
            asked * (place % 5) // 12,
            is_surprise=place % 40 == 0,
            sources=frozenset({DISCOVERED} if place % 40 == 0 else {DISCOVERED, DECLARED, ASKED}),
        )
        for place, (pair, asked) in enumerate(sorted(sums.items()))
    ]
    is_open = opened and not is_flat
    return map_of(
        made,
        edges,
        opened=frozenset(one.key for one in made if one.parent is None) if is_open else frozenset(),
        **more,
    )

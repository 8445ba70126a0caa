"""What event logs show becomes lines of the service map: in their weeks, between the nodes that are shown, apart."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clientela.network.models import DeclaredLine, EventLog, LogEdge, LogTeam
from clientela.network.queries.service_map import DECLARED, DISCOVERED, LOG, Edge, ServiceMap, edge_page, service_map
from tests.contexts.network.weeks import edge_week
from tests.shop import Shop

FIRST_AT, LAST_AT = datetime(2026, 11, 4, 8, tzinfo=UTC), datetime(2026, 11, 12, 16, tzinfo=UTC)  # two weeks before
TEAMS = frozenset({"workshop"})
Lines = list[tuple[str, str, int, int]]  # who hands over to whom, how often, and how many of these went back


def log(shop: Shop, lines: Lines, *, reading: str = "asks", wait: float = 600.0, **more: Any) -> int:
    """A log that was counted, and whose teams are the departments of these keys."""
    given = {
        "file_name": "desk.csv",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "brought_at": shop.at,
        "reading": reading,
        "state": "done",
        "found": {"first_at": FIRST_AT.isoformat(), "last_at": LAST_AT.isoformat()},
        "matched_at": shop.at,
    }
    row = EventLog.objects.create(**given | more)
    teams = {
        key: LogTeam.objects.create(log=row, name=key, events=9, cases=9, department_id=shop.world.id_of(key))
        for key in sorted({key for line in lines for key in line[:2]})
    }
    for giver, taker, handovers, back in lines:
        LogEdge.objects.create(
            log=row,
            giver=teams[giver],
            taker=teams[taker],
            handovers=handovers,
            cases=1,
            median_wait_seconds=wait,
            back=back,
        )
    return row.pk


def declare(shop: Shop, provider: str, customer: str) -> None:
    DeclaredLine.objects.create(
        provider_id=shop.world.id_of(provider),
        customer_id=shop.world.id_of(customer),
        what="Pumps",
        starts_on=date(2026, 1, 1),
        declared_at=shop.long_ago,
    )


def seen(shop: Shop, *, opened: frozenset[str] = frozenset(), **more: Any) -> ServiceMap:
    return service_map(shop.world.tomasz, at=shop.after(24), opened=opened, **more)


def lines_of(found: ServiceMap) -> dict[tuple[str, str], int]:
    return {(edge.provider, edge.customer): edge.traced for edge in found.edges}


def one(found: ServiceMap, provider: str, customer: str) -> Edge:
    edge = found.edge(provider, customer)
    assert edge is not None
    return edge


def test_a_log_that_nobody_matched_or_that_is_counted_anew_is_on_no_map(shop: Shop) -> None:
    log(shop, [("hr", "maintenance", 5, 0)], matched_at=None)
    log(shop, [("hr", "maintenance", 5, 0)], state="running")
    assert (seen(shop).edges, seen(shop).ties) == ((), frozenset())


def test_what_only_a_log_shows_is_discovered_and_a_surprise_where_nobody_declared_it(shop: Shop) -> None:
    log(shop, [("care", "hr", 7, 2), ("care", "workshop", 4, 0)])
    found = seen(shop)
    edge = one(found, "hr", "care")
    assert (edge.sources, edge.is_surprise, edge.is_silent) == (frozenset({DISCOVERED}), True, False)
    assert (edge.asked, edge.traced, edge.is_only_traced) == (0, 5, True)
    trace = edge.trace(LOG)
    assert trace is not None
    assert (trace.asked, trace.back, trace.median_wait_seconds) == (5, 2, 600)
    assert (trace.first_on, trace.last_on) == (date(2026, 11, 4), date(2026, 11, 12))
    known = one(found, "workshop", "care")  # it offers pumps to everybody inside
    assert (known.sources, known.is_surprise) == (frozenset({DECLARED, DISCOVERED}), False)
    assert [(node.key, node.served, node.traced) for node in found.nodes] == [
        ("care", 0, 0),
        ("hr", 0, 5),
        ("workshop", 0, 4),
    ]


def test_a_declared_line_that_happens_only_in_a_log_is_not_silent(shop: Shop) -> None:
    declare(shop, "hr", "maintenance")
    declare(shop, "hr", "management")
    assert {edge.is_silent for edge in seen(shop).edges} == {True}
    log(shop, [("maintenance", "hr", 3, 0)])
    found = seen(shop)
    assert one(found, "hr", "maintenance").is_silent is False
    assert one(found, "hr", "management").is_silent is True


def test_a_log_of_deliveries_runs_the_other_way_and_what_only_went_back_is_no_line(shop: Shop) -> None:
    log(shop, [("maintenance", "hr", 3, 0), ("hr", "maintenance", 2, 2)], reading="delivers")
    assert lines_of(seen(shop)) == {("maintenance", "hr"): 3}


def test_what_was_asked_here_and_what_a_log_shows_stand_side_by_side_and_are_never_added_up(shop: Shop) -> None:
    edge_week(shop.world, "workshop", "care", asked=4)
    log(shop, [("care", "workshop", 6, 1)])
    edge = one(seen(shop), "workshop", "care")
    assert (edge.asked, edge.traced, edge.is_only_traced) == (4, 5, False)
    assert seen(shop).node("workshop").served == 4


@pytest.mark.parametrize(
    ("since", "until", "is_there"),
    [
        (datetime(2026, 10, 26, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC), False),
        (datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC), True),  # its week, not its day
        (datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC), True),
        (datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 17, tzinfo=UTC), False),
    ],
)
def test_a_log_counts_whole_in_every_week_of_its_time_and_in_none_beside_it(
    shop: Shop, since: datetime, until: datetime, *, is_there: bool
) -> None:
    log(shop, [("maintenance", "hr", 3, 0)])
    found = seen(shop, since=since, until=until)
    assert lines_of(found) == ({("hr", "maintenance"): 3} if is_there else {})
    # The map keeps its shape, and the weeks can be gone back to.
    assert found.ties == {("hr", "maintenance")}
    assert found.earliest_week == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("first_on", "last_on", "weeks"),
    [("2026-11-02", "2026-11-09", [2, 9]), ("2026-11-08", "2026-11-08", [2]), ("2026-11-09", "2026-11-15", [9])],
)
def test_its_first_and_its_last_day_count_a_monday_and_a_sunday_too(
    shop: Shop, first_on: str, last_on: str, weeks: list[int]
) -> None:
    times = {"first_at": f"{first_on}T08:00:00+00:00", "last_at": f"{last_on}T16:00:00+00:00"}
    log(shop, [("maintenance", "hr", 3, 0)], found=times)
    mondays = [datetime(2026, 11, day, tzinfo=UTC) for day in (2, 9, 16)]
    there = [one.day for one in mondays if lines_of(seen(shop, since=one, until=one + timedelta(days=1)))]
    assert there == weeks


def test_a_log_that_does_not_say_from_when_it_is_counts_always(shop: Shop) -> None:
    log(shop, [("maintenance", "hr", 3, 0)], found={"first_at": "", "last_at": ""})
    found = seen(shop, since=datetime(2020, 1, 6, tzinfo=UTC), until=datetime(2020, 1, 7, tzinfo=UTC))
    assert (lines_of(found), found.earliest_week) == ({("hr", "maintenance"): 3}, None)


def test_teams_in_a_log_count_with_their_department_until_it_is_opened(shop: Shop) -> None:
    log(shop, [("care", "workshop", 3, 0), ("care", "workshop-warsaw", 5, 1), ("workshop", "workshop-warsaw", 9, 0)])
    closed, opened = seen(shop), seen(shop, opened=TEAMS)
    assert lines_of(closed) == {("workshop", "care"): 7}
    assert lines_of(opened) == {
        ("workshop", "care"): 3,
        ("workshop-warsaw", "care"): 4,
        ("workshop-warsaw", "workshop"): 9,
    }
    trace = one(closed, "workshop", "care").trace(LOG)
    assert trace is not None
    assert (trace.back, trace.median_wait_seconds) == (1, None)  # the medians of two do not add up


def test_several_logs_add_up_and_their_days_join(shop: Shop) -> None:
    log(shop, [("care", "hr", 3, 0)])
    later = LAST_AT + timedelta(days=30)
    log(shop, [("care", "hr", 4, 1)], found={"first_at": LAST_AT.isoformat(), "last_at": later.isoformat()})
    trace = one(seen(shop), "hr", "care").trace(LOG)
    assert trace is not None
    assert (trace.asked, trace.back, trace.first_on, trace.last_on) == (6, 1, FIRST_AT.date(), later.date())


def test_the_files_are_named_only_to_who_may_look_at_them(shop: Shop) -> None:
    number = log(shop, [("care", "hr", 3, 0)])
    seen_by_ana, seen_by_carmen = (
        edge_page(viewer, "hr", "care", at=shop.after(24)) for viewer in (shop.world.ana, shop.world.carmen)
    )
    assert seen_by_ana.files == ()
    assert [(file.id, file.name) for file in seen_by_carmen.files] == [(number, "desk.csv")]
    assert (seen_by_ana.requests, seen_by_ana.hidden_count) == ((), 0)


def test_the_busiest_by_requests_stand_before_the_busiest_by_logs(shop: Shop) -> None:
    edge_week(shop.world, "it", "care", asked=1)
    log(shop, [("care", "hr", 3, 0), ("care", "maintenance", 30, 0)])
    assert [edge.provider for edge in seen(shop).edges] == ["it", "maintenance", "hr"]

"""The merged map: what happened, what was declared and what was said, as one edge for each provider and customer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from clientela.catalogue.actions import retire_service
from clientela.directory.policies import HOUSE
from clientela.kernel.policies import HiddenError
from clientela.network.models import DeclaredLine, EdgeWeek
from clientela.network.queries.service_map import (
    DECLARED,
    DISCOVERED,
    HOUSEHOLDS,
    Edge,
    ServiceMap,
    edge_page,
    service_map,
)
from clientela.network.rules import Share, bucket_of, wilson
from clientela.requests import actions as requests
from tests.contexts.network.weeks import THIS_WEEK, edge_week
from tests.shop import Shop

TEAMS = frozenset({"workshop"})


def seen(shop: Shop, *, opened: frozenset[str] = frozenset()) -> ServiceMap:
    return service_map(shop.world.tomasz, at=shop.after(24), opened=opened)


def pairs(found: ServiceMap) -> set[tuple[str, str]]:
    return {(edge.provider, edge.customer) for edge in found.edges}


def one(found: ServiceMap, provider: str, customer: str) -> Edge:
    edge = found.edge(provider, customer)
    assert edge is not None
    return edge


def declare(shop: Shop, provider: str, customer: str, *, starts: date = date(2026, 1, 1), what: str = "Pumps") -> None:
    DeclaredLine.objects.create(
        provider_id=shop.world.id_of(provider),
        customer_id=shop.world.id_of(customer),
        what=what,
        starts_on=starts,
        declared_at=shop.long_ago,
    )


def test_a_customer_sees_no_map(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        service_map(shop.world.zofia, at=shop.at)


def test_before_the_first_drawing_there_is_nothing_and_the_map_says_so(shop: Shop) -> None:
    found = seen(shop)
    assert (found.nodes, found.edges, found.drawn_at) == ((), (), None)


def test_weeks_add_up_and_the_median_is_of_all_their_waits(shop: Shop) -> None:
    hour, day = bucket_of(3600), bucket_of(86400)
    edge_week(
        shop.world, "care", HOUSEHOLDS, asked=4, decided=3, late=1, done=3, reworked=1, waits={hour: 3}, weeks_ago=2
    )
    edge_week(shop.world, "care", HOUSEHOLDS, asked=6, decided=5, late=1, done=4, waits={day: 4}, scored=5, satisfied=4)
    known, rework, satisfied = wilson(2, 8), wilson(1, 7), wilson(4, 5)
    edge = one(seen(shop), "care", HOUSEHOLDS)
    assert (edge.asked, edge.decided, edge.late, edge.done, edge.reworked) == (10, 8, 2, 7, 1)
    assert edge.late_share == Share(share=0.25, low=known.low, high=known.high, n=8)
    assert edge.rework == Share(share=1 / 7, low=rework.low, high=rework.high, n=7)
    assert edge.satisfaction == Share(share=0.8, low=satisfied.low, high=satisfied.high, n=5)
    assert edge.satisfaction_back is None
    assert edge.median_wait_seconds == pytest.approx(86400, rel=0.031)


def test_fewer_than_five_are_too_few_to_say(shop: Shop) -> None:
    edge_week(shop.world, "care", HOUSEHOLDS, asked=9, decided=4, late=2, done=4, reworked=1, scored=4, satisfied=1)
    edge = one(seen(shop), "care", HOUSEHOLDS)
    assert (edge.late_share, edge.rework, edge.satisfaction, edge.median_wait_seconds) == (None, None, None, None)


def test_the_map_covers_five_weeks_or_those_one_asks_for(shop: Shop) -> None:
    for weeks_ago in (0, 4, 5):
        edge_week(shop.world, "care", HOUSEHOLDS, asked=10**weeks_ago, weeks_ago=weeks_ago)
    found = seen(shop)
    assert (found.first_week, found.last_week) == (THIS_WEEK - timedelta(weeks=4), THIS_WEEK)
    assert one(found, "care", HOUSEHOLDS).asked == 10001
    chosen = service_map(
        shop.world.ana,
        at=shop.at,
        since=datetime(2026, 10, 21, tzinfo=UTC),
        until=datetime(2026, 10, 26, tzinfo=UTC),
    )
    assert (chosen.first_week, chosen.last_week) == (date(2026, 10, 19), date(2026, 10, 19))
    assert (chosen.since, chosen.until) == (datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    assert one(chosen, "care", HOUSEHOLDS).asked == 100000


def test_teams_count_with_their_department_until_it_is_opened(shop: Shop) -> None:
    edge_week(shop.world, "workshop", "care", asked=3)
    edge_week(shop.world, "workshop-warsaw", "care", asked=5)
    edge_week(shop.world, "workshop-warsaw", "workshop", asked=7)
    whole = seen(shop)
    assert pairs(whole) == {("workshop", "care")}
    assert one(whole, "workshop", "care").asked == 8
    assert (whole.node("workshop").has_teams, whole.node("workshop").members, whole.opened) == (True, 2, frozenset())
    teams = seen(shop, opened=TEAMS)
    assert [(edge.provider, edge.customer, edge.asked) for edge in teams.edges] == [
        ("workshop-warsaw", "workshop", 7),
        ("workshop-warsaw", "care", 5),
        ("workshop", "care", 3),
    ]
    assert (teams.node("workshop-warsaw").parent_key, teams.node("workshop").members) == ("workshop", 1)
    assert teams.opened == TEAMS
    assert seen(shop, opened=frozenset({"*"})) == teams
    assert seen(shop, opened=frozenset({"care", "nothing"})).opened == frozenset()


def test_what_the_catalogue_offers_is_declared_and_what_it_does_not_is_a_surprise(shop: Shop) -> None:
    edge_week(shop.world, "workshop-warsaw", "care", asked=1)
    edge_week(shop.world, "hr", "care", asked=1)
    edge_week(shop.world, "care", HOUSEHOLDS, asked=1)
    edge_week(shop.world, "it", HOUSEHOLDS, asked=1)
    found = seen(shop, opened=TEAMS)
    known = {edge.provider: (edge.sources, edge.is_surprise) for edge in found.edges}
    both, happened = frozenset({DECLARED, DISCOVERED}), frozenset({DISCOVERED})
    assert known == {
        "workshop-warsaw": (both, False),  # its department offers pumps
        "hr": (happened, True),
        "care": (both, False),
        "it": (happened, True),  # laptops are for colleagues
    }
    retire_service(by=HOUSE, at=shop.at, key="pump")
    assert one(seen(shop), "workshop", "care").is_surprise


def test_a_line_declared_by_hand_that_never_happens_is_silent(shop: Shop) -> None:
    declare(shop, "hr", "maintenance", what="New colleagues")
    found = seen(shop)
    edge = one(found, "hr", "maintenance")
    assert (edge.sources, edge.is_silent, edge.is_surprise, edge.asked) == (frozenset({DECLARED}), True, False, 0)
    assert [node.key for node in found.nodes] == ["hr", "maintenance"]
    edge_week(shop.world, "hr", "maintenance", asked=1)
    edge = one(seen(shop), "hr", "maintenance")
    assert (edge.sources, edge.is_silent) == (frozenset({DECLARED, DISCOVERED}), False)


def test_a_line_that_one_team_lives_up_to_is_not_silent_for_its_department(shop: Shop) -> None:
    declare(shop, "workshop", "hr")
    edge_week(shop.world, "workshop-warsaw", "hr", asked=1)
    assert pairs(seen(shop, opened=TEAMS)) == {("workshop-warsaw", "hr")}
    declare(shop, "workshop", "management")
    assert ("workshop", "management") in pairs(seen(shop, opened=TEAMS))


def test_a_line_holds_from_its_day_to_its_day(shop: Shop) -> None:
    declare(shop, "hr", "maintenance", starts=date(2026, 11, 25))
    assert seen(shop).edges == ()
    DeclaredLine.objects.update(starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 23))
    assert seen(shop).edges == ()


def test_hand_overs_alone_make_an_edge_and_scores_alone_none(shop: Shop) -> None:
    edge_week(shop.world, "maintenance", "workshop", handed_over=2)
    edge_week(shop.world, "workshop", "maintenance", scored=5, satisfied=4)
    found = seen(shop)
    assert pairs(found) == {("maintenance", "workshop")}
    edge = found.edges[0]
    assert (edge.handed_over, edge.asked, edge.is_silent) == (2, 0, False)
    assert edge.satisfaction_back is not None
    assert (edge.satisfaction_back.n, edge.satisfaction_back.share) == (5, 0.8)


def test_the_number_of_statements_does_not_grow(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    edge_week(shop.world, "care", HOUSEHOLDS, asked=1)
    seen(shop)
    with django_assert_num_queries(12):
        seen(shop)
    for weeks_ago, provider in enumerate(["hr", "it", "maintenance", "workshop-warsaw"]):
        edge_week(shop.world, provider, "care", asked=3, waits={5: 3}, weeks_ago=weeks_ago)
        declare(shop, provider, "management")
    with django_assert_num_queries(12):
        seen(shop, opened=TEAMS)


def test_an_edge_leads_to_its_requests_as_far_as_one_may_read_them(shop: Shop) -> None:
    opened = shop.ask_repair()
    shop.ask_workshop(opened.id)
    edge_week(shop.world, "workshop", "care", asked=1, weeks_ago=0)
    edge_week(shop.world, "care", HOUSEHOLDS, asked=1, weeks_ago=0)
    page = edge_page(shop.world.ana, "workshop", "care", at=shop.after(1))
    assert [request.title for request in page.requests] == ["A pump for a Lavora 7"]
    assert (page.hidden_count, page.after, page.provider.key, page.edge.asked) == (0, None, "workshop", 1)
    stranger = edge_page(shop.world.magda, "workshop", "care", at=shop.after(1))
    assert (stranger.requests, stranger.hidden_count) == ((), 1)
    outside = edge_page(shop.world.ana, "care", HOUSEHOLDS, at=shop.after(1))
    assert [request.id for request in outside.requests] == [opened.id]


def test_an_edge_that_is_not_on_the_map_does_not_exist(shop: Shop) -> None:
    with pytest.raises(HiddenError):
        edge_page(shop.world.ana, "workshop", "care", at=shop.at)
    edge_week(shop.world, "workshop", "care", asked=1)
    with pytest.raises(HiddenError):
        edge_page(shop.world.zofia, "workshop", "care", at=shop.at)


def test_what_a_colleague_asks_in_person_counts_with_the_department_joined_first(shop: Shop) -> None:
    ana = shop.world.id_of("ana")
    requests.open_request(
        by=shop.world.ana,
        at=shop.at,
        service_version_id=shop.version("laptop"),
        customer_id=ana,
        asker_id=ana,
        channel="portal",
        title="A laptop for me",
        text="The old one is slow.",
        language="en",
        answers={},
    )
    edge_week(shop.world, "it", "care", asked=1, weeks_ago=0)
    edge_week(shop.world, "it", "hr", asked=1, weeks_ago=0)
    assert len(edge_page(shop.world.carmen, "it", "care", at=shop.after(1)).requests) == 1
    assert edge_page(shop.world.carmen, "it", "hr", at=shop.after(1)).requests == ()


@pytest.mark.parametrize(
    "counts",
    [
        {"asked": 1, "decided": 2},
        {"asked": 2, "decided": 1, "late": 2},
        {"asked": 1, "done": 2},
        {"asked": 1, "done": 1, "reworked": 2},
        {"scored": 1, "satisfied": 2},
    ],
)
def test_the_database_knows_that_counts_are_parts_of_others(shop: Shop, counts: dict[str, int]) -> None:
    with pytest.raises(IntegrityError, match="edge_counts_are_parts"), transaction.atomic():
        edge_week(shop.world, "care", HOUSEHOLDS, **counts)
    assert not EdgeWeek.objects.exists()

"""A sweep costs what is due, not what is open: it finds its clocks by an index, whatever else is promised."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from clientela.directory.policies import HOUSE
from clientela.promises.actions import PastClock, define_calendar, sweep_promises, write_clock_history
from clientela.promises.models import CalendarVersion, Clock
from tests.plans import Plan, count_rows, plan_of
from tests.world import World

pytestmark = pytest.mark.django_db

# Round the clock, so that a promise is at risk only when a fifth of its time is left.
WEEK = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
COPIES = """
    INSERT INTO promises_clock (
        kind, subject, provider_id, customer_id, promised_by_id, words, calendar_version_id, fixed_due_at, started_at,
        due_at, next_notice_at, is_open
    )
    SELECT kind, subject, provider_id, customer_id, promised_by_id, words, calendar_version_id, fixed_due_at,
        started_at, due_at, next_notice_at, is_open
    FROM promises_clock, generate_series(1, 99) WHERE due_at > %s
"""
COPIED_STARTS = """
    INSERT INTO promises_clockevent (clock_id, at, kind, data)
    SELECT id, started_at, 'start', '{}' FROM promises_clock AS clock
    WHERE NOT EXISTS (SELECT FROM promises_clockevent WHERE clock_id = clock.id)
"""


@pytest.fixture
def many(world: World) -> None:
    """Ten promises due within the hour, and ten thousand due later, all open."""
    definition = {"zone": "Europe/Bucharest", "hours": WEEK}
    define_calendar(by=HOUSE, at=world.at, key="bucharest", name="Bucharest", definition=definition)
    calendar_id = CalendarVersion.objects.get().pk

    def promise(number: int, hours: int) -> PastClock:
        return PastClock(
            kind="personal",
            subject=f"request:{number}",
            provider_id=world.care.id,
            customer_id=world.id_of("zofia"),
            promised_by_id=world.id_of("ana"),
            words="call back",
            calendar_version_id=calendar_id,
            started_at=world.at,
            fixed_due_at=world.at + timedelta(hours=hours),
        )

    soon = [promise(number, 1) for number in range(10)]
    later = [promise(10 + number, 24 * 7 + number) for number in range(100)]
    write_clock_history([*soon, *later], at=world.at)
    with connection.cursor() as cursor:
        cursor.execute(COPIES, [world.at + timedelta(days=1)])
        cursor.execute(COPIED_STARTS)
    count_rows()


def swept(world: World, *, days: int, limit: int = 1000) -> tuple[int, Plan]:
    """A sweep after so many days, taken back: how many it found, and how it found them."""
    found: list[int] = []
    with transaction.atomic():
        plan = plan_of(lambda: found.append(sweep_promises(at=world.at + timedelta(days=days), limit=limit)))
        transaction.set_rollback(True)
    return found[0], plan


def test_a_sweep_finds_what_is_due_by_its_index_and_reads_no_table_of_clocks(world: World, many: None) -> None:
    assert Clock.objects.filter(is_open=True).count() == 10_010
    count, plan = swept(world, days=1)
    assert count == 10
    assert "clock_notice_due" in plan.indexes
    assert plan.read_whole.isdisjoint({"promises_clock", "promises_clockevent"})


def test_a_sweep_asks_the_same_number_of_questions_however_much_is_due(world: World, many: None) -> None:
    few, plan_for_few = swept(world, days=1)
    more, plan_for_more = swept(world, days=30, limit=200)
    assert (few, plan_for_few.statements) == (10, 7)
    assert (more, plan_for_more.statements) == (200, 7)

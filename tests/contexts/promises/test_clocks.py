"""The clocks of a subject: started, paused, kept, reopened, moved to another department, and swept when due.

Care in Bucharest works 9:00–17:00 local time from Monday to Friday; `world.at` is Monday 23 November 2026, 10:00 there.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from clientela.directory.policies import HOUSE
from clientela.kernel.journal import facts_about
from clientela.kernel.policies import NotAllowedError
from clientela.promises import queries
from clientela.promises.actions import (
    NoCalendarError,
    PastClock,
    PastEvent,
    PromiseError,
    assign_calendar,
    cancel_clocks,
    define_calendar,
    define_terms,
    keep_clocks,
    keep_promise,
    make_promise,
    move_clocks_to,
    move_promise,
    pause_clocks,
    rebuild_clocks,
    reopen_clocks,
    resume_clocks,
    start_clocks,
    sweep_promises,
    write_clock_history,
)
from clientela.promises.models import CalendarVersion, Clock, ClockEvent, TermsVersion
from clientela.promises.rules import CalendarProblemError, CalendarWithoutWorkingTime
from tests.world import World

SUBJECT = "request:1"
HOURS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
BUCHAREST = {"zone": "Europe/Bucharest", "hours": HOURS}
WARSAW = {"zone": "Europe/Warsaw", "hours": HOURS}


@pytest.fixture
def terms(world: World) -> int:
    define_calendar(by=HOUSE, at=world.at, key="bucharest", name="Bucharest office", definition=BUCHAREST)
    define_calendar(by=HOUSE, at=world.at, key="warsaw", name="Warsaw workshop", definition=WARSAW)
    assign_calendar(by=HOUSE, at=world.at, department_id=world.care.id, calendar_key="bucharest")
    assign_calendar(by=HOUSE, at=world.at, department_id=world.workshop.id, calendar_key="warsaw")
    return define_terms(
        by=HOUSE,
        at=world.at,
        key="standard",
        name="Standard",
        first_reply_minutes=120,
        next_reply_minutes=240,
        resolution_minutes=960,
        pauses_while=["waiting_customer"],
        on_reopen="resume",
    )


def start(world: World, terms: int, kinds: tuple[str, ...] = ("first_reply", "resolution")) -> datetime | None:
    return start_clocks(
        at=world.at,
        subject=SUBJECT,
        provider_id=world.care.id,
        customer_id=world.zofia.person_id,
        terms_id=terms,
        kinds=kinds,
    )


def seen(world: World, at: datetime) -> dict[str, queries.ClockSeen]:
    return {clock.kind: clock for clock in queries.clocks_of([SUBJECT], at=at)[SUBJECT] if clock.state != "cancelled"}


def test_an_agent_does_not_set_the_calendars(world: World) -> None:
    with pytest.raises(NotAllowedError, match=r"^Calendars and promised times are set by an administrator\.$"):
        define_calendar(by=world.ana, at=world.at, key="mine", name="Mine", definition=BUCHAREST)
    assert CalendarVersion.objects.count() == 0


def test_a_calendar_without_working_time_is_refused_by_name(world: World) -> None:
    with pytest.raises(CalendarWithoutWorkingTime, match="Empty week"):
        define_calendar(
            by=world.vera,
            at=world.at,
            key="empty",
            name="Empty week",
            definition={"zone": "Europe/Madrid", "hours": {}},
        )
    assert CalendarVersion.objects.count() == 0


def test_a_calendar_in_an_unknown_zone_is_refused_by_name(world: World) -> None:
    with pytest.raises(CalendarProblemError, match="Atlantis"):
        define_calendar(
            by=world.vera, at=world.at, key="lost", name="Lost", definition={"zone": "Europe/Atlantis", "hours": HOURS}
        )
    assert CalendarVersion.objects.count() == 0


def test_the_same_calendar_defined_again_is_no_new_version(world: World) -> None:
    first = define_calendar(by=world.vera, at=world.at, key="b", name="B", definition=BUCHAREST)
    again = define_calendar(by=world.vera, at=world.at, key="b", name="B", definition=BUCHAREST)
    changed = define_calendar(by=world.vera, at=world.at, key="b", name="B", definition=WARSAW)
    assert first == again
    assert list(CalendarVersion.objects.order_by("number").values_list("pk", "number")) == [(first, 1), (changed, 2)]


def test_a_department_without_hours_cannot_promise_and_the_error_names_it(world: World, terms: int) -> None:
    with pytest.raises(NoCalendarError, match=world.hr.name):
        start_clocks(
            at=world.at, subject=SUBJECT, provider_id=world.hr.id, customer_id=world.zofia.person_id, terms_id=terms
        )
    assert Clock.objects.count() == 0


def test_a_team_below_works_by_the_calendar_of_the_department_above(world: World, terms: int) -> None:
    due = queries.due_if_asked_now(terms, world.workshop_warsaw.id, at=world.at)
    assert (due.zone, due.first_reply_at) == ("Europe/Warsaw", datetime(2026, 11, 23, 10, 0, tzinfo=UTC))


def test_two_clocks_start_and_the_first_due_is_two_working_hours_away(world: World, terms: int) -> None:
    assert start(world, terms) == world.at + timedelta(hours=2)
    clocks = seen(world, world.at)
    assert {kind: clock.due_at for kind, clock in clocks.items()} == {
        "first_reply": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        "resolution": datetime(2026, 11, 25, 8, 0, tzinfo=UTC),
    }
    assert clocks["first_reply"].working_seconds_left == 7200
    assert clocks["first_reply"].customer_id == world.zofia.person_id


def test_a_kind_that_is_open_is_not_started_twice(world: World, terms: int) -> None:
    start(world, terms)
    start(world, terms)
    assert Clock.objects.count() == 2


def test_a_reply_keeps_the_first_promise_early(world: World, terms: int) -> None:
    start(world, terms)
    at = world.at + timedelta(minutes=30)
    assert keep_clocks(at=at, subject=SUBJECT, kinds={"first_reply", "next_reply"}) == datetime(
        2026, 11, 25, 8, 0, tzinfo=UTC
    )
    first = seen(world, at)["first_reply"]
    assert (first.state, first.kept_at, first.early_working_seconds) == ("kept", at, 5400)


def test_waiting_for_the_customer_stops_the_clocks_and_other_waiting_does_not(world: World, terms: int) -> None:
    start(world, terms)
    at = world.at + timedelta(hours=1)
    assert pause_clocks(at=at, subject=SUBJECT, state="waiting_date") == world.at + timedelta(hours=2)
    assert pause_clocks(at=at, subject=SUBJECT, state="waiting_customer") is None
    assert {clock.state for clock in seen(world, at).values()} == {"paused"}
    back = at + timedelta(days=1)
    assert resume_clocks(at=back, subject=SUBJECT) == back + timedelta(hours=1)
    assert Clock.objects.filter(due_at__isnull=False).count() == 2


def test_reopening_goes_on_with_the_time_that_was_left(world: World, terms: int) -> None:
    start(world, terms)
    keep_clocks(at=world.at + timedelta(hours=4), subject=SUBJECT, kinds={"first_reply", "resolution"})
    reopened = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    # 16 working hours were promised, 4 were used; Monday 10:00 in Bucharest leaves 7 h, Tuesday 5 h more
    assert reopen_clocks(at=reopened, subject=SUBJECT) == datetime(2026, 12, 8, 12, 0, tzinfo=UTC)
    assert seen(world, reopened)["resolution"].working_seconds_left == 12 * 3600


def test_a_second_department_never_inherits_a_spent_clock(world: World, terms: int) -> None:
    start(world, terms)
    pause_clocks(at=world.at + timedelta(minutes=90), subject=SUBJECT, state="waiting_customer")
    at = world.at + timedelta(minutes=100)
    assert move_clocks_to(at=at, subject=SUBJECT, provider_id=world.workshop.id) is None
    moved = seen(world, at)
    assert {clock.provider_id for clock in moved.values()} == {world.workshop.id}
    assert {kind: (clock.state, clock.working_seconds_left) for kind, clock in moved.items()} == {
        "first_reply": ("paused", 7200),
        "resolution": ("paused", 57600),
    }
    assert {clock.calendar_name for clock in moved.values()} == {"Warsaw workshop"}


def test_cancelling_ends_everything_that_is_owed(world: World, terms: int) -> None:
    start(world, terms)
    make_promise(
        by=world.ana,
        at=world.at,
        subject=SUBJECT,
        provider_id=world.care.id,
        customer_id=world.zofia.person_id,
        words="call about the slot",
        due_at=world.at + timedelta(hours=5),
    )
    assert cancel_clocks(at=world.at, subject=SUBJECT) is None
    assert not Clock.objects.filter(is_open=True).exists()


def promise(world: World) -> int:
    return make_promise(
        by=world.ana,
        at=world.at,
        subject=SUBJECT,
        provider_id=world.care.id,
        customer_id=world.zofia.person_id,
        words=" call Zofia ",
        due_at=world.at + timedelta(hours=5),
    )


def test_a_promise_for_a_moment_that_has_passed_is_not_made(world: World, terms: int) -> None:
    with pytest.raises(PromiseError, match=r"^The promised moment has already passed\. Choose a later one\.$"):
        make_promise(
            by=world.ana,
            at=world.at,
            subject=SUBJECT,
            provider_id=world.care.id,
            customer_id=world.zofia.person_id,
            words="call",
            due_at=world.at,
        )
    assert Clock.objects.count() == 0


def test_a_colleague_does_not_keep_somebody_elses_promise(world: World, terms: int) -> None:
    clock = promise(world)
    with pytest.raises(NotAllowedError):
        keep_promise(by=world.piotr, at=world.at, clock_id=clock)
    assert ClockEvent.objects.filter(clock=clock).count() == 1


def test_a_personal_promise_is_moved_and_kept_by_who_made_it(world: World, terms: int) -> None:
    clock = promise(world)
    later = world.at + timedelta(hours=8)
    move_promise(by=world.ana, at=world.at + timedelta(hours=1), clock_id=clock, due_at=later)
    (mine,) = queries.promises_made_by(world.ana.person_id, at=world.at + timedelta(hours=1))
    assert (mine.words, mine.due_at, mine.state) == ("call Zofia", later, "running")
    keep_promise(by=world.ana, at=world.at + timedelta(hours=2), clock_id=clock)
    assert queries.promises_made_by(world.ana.person_id, at=later) == []
    assert [fact.verb for fact in facts_about(SUBJECT)] == ["promise_kept", "promise_moved", "promise_made"]
    with pytest.raises(PromiseError, match=r"^This promise has already ended\.$"):
        keep_promise(by=world.ana, at=later, clock_id=clock)


def test_the_sweep_says_at_risk_once_and_broken_once(world: World, terms: int) -> None:
    start(world, terms, kinds=("first_reply",))
    assert sweep_promises(at=world.at + timedelta(minutes=95)) == 0
    at_risk = world.at + timedelta(minutes=96)
    assert (sweep_promises(at=at_risk), sweep_promises(at=at_risk)) == (1, 0)
    late = world.at + timedelta(minutes=121)
    assert (sweep_promises(at=late), sweep_promises(at=late)) == (1, 0)
    assert [(fact.verb, fact.at) for fact in facts_about(SUBJECT)] == [
        ("promise_broken", late),
        ("promise_at_risk", at_risk),
    ]


def test_a_pause_between_the_due_moment_and_the_sweep_does_not_hide_the_breach(world: World, terms: int) -> None:
    start(world, terms, kinds=("first_reply",))
    pause_clocks(at=world.at + timedelta(minutes=121), subject=SUBJECT, state="waiting_customer")
    assert sweep_promises(at=world.at + timedelta(minutes=122)) == 1
    assert [fact.verb for fact in facts_about(SUBJECT)] == ["promise_broken"]
    assert sweep_promises(at=world.at + timedelta(days=3)) == 0


def test_a_sweep_that_dies_before_its_commit_is_run_again(world: World, terms: int) -> None:
    start(world, terms, kinds=("first_reply",))
    with transaction.atomic():
        assert sweep_promises(at=world.at + timedelta(hours=3)) == 1
        transaction.set_rollback(True)  # the worker dies before its commit
    assert sweep_promises(at=world.at + timedelta(hours=3)) == 1


def test_the_cached_columns_can_be_rebuilt_from_the_events(world: World, terms: int) -> None:
    start(world, terms)
    pause_clocks(at=world.at + timedelta(hours=1), subject=SUBJECT, state="waiting_customer")
    resume_clocks(at=world.at + timedelta(hours=2), subject=SUBJECT)
    keep_clocks(at=world.at + timedelta(hours=6), subject=SUBJECT, kinds={"first_reply"})
    fields = ("pk", "due_at", "next_notice_at", "is_open", "kept_at", "broken_at")
    before = list(Clock.objects.order_by("pk").values(*fields))
    Clock.objects.filter(is_open=True).update(due_at=None, next_notice_at=None)
    at = world.at + timedelta(hours=6)
    last = rebuild_clocks(at=at)
    assert last == before[-1]["pk"]
    assert rebuild_clocks(at=at, after_id=last) is None
    assert list(Clock.objects.order_by("pk").values(*fields)) == before


def test_a_history_in_bulk_gives_the_rows_that_the_actions_give(world: World, terms: int) -> None:
    start(world, terms, kinds=("resolution",))
    pause_clocks(at=world.at + timedelta(hours=1), subject=SUBJECT, state="waiting_customer")
    resume_clocks(at=world.at + timedelta(hours=3), subject=SUBJECT)
    keep_clocks(at=world.at + timedelta(hours=5), subject=SUBJECT, kinds={"resolution"})
    version = TermsVersion.objects.get(terms=terms)
    write_clock_history(
        [
            PastClock(
                kind="resolution",
                subject="request:2",
                provider_id=world.care.id,
                customer_id=world.zofia.person_id,
                calendar_version_id=queries.calendar_versions()[world.care.id],
                terms_version_id=version.pk,
                target_seconds=57600,
                started_at=world.at,
                events=(
                    PastEvent(world.at + timedelta(hours=1), "pause", {"reason": "waiting_customer"}),
                    PastEvent(world.at + timedelta(hours=3), "resume"),
                    PastEvent(world.at + timedelta(hours=5), "keep"),
                ),
            )
        ],
        at=world.at + timedelta(hours=5),
    )
    rows = [
        {key: value for key, value in row.items() if key not in {"id", "subject"}}
        for row in Clock.objects.order_by("pk").values()
    ]
    assert rows[0] == rows[1]
    first, second = Clock.objects.order_by("pk")
    of = lambda clock: list(ClockEvent.objects.filter(clock=clock).order_by("at").values_list("at", "kind", "data"))  # noqa: E731 - used twice, here only
    assert of(first) == of(second)


def test_the_working_day_of_a_department_stands_in_its_own_zone(world: World, terms: int) -> None:
    hours = queries.hours_today(world.care.id, at=world.at)
    assert (hours.is_open, hours.closes_at) == (True, datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    assert (hours.working_seconds_left_today, hours.zone) == (7 * 3600, "Europe/Bucharest")
    night = queries.hours_today(world.care.id, at=datetime(2026, 11, 27, 20, 0, tzinfo=UTC))
    assert (night.is_open, night.closes_at, night.opens_at) == (False, None, datetime(2026, 11, 30, 7, 0, tzinfo=UTC))

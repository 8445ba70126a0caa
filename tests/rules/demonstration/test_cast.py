"""The washing machine of Zofia Nowak, and the rest of Ana's day."""

from datetime import UTC, datetime, timedelta

import pytest

from clientela.command.demonstration.plan import demonstration_plan
from clientela.command.demonstration.story import (
    AskedDepartment,
    CustomerWrote,
    DemonstrationPlan,
    Noted,
    Opened,
    PromiseMade,
    Replied,
    RequestStory,
    Waiting,
)
from clientela.promises.rules import add_working_seconds, working_seconds_between
from clientela.requests.rules import State
from tests.rules.demonstration.conftest import TUESDAY
from tests.rules.demonstration.replaying import calendars_of, replayed


def request(plan: DemonstrationPlan, key: str) -> RequestStory:
    return next(one for one in plan.requests if one.key == key)


def at(day: int, hour: int, minute: int) -> datetime:
    """A moment in November 2026, on the clock of Warsaw."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def test_on_that_tuesday_morning_it_stands_as_on_the_page(plan: DemonstrationPlan) -> None:
    zofia, workshop, bench = (request(plan, key) for key in ("zofia", "zofia-workshop", "zofia-bench"))
    assert [(event.at, type(event), event.by) for event in zofia.events] == [
        (at(20, 18, 2), Opened, "zofia.nowak"),
        (at(21, 11, 54), type(zofia.events[1]), "ioana.munteanu"),
        (at(21, 12, 5), Replied, "ana.ionescu"),
        (at(21, 12, 12), AskedDepartment, "ana.ionescu"),
        (at(21, 12, 12), Waiting, "ana.ionescu"),
        (at(23, 9, 1), Noted, "piotr.zielinski"),
        (at(24, 8, 31), CustomerWrote, "zofia.nowak"),
    ]
    assert zofia.title == "Pralka przecieka od wczoraj"
    assert zofia.opened.attachments == ("pralka.jpg",)
    reply, note, again = (zofia.events[place] for place in (2, 5, 6))
    assert "dziś między 16:00 a 18:00, a naprawę zakończymy do wtorku do 12:00." in reply.text
    assert note.text.endswith("@Ana Tuesday 12:00 won’t hold.")
    assert again.text == "Dzień dobry, czy pralka będzie dziś w południe gotowa? Chciałabym zaplanować dzień."
    assert (workshop.team, workshop.parent, workshop.hop) == ("workshop-warsaw", "zofia", 1)
    assert (bench.team, bench.parent, bench.hop) == ("maintenance-warsaw", "zofia-workshop", 2)
    assert bench.opened.at == at(23, 9, 0)
    waiting = bench.events[-1]
    assert (waiting.state, waiting.until) == ("waiting_date", at(24, 16, 0))


def test_its_promises_stand_as_on_the_page(plan: DemonstrationPlan) -> None:
    services = {service.key: service for service in plan.services}
    hours = calendars_of(plan)
    zofia, bench = request(plan, "zofia"), request(plan, "zofia-bench")
    care, repair = hours["care-bucharest"], services["care-repair"]
    first_due = add_working_seconds(care, zofia.opened.at, repair.first_reply_minutes * 60)
    assert first_due - zofia.events[2].at == timedelta(hours=1, minutes=55)
    assert add_working_seconds(care, zofia.opened.at, repair.resolution_minutes * 60) == at(24, 12, 0)
    maintenance = next(one for one in plan.departments if one.key == "maintenance")
    upkeep = hours[f"maintenance-{maintenance.branch}"]
    assert working_seconds_between(upkeep, bench.opened.at, plan.until) == 10 * 3600
    promised = services["maintenance-equipment"].resolution_minutes * 60
    assert add_working_seconds(upkeep, bench.opened.at, promised) == at(25, 9, 0)


@pytest.mark.parametrize(
    "until",
    [
        datetime(2026, 11, 22, 0, 40, tzinfo=UTC),  # a night from Saturday to Sunday
        datetime(2026, 12, 25, 12, 0, tzinfo=UTC),
        datetime(2027, 1, 4, 6, 0, tzinfo=UTC),  # after the holidays, before opening
        datetime(2027, 5, 3, 15, 0, tzinfo=UTC),
    ],
)
def test_the_chain_is_in_flight_whenever_the_story_ends(until: datetime) -> None:
    plan = demonstration_plan(until=until, requests=100, days=20)
    states = {key: one.state for key, one in replayed(plan).standings.items() if one.request.is_scripted}
    assert states["zofia"] == states["zofia-workshop"] == State.WAITING_DEPARTMENT
    assert states["zofia-bench"] == State.WAITING_DATE
    assert states["mirasierra"] == State.WAITING_DEPARTMENT
    assert states["jan"] == states["elena"] == State.WAITING_DEPARTMENT
    assert states["delta-correction"] == State.RESOLVED
    assert states["delta"] == State.OPEN
    assert states["filter"] == State.OPEN
    bench = request(plan, "zofia-bench").events[-1]
    assert bench.until > until


def test_anas_day_is_there(plan: DemonstrationPlan) -> None:
    hers = {one.title for one in plan.requests if one.is_scripted and one.team == "care-bucharest"}
    assert hers == {
        "Pralka przecieka od wczoraj",
        "La nevera de la cocina no enfría",
        "Phone queue and desk for the new colleague",
        "Zwrot nieotwartej kuchenki mikrofalowej",
        "Which oven fits a 56 cm niche?",
        "Factura are TVA calculată greșit",
        "Delivery complaints of last week, in one list",
        "Words for the winter service page",
        "Gracias por la instalación",
        "Cât costă un tambur pentru uscător?",
        "Zwrot pieniędzy za zamówienie CL-57340",
        "Ora livrării pentru comanda CL-58466",
        "Dzień dobry, czy filtr…",
    }
    promises = [
        (event.by, event.words, event.due_at)
        for one in plan.requests
        if one.is_scripted
        for event in one.events
        if isinstance(event, PromiseMade)
    ]
    assert ("ana.ionescu", "Call Mihai Stoica about the delivery slot", at(24, 13, 0)) in promises
    assert ("ana.ionescu", "Send Marta the return label", at(24, 17, 0)) in promises


def test_what_is_known_of_zofia(plan: DemonstrationPlan) -> None:
    zofia = next(customer for customer in plan.customers if customer.key == "zofia.nowak")
    assert (zofia.branch, zofia.language, zofia.customer_since.isoformat()) == ("warsaw", "pl", "2024-03-12")
    assert [note.text for note in zofia.notes] == [
        "Woli maile, po polsku.",
        "Małe dziecko w domu.",
        "Trzecie piętro, jest winda.",
    ]
    assert [(boundary.kind, boundary.rule) for boundary in zofia.boundaries] == [
        ("quiet_hours", {"from": "18:00", "to": "08:00"}),
        ("subject", {"subject": "offers"}),
    ]


def test_the_cast_ends_where_the_story_ends(plan: DemonstrationPlan) -> None:
    for one in plan.requests:
        if one.is_scripted:
            assert all(TUESDAY - timedelta(days=14) < event.at < TUESDAY for event in one.events)


@pytest.mark.parametrize("until", [TUESDAY + timedelta(hours=hours) for hours in (0, 19, 76, 130, 300, 700)])
def test_the_late_washing_machine_lay_two_days_in_the_queue_of_maintenance(until: datetime) -> None:
    plan = demonstration_plan(until=until, requests=60)
    own, workshop, lift = (request(plan, key) for key in ("bartosz", "bartosz-workshop", "bartosz-lift"))
    hours = calendars_of(plan)
    services = {service.key: service for service in plan.services}
    assert (workshop.parent, lift.parent, lift.team) == ("bartosz", "bartosz-workshop", "maintenance-warsaw")
    opened, taken = lift.events
    branch = next(one.branch for one in plan.departments if one.key == "maintenance")
    lay = working_seconds_between(hours[f"maintenance-{branch}"], opened.at, taken.at)
    assert 17 * 3600 <= lay <= 21 * 3600
    promised = services["care-repair"].resolution_minutes * 60
    assert add_working_seconds(hours["care-bucharest"], own.opened.at, promised) < until

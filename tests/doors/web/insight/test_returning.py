"""Whether customers come back, as the page of Impact says it."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.impact.models import Estimation
from tests.doors.web.desk.visits import Desk
from tests.doors.web.insight.test_impact import STATEMENTS, URL, check, page, supported, verdict, words_of
from tests.world import World


def came_back(world: World) -> dict[str, Any]:
    """Three more of 100 come back; of IT, on which a third of each case depends, one more."""
    told = supported(world)
    own = {"effect": 0.03, "low": 0.012, "high": 0.048}
    told["estimate"] = told["estimate"] | {"outcome_sd": 0.5, "own": told["estimate"]["own"] | own}
    return told | {
        "satisfied": own, "is_share": True, "is_turned": False, "source": "both", "days": 90, "bought": 2040,
        "share": 0.48, "since": "2025-08-25", "until": "2026-08-23",
        "checks": [check("leads", held=True), check("unaffected", held=True), check("reverse", held=True)],
    }  # fmt: skip


def left(world: World) -> dict[str, Any]:
    return came_back(world) | {"is_turned": True, "days": 180, "share": 0.21, "until": "2026-05-24"}


def too_few(world: World, outcome: str, code: str, **figures: Any) -> dict[str, Any]:
    told = {"came_back": came_back, "left": left}[outcome](world)
    for name in ("estimate", "checks", "satisfied", "left_out", "each"):
        del told[name]
    return told | {
        "cases": 0, "answered": 0, "suppliers": [], "share": None, "bought": 12,
        "no_answer": {"code": code, "figures": figures},
        "verdict": verdict("not_enough_data", "no_number", collect=["roll_out"]),
    }  # fmt: skip


def done(world: World, **outcomes: Any) -> Estimation:
    result = {"since": "2026-05-25", "until": "2026-11-22", "of": {"said": supported(world)}, **outcomes}
    return Estimation.objects.create(asked_at=world.at, state="done", progress=1, finished_at=world.at, result=result)


@pytest.fixture
def known(world: World) -> Estimation:
    return done(world, outcomes={"came_back": came_back(world), "left": left(world)})


def test_what_was_worked_out_before_says_nothing_of_it(desk: Desk, world: World) -> None:
    done(world)
    told = page(desk, "carmen")
    assert "customers come back" not in told
    assert "Work it out with these days" not in told
    assert "regular customers" not in told


def test_a_house_that_sells_nothing_yet_is_told_what_to_do(desk: Desk, world: World) -> None:
    done(world, outcomes={})
    told = page(desk, "carmen")
    assert "Nothing is known to be bought yet." in told
    assert "Say which services people buy" in told
    assert "Work it out with these days" not in told  # there is nothing yet that they would change


def test_it_says_how_many_of_a_hundred_come_back_or_leave(desk: Desk, known: Estimation) -> None:
    told = page(desk, "carmen")
    better = "When departments serve each other one step better, about 3"
    assert f"{better} more of 100 customers come back within 90 days." in told
    assert f"{better} fewer of 100 regular customers leave." in told
    found = "more of 100 customers come back within 90 days (1.2 to 5, with 95 % confidence)."
    assert f"Found for one step: about 3 {found}" in told
    assert "Whether customers come back · 1,412 cases · 48% came back · What colleagues said and what clocks" in told
    assert "Those who came after Sunday 23 August 2026 are left out: whether they come back is known after 90" in told
    assert "Those who came after Sunday 24 May 2026 are left out: their 180 days are not over." in told
    assert "IT : about 0.9 more of 100 customers come back within 90 days (0.4 to 1.4)" in told
    assert "IT : about 0.9 fewer of 100 regular customers leave (0.4 to 1.4)" in told
    assert "held How well departments serve next does not explain who comes back today." in told
    assert "held Whether they had come before does not move" in told
    assert "a change of 6 of 100 customers or more would be seen four times of five" in told


def test_where_it_is_not_known_it_says_why(desk: Desk, world: World) -> None:
    done(
        world,
        outcomes={
            "came_back": too_few(world, "came_back", "no_cases"),
            "left": too_few(world, "left", "too_few_cases", cases=7, fewest=30),
        },
    )
    told = page(desk, "carmen")
    assert "There is no figure yet for whether better service inside makes customers come back." in told
    assert "12 requests of customers outside for something they buy are done, and of none of them it is known" in told
    assert "It is known of too few cases: 7, and at least 30 are needed." in told


def test_before_anybodys_days_are_over_it_says_from_which_day_on_and_what_to_do_until_then(
    desk: Desk, world: World
) -> None:
    waiting = too_few(world, "came_back", "no_cases") | {"known_from": "2026-12-07"}
    done(world, outcomes={"came_back": waiting, "left": too_few(world, "left", "no_cases") | {"known_from": ""}})
    told = page(desk, "carmen")
    assert "From 7 December 2026 on it is known of the first of them, and with each week that follows" in told
    assert "No customer has bought three times within 180 days yet." in told
    assert told.count("Nothing needs to be done for it: it is worked out anew every week by itself.") == 2
    assert told.count("Choose fewer days, under “When has a customer come back, when left?” below") == 2
    assert told.count("Bring cases of an older system") == 2


def test_what_was_worked_out_before_that_was_looked_at_does_not_say_that_nobody_is_regular(
    desk: Desk, world: World
) -> None:
    done(world, outcomes={name: too_few(world, name, "no_cases") for name in ("came_back", "left")})
    told = page(desk, "carmen")
    assert "on it is known of the first" not in told
    assert "three times within 180 days yet" not in told


def test_once_it_is_known_of_some_it_does_not_say_from_when_on(desk: Desk, known: Estimation) -> None:
    told = page(desk, "carmen")
    assert "on it is known of the first" not in told
    assert "Choose fewer days" not in told


def test_the_opposite_and_a_check_that_failed_are_no_support(desk: Desk, world: World) -> None:
    opposite = came_back(world) | {"verdict": verdict("not_supported", "opposite")}
    failed = left(world) | {"verdict": verdict("not_supported", "check_failed", failed=["leads"])}
    done(world, outcomes={"came_back": opposite, "left": failed})
    told = page(desk, "carmen")
    assert "better service inside went together with fewer customers who came back." in told
    assert "These figures do not show that better service inside keeps regular customers." in told
    assert "of 100 customers come back within 90 days" not in told


def test_the_file_has_it_too(desk: Desk, known: Estimation) -> None:
    rows = list(csv.reader(io.StringIO(desk.of("carmen").get(f"{URL}.csv").content.decode("utf-8-sig"))))
    assert ["came_back", "more", "", "", "0.0300", "0.0120", "0.0480", "share"] in rows
    assert ["left", "fewer", "", "", "0.0300", "0.0120", "0.0480", "share"] in rows
    assert ["came_back", "known", "", "", "90", "2025-08-25", "2026-08-23", "days"] in rows
    assert ["left", "source", "both", "", "", "", "", ""] in rows


def test_other_days_are_asked_for_and_kept_for_the_next_time(desk: Desk, known: Estimation) -> None:
    browser = desk.of("carmen")
    assert browser.post(f"{URL}/work-out", {"back_days": "60", "left_days": ""}).status_code == 302
    asked = Estimation.objects.order_by("-pk")[0]
    assert (asked.back_days, asked.left_days) == (60, 180)
    assert 'value="60"' in browser.get(URL).content.decode()
    Estimation.objects.filter(pk=asked.pk).update(state="cancelled")
    assert browser.post(f"{URL}/work-out").status_code == 302
    again = Estimation.objects.order_by("-pk")[0]
    assert (again.back_days, again.left_days) == (60, 180)


@pytest.mark.parametrize(
    ("days", "why"), [("6", "from 7 to 730"), ("731", "from 7 to 730"), ("soon", "This is not a number")]
)
def test_days_that_are_no_span_are_refused_beside_the_field(desk: Desk, known: Estimation, days: str, why: str) -> None:
    response = desk.of("carmen").post(f"{URL}/work-out", {"back_days": days, "left_days": "200"})
    assert response.status_code == 422
    assert why in words_of(response.content.decode())
    assert Estimation.objects.count() == 1


def test_the_page_costs_no_statement_more(desk: Desk, known: Estimation) -> None:
    browser = desk.of("carmen")
    browser.get(URL)
    with CaptureQueriesContext(connection) as seen:
        browser.get(URL)
    assert len(seen) == STATEMENTS

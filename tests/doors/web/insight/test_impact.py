"""Impact, as its readers see it: answers, refusals, checks, and how far a working out is."""

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clientela.impact.models import Estimation
from tests.doors.web.desk.visits import Desk
from tests.world import World

URL = "/insight/impact"
STATEMENTS = 9


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def page(desk: Desk, who: str, query: str = "", status: int = 200) -> str:
    response = desk.of(who).get(URL + query)
    assert response.status_code == status
    return words_of(response.content.decode())


def check(name: str, *, held: bool | None, effect: float | None = 0.01, **detail: Any) -> dict[str, Any]:
    low, high = (None, None) if effect is None else (effect - 0.1, effect + 0.1)
    return {
        "name": name,
        "held": held,
        "is_gate": True,
        "effect": effect,
        "low": low,
        "high": high,
        "p": 0.5,
        "detail": detail,
    }


def verdict(answer: str, *reasons: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "failed": [],
        "weeks_more": None,
        "answers_more": None,
        "collect": [],
        "smallest_visible": 0.1,
        "figures": {},
    }
    return {"answer": answer, "reasons": list(reasons), **empty, **more}


def supported(world: World) -> dict[str, Any]:
    span = {"periods": 24}
    return {
        "period_weeks": 1, "cases": 1412, "answered": 388, "inside_answers": 950,
        "suppliers": [
            {"department_id": world.it.id, "weight": 0.3, "cases": 1412, "answers": 400, "periods_known": 24} | span,
            {"department_id": world.hr.id, "weight": 0.05, "cases": 706, "answers": 100, "periods_known": 11} | span,
            {"department_id": 0, "weight": 0.01, "cases": 141, "answers": 9, "periods_known": 0} | span,
        ],
        "estimate": {
            "effect": 0.31, "error": 0.05, "low": 0.2, "high": 0.42, "df": 9, "p": 0.001, "smallest_visible": 0.12,
            "n_cases": 388, "n_suppliers": 10, "n_periods": 24, "reliability": 0.8, "is_exact": False, "is_weak": False,
            "load_share": 1.0, "outcome_sd": 1.1, "quality_sd": 0.1,
            "own": {"effect": 0.34, "low": 0.22, "high": 0.46, "per_unit": 3, "per_unit_low": 2, "per_unit_high": 4},
        },
        "checks": [
            check("leads", held=True),
            check("untouched", held=None, effect=None, why="cases_touch_nearly_all", share=0.1),
            check("shuffled", held=True, effect=None, as_strong=4, shuffles=499),
            check("one_left_out", held=False, effect=0.3),
            check("load", held=True, effect=None, share=1.0),
            check("confounder", held=True, effect=None, robustness_value=0.12),
        ],
        "verdict": verdict("supported", "told_from_nothing", collect=["unaffected_outcome"]),
        "satisfied": {"effect": 0.1, "low": 0.05, "high": 0.15},
        "left_out": [{"department_id": world.it.id, "effect": 0.28}, {"department_id": world.hr.id, "effect": 0.33}],
        "each": [
            {"department_id": world.it.id, "effect": 0.3, "low": 0.1, "high": 0.5, "drawn": 0.4},
            {"department_id": world.hr.id, "effect": 0.2, "low": -0.1, "high": 0.5, "drawn": 0.8},
        ],
    }  # fmt: skip


def refused(world: World) -> dict[str, Any]:
    return {
        "period_weeks": 4, "cases": 12, "answered": 3, "inside_answers": 0, "suppliers": [],
        "no_answer": {"code": "too_few_cases", "figures": {"cases": 3, "fewest": 30}},
        "verdict": verdict("not_enough_data", "no_number", collect=["more_cases", "roll_out"]),
    }  # fmt: skip


@pytest.fixture
def worked_out(world: World) -> Estimation:
    return Estimation.objects.create(
        asked_at=world.at,
        state="done",
        progress=1,
        finished_at=world.at,
        result={
            "since": "2026-05-25",
            "until": "2026-11-22",
            "of": {"said": supported(world), "clocks": refused(world)},
        },
    )


def test_an_agent_is_told_of_no_such_page(desk: Desk, worked_out: Estimation) -> None:
    page(desk, "radu", status=404)
    assert desk.of("radu").get(f"{URL}.csv").status_code == 404
    assert desk.of("radu").post(f"{URL}/work-out").status_code == 403
    assert Estimation.objects.count() == 1
    assert "What better service inside is worth outside" not in words_of(
        desk.of("radu").get("/insight/").content.decode()
    )


def test_a_house_without_an_answer_is_offered_one_and_told_how_far_it_is(desk: Desk, world: World) -> None:
    assert "Nothing has been worked out yet" in page(desk, "carmen")
    browser = desk.of("carmen")
    assert browser.post(f"{URL}/work-out").status_code == 302
    row = Estimation.objects.get()
    assert "It waits for the worker." in page(desk, "carmen")
    Estimation.objects.update(state="running", progress=0.42)
    assert "It is being worked out: 42 % are done." in words_of(browser.get(f"{URL}?part=progress").content.decode())
    assert browser.post(f"{URL}/{row.pk}/stop").status_code == 302
    row.refresh_from_db()
    assert row.is_cancel_wished
    Estimation.objects.update(state="failed", error="no_store")
    assert "The analytics store is not there yet." in page(desk, "carmen")
    assert browser.get(f"{URL}?part=progress")["HX-Refresh"] == "true"


def test_it_says_the_answer_its_figures_and_every_check(desk: Desk, worked_out: Estimation) -> None:
    told = page(desk, "carmen")
    assert "When departments serve each other one step better, customers at the end rate about 0.3 higher of 5." in told
    assert "1,412 cases · 388 were rated · 950 answers of colleagues · by the week" in told
    assert "All together 0.3 (0.2 to 0.4)" in told
    assert "IT 0.3 (0.1 to 0.5)" in told
    assert "Human Resources 0.2 (−0.1 to 0.5)" in told
    assert "4 of 5 checks held" in told
    assert "not looked at Departments that a case never depended on show nothing." in told
    assert "4 of 499 shuffles look as strong" in told
    assert "did not hold Leaving out one department at a time does not turn it round. between 0.2 and 0.4" in told
    assert "IT : about 3 more of 100 customers satisfied (1.5 to 4.5)" in told
    assert "Human Resources : about" not in told  # of its own effect too little is known
    assert "IT 1,412 30% 24 of 24 Supported" in told
    assert "Human Resources 706 10% 11 of 24 Not enough data yet" in told
    assert "Departments of fewer than five people, together 141 10% 0 of 24 Not enough data yet" in told


def test_where_there_is_no_number_it_says_why_and_what_to_collect(desk: Desk, worked_out: Estimation) -> None:
    told = page(desk, "carmen")
    assert (
        "promises kept to colleagues give no figure yet for what better service inside would be worth outside" in told
    )
    assert "Too few customers outside rated their case: 3, and at least 30 are needed." in told
    assert "Ask more customers how their case went." in told


def test_without_a_figure_no_check_is_shown(desk: Desk, world: World, worked_out: Estimation) -> None:
    noisy = supported(world)
    noisy["estimate"] |= {"low": None, "high": None}
    noisy["verdict"] = verdict("not_enough_data", "pulse_too_noisy")
    worked_out.result = {**(worked_out.result or {}), "of": {"said": noisy, "clocks": refused(world)}}
    worked_out.save()
    told = page(desk, "carmen")
    assert "so they tell too little about who served well in which weeks." in told
    assert "Would it hold if we are wrong?" not in told
    assert "On whom cases depend" in told


def test_the_file_has_every_figure(desk: Desk, worked_out: Estimation) -> None:
    rows = list(csv.reader(io.StringIO(desk.of("carmen").get(f"{URL}.csv").content.decode("utf-8-sig"))))
    assert rows[0] == ["source", "what", "name", "held", "value", "low", "high", "unit"]
    assert ["said", "effect", "", "", "0.3100", "0.2000", "0.4200", "sd"] in rows
    assert ["said", "check", "one_left_out", "no", "0.3000", "0.2000", "0.4000", "sd"] in rows
    assert ["said", "own_effect", "IT", "", "0.3000", "0.1000", "0.5000", "sd"] in rows
    assert ["said", "check", "untouched", "", "", "", "", "sd"] in rows
    assert ["clocks", "verdict", "not_enough_data", "", "", "", "", ""] in rows


def test_the_page_costs_the_same_with_many_answers_before(desk: Desk, world: World, worked_out: Estimation) -> None:
    browser = desk.of("carmen")
    for _ in range(30):
        Estimation.objects.create(asked_at=world.at, state="done", finished_at=world.at, result=worked_out.result)
    with CaptureQueriesContext(connection) as seen:
        assert "Earlier answers" in words_of(browser.get(URL).content.decode())
    assert len(seen) == STATEMENTS

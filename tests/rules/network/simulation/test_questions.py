"""Questions: what cannot be asked and why, what the house becomes, and that asking nothing changes nothing."""

import json
from typing import Any

import pytest

from clientela.network.simulation import (
    Question,
    QuestionError,
    changed_house,
    house_as_json,
    house_from_json,
    question_as_json,
    question_from_json,
)
from clientela.network.simulation.house import Ask, Staffing, Surge
from clientela.network.simulation.questions import Holiday, MoreArrivals, PeopleChange, ServiceAdded
from clientela.network.simulation.running import one_run
from tests.rules.network.simulation.houses import OFFICE, STORE, WORKSHOP, house

PEOPLE = {"kind": "people", "department_id": 2, "more": 1}
HOLIDAY = {"kind": "holiday", "department_id": 2, "away": 1, "from_week": 3}
SERVICE = {"kind": "new_service", "department_id": 2, "name": "Loans", "a_week": 12, "work_minutes": 40}
ARRIVALS = {"kind": "arrivals", "factor": 2, "side": "outside"}


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        (None, "question", "missing"),
        ([], "question", "missing"),
        ({}, "changes", "missing"),
        ({"changes": {}}, "changes", "missing"),
        ({"changes": []}, "changes", "empty"),
        ({"changes": [PEOPLE] * 11}, "changes", "too_many"),
        ({"changes": ["more"]}, "changes.0", "missing"),
        ({"changes": [{"kind": "magic"}]}, "changes.0.kind", "unknown_kind"),
        ({"changes": [PEOPLE, {}]}, "changes.1.kind", "unknown_kind"),
        ({"changes": [PEOPLE | {"more": 0}]}, "changes.0.more", "zero"),
        ({"changes": [PEOPLE | {"more": 1.5}]}, "changes.0.more", "not_whole"),
        ({"changes": [PEOPLE | {"more": True}]}, "changes.0.more", "not_a_number"),
        ({"changes": [PEOPLE | {"more": "1"}]}, "changes.0.more", "not_a_number"),
        ({"changes": [PEOPLE | {"more": 101}]}, "changes.0.more", "too_large"),
        ({"changes": [PEOPLE | {"more": -101}]}, "changes.0.more", "too_small"),
        ({"changes": [PEOPLE | {"department_id": None}]}, "changes.0.department_id", "missing"),
        ({"changes": [PEOPLE | {"from_week": -1}]}, "changes.0.from_week", "too_small"),
        ({"changes": [PEOPLE | {"from_week": 4, "until_week": 4}]}, "changes.0.until_week", "ends_before_start"),
        ({"changes": [HOLIDAY | {"away": 0}]}, "changes.0.away", "too_small"),
        ({"changes": [HOLIDAY | {"weeks": 0}]}, "changes.0.weeks", "too_small"),
        ({"changes": [SERVICE | {"name": " "}]}, "changes.0.name", "missing"),
        ({"changes": [SERVICE | {"name": "x" * 201}]}, "changes.0.name", "too_large"),
        ({"changes": [SERVICE | {"a_week": 0}]}, "changes.0.a_week", "too_small"),
        ({"changes": [SERVICE | {"a_week": float("nan")}]}, "changes.0.a_week", "not_a_number"),
        ({"changes": [SERVICE | {"work_minutes": 0}]}, "changes.0.work_minutes", "too_small"),
        ({"changes": [SERVICE | {"side": "above"}]}, "changes.0.side", "unknown_side"),
        ({"changes": [SERVICE | {"promise_hours": 0}]}, "changes.0.promise_hours", "too_small"),
        ({"changes": [SERVICE | {"asks": "2:2"}]}, "changes.0.asks", "missing"),
        ({"changes": [SERVICE | {"asks": [{"share": 1}]}]}, "changes.0.asks.0.service", "missing"),
        ({"changes": [SERVICE | {"asks": [{"service": "2:2", "share": 2}]}]}, "changes.0.asks.0.share", "too_large"),
        ({"changes": [ARRIVALS | {"factor": 1}]}, "changes.0.factor", "zero"),
        ({"changes": [ARRIVALS | {"factor": -1}]}, "changes.0.factor", "too_small"),
        ({"changes": [ARRIVALS | {"factor": 11}]}, "changes.0.factor", "too_large"),
    ],
)
def test_what_cannot_be_asked_says_where_and_why(given: Any, field: str, code: str) -> None:
    with pytest.raises(QuestionError) as refused:
        question_from_json(given)
    assert (refused.value.field, refused.value.code) == (field, code)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (PeopleChange(9, 1), "changes.0.department_id", "unknown_department"),
        (Holiday(9, 1), "changes.0.department_id", "unknown_department"),
        (MoreArrivals(2.0, None, 9), "changes.0.department_id", "unknown_department"),
        (PeopleChange(STORE, -1), "changes.0.more", "no_one_left"),
        (MoreArrivals(2.0, "outside", STORE), "changes.0.side", "empty"),
        (ServiceAdded(OFFICE, "x", 1, 1, asks=(Ask("9:9", 1.0),)), "changes.0.asks.0.service", "unknown_service"),
    ],
)
def test_what_the_house_does_not_have_is_refused(change: Any, field: str, code: str) -> None:
    with pytest.raises(QuestionError) as refused:
        changed_house(house(), Question((change,)))
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_question_survives_being_kept_as_json() -> None:
    given = {"changes": [PEOPLE, HOLIDAY, SERVICE | {"asks": [{"service": "3:3", "share": 0.5}]}, ARRIVALS]}
    question = question_from_json(given)
    assert question == Question(
        (
            PeopleChange(WORKSHOP, 1),
            Holiday(WORKSHOP, 1, from_week=3, weeks=2),
            ServiceAdded(WORKSHOP, "Loans", 12.0, 40.0, asks=(Ask("3:3", 0.5),)),
            MoreArrivals(2.0, "outside"),
        )
    )
    assert question_from_json(json.loads(json.dumps(question_as_json(question)))) == question
    assert question_from_json(question_as_json(question)) == question


def test_asking_nothing_changes_nothing_to_the_last_figure() -> None:
    assert changed_house(house(), Question()) == house()
    assert one_run(changed_house(house(), Question()), seed=3, weeks=6) == one_run(house(), seed=3, weeks=6)


def test_a_person_more_in_some_weeks_changes_nothing_before_them() -> None:
    then = changed_house(house(workshop=1), Question((PeopleChange(WORKSHOP, 1, 4, 6),)))
    assert then.department(WORKSHOP).changes == (Staffing(1, 4, 6),)
    today, whatif = one_run(house(workshop=1), seed=3, weeks=10), one_run(then, seed=3, weeks=10)
    before, after = today.departments[1].queue_by_week, whatif.departments[1].queue_by_week
    assert before[:4] == after[:4]
    assert sum(after[4:6]) < sum(before[4:6])


def test_a_holiday_takes_people_away_for_its_weeks() -> None:
    then = changed_house(house(), Question((Holiday(WORKSHOP, 2, from_week=5),)))
    assert then.department(WORKSHOP).changes == (Staffing(-2, 5, 7),)


def test_twice_the_sales_bring_twice_as_much_from_outside_and_nothing_else() -> None:
    then = changed_house(house(), Question((MoreArrivals(2.0, "outside", from_week=2),)))
    assert [stream.surges for stream in then.streams] == [(Surge(2.0, 2, None),), ()]
    today = one_run(house(), seed=3, weeks=40, measured_weeks=(2, 40))
    whatif = one_run(then, seed=3, weeks=40, measured_weeks=(2, 40))
    assert whatif.services[0].arrivals / today.services[0].arrivals == pytest.approx(2.0, abs=0.1)


def test_a_new_service_comes_in_its_weeks_and_asks_others() -> None:
    new = ServiceAdded(
        OFFICE, "Loans", 20.0, 30.0, promise_hours=8.0, asks=(Ask("3:3", 1.0),), from_week=2, until_week=4
    )
    then = changed_house(house(), Question((new,)))
    service = then.service("new:1")
    assert (service.name, service.hands.mean, service.first_share, service.promise_hours) == ("Loans", 0.5, 0.5, 8.0)
    assert _loans(then, (0, 2)) == 0
    assert _loans(then, (2, 4)) == pytest.approx(40, abs=15)
    assert _loans(then, (4, 8)) == 0
    asked = one_run(then, seed=3, weeks=8, measured_weeks=(2, 4)).departments[2].arrivals
    usual = one_run(house(), seed=3, weeks=8, measured_weeks=(2, 4)).departments[2].arrivals
    assert asked >= usual + 20


def _loans(whole: Any, weeks: tuple[int, int]) -> int:
    rows = one_run(whole, seed=3, weeks=8, measured_weeks=weeks).services
    return sum(row.arrivals for row in rows if row.service == "new:1")


def test_changes_add_up() -> None:
    then = changed_house(house(), Question((PeopleChange(OFFICE, 1), Holiday(OFFICE, 1, 2), MoreArrivals(2.0, None))))
    assert len(then.department(OFFICE).changes) == 2
    assert all(stream.surges == (Surge(2.0),) for stream in then.streams)


def test_the_weeks_of_a_question_are_those_of_all_its_changes() -> None:
    assert Question().span(26) == (0, 26)
    assert Question((PeopleChange(1, 1, 4, 8), Holiday(1, 1, 6))).span(26) == (4, 8)
    assert Question((PeopleChange(1, 1, 4, 8), MoreArrivals(2.0, None, from_week=10))).span(26) == (4, 26)
    assert Question((PeopleChange(1, 1, 40, 44),)).span(26) == (25, 26)


def test_a_house_survives_being_kept_as_json() -> None:
    asked = question_from_json({"changes": [PEOPLE, HOLIDAY, SERVICE, ARRIVALS]})
    then = changed_house(house(), asked)
    assert house_from_json(json.loads(json.dumps(house_as_json(then)))) == then

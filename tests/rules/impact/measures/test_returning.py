"""Whether customers come back and regular ones leave: on a small table worked by hand, and where the truth is known."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clientela.impact.measures.figures import impact_figures
from clientela.impact.measures.returning import returning_cases
from clientela.requests.exports import PURCHASES, REQUESTS
from tests.analytics_house import UNTIL, House, memory, store_of
from tests.buying_house import BuyingHouse

NOW = datetime(2026, 11, 2, tzinfo=UTC)
WORTH = 0.15


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def bought(number: int, opened: float, done: float | None, **said: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A request and its purchase: opened and done so many days before NOW."""
    span = {
        "request_id": number,
        "opened_at": ago(opened),
        "resolved_at": None if done is None else ago(done),
    }
    asked = {"root_id": number, "provider_id": 1, "service_id": 2, "side": "outside", "state": "closed"}
    asked |= {name: said.pop(name) for name in list(said) if name in {"root_id", "side", "state"}}
    return span | asked, span | {"is_alone": True} | said


def told(*cases: tuple[dict[str, Any], dict[str, Any]], **days: int) -> dict[int, tuple[Any, ...]]:
    """By request: came back, left, came before."""
    tables = {
        "requests": memory(REQUESTS, [asked for asked, _bought in cases]),
        "purchases": memory(PURCHASES, [bought for _asked, bought in cases]),
    }
    rows = returning_cases(tables, until=NOW, **days).to_pyarrow().to_pylist()
    return {row["request_id"]: (row["came_back"], row["left"], row["came_before"]) for row in rows}


FIRST = bought(1, 900, 899)  # since when the house has been selling


def test_who_buys_again_within_ninety_days_came_back() -> None:
    found = told(
        FIRST,
        bought(2, 120, 100, next_days=89),
        bought(3, 120, 100, next_days=90),
        bought(4, 120, 100),
    )
    assert {number: one[0] for number, one in found.items()} == {1: False, 2: True, 3: False, 4: False}


def test_it_is_not_known_before_the_days_are_over_even_of_who_came_back_at_once() -> None:
    found = told(FIRST, bought(2, 120, 90), bought(3, 120, 89.9), bought(4, 20, 19, next_days=2))
    assert {number: one[0] for number, one in found.items()} == {1: False, 2: False, 3: None, 4: None}


def test_only_a_regular_customer_can_leave() -> None:
    found = told(
        FIRST,
        bought(2, 300, 299, last_days=80, earlier_days=179),
        bought(3, 300, 299, last_days=80, earlier_days=180),
        bought(4, 300, 299, last_days=80),
        bought(5, 300, 299, last_days=80, earlier_days=100, next_days=179),
        bought(6, 300, 299, last_days=80, earlier_days=100, next_days=180),
        bought(7, 180, 179, last_days=80, earlier_days=100),  # their days are not over
    )
    assert {number: one[1] for number, one in found.items() if number > 1} == {
        2: True, 3: None, 4: None, 5: False, 6: True, 7: None,
    }  # fmt: skip


def test_whether_they_came_before_is_known_once_the_house_sells_long_enough() -> None:
    found = told(FIRST, bought(2, 810.5, 809), bought(3, 809, 808, last_days=89), bought(4, 809, 808, last_days=90))
    assert {number: one[2] for number, one in found.items()} == {1: None, 2: None, 3: True, 4: False}


def test_the_days_are_those_that_were_asked_for() -> None:
    case = bought(2, 60, 31, next_days=14, last_days=5, earlier_days=20)
    assert told(FIRST, case)[2] == (None, None, True)
    assert told(FIRST, case, back_days=14, left_days=21)[2] == (False, False, True)
    assert told(FIRST, case, back_days=30, left_days=14)[2] == (True, None, True)


def test_what_is_under_way_beside_it_not_done_or_needed_for_another_is_no_case() -> None:
    found = told(
        FIRST,
        bought(2, 300, 299, is_alone=False),
        bought(3, 300, None),
        bought(4, 300, 299, root_id=1),
        bought(5, 300, 299, state="cancelled"),
    )
    assert set(found) == {1}


def figures(folder: Path, house: House, *, weeks: int = 40, **days: int) -> dict[str, Any]:
    told = impact_figures(folder=str(store_of(house, folder)), until=UNTIL, weeks=weeks, **days)
    outcomes: dict[str, Any] = told["outcomes"]
    return outcomes


@pytest.fixture(scope="module")
def house() -> BuyingHouse:
    """A house where a step better inside brings 15 more of 100 customers back."""
    return BuyingHouse(seed=1, worth=WORTH, weeks=70, cases_a_week=200)


@pytest.fixture(scope="module")
def known(house: BuyingHouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Its figures."""
    return figures(tmp_path_factory.mktemp("store"), house)


def test_a_known_effect_on_coming_back_is_given_back_within_its_interval(known: dict[str, Any]) -> None:
    found = known["came_back"]
    assert found["verdict"]["answer"] == "supported", found["verdict"]
    own = found["estimate"]["own"]
    assert 0 < own["low"] <= WORTH <= own["high"]
    assert found["satisfied"] == {name: own[name] for name in ("effect", "low", "high")}
    assert (found["source"], found["days"], found["is_turned"]) == ("both", 90, False)
    (before,) = [one for one in found["checks"] if one["name"] == "unaffected"]
    assert before["held"] is True  # whether they had come before cannot have changed


def test_the_newest_days_are_left_out_and_every_case_that_counts_is_known(known: dict[str, Any]) -> None:
    back, left = known["came_back"], known["left"]
    assert (back["since"], back["until"]) == ("2025-11-17", "2026-08-23")  # the Monday after it is 91 days before UNTIL
    assert (left["since"], left["until"]) == ("2025-08-18", "2026-05-24")
    assert back["cases"] == back["answered"] < back["bought"]
    assert left["answered"] == left["cases"] < back["cases"]  # regular customers only


def test_the_share_is_of_the_cases_of_the_weeks_that_count(house: BuyingHouse, known: dict[str, Any]) -> None:
    """Of the weeks left out those are known that were quick: they would count more than the others."""
    found = known["came_back"]
    since, until = date.fromisoformat(found["since"]), date.fromisoformat(found["until"])
    back = [
        row["next_days"] is not None and row["next_days"] < found["days"]
        for row in house.rows["purchases"]
        if since <= row["opened_at"].date() <= until
    ]
    assert found["share"] == pytest.approx(sum(back) / len(back), abs=1e-9)


def test_that_regular_customers_stay_is_the_better(known: dict[str, Any]) -> None:
    """Who comes back later cannot have left: the same cause keeps regular customers, and more is better."""
    found = known["left"]
    assert found["is_turned"] is True
    assert found["estimate"]["own"]["high"] > 0
    assert 0 < found["share"] < 1


def test_no_effect_is_not_supported(tmp_path: Path) -> None:
    found = figures(tmp_path, BuyingHouse(seed=1, worth=0, weeks=70, cases_a_week=200))["came_back"]
    assert found["verdict"]["answer"] != "supported"
    own = found["estimate"]["own"]
    assert own["low"] <= 0 <= own["high"]


def test_where_nothing_is_bought_nothing_is_said(tmp_path: Path) -> None:
    assert figures(tmp_path, House(seed=7, effect=0.4, weeks=8), weeks=8) == {}


def test_before_anybodys_days_are_over_there_is_no_number(tmp_path: Path) -> None:
    found = figures(tmp_path, BuyingHouse(seed=1, worth=WORTH, weeks=12, cases_a_week=20), weeks=12)
    for one in found.values():
        assert one["verdict"]["answer"] == "not_enough_data"
        assert (one["no_answer"]["code"], one["cases"], one["share"]) == ("no_cases", 0, None)
        assert one["bought"] == 12 * 20
    # Begun on 31 August: the first week's cases were done by the Monday after it, and then 90 days pass.
    assert found["came_back"]["known_from"] == "2026-12-07"

"""What Impact says of a house whose truth is known, from the store to the verdict."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clientela.impact.measures.cases import clocks_of_suppliers
from clientela.impact.measures.figures import impact_figures
from clientela.impact.measures.making import POOLED
from clientela.promises.exports import CLOCKS
from clientela.requests.exports import REQUESTS
from tests.analytics_house import FRONTS, SUPPLIERS, UNTIL, House, memory, store_of

OPENED = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A house where a step better inside is worth four tenths of a point outside."""
    house = House(seed=7, effect=0.4)
    return impact_figures(folder=str(store_of(house, tmp_path_factory.mktemp("store"))), until=UNTIL, weeks=26)


def test_it_counts_what_it_rests_on(told: dict[str, Any]) -> None:
    said = told["of"]["said"]
    assert (told["since"], told["until"]) == ("2026-05-25", "2026-11-22")
    # Nothing came before the first week, so nobody knows whom its sixty cases depended on.
    assert said["cases"] == said["answered"] == 25 * 60
    assert said["period_weeks"] == 1
    assert {one["department_id"] for one in said["suppliers"]} == {FRONTS + 1 + number for number in range(SUPPLIERS)}


@pytest.mark.parametrize("measure", ["both", "said", "clocks"])
def test_a_known_effect_is_found_and_supported(told: dict[str, Any], measure: str) -> None:
    found = told["of"][measure]
    assert found["verdict"]["answer"] == "supported", found["verdict"]
    assert found["estimate"]["low"] > 0
    assert found["satisfied"]["low"] > 0
    assert [one["name"] for one in found["checks"]] == [
        "leads", "reverse", "untouched", "unaffected", "shuffled", "one_left_out", "load", "confounder",
        "drawn_anew",
    ]  # fmt: skip


def test_a_team_of_fewer_than_five_counts_with_the_department_above_it(tmp_path: Path) -> None:
    house = House(seed=7, effect=0.4, weeks=8)
    small, above = FRONTS + 1, FRONTS + 2
    house.departments[small - 1]["parent_id"] = above
    for row in house.staffing:
        row["members"] = 4 if row["department_id"] == small else 8
    said = impact_figures(folder=str(store_of(house, tmp_path)), until=UNTIL, weeks=8)["of"]["said"]
    assert {one["department_id"] for one in said["suppliers"]} == {FRONTS + 1 + one for one in range(1, SUPPLIERS)}


def test_departments_of_fewer_than_five_with_nobody_above_count_together(tmp_path: Path) -> None:
    house = House(seed=7, effect=0.4, weeks=8)
    for row in house.staffing:
        row["members"] = 4 if row["department_id"] in {FRONTS + 1, FRONTS + 2} else 8
    said = impact_figures(folder=str(store_of(house, tmp_path)), until=UNTIL, weeks=8)["of"]["said"]
    others = {FRONTS + 1 + one for one in range(2, SUPPLIERS)}
    assert {one["department_id"] for one in said["suppliers"]} == {POOLED, *others}


def test_a_promise_that_a_case_outside_waits_on_is_not_among_those_to_colleagues() -> None:
    case = {"request_id": 1, "root_id": 1, "side": "outside", "provider_id": 1}
    for_it = {"request_id": 2, "root_id": 1, "side": "inside", "provider_id": 2}
    own = {"request_id": 3, "root_id": 3, "side": "inside", "provider_id": 2}
    requests = [one | {"opened_at": OPENED, "state": "resolved"} for one in (case, for_it, own)]
    clocks = [
        {"clock_id": number, "request_id": number, "kind": "resolution", "kept_at": OPENED, "broken_at": broken_at}
        for number, broken_at in ((1, None), (2, None), (3, OPENED))
    ]
    found = clocks_of_suppliers({"requests": memory(REQUESTS, requests), "clocks": memory(CLOCKS, clocks)})
    (row,) = found.to_pyarrow().to_pylist()
    assert (row["provider_id"], row["half"], row["n"], row["total"]) == (2, 1, 1, 0)

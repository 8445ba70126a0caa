"""What Impact says of a house whose truth is known, from the store to the verdict."""

from typing import Any

import pytest

from clientela.impact.measures.figures import impact_figures
from tests.analytics_house import FRONTS, SUPPLIERS, UNTIL, House, store_of


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
    ]  # fmt: skip

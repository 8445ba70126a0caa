"""Whether regular customers leave, where the truth is known; and at which day somebody counts as having left."""

from pathlib import Path
from typing import Any

import pytest

from clientela.impact.measures.figures import impact_figures
from tests.rules.impact.measures.test_returning import FIRST, bought, told
from tests.selling_house import UNTIL, Recipe, SellingHouse, store_of

STAYS = 0.12


def outcomes(recipe: Recipe, folder: Path) -> tuple[SellingHouse, dict[str, Any]]:
    house = SellingHouse(recipe)
    found: dict[str, Any] = impact_figures(folder=str(store_of(house, folder)), until=UNTIL)["outcomes"]
    return house, found


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> tuple[SellingHouse, dict[str, Any]]:
    """A busy house where a step better inside keeps 12 more of 100 regular customers, and brings nobody back sooner."""
    return outcomes(Recipe(seed=21, stays=STAYS, is_scored=False), tmp_path_factory.mktemp("store"))


def test_a_known_effect_on_leaving_is_given_back_within_its_interval(
    keeping: tuple[SellingHouse, dict[str, Any]],
) -> None:
    house, found = keeping
    own = found["left"]["estimate"]["own"]
    assert 0 < own["low"] <= STAYS * house.step <= own["high"]
    assert found["left"]["verdict"]["answer"] == "supported", found["left"]["verdict"]


def test_what_keeps_regular_customers_is_not_taken_for_what_brings_them_back_sooner(
    keeping: tuple[SellingHouse, dict[str, Any]],
) -> None:
    found = keeping[1]["came_back"]
    assert found["estimate"]["own"]["low"] <= 0 <= found["estimate"]["own"]["high"]
    assert found["verdict"]["answer"] != "supported"


def test_where_service_keeps_nobody_leaving_is_not_supported(tmp_path: Path) -> None:
    found = outcomes(Recipe(seed=21, is_scored=False), tmp_path)[1]["left"]
    assert found["estimate"]["own"]["low"] <= 0 <= found["estimate"]["own"]["high"]
    assert found["verdict"]["answer"] != "supported"


def test_a_year_and_a_half_of_a_house_is_too_short_to_know_of_the_newest_half_year(
    keeping: tuple[SellingHouse, dict[str, Any]],
) -> None:
    found = keeping[1]["left"]
    assert (found["since"], found["until"]) == ("2025-05-26", "2026-05-24")  # 180 days and one before UNTIL
    assert found["cases"] == found["answered"] < found["bought"]


def test_who_comes_back_a_day_too_late_has_left() -> None:
    regular = {"last_days": 80, "earlier_days": 100}
    days = {
        number: bought(number, 400, 399, next_days=gap, **regular) for number, gap in ((2, 179), (3, 180), (4, 181))
    }
    found = told(FIRST, *days.values())
    assert {number: one[1] for number, one in found.items() if number > 1} == {2: False, 3: True, 4: True}


def test_nobody_has_left_before_the_days_are_over_and_from_that_moment_on_they_have() -> None:
    regular = {"last_days": 80, "earlier_days": 100}
    found = told(
        FIRST,
        bought(2, 181, 180, **regular),
        bought(3, 181, 179.99, **regular),
        bought(4, 181, 179.99, next_days=3, **regular),  # came back at once, and is not counted early either
    )
    assert {number: one[1] for number, one in found.items() if number > 1} == {2: True, 3: None, 4: None}

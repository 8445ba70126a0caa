import pytest

from tests.doors.web.desk.visits import desk  # noqa: F401 - colleagues who click
from tests.maps.stored import store_small_map
from tests.shop import Shop, shop  # noqa: F401 - the cast at work
from tests.world import world  # noqa: F401 - the cast


@pytest.fixture
def drawn(shop: Shop) -> dict[str, int]:  # noqa: F811 - the fixture of that name
    """The map of twelve departments in the five weeks before `World.at`; the ids of all departments by key."""
    return store_small_map(at=shop.at)

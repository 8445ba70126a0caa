from tests.doors.web.desk.visits import desk  # noqa: F401 - colleagues who click
from tests.shop import shop  # noqa: F401 - the cast at work
from tests.world import world  # noqa: F401 - the cast

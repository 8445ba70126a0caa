from tests.doors.web.desk.visits import desk  # noqa: F401 - people who click
from tests.shop import shop  # noqa: F401 - the cast at work, for every test here
from tests.world import world  # noqa: F401 - the cast

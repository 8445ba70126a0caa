from tests.shop import shop  # noqa: F401 - the cast at work, for every test here
from tests.world import world  # noqa: F401 - the cast

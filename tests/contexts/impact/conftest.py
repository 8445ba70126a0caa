from tests.shop import shop  # noqa: F401 - the cast at work
from tests.world import world  # noqa: F401 - the cast, for every test here

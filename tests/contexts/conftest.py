from tests.world import world  # noqa: F401 - the cast, for every test

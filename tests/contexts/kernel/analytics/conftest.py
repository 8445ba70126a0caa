from tests.shop import shop  # noqa: F401 - the cast at work: the store is written from what they do

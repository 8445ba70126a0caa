"""One encoder for all tests of meaning, where its weights are installed."""

from collections.abc import Iterator

import pytest

from clientela.voice.meaning.encoder import Encoder, is_available


@pytest.fixture(scope="session")
def encoder() -> Iterator[Encoder]:
    if not is_available():
        pytest.skip("the extra «meaning» is not installed")
    with Encoder() as running:
        yield running

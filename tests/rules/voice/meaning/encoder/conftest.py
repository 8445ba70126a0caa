import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clientela.voice.meaning.encoder import Encoder

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    """One process for all tests of a file."""
    with Encoder() as encoder:
        yield encoder


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """A hundred sentences of our own: English, Romanian, Polish, Spanish and Portuguese, twenty each."""
    return (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="session")
def expected_tokens() -> list[list[int]]:
    """What the engine that comes with the weights cuts each sentence into, with its prefix."""
    found: list[list[int]] = json.loads((HERE / "tokens.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def expected_vectors() -> NDArray[np.float32]:
    """What that engine makes of each sentence, and of all of them as one long text: (101, 384)."""
    found: NDArray[np.float32] = np.load(HERE / "vectors.npy").astype(np.float32)
    return found

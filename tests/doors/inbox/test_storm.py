"""A tenth of the storm that `make bench` lets loose: real processes killed in the middle of it, and nothing lost."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.storm import storm
from tests.doors.command.conftest import end_leftovers, quick

COUNT = 1000


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the user of PostgreSQL can reach."""
    with tempfile.TemporaryDirectory(prefix="clientela-storm-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
        end_leftovers(quick(Path(folder)))


def test_every_message_that_got_its_250_is_there_once_whoever_is_killed_meanwhile(home: Path) -> None:
    seen = storm(home, count=COUNT, senders=10, kills=3, disposable=True)
    assert dict(seen.killed) == {"receiver": 3, "worker": 3, "PostgreSQL": 1}
    assert len(seen.acknowledged) == COUNT
    assert (seen.lost, seen.doubled, seen.changed, seen.not_understood) == ([], [], [], 0)
    assert seen.outcomes["opened"] + seen.outcomes["continued"] == COUNT
    assert seen.outcomes["opened"] + seen.outcomes["continued"] + seen.outcomes["duplicate"] == seen.stored

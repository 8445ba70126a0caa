"""Real data that is not part of the project: where it lies, and a mark for tests that need it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

needs_shared_data = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="the real data of ../shared/data is not here"
)


def shared_data(*parts: str) -> Path:
    """The path of a file or folder of the real data: `shared_data("calendars", "x.json")`. Read it, never copy it."""
    return SHARED.joinpath("data", *parts)

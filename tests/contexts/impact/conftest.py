"""The cast, and a folder of their own for the files that tests bring."""

from pathlib import Path
from typing import Any

import pytest

from tests.shop import shop  # noqa: F401 - the cast at work
from tests.world import world  # noqa: F401 - the cast, for every test here


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return tmp_path / "files"

"""Folders on their way: nobody else may enter, they go at the end, and those of the killed go with the next."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from clientela.kernel.passing_folders import passing_folder
from tests.contexts.kernel.conftest import OtherProcess
from tests.contexts.kernel.conftest import other_process as other_process  # noqa: PLC0414 - the fixture

_HOLDS_ONE = """
import sys, time, django
django.setup()
from django.conf import settings
from pathlib import Path
from typing import Any
from clientela.kernel.passing_folders import passing_folder
settings.STATE_FOLDER = Path(sys.argv[1])
with passing_folder("rows") as folder:
    (folder / "0.csv").write_text("what somebody wrote")
    print(folder, flush=True)
    time.sleep(600)
"""


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "passing").iterdir() if path.is_dir())


def test_a_folder_is_its_owners_alone_and_goes_at_the_end(settings: Any, tmp_path: Path) -> None:
    settings.STATE_FOLDER = tmp_path
    with passing_folder("rows") as folder, passing_folder("rows") as other:
        assert folder.parent == other.parent == tmp_path / "passing"
        assert folder.name.startswith("rows-")
        assert folder != other
        assert folder.stat().st_mode & 0o077 == 0
        assert folder.parent.stat().st_mode & 0o077 == 0
        (folder / "0.csv").write_text("1")
        (folder / "within").mkdir()
        (folder / "within" / "1.csv").write_text("1")
    assert left(tmp_path) == []


def test_a_folder_goes_when_what_needed_it_fails(settings: Any, tmp_path: Path) -> None:
    settings.STATE_FOLDER = tmp_path
    with pytest.raises(ValueError, match="broken"), passing_folder("log"):
        raise ValueError("broken")
    assert left(tmp_path) == []


def test_what_a_killed_process_left_goes_with_the_next_and_what_is_in_use_stays(
    settings: Any, tmp_path: Path, other_process: OtherProcess
) -> None:
    settings.STATE_FOLDER = tmp_path
    told = other_process("-c", _HOLDS_ONE, str(tmp_path))
    assert told.stdout is not None
    theirs = Path(told.stdout.readline().strip())
    with passing_folder("rows"):
        assert (theirs / "0.csv").read_text() == "what somebody wrote"
    assert left(tmp_path) == [theirs.name]
    os.kill(told.pid, signal.SIGKILL)
    told.wait(60)
    assert left(tmp_path) == [theirs.name]
    with passing_folder("rows") as folder:
        assert left(tmp_path) == [folder.name]

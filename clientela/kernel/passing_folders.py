"""Folders for files on their way: rows for a process apart, an uploaded log while it is counted.

They lie in the state folder, not in the system's own place for such files: what a killed process leaves behind may hold
what people wrote, and there nobody would ever remove it. Here the next one who needs such a folder does.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from django.conf import settings

_PLACE: Final = "passing"
_TURN: Final = ".turn"
_IN_USE: Final = ".in-use"


@contextmanager
def passing_folder(kind: str) -> Iterator[Path]:
    """Give an empty folder that only this system user may enter, and remove it with all that is in it at the end.

    `kind` begins its name, for people who look. Also removes the folders of processes that were killed.
    """
    place = Path(settings.STATE_FOLDER) / _PLACE
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One at a time: a folder that is made and not yet marked as in use would look like one that was left.
    with (place / _TURN).open("wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _remove_left(place)
        folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=place))
        mark = (folder / _IN_USE).open("wb")
        fcntl.flock(mark, fcntl.LOCK_EX)  # the system gives it up for whoever is killed
    with mark:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_left(place: Path) -> None:
    for folder in place.iterdir():
        if folder.is_dir() and not _is_in_use(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_in_use(folder: Path) -> bool:
    with suppress(FileNotFoundError), (folder / _IN_USE).open("rb") as mark:
        return not _is_free(mark)
    return False


def _is_free(mark: IO[bytes]) -> bool:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""What can go wrong with the database server, said in one sentence that names the folder and the remedy."""

import errno
import os
import pwd
import shutil
from pathlib import Path

# PostgreSQL writes to several files at once when it starts; below this it fails in ways that do not say "disk full".
LEAST_FREE_BYTES = 24 * 1024 * 1024
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_ROOM_WORDS = ("No space left on device", "Disk quota exceeded")


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be used. The message is a whole sentence for the person at the terminal."""


class DiskFullError(ClusterError):
    """There is no room for the database."""


def disk_full(folder: Path) -> DiskFullError:
    """Name the folder whose disk is full, and how much is left there."""
    free_mb = shutil.disk_usage(folder).free // (1024 * 1024)
    return DiskFullError(
        f"There is no room left on the disk that holds {folder} ({free_mb} MB are free): PostgreSQL cannot write. "
        f"Make room, or set CLIENTELA_HOME to a folder on another disk."
    )


def disk_is_full(folder: Path, words: str) -> bool:
    """Tell whether a failure that left `words` came from a full disk.

    The server may be unable to write even the words, so the free room itself is asked too.
    """
    return any(said in words for said in NO_ROOM_WORDS) or shutil.disk_usage(folder).free < LEAST_FREE_BYTES


def in_a_sentence(error: OSError, folder: Path) -> ClusterError:
    """Turn an error of the operating system into a sentence about the state folder."""
    if error.errno in NO_ROOM:
        return disk_full(folder)
    named = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else folder
    if error.errno in {errno.EACCES, errno.EPERM}:
        return ClusterError(
            f"{named} may not be used by {_person(os.geteuid())}: it belongs to {_owner_of(named)}. "
            f"Run the command as {_owner_of(named)}, or set CLIENTELA_HOME to a folder of your own."
        )
    if error.errno == errno.EROFS:
        return ClusterError(f"{named} is on a disk that is read-only. Set CLIENTELA_HOME to one that can be written.")
    return ClusterError(f"The database in {folder} cannot be used: {error.strerror} ({named}).")


def _owner_of(path: Path) -> str:
    for existing in (path, *path.parents):
        try:
            return _person(existing.stat().st_uid)
        except OSError:
            continue
    return "somebody else"


def _person(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"

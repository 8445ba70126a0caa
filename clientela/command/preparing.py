"""While the database is prepared, the pages that are being loaded meanwhile must not look at it."""

from pathlib import Path

from clientela.kernel.postgres.locks import FileLock

PREPARING = "preparing.lock"  # in the state folder; `clientela run` holds it until the database is prepared


def wait_until_prepared(home: Path) -> None:
    """Wait while `clientela run` prepares the database in this state folder. At once when nobody does."""
    if not (home / PREPARING).exists():
        return
    preparing = FileLock(home / PREPARING)
    preparing.take(shared=True)
    preparing.leave()

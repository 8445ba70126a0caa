"""Where the database of a state folder lies, and which user runs it."""

import hashlib
import itertools
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from clientela.kernel.postgres.account import Account, account_of, accounts_root_may_lend, our_account
from clientela.kernel.postgres.errors import ClusterError

# A Unix socket's path may have 107 bytes on Linux and 103 elsewhere; "/.s.PGSQL.5432" takes 14 of them.
LONGEST_SOCKET_FOLDER_BYTES = 103 - 14
ROOTS_OWN_FOLDER = Path("/var/lib")
POINTER = "is-elsewhere"


@dataclass(frozen=True)
class Place:
    """The folder of one database server, and the user who runs it. Everything in the folder is ours."""

    folder: Path
    account: Account
    state_folder: Path

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "log"

    @property
    def name(self) -> str:
        """A short name, different for every folder: PostgreSQL shows it in the titles of its processes."""
        return f"clientela-{_short_hash(self.data)}"

    @property
    def notice(self) -> str:
        """A sentence for the person at the terminal when the data is not where they would look; else empty."""
        if self.folder.is_relative_to(self.state_folder):
            return ""
        return (
            f"The database is in {self.folder}, because PostgreSQL runs as the user {self.account.name}, "
            f"who cannot reach {self.state_folder}."
        )

    def make_socket_folder(self) -> Path:
        """Return a folder for the server's socket whose path is short enough and which nobody else can write to."""
        short = f"clientela-{self.account.uid}-{_short_hash(self.data)}"
        runtime = os.environ.get("XDG_RUNTIME_DIR", "") if self.account.is_ours else "/run"
        candidates = [self.folder / "socket", *([Path(runtime) / short] if runtime else []), Path("/tmp") / short]  # noqa: S108 - checked below to be nobody else's
        for folder in candidates:
            # The driver takes a comma for the end of the path.
            fits = len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER_BYTES and "," not in str(folder)
            if fits and self._is_safe(folder):
                return folder
        folder = Path(tempfile.mkdtemp(prefix="clientela-", dir="/tmp"))
        if not self.account.is_ours:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def _is_safe(self, folder: Path) -> bool:
        try:
            self.account.make_folder(folder)
            found = folder.lstat()
        except OSError:
            return False
        # Somebody else may have made a folder or a link of this name before us, to listen in our stead.
        ours_alone = found.st_uid == self.account.uid and not found.st_mode & 0o077
        return stat.S_ISDIR(found.st_mode) and ours_alone and self.account.can_enter(folder)


def find_place(home: Path) -> Place:
    """Decide where the database of the state folder `home` lies, and as whom it runs. The first decision stays.

    Normally in `home` itself. Root must lend PostgreSQL another user; when that user cannot reach `home` (a checkout
    in root's own closed folder), the database goes to a folder of its own that the user can reach. The permissions of
    a folder that is not ours are never changed.
    """
    inside = home / "postgres"
    if os.geteuid():
        return Place(inside, our_account(), home)
    pointer = inside / POINTER
    folder = Path(pointer.read_text(encoding="utf-8")) if pointer.exists() else inside
    if (folder / "data").exists():
        return Place(folder, _owner_of_data(folder / "data"), home)
    accounts = accounts_root_may_lend(home)
    for account in accounts:
        if account.can_enter(inside):
            pointer.unlink(missing_ok=True)
            return Place(inside, account, home)
    elsewhere = _folder_elsewhere(home)
    make_open_folder(elsewhere)
    for account in accounts:
        if account.can_enter(elsewhere):
            pointer.write_text(str(elsewhere), encoding="utf-8")
            return Place(elsewhere, account, home)
    raise ClusterError(
        f"PostgreSQL does not run as root, and no other user of this system can reach {home}. "
        f"Set CLIENTELA_HOME to a folder others may enter, or DATABASE_URL to a PostgreSQL elsewhere."
    )


def make_open_folder(folder: Path) -> None:
    """Make a folder of ours that others may pass through, but not list. One that exists is left as it is."""
    if not folder.is_dir():
        folder.mkdir()
        folder.chmod(0o711)


def _folder_elsewhere(home: Path) -> Path:
    """Return a folder of root's own that holds no data yet.

    There is some when a state folder of this name was removed: its data is neither deleted nor taken for the new one's.
    """
    first = ROOTS_OWN_FOLDER / f"clientela-{_short_hash(home)}"
    numbered = (first.with_name(f"{first.name}-{number}") for number in itertools.count(2))
    return next(folder for folder in itertools.chain([first], numbered) if not (folder / "data").exists())


def _owner_of_data(data: Path) -> Account:
    account = account_of(data.stat().st_uid)
    if account is None:
        raise ClusterError(
            f"{data} belongs to user {data.stat().st_uid}, as whom PostgreSQL cannot run. Give it to another, "
            f"for example with: chown -R nobody '{data}'"
        )
    return account


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]

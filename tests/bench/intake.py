"""The intake: from the SMTP conversation to the understood request, by the processes that `clientela run` starts.

The yardstick is taken in the same run: how many durable transactions of three rows this PostgreSQL takes from one
connection. Mails are sent over a few connections at once, as a mail server in front of us would.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tests.bench.sides import Side

CHECKOUT = Path(__file__).resolve().parents[2]
PROC = Path("/proc")
CONNECTIONS = 4
YARDSTICK_SECONDS = 3.0
PATIENCE_SECONDS = 600.0
LOOK_SECONDS = 0.05
START_SECONDS = 60.0
SETTLE_SECONDS = 2.0  # for the jobs that a worker runs when it has just started


@dataclass(frozen=True)
class Taken:
    """What one run took: seconds from the first word to the last 250, to the last understood, to quiet followers."""

    mails: int
    sent_seconds: float
    understood_seconds: float
    followed_seconds: float
    cpu_seconds: dict[str, float]  # until the followers were quiet, by what ran

    @property
    def rate(self) -> float:
        """Mails a second, understood."""
        return self.mails / self.understood_seconds


def measured_intake(url: str, home: Path, *, mails: int, stored: int) -> Iterator[str]:
    """Give the figures as lines, as they are found. `stored`: the size of the larger database; 0 leaves it out."""
    side = Side(url, "intake", home=home / "intake")
    with _filled(side, 0):
        yard = side.ask("yardstick", YARDSTICK_SECONDS)
        yield f"- Yardstick: {yard:,.0f} durable transactions of three rows a second from one connection.\n"
        yield "| | mails a second | of the yardstick | last 250 after | followers quiet after | CPU, ms a mail |"
        yield "|---|---|---|---|---|---|"
        new = _run(side, "new", mails, workers=1)
        yield _line("new requests, one worker", new, yard)
        replies = _run(side, "replies", mails, workers=1)
        yield _line("answers, one worker", replies, yard)
        two = _run(side, "new", mails, workers=2)
        yield _line("new requests, two workers", two, yard)
        alone = [_run_alone(side, mails, workers=workers) for workers in (1, 2)]
        for what, taken in zip(("one worker", "two workers"), alone, strict=True):
            yield _line(f"new requests that are stored already, {what}", taken, yard)
    full = None
    if stored:
        side = Side(url, "intake_full", home=home / "intake-full")
        with _filled(side, stored):
            full = _run(side, "new", mails, workers=1)
            yield _line(f"new requests, one worker, {stored:,} messages stored", full, yard)
    yield ""
    yield f"- One worker: {new.rate / yard:.2f} of the yardstick (at least 0.20, the aim is 0.33)."
    yield f"- Two workers against one: {two.rate / new.rate:.2f} (nearly 2)."
    yield f"- The same without receiver and client: {alone[1].rate / alone[0].rate:.2f}."
    yield f"- Answers against new requests: {replies.rate / new.rate:.2f} (0.8 to 1.2)."
    if full is not None:
        yield f"- With {stored:,} messages stored against empty: {full.rate / new.rate:.2f} (at least 0.8)."
    yield ""


def _line(what: str, taken: Taken, yard: float) -> str:
    return (
        f"| {what} | {taken.rate:,.0f} | {taken.rate / yard:.2f} | {taken.sent_seconds:.1f} s "
        f"| {taken.followed_seconds:.1f} s | {_cpu(taken)} |"
    )


def _cpu(taken: Taken) -> str:
    return ", ".join(f"{what} {seconds / taken.mails * 1000:.2f}" for what, seconds in taken.cpu_seconds.items())


@contextmanager
def _filled(side: Side, stored: int) -> Iterator[None]:
    side.make()
    try:
        with side.asked_by("tests.bench.intake_side"):
            side.ask("ready", stored)
            yield
    finally:
        side.drop()


def _run(side: Side, kind: str, count: int, *, workers: int) -> Taken:
    """Start a receiver and workers, send the mails, and wait until all is quiet again."""
    mails = side.ask("mails", kind, count, f"{kind}{workers}")
    with ExitStack() as stack:
        port = _free_port()
        environment = {**side.environment, "CLIENTELA_SMTP_PORT": str(port), "CLIENTELA_LISTEN": "127.0.0.1"}
        receiver = stack.enter_context(_process("clientela.inbox.receiver", environment))
        worker_pids = [stack.enter_context(_process("clientela.project.worker", environment)) for _ in range(workers)]
        database = side.ask("postmaster_pid")
        _wait_for(port)
        _wait_for_workers(side, workers)
        parts = {"worker": worker_pids, "receiver": [receiver], "PostgreSQL": [database]}
        cpu = {what: sum(map(_cpu_seconds, pids)) for what, pids in parts.items()}
        since, began = datetime.now(UTC), time.monotonic()
        shares = [mails[place::CONNECTIONS] for place in range(CONNECTIONS)]
        threads = [threading.Thread(target=_send, args=(port, share), daemon=True) for share in shares]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sent = time.monotonic() - began
        understood, followed = _wait_until_quiet(side, since, count)
        spent = {what: sum(map(_cpu_seconds, pids)) - cpu[what] for what, pids in parts.items()}
        return Taken(count, sent, understood - began, followed - began, spent)


def _run_alone(side: Side, count: int, *, workers: int) -> Taken:
    """Start workers, let all the mails be there at one moment, and wait until all is quiet again."""
    with ExitStack() as stack:
        pids = [stack.enter_context(_process("clientela.project.worker", side.environment)) for _ in range(workers)]
        _wait_for_workers(side, workers)
        parts = {"worker": pids, "PostgreSQL": [side.ask("postmaster_pid")]}
        since = datetime.now(UTC)
        cpu = {what: sum(map(_cpu_seconds, some)) for what, some in parts.items()}
        side.ask("store", count, f"alone{workers}")
        began = time.monotonic()
        understood, followed = _wait_until_quiet(side, since, count)
        spent = {what: sum(map(_cpu_seconds, some)) - cpu[what] for what, some in parts.items()}
        return Taken(count, 0.0, understood - began, followed - began, spent)


def _wait_for_workers(side: Side, workers: int) -> None:
    """Wait until so many workers have started and rest: what a start costs is no part of the figures."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if side.ask("waiting_workers") == workers:
            time.sleep(SETTLE_SECONDS)
            _wait_until_quiet(side, datetime.now(UTC), 0)
            return
        time.sleep(LOOK_SECONDS)
    raise RuntimeError("The workers did not start.")


def _wait_until_quiet(side: Side, since: datetime, count: int) -> tuple[float, float]:
    """Wait until so many mails are stored, none waits, and no follower is behind; when either was first seen."""
    end = time.monotonic() + PATIENCE_SECONDS
    understood = 0.0
    while time.monotonic() < end:
        stored, waiting, behind = side.ask("standing", since)
        moment = time.monotonic()
        if stored >= count and waiting == 0:
            understood = understood or moment
            if behind == 0:
                return understood, moment
        time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"After {PATIENCE_SECONDS:.0f} s {waiting} mails wait, and {behind} followers are behind.")


def _send(port: int, mails: Sequence[tuple[str, bytes]]) -> None:
    """Give mails over one connection, one after the other, each after the 250 of the last. They hold no lone dots."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line, line.makefile("rb") as answers:
        _heard(answers, b"220")
        _say(line, answers, b"EHLO bench.example.org", b"250")
        for sender, raw in mails:
            _say(line, answers, b"MAIL FROM:<%s>" % sender.encode(), b"250")
            _say(line, answers, b"RCPT TO:<care@clientela.test>", b"250")
            _say(line, answers, b"DATA", b"354")
            _say(line, answers, raw + b".", b"250")
        _say(line, answers, b"QUIT", b"221")


def _say(line: socket.socket, answers: BinaryIO, words: bytes, expected: bytes) -> None:
    line.sendall(words + b"\r\n")
    _heard(answers, expected)


def _heard(answers: BinaryIO, expected: bytes) -> None:
    while True:
        said = answers.readline()
        if not said.startswith(expected):
            raise RuntimeError(f"The receiver said {said!r} instead of {expected!r}.")
        if said[3:4] == b" ":
            return


def _cpu_seconds(pid: int) -> float:
    """The processor time of a process, of its children, and of its children that have ended."""
    ticks = 0
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        if int(path.parent.name) == pid:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == pid:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _process(module: str, environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-P", "-m", module], cwd=CHECKOUT, env=environment)
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.recv(100)
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The receiver did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

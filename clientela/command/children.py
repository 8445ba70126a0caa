"""The processes that `clientela run` watches over: started, heard, started again when they die, ended in order."""

import contextlib
import ctypes
import functools
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

# The pause before a process that died is started again doubles from the first to the last of these.
FIRST_PAUSE_SECONDS = 1.0
LAST_PAUSE_SECONDS = 60.0
# One that lived this long was well; its next death begins with the first pause again.
WELL_AFTER_SECONDS = 60.0
# How long one may take to end by itself when asked to.
PATIENCE_SECONDS = 5.0
LOOK_EVERY_SECONDS = 0.5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
# Loaded now: between fork and exec a child may do next to nothing.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Part:
    """One process to keep running: the name people see, and its command."""

    name: str
    command: list[str]


class Child:
    """One part, as it runs now or waits to be started again."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.pause_seconds = FIRST_PAUSE_SECONDS
        self.unfinished_line = b""


class Household:
    """Runs parts until somebody asks it to end. Moments are seconds of the monotonic clock."""

    def __init__(self, *, environment: dict[str, str], say: Callable[[str, str], None]) -> None:
        """Give the parts this environment; `say(name, line)` shows a line of one of them, or our own."""
        self._children: list[Child] = []
        self._environment = environment
        self._say = say
        self._selector = selectors.DefaultSelector()
        self._asked_to_end = 0
        woken, self._wake = os.pipe()
        for descriptor in (woken, self._wake):
            os.set_blocking(descriptor, False)
        self._selector.register(woken, selectors.EVENT_READ, None)

    @property
    def is_asked_to_end(self) -> bool:
        """Tell whether somebody pressed Ctrl-C or sent a signal to end."""
        return self._asked_to_end > 0

    def listen_to_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and SIGHUP are requests to end in order; a second one ends at once."""
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in SIGNALS:
            signal.signal(number, self._note_request)

    def start(self, parts: list[Part]) -> None:
        """Start more parts, in this order."""
        children = [Child(part) for part in parts]
        self._children += children
        for child in children:
            self._start_child(child)

    def tend(self, seconds: float = LOOK_EVERY_SECONDS) -> None:
        """Show what the children said, note who died, start again whose pause is over. Returns within `seconds`."""
        for key, _ in self._selector.select(0 if self.is_asked_to_end else seconds):
            self._read(key.fd, key.data)
        for child in self._children:
            if child.process is not None and _has_ended(child.process):
                self._note_death(child, child.process)
            elif child.process is None and not self.is_asked_to_end and time.monotonic() >= child.start_again_at:
                self._start_child(child)

    def end(self) -> None:
        """End the children, the last one first, each with time to finish what it is doing."""
        for child in reversed(self._children):
            process = child.process
            if process is None:
                continue
            _signal_group(process, signal.SIGTERM)
            until = time.monotonic() + PATIENCE_SECONDS
            while not _has_ended(process) and time.monotonic() < until and self._asked_to_end <= 1:
                for key, _ in self._selector.select(0.05):
                    self._read(key.fd, key.data)
            if not _has_ended(process):
                self._say("clientela", f"{child.part.name} did not end by itself and is stopped.")
            self._bury(child, process)

    def run_once(self, part: Part) -> tuple[int, str]:
        """Run a process that ends by itself; its status and what it printed. Ended early when we are asked to end."""
        process = self._spawn(part, stderr=None)
        child = Child(part)
        child.process = process
        said = b""
        output = process.stdout
        assert output is not None  # noqa: S101 - asked for in _spawn
        while True:
            self._selector.register(output, selectors.EVENT_READ, child)
            events = self._selector.select(LOOK_EVERY_SECONDS)
            self._selector.unregister(output)
            for key, _ in events:
                if key.data is child:
                    said += os.read(key.fd, 65536)
                else:
                    self._read(key.fd, key.data)
            if self.is_asked_to_end:
                _signal_group(process, signal.SIGTERM)
                until = time.monotonic() + PATIENCE_SECONDS
                while not _has_ended(process) and time.monotonic() < until:
                    time.sleep(0.02)
            if _has_ended(process) or self.is_asked_to_end:
                _signal_group(process, signal.SIGKILL)
                said += output.read()
                output.close()
                return process.wait(), said.decode(errors="replace")

    def _start_child(self, child: Child) -> None:
        child.process = self._spawn(child.part, stderr=subprocess.STDOUT)
        child.started_at = time.monotonic()
        assert child.process.stdout is not None  # noqa: S101 - asked for in _spawn
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _spawn(self, part: Part, *, stderr: int | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            part.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=self._environment,
            process_group=0,  # Ctrl-C reaches only us; we end the children in order
            preexec_fn=functools.partial(_end_with, os.getpid()),  # noqa: PLW1509 - this process has one thread
        )

    def _read(self, descriptor: int, child: Child | None) -> bool:
        """Show what can be read now; False when there was nothing to read, though more may come."""
        try:
            words = os.read(descriptor, 65536)
        except BlockingIOError:
            return False
        if child is None:
            return True  # a signal woke us
        *lines, child.unfinished_line = (child.unfinished_line + words).split(b"\n")
        if not words:
            self._selector.unregister(descriptor)
            lines, child.unfinished_line = [child.unfinished_line] if child.unfinished_line else [], b""
        for line in lines:
            self._say(child.part.name, line.decode(errors="replace").rstrip("\r"))
        return True

    def _note_death(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        self._bury(child, process)
        if self.is_asked_to_end:
            return
        now = time.monotonic()
        if now - child.started_at > WELL_AFTER_SECONDS:
            child.pause_seconds = FIRST_PAUSE_SECONDS
        how = f"with status {process.returncode}" if process.returncode >= 0 else f"by signal {-process.returncode}"
        again = f"it is started again in {child.pause_seconds:.0f} s."
        self._say("clientela", f"{child.part.name} (process {process.pid}) ended {how}; {again}")
        child.start_again_at = now + child.pause_seconds
        child.pause_seconds = min(child.pause_seconds * 2, LAST_PAUSE_SECONDS)

    def _bury(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        """End what the process left in its group, such as a web worker whose parent was killed, and let go of it."""
        _signal_group(process, signal.SIGKILL)
        process.wait()
        output = process.stdout
        if output is not None:
            # Its last words: everything it left in the pipe. Somebody it started may still hold the other end.
            while output.fileno() in self._selector.get_map():
                if not self._read(output.fileno(), child):
                    self._selector.unregister(output)
            output.close()
        child.process = None

    def _note_request(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_end += 1


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether the process has ended, without yet letting the system give its number to another."""
    if process.returncode is not None:
        return True
    if sys.platform == "linux":
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return process.poll() is not None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _end_with(parent: int) -> None:
    """In the child: ask the system to end it when we are killed without a chance to end it ourselves (Linux)."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:
            os._exit(1)  # we were killed between the fork and the request

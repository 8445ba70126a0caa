"""Running a function in a process of its own: what is heavy to import or to compute never stays in a worker or a page.

The process is started anew for each call, never forked, and is gone when the call returns.
"""

import os
import pickle
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

import clientela
from clientela.kernel.analytics.child import Task
from clientela.kernel.analytics.frames import HEAD, PROGRESS, Kind

_CHILD: Final = "clientela.kernel.analytics.child"
_LOOK_SECONDS: Final = 0.25  # how often it is asked whether somebody cancelled
_READ_AT_ONCE: Final = 1 << 20
_LAST_WORDS: Final = 2000
# Unless it needs Django, it knows no passwords and no keys: nothing else of our environment goes along.
_TAKEN_ALONG: Final = frozenset(
    {
        *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "JAVA_HOME", "CLIENTELA_HOME"),
        # Where what was compiled is kept, if anywhere: what each such process compiles anew takes it seconds.
        *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"),
    }
)
_TAKEN_ALONG_PREFIXES: Final = ("CLIENTELA_ANALYTICS", "SPARK_", "OPENBLAS_", "NPY_", "OMP_")


class ApartError(Exception):
    """What ran apart did not end well. The sentence says why; `details` is the traceback or the last words, if any."""

    def __init__(self, words: str, *, kind: str = "", details: str = "") -> None:
        super().__init__(words)
        self.kind = kind  # the name of the exception that it ended with, if it ended with one
        self.details = details


class ApartCancelledError(ApartError):
    """Somebody cancelled it."""


class ApartTooLongError(ApartError):
    """It took longer than it may."""


class ApartMemoryError(ApartError):
    """It needed more memory than it may have."""


def run_apart(
    function: str,
    arguments: Mapping[str, Any],
    *,
    on_progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    memory_limit_mb: int = 2048,
    seconds: float = 600.0,
    needs_django: bool = False,
) -> Any:
    """Call `function` ("package.module:name") with keyword `arguments` in a fresh process; return what it returns.

    Arguments and result are plain data that can be pickled. The function tells how far it is by
    `telling.tell_progress(done, total)`; `on_progress` is called with both here. `is_cancelled` is asked four times a
    second. `memory_limit_mb`: what the process may make for itself, enforced by the system where it can be.

    `needs_django`: Django is set up in the process first, with our environment; without it, it has no passwords.

    Raises ApartError with the words of what went wrong; ApartCancelledError, ApartTooLongError, ApartMemoryError.
    Whatever is raised here, also by the callbacks: the process, and those that it started, are gone then.
    """
    task = Task(function, dict(arguments), memory_limit_mb, seconds, needs_django)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(needs_django=needs_django),
            bufsize=0,
            start_new_session=True,  # so that the processes that it starts can be ended with it
        )
        talk = _Talk(process, time.monotonic() + seconds, is_cancelled)
        try:
            talk.give(task.packed())
            return _result(talk, on_progress, task)
        except _GoneError:
            status = process.wait()
            raise _why_gone(function, status, _last_words(said)) from None
        finally:
            _end(process)


class _GoneError(Exception):
    """The process ended before it gave its result."""


class _Talk:
    """Both pipes, read and written with a look at the time and at whether somebody cancelled."""

    def __init__(self, process: subprocess.Popen[bytes], until: float, is_cancelled: Callable[[], bool] | None) -> None:
        self._given, self._told = _there(process.stdin), _there(process.stdout)
        self._until = until
        self._is_cancelled = is_cancelled
        for pipe in (self._given, self._told):
            os.set_blocking(pipe.fileno(), False)

    def give(self, data: bytes) -> None:
        """Write all of it."""
        rest = memoryview(data)
        while rest:
            self._wait(self._given, selectors.EVENT_WRITE)
            try:
                rest = rest[os.write(self._given.fileno(), rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise _GoneError from None

    def hear(self) -> tuple[Kind, bytes]:
        """Read the next frame."""
        kind, length = HEAD.unpack(self._exactly(HEAD.size))
        return Kind(kind), self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        found = bytearray()
        while len(found) < count:
            self._wait(self._told, selectors.EVENT_READ)
            try:
                some = os.read(self._told.fileno(), min(count - len(found), _READ_AT_ONCE))
            except BlockingIOError:
                continue
            if not some:
                raise _GoneError
            found += some
        return bytes(found)

    def _wait(self, pipe: IO[bytes], event: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            while True:
                if self._is_cancelled is not None and self._is_cancelled():
                    raise ApartCancelledError("It was cancelled.")
                left = self._until - time.monotonic()
                if left <= 0:
                    raise ApartTooLongError("It took longer than it may.")
                if selector.select(min(left, _LOOK_SECONDS)):
                    return


def _result(talk: _Talk, on_progress: Callable[[int, int], None] | None, task: Task) -> Any:
    while True:
        kind, content = talk.hear()
        if kind is Kind.PROGRESS:
            if on_progress is not None:
                on_progress(*PROGRESS.unpack(content))
        elif kind is Kind.NO_MEMORY:
            raise ApartMemoryError(_too_much(task))
        elif kind is Kind.FAILED:
            name, words, details = pickle.loads(content)  # noqa: S301 - our own child wrote it
            raise ApartError(f"{name}: {words}", kind=name, details=details)
        else:
            return pickle.loads(content)  # noqa: S301 - our own child wrote it


def _too_much(task: Task) -> str:
    return f"{task.function} needs more memory than the {task.memory_limit_mb} MB that it may have."


def _why_gone(function: str, status: int, last_words: str) -> ApartError:
    if status < 0:
        return ApartError(f"The process of {function} was ended by {signal.Signals(-status).name}.", details=last_words)
    return ApartError(f"The process of {function} ended without a result (status {status}).", details=last_words)


def _last_words(said: IO[bytes]) -> str:
    end = said.seek(0, os.SEEK_END)
    said.seek(max(0, end - _LAST_WORDS))
    return said.read().decode(errors="replace").strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    # What it started is in its session; what has ended by itself is not there any more, and that is well.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _there(process.stdin).close()
    _there(process.stdout).close()


def _environment(*, needs_django: bool) -> dict[str, str]:
    house = Path(clientela.__file__).resolve().parents[1]
    kept = {
        name: told
        for name, told in os.environ.items()
        if needs_django or name in _TAKEN_ALONG or name.startswith(_TAKEN_ALONG_PREFIXES)
    }
    return {**kept, "PYTHONPATH": str(house), "TZ": "UTC"}


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise _GoneError
    return pipe

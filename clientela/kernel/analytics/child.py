"""The process apart: `python -m clientela.kernel.analytics.child`, started by `apart.run_apart` and by nobody else.

It reads one task from standard input, does it, tells progress and the result on standard output, and ends. Its input
stays open as long as somebody waits: when that one is gone, so is this process, whatever it is doing.
"""

import importlib
import os
import pickle
import resource
import signal
import struct
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import Any, BinaryIO, Final

from clientela.kernel.analytics.frames import PROGRESS, Kind, packed
from clientela.kernel.analytics.telling import listen_with

_NICENESS: Final = 10
# The one who waits kills a process that is late. Only if nobody is left to do so, this long after it does it itself.
_SECONDS_LATER: Final = 10
_LENGTH: Final = struct.Struct("<Q")


@dataclass(frozen=True)
class Task:
    """What to do: `module:function` with keyword arguments, within so many megabytes and seconds."""

    function: str
    arguments: dict[str, Any]
    memory_limit_mb: int
    seconds: float
    needs_django: bool

    def packed(self) -> bytes:
        """Return the bytes that the process reads."""
        content = pickle.dumps(self)
        return _LENGTH.pack(len(content)) + content


def main() -> None:
    """Do the one task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us; our input ends then
    given, told = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whoever prints does not print between the frames
    (length,) = _LENGTH.unpack(given.read(_LENGTH.size))
    task: Task = pickle.loads(given.read(length))  # noqa: S301 - written by the process that started this one
    threading.Thread(target=_end_with_the_input, args=(given,), daemon=True).start()
    signal.alarm(ceil(task.seconds) + _SECONDS_LATER)
    _be_modest(task.memory_limit_mb)
    turn = threading.Lock()

    def tell(kind: Kind, content: bytes = b"") -> None:
        with turn:
            told.write(packed(kind, content))
            told.flush()

    listen_with(lambda done, total: tell(Kind.PROGRESS, PROGRESS.pack(done, total)))
    with suppress(BrokenPipeError):
        tell(*_answer(task))
        told.close()
    # Whatever threads an engine has left behind: the answer is given, nobody waits for them.
    sys.stderr.flush()
    os._exit(0)


def _answer(task: Task) -> tuple[Kind, bytes]:
    try:
        if task.needs_django:
            importlib.import_module("django").setup()
        module, _, name = task.function.partition(":")
        function = getattr(importlib.import_module(module), name)
        return Kind.RESULT, pickle.dumps(function(**task.arguments))
    except MemoryError:
        return Kind.NO_MEMORY, b""
    except BaseException as problem:  # noqa: BLE001 - also what exits: the one who waits shall know
        if _is_of_memory(problem):
            return Kind.NO_MEMORY, b""
        words = (type(problem).__name__, str(problem), traceback.format_exc())
        return Kind.FAILED, pickle.dumps(words)


def _is_of_memory(problem: BaseException) -> bool:
    # The engines have errors of their own for it, which are no MemoryError.
    return "OutOfMemory" in type(problem).__name__


def _end_with_the_input(given: BinaryIO) -> None:
    with suppress(OSError, ValueError):
        given.read()
    os._exit(1)


def _be_modest(megabytes: int) -> None:
    os.nice(_NICENESS)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes << 20
    if hard == resource.RLIM_INFINITY or wanted <= hard:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, wanted))


if __name__ == "__main__":
    main()

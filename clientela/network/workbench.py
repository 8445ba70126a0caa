"""Where simulations run: in processes of their own, so that they use all cores and can be stopped at any moment."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

LOOK_SECONDS = 0.5  # between two looks at whether it is still wanted
LONGEST_TASK_SECONDS = 600.0  # after that its process is taken for lost
MOST_PROCESSES = 4

Given = TypeVar("Given")
Made = TypeVar("Made")
GoOn = Callable[[], bool]
# What to compute: a function, or the name of one as "package.module:name", for what must be loaded over there only.
Work = Callable[..., Made] | str


class CancelledError(Exception):
    """It is not wanted any more."""


class WorkerLostError(Exception):
    """A process that simulated gives no sign any more: killed, or out of memory."""


class Bench(Protocol):
    """Somewhere to compute. Both raise CancelledError as soon as `go_on` says no."""

    def one(self, work: Work[Made], given: tuple[Any, ...], *, go_on: GoOn) -> Made:
        """Compute one thing."""
        ...

    def each(self, work: Work[Made], given: Sequence[Given], *, go_on: GoOn) -> Iterator[Made]:
        """Compute many, handed out as they are done, in any order."""
        ...


class Workbench:
    """Processes of our own, one for each core but at most four. They end with the `with`, whatever they are doing.

    What is computed, and with what, must be importable without Django: the processes know nothing of it.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._processes = processes or min(MOST_PROCESSES, os.cpu_count() or 1)

    def __enter__(self) -> Self:
        self._others = {child.pid for child in active_children()}
        # Spawned, not forked: the worker that calls us has threads and open lines to the database.
        self._pool = ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"), initializer=_end_with_parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        ours = [child for child in active_children() if child.pid not in self._others]
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in ours:
            child.terminate()
        for child in ours:
            child.join()

    def one(self, work: Work[Made], given: tuple[Any, ...], *, go_on: GoOn) -> Made:
        """Compute one thing in another process."""
        return next(self._made([self._pool.submit(_done, work, given)], go_on))

    def each(self, work: Work[Made], given: Sequence[Given], *, go_on: GoOn) -> Iterator[Made]:
        """Compute many, as many at once as there are processes."""
        return self._made([self._pool.submit(_done, work, (one,)) for one in given], go_on)

    def _made(self, coming: Sequence["Future[Made]"], go_on: GoOn) -> Iterator[Made]:
        left, last_sign = set(coming), monotonic()
        while left:
            if not go_on():
                raise CancelledError
            done, left = wait(left, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            if done:
                last_sign = monotonic()
            elif monotonic() - last_sign > LONGEST_TASK_SECONDS:
                raise WorkerLostError
            for one in done:
                try:
                    made = one.result()
                except BrokenProcessPool as error:
                    raise WorkerLostError from error
                yield made


class Here:
    """The same in this very process, one after another; noticing a cancel only between two things."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def one(self, work: Work[Made], given: tuple[Any, ...], *, go_on: GoOn) -> Made:
        """Compute one thing."""
        if not go_on():
            raise CancelledError
        return _done(work, given)

    def each(self, work: Work[Made], given: Sequence[Given], *, go_on: GoOn) -> Iterator[Made]:
        """Compute many."""
        for one in given:
            yield self.one(work, (one,), go_on=go_on)


def _done(work: Work[Made], given: tuple[Any, ...]) -> Made:
    if not isinstance(work, str):
        return work(*given)
    module, _, name = work.partition(":")
    made: Made = getattr(import_module(module), name)(*given)
    return made


def _end_with_parent() -> None:
    """End this process when the one that started it was killed: nobody would fetch what it computes."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, name="end with parent", daemon=True).start()

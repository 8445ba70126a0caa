"""Many conversations ask the database at once; what they ask is gathered and answered together.

While one gathering is being answered, in a thread of its own with a connection of its own, the next one fills. So the
disk is waited for once for many messages, and a flood of them does not become a flood of connections.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class Gathering(Generic[Asked, Answer]):
    """Answers what many ask, some at a time. `answer` runs in a thread and gives as many answers as it was asked."""

    def __init__(
        self,
        answer: Callable[[Sequence[Asked]], Sequence[Answer]],
        *,
        most: int,
        weight: Callable[[Asked], int] = lambda _: 0,
        heaviest: int = 0,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        """Answer at most `most` at a time, and no more than weigh `heaviest` together unless one alone does.

        `leave` is called in the thread before it ends.
        """
        self._leave = leave
        self._answer = answer
        self._most = most
        self._weight = weight
        self._heaviest = heaviest
        self._waiting: deque[tuple[Asked, asyncio.Future[Answer]]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gathering")
        self._work: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """Wait for the answer. Who stops waiting does not stop the answering. Raises what `answer` raised."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_all())
        return await answer

    async def close(self) -> None:
        """Answer what still waits, and let go of the thread."""
        if self._work is not None:
            await self._work
        await asyncio.get_running_loop().run_in_executor(self._thread, self._leave)
        self._thread.shutdown()

    async def _answer_all(self) -> None:
        while self._waiting:
            some = self._next()
            try:
                answers = await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._answer, [asked for asked, _ in some]
                )
                for (_, waiting), answer in zip(some, answers, strict=True):
                    if not waiting.done():  # whoever asked may have gone
                        waiting.set_result(answer)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                for _, waiting in some:
                    if not waiting.done():
                        waiting.set_exception(error)

    def _next(self) -> list[tuple[Asked, asyncio.Future[Answer]]]:
        some = [self._waiting.popleft()]
        weight = self._weight(some[0][0])
        while self._waiting and len(some) < self._most:
            weight += self._weight(self._waiting[0][0])
            if weight > self._heaviest:
                break
            some.append(self._waiting.popleft())
        return some

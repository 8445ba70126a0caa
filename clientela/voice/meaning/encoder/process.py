"""The encoder that jobs use: texts in, vectors out, computed in one process of its own."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from clientela.voice.meaning.encoder.child import WIDTH, Child, DiedError, Floats, StuckError
from clientela.voice.meaning.encoder.errors import EncoderStoppedError
from clientela.voice.meaning.encoder.tokens import MOST_CHARACTERS
from clientela.voice.meaning.encoder.weights import is_installed

_WORKER = "clientela.voice.meaning.encoder.worker"
_MOST_TEXTS = 32
_MOST_CHARACTERS_AT_ONCE = 16_000
# What the process makes itself; the mapped weights come on top. Together they stay under 500 MB.
_MEGABYTES = 400
_HARMLESS = "The parcel came on time."


@dataclass(frozen=True)
class Encoded:
    """What texts mean, in their order: `vectors` (n, 384) float32 of length 1, and `is_known` (n,).

    A text with nothing to read, or one that the encoder cannot read at all, is not known; its row is NaN, so that
    nobody takes it for a meaning by mistake.
    """

    vectors: Floats
    is_known: NDArray[np.bool_]


class Encoder:
    """Encodes texts in one spawned process with one thread, which starts with the first text.

    Use it with `with`, or call `close`. Several threads may use it; they take turns. A process that dies is started
    anew, once a batch. A batch that takes longer than `seconds_a_batch`, or kills the process twice, is halved until
    the text is found that does it; that one gets no vector, and the others get theirs.
    """

    def __init__(self, *, seconds_a_batch: float = 60.0, module: str = _WORKER) -> None:
        """`module`: what the process runs; another one than ours is for trying what happens when it misbehaves."""
        self._seconds = seconds_a_batch
        self._module = module
        self._child: Child | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process that runs now, if one does."""
        return None if self._child is None else self._child.pid

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Return the vectors of the texts. Of a long text the first 12,000 characters and 2,040 tokens count.

        Raises EncoderMissingError, EncoderDamagedError, and EncoderStoppedError when the process answers to nothing.
        """
        vectors = np.full((len(texts), WIDTH), np.nan, np.float32)
        is_known = np.zeros(len(texts), np.bool_)
        with self._turn:
            for batch in _batches(texts):
                self._fill(batch, texts, vectors, is_known)
        return Encoded(vectors, is_known)

    def close(self) -> None:
        """End the process. The next text would start another."""
        with self._turn:
            if self._child is not None:
                self._child.end()
                self._child = None

    def _fill(self, numbers: Sequence[int], texts: Sequence[str], vectors: Floats, is_known: NDArray[np.bool_]) -> None:
        found = self._tried([texts[number][:MOST_CHARACTERS] for number in numbers])
        if found is not None:
            vectors[numbers], is_known[numbers] = found
        elif len(numbers) > 1:
            middle = len(numbers) // 2
            self._fill(numbers[:middle], texts, vectors, is_known)
            self._fill(numbers[middle:], texts, vectors, is_known)
        elif self._tried([_HARMLESS]) is None:
            raise EncoderStoppedError("The encoder answers to nothing, not even to a text that it always could read.")

    def _tried(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]] | None:
        """Ask the process; if it dies, ask another once. None: it took too long, failed, or died again."""
        for _ in range(2):
            try:
                return self._running().vectors(texts)
            except DiedError:
                self._kill()
            except BaseException as problem:
                # Also when somebody interrupts us: what the process is about to say would answer the next question.
                self._kill()
                if isinstance(problem, StuckError):
                    return None
                raise
        return None

    def _running(self) -> Child:
        if self._child is None:
            self._child = Child(self._module, seconds=self._seconds, megabytes=_MEGABYTES)
        return self._child

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def is_available() -> bool:
    """Tell whether the weights are installed. Costs a look at the file; opening it checks it byte for byte."""
    return is_installed()


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """The numbers of the texts, those of like length together: attention computes equal lengths in one go."""
    batch: list[int] = []
    characters = 0
    for number in sorted(range(len(texts)), key=lambda number: len(texts[number])):
        length = min(len(texts[number]), MOST_CHARACTERS)
        if batch and (len(batch) == _MOST_TEXTS or characters + length > _MOST_CHARACTERS_AT_ONCE):
            yield batch
            batch, characters = [], 0
        batch.append(number)
        characters += length
    if batch:
        yield batch

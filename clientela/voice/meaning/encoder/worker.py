"""The encoder's own process: `python -m clientela.voice.meaning.encoder.worker SECONDS MEGABYTES`.

It reads texts from standard input and writes vectors to standard output until the input ends, which it does when the
one who started it is gone. It has one thread, is nice to others, may not take more memory than it was told, and ends
itself when a batch takes far too long: then nobody waits for it any more.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from math import ceil
from typing import BinaryIO

from clientela.voice.meaning.encoder.errors import EncoderDamagedError, EncoderMissingError
from clientela.voice.meaning.encoder.forward import Network
from clientela.voice.meaning.encoder.frames import HEAD, Frame, Kind, head_of
from clientela.voice.meaning.encoder.weights import opened_weights

_NICENESS = 10
# The one who waits kills a process that is late. Only if nobody is left to do so, this long after it does it itself.
_SECONDS_LATER = 10


def main(words: Sequence[str]) -> None:
    """Read and answer until the input ends."""
    seconds, megabytes = float(words[0]), int(words[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us; our input ends then
    _be_modest(megabytes)
    given, told = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whoever prints does not print between the frames
    with suppress(BrokenPipeError):
        try:
            network = Network(opened_weights())
        except EncoderMissingError as problem:
            _tell(told, Frame(Kind.MISSING, str(problem).encode()))
            return
        except EncoderDamagedError as problem:
            _tell(told, Frame(Kind.DAMAGED, str(problem).encode()))
            return
        _tell(told, Frame(Kind.READY))
        while (texts := _texts(given)) is not None:
            signal.alarm(ceil(seconds) + _SECONDS_LATER)
            _tell(told, answer(network, texts))
            signal.alarm(0)


def answer(network: Network, texts: Sequence[str]) -> Frame:
    """Return the frame with the vectors: a byte a text, whether it has one, and then all of them as float32."""
    try:
        vectors, is_known = network.encode(texts)
    except (MemoryError, ValueError, ArithmeticError, IndexError) as problem:
        return Frame(Kind.FAILED, type(problem).__name__.encode())
    return Frame(Kind.VECTORS, is_known.tobytes() + vectors.astype("<f4").tobytes())


def _be_modest(megabytes: int) -> None:
    os.nice(_NICENESS)
    # Of what lies in memory only what the process makes itself is limited; the mapped file comes on top, 72 MB at most.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes << 20
    if hard == resource.RLIM_INFINITY or wanted <= hard:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, wanted))


def _texts(given: BinaryIO) -> list[str] | None:
    head = given.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    _, length = head_of(head)
    content = given.read(length)
    if len(content) < length:
        return None
    texts: list[str] = json.loads(content)
    return texts


def _tell(told: BinaryIO, frame: Frame) -> None:
    told.write(frame.packed())
    told.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

"""An encoder that crashes at a batch with POISON in it, and is otherwise our own."""

import os
import signal
import sys
from collections.abc import Sequence

from clientela.voice.meaning.encoder import forward, worker

POISON = "this text crashes"


class _Crashing(forward.Network):
    def encode(self, texts: Sequence[str]) -> object:  # type: ignore[override]
        if POISON in texts:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)


if __name__ == "__main__":
    worker.Network = _Crashing  # type: ignore[misc,assignment]
    worker.main(sys.argv[1:])

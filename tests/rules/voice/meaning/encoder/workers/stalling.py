"""An encoder that never finishes a batch with POISON in it, and is otherwise our own."""

import sys
import time
from collections.abc import Sequence

from clientela.voice.meaning.encoder import forward, worker

POISON = "this text stalls"


class _Stalling(forward.Network):
    def encode(self, texts: Sequence[str]) -> object:  # type: ignore[override]
        if POISON in texts:
            time.sleep(600)
        return super().encode(texts)


if __name__ == "__main__":
    worker.Network = _Stalling  # type: ignore[misc,assignment]
    worker.main(sys.argv[1:])

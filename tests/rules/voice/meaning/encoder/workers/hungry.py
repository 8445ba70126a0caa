"""An encoder that wants 600 MB more at a batch with POISON in it, and is otherwise our own."""

import sys
from collections.abc import Sequence

import numpy as np

from clientela.voice.meaning.encoder import forward, worker

POISON = "this text is hungry"


class _Hungry(forward.Network):
    def encode(self, texts: Sequence[str]) -> object:  # type: ignore[override]
        if POISON in texts:
            np.ones(600 << 17)
        return super().encode(texts)


if __name__ == "__main__":
    worker.Network = _Hungry  # type: ignore[misc,assignment]
    worker.main(sys.argv[1:])

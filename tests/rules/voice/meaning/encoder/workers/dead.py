"""An encoder that is ready and then answers to nothing, whatever it is asked."""

import sys
import time
from collections.abc import Sequence

from clientela.voice.meaning.encoder import forward, worker


class _Dead(forward.Network):
    def encode(self, texts: Sequence[str]) -> object:  # type: ignore[override]
        del texts
        time.sleep(600)
        return None


if __name__ == "__main__":
    worker.Network = _Dead  # type: ignore[misc,assignment]
    worker.main(sys.argv[1:])

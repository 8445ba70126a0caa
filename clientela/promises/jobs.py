"""The promises' work in the background."""

from clientela.kernel.clock import now
from clientela.promises.actions import sweep_promises

SWEEP_BATCH = 1000


def sweep_due_promises() -> int:
    """Announce every promise whose moment has come. Return how many clocks were looked at."""
    total = 0
    while (looked_at := sweep_promises(at=now(), limit=SWEEP_BATCH)) == SWEEP_BATCH:
        total += looked_at
    return total + looked_at

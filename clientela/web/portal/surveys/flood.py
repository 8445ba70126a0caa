"""How many answers one address may give by open links: a guard against floods that keeps nothing on disk."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

AT_MOST: Final = 120  # from one address: a hall of people behind one router may answer at once
WITHIN: Final = timedelta(minutes=10)
MOST_ADDRESSES: Final = 10_000

_lock = Lock()
_lately: dict[str, deque[datetime]] = defaultdict(deque)


def is_flood(address: str, *, at: datetime) -> bool:
    """Whether the address has given too many answers lately; else this one is counted. Held in this process only."""
    with _lock:
        if len(_lately) > MOST_ADDRESSES:
            for other in [key for key, moments in _lately.items() if not moments or at - moments[-1] > WITHIN]:
                del _lately[other]
        moments = _lately[address]
        while moments and at - moments[0] > WITHIN:
            moments.popleft()
        if len(moments) >= AT_MOST:
            return True
        moments.append(at)
        return False


def forget() -> None:
    """Begin anew, as a fresh process does."""
    with _lock:
        _lately.clear()

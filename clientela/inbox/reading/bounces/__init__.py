"""What a bounce says: who was not reached, why, for how long, and which letter it was.

The report of RFC 3464 comes first, then what the servers said in words: see `reports` and `words`. One of ten reasons
is told for each recipient (`reasons`), and whether the address will never work (`Bounce.hard`).
"""

from clientela.inbox.reading.bounces.bounce import Bounce, BounceReason
from clientela.inbox.reading.bounces.finding import bounces_of

__all__ = ["Bounce", "BounceReason", "bounces_of"]

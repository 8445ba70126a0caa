"""Who is of the random share that a round asks: the same at every look, and nobody's choice.

Each person's place follows from a secret key, the round and the person, so it needs no table, does not change when
people join or leave, and is another in every round: nobody is always asked.
"""

import hashlib
import hmac
from typing import Final

_BYTES: Final = 8


def is_drawn(*, key: bytes, round_id: int, person_id: int, share_percent: int) -> bool:
    """Whether the person is of the `share_percent` (0 to 100) of all that the round asks. Raises ValueError.

    Who is drawn for a share is drawn for every larger one: raising the share asks more people and drops none.
    """
    if not 0 <= share_percent <= 100:  # noqa: PLR2004 - percent
        raise ValueError(share_percent)
    mark = hmac.digest(key, f"{round_id}:{person_id}".encode(), hashlib.sha256)
    return int.from_bytes(mark[:_BYTES]) * 100 < share_percent << (8 * _BYTES)

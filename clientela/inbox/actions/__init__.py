"""What can be done with mail that came in."""

from clientela.inbox.actions.storing import store_raw_message
from clientela.inbox.actions.understanding import (
    Understood,
    quarantine_message,
    understand_again,
    understand_message,
)

__all__ = ["Understood", "quarantine_message", "store_raw_message", "understand_again", "understand_message"]

"""Who may be asked now, who is of the random share, and why not. Pure."""

from clientela.voice.rules.asking.budget import (
    QUARTER,
    AskingBudget,
    AskReason,
    MayAsk,
    may_be_asked,
    may_be_reminded,
)
from clientela.voice.rules.asking.share import is_drawn

__all__ = ["QUARTER", "AskReason", "AskingBudget", "MayAsk", "is_drawn", "may_be_asked", "may_be_reminded"]

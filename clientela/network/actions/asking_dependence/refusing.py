"""Why a round of asking does not begin, or takes no answer, as things stand."""

from enum import StrEnum


class AskingRefusal(StrEnum):
    """Why not."""

    ASKED_ALREADY = "asked_already"  # a round is open
    NOBODY = "nobody"  # nobody works there
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OVER = "over"  # the round takes no answers any more


class AskingRefusedError(Exception):
    """It cannot be done, as things stand."""

    def __init__(self, reason: AskingRefusal) -> None:
        super().__init__(str(reason))
        self.reason = reason

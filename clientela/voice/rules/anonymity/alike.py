"""Few who all said the same: then a figure of them all tells what each of them said."""

from collections.abc import Sequence
from typing import Any

from clientela.voice.rules.anonymity.cuts import ENOUGH_TO_BE_ALIKE, LEAST_SHOWN


def are_too_alike(answers: Sequence[Any]) -> bool:
    """Whether fewer than ten answered, and all the same. Nobody's answers are not alike."""
    return 0 < len(answers) < ENOUGH_TO_BE_ALIKE and all(answer == answers[0] for answer in answers)


def may_keep(answers: Sequence[Any]) -> bool:
    """Whether the answers to one question may be kept: five or more, and not all the same if they are under ten.

    Which of the two it was cannot be seen afterwards: that all said the same would tell as well.
    """
    return len(answers) >= LEAST_SHOWN and not are_too_alike(answers)

"""The short guide of a talk: what to ask, one question a line."""

from typing import Final

MOST_LINES: Final = 8
LONGEST_LINE: Final = 200


def guide_lines(guide: str) -> tuple[str, ...]:
    """The questions of a guide: at most eight, each at most 200 characters; empty lines left out."""
    lines = [" ".join(line.split()) for line in guide.splitlines()]
    return tuple(line[:LONGEST_LINE] for line in lines if line)[:MOST_LINES]

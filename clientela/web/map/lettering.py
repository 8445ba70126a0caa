"""How wide a name is when it is written, and names cut to the room they have. Pure."""

from functools import lru_cache

from clientela.web.map.letters import WIDTHS

SIZE = 14  # of names, in the units of the drawing
# DejaVu runs wider than the fonts of people's devices: what fits in it fits in theirs.
NARROWER = 0.94
CUT = "…"
WIDEST = 100  # hundredths of the size, for a letter we have no width of
_WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}


@lru_cache(maxsize=4096)
def width_of(name: str) -> float:
    """How wide a name is in bold, in the units of the drawing."""
    return round(sum(_WIDTH_OF.get(letter, WIDEST) for letter in name) * SIZE * NARROWER / 100, 1)


@lru_cache(maxsize=4096)
def cut_within(name: str, room: float) -> str:
    """The name, or its beginning and its end with an ellipsis between: teams often differ in their last word."""
    if width_of(name) <= room:
        return name
    kept = len(name) - 1
    while kept > 2:  # noqa: PLR2004 - a letter at each end
        short = name[: kept - kept // 3].rstrip() + CUT + name[-(kept // 3) :].lstrip()
        if width_of(short) <= room:
            return short
        kept -= 1
    return cut_to(name, room)


@lru_cache(maxsize=4096)
def cut_to(name: str, room: float) -> str:
    """The name, or as much of its beginning as has room, and an ellipsis."""
    if width_of(name) <= room:
        return name
    end = len(name)
    while end > 1 and width_of(name[:end].rstrip() + CUT) > room:
        end -= 1
    return name[:end].rstrip() + CUT

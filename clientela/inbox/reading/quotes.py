"""What the person wrote this time, apart from what their mail program repeated and from their signature.

Every line goes to one of the three and none is lost. Quotes that somebody answered line by line stay in place, and a
mail that would be cut to nothing is not cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clientela.inbox.reading import quote_marks as marks
from clientela.inbox.reading.announcements import Announcement, announcements, is_attribution
from clientela.inbox.reading.signature_marks import ONLY_SYMBOLS
from clientela.inbox.reading.signatures import signature_lines

# Nobody writes so many; whatever stands below goes where the last of them goes.
MOST_LINES_READ = 10_000

_SAID, _QUOTED, _SIGNATURE = range(3)


@dataclass(frozen=True, slots=True)
class CutText:
    """A text in three: together they hold every line that is not blank, each in its order."""

    said: str
    quoted: str
    signature: str | None


def cut_quotes(text: str, *, own_marker: str | None = None) -> CutText:
    """Cut `text` into what was said, what was quoted, and the signature.

    `own_marker` is the line our letters ask to write above; below it all is ours. `said` is blank only if `text` is.
    """
    written = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES_READ)
    lines = [marks.plain_line(line) for line in written]
    place = [_SAID] * len(lines)
    fenced = _fenced(lines)
    quoted = [bool(marks.QUOTED_LINE.match(line)) and not code for line, code in zip(lines, fenced, strict=True)]
    _place_own_letter(lines, place, own_marker)
    _place_armour(lines, place, fenced)
    found = announcements(lines, quoted, fenced)
    _place_history(lines, place, quoted, found)
    _place_signature(lines, place, quoted, fenced)
    _place_attributed(lines, place, quoted, found)
    _place_trailing_quotes(lines, place, quoted, found)
    _place_signature(lines, place, quoted, fenced)
    if not any(line.strip() for line, where in zip(lines, place, strict=True) if where == _SAID):
        return CutText(said=_joined(written), quoted="", signature=None)
    for index in range(1, len(lines)):
        if not lines[index].strip():
            place[index] = place[index - 1]
    parts = [_joined([line for line, where in zip(written, place, strict=True) if where == one]) for one in range(3)]
    return CutText(said=parts[_SAID], quoted=parts[_QUOTED], signature=parts[_SIGNATURE] or None)


def _joined(lines: Sequence[str]) -> str:
    """The lines without the blank ones at both ends; indentation and what is between stay as they are."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return "\n".join(line.rstrip() for line in lines[filled[0] : filled[-1] + 1]) if filled else ""


def _fenced(lines: Sequence[str]) -> list[bool]:
    """Which lines stand between two code fences, the fences included: there nothing is a mark."""
    fences = [index for index, line in enumerate(lines) if marks.CODE_FENCE.match(line)]
    inside = [False] * len(lines)
    for first, last in zip(fences[::2], fences[1::2], strict=False):
        inside[first : last + 1] = [True] * (last + 1 - first)
    return inside


def _place_own_letter(lines: list[str], place: list[int], own_marker: str | None) -> None:
    if not own_marker:
        return
    wanted = " ".join(own_marker.split()).casefold()
    for index in range(_first_word(lines, ()) + 1, len(lines)):
        if wanted in " ".join(lines[index].split()).casefold():
            place[index:] = [_QUOTED] * (len(lines) - index)
            return


def _first_word(lines: Sequence[str], found: Sequence[Announcement]) -> int:
    """The first line that is neither blank, quoted, nor announces a repeated mail; past the end when there is none."""
    announced = _announced(found)
    for index, line in enumerate(lines):
        is_word = line.strip() and index not in announced and not ONLY_SYMBOLS.match(line)
        if is_word and not marks.QUOTED_LINE.match(line) and not is_attribution(line):
            return index
    return len(lines)


def _announced(found: Sequence[Announcement]) -> set[int]:
    return {index for mark in found for index in range(mark.start, mark.end)}


def _place_armour(lines: list[str], place: list[int], fenced: list[bool]) -> None:
    """What PGP writes around the words it signs belongs to the signature."""
    begins = next((index for index, line in enumerate(lines) if line.startswith(marks.SIGNED_BEGINS)), None)
    if begins is None:
        return
    end = begins + 1
    while end < len(lines) and marks.SIGNED_HEADER.match(lines[end]):
        end += 1
    place[begins:end] = [_SIGNATURE] * (end - begins)
    first = next((at for at in range(end, len(lines)) if lines[at].startswith(marks.SIGNATURE_BEGINS)), len(lines))
    last = next((at for at in range(first, len(lines)) if lines[at].startswith(marks.SIGNATURE_ENDS)), len(lines) - 1)
    for index in range(first, last + 1):
        place[index] = _SIGNATURE
        fenced[index] = True


def _place_history(lines: list[str], place: list[int], quoted: list[bool], found: list[Announcement]) -> None:
    """Below the first mark that has words above it and no `>` lines below it, all is history."""
    first_word = _first_word(lines, found)
    for mark in found:
        if first_word > mark.start or place[mark.start] != _SAID:
            continue
        if mark.is_attribution:
            below = next((index for index in range(mark.end, len(lines)) if lines[index].strip()), None)
            if below is not None and (quoted[below] or marks.BARRED_LINE.match(lines[below])):
                if marks.BARRED_LINE.match(lines[below]):
                    _quote_bars(lines, quoted, below)
                continue
        place[mark.start :] = [_QUOTED if where == _SAID else where for where in place[mark.start :]]
        return


def _quote_bars(lines: list[str], quoted: list[bool], start: int) -> None:
    """Lines with a bar in front are a quote where an attribution stands above them; elsewhere they may be a table."""
    for index in range(start, len(lines)):
        if lines[index].strip() and not marks.BARRED_LINE.match(lines[index]):
            return
        quoted[index] = bool(lines[index].strip())


def _place_attributed(lines: list[str], place: list[int], quoted: list[bool], found: list[Announcement]) -> None:
    """Attributions with `>` lines below and answers among them: the attribution goes, the answered quotes stay.

    One block of quotes above the only answer goes too: it is the earlier mail, not a line that is answered.
    """
    first_word = _first_word(lines, found)
    standing = [mark for mark in found if mark.is_attribution and place[mark.start] == _SAID]
    for mark in standing:
        place[mark.start : mark.end] = [_QUOTED] * (mark.end - mark.start)
    leading = [mark for mark in standing if mark.start < first_word]
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if leading:
        begin = leading[-1].end
    elif lines and quoted[first] and is_attribution(_unquoted(lines[first : first + 2])):
        # The whole earlier mail stands behind arrows, its announcement too.
        begin = first
    else:
        return
    block = begin
    while block < len(lines) and (quoted[block] or not lines[block].strip()):
        block += 1
    below = [index for index in range(block, len(lines)) if lines[index].strip() and place[index] == _SAID]
    last_word = max((index for index in below if not quoted[index]), default=-1)
    if below and not any(quoted[index] for index in below if index < last_word):
        place[begin:block] = [_QUOTED] * (block - begin)


def _unquoted(lines: Sequence[str]) -> str:
    """One or two quoted lines as the words behind their arrows: an attribution may be broken in two."""
    words = [line.lstrip("> ").strip() for line in lines]
    return words[0] if is_attribution(words[0]) else " ".join(words)


def _place_trailing_quotes(lines: list[str], place: list[int], quoted: list[bool], found: list[Announcement]) -> None:
    """Quotes below the last own word are repetition, with their attribution."""
    announced = _announced([mark for mark in found if mark.is_attribution])
    for index in range(len(lines) - 1, -1, -1):
        if place[index] != _SAID or not lines[index].strip():
            continue
        if not quoted[index] and index not in announced:
            return
        place[index] = _QUOTED


def _place_signature(lines: list[str], place: list[int], quoted: list[bool], fenced: list[bool]) -> None:
    own = [index for index, where in enumerate(place) if where == _SAID and lines[index].strip()]
    for index in signature_lines(lines, own, [one or other for one, other in zip(quoted, fenced, strict=True)]):
        place[index] = _SIGNATURE

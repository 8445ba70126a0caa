"""What the person wrote this time, apart from what their mail program repeated and from their signature.

Every line goes to one of the three and none is lost. Quotes that somebody answered line by line stay in place, and a
mail that would be cut to nothing is not cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clientela.inbox.reading import quote_marks as marks

LONGEST_ATTRIBUTION_LINES = 6
LONGEST_ATTRIBUTION = 400
LONGEST_LINE_READ = 1_000
LONGEST_SIGNATURE_LINES = 12
LONGEST_RULED_SIGNATURE_LINES = 8
WIDEST_SIGNATURE = 90
LONGEST_HEADER_BLOCK_LINES = 14
FEWEST_LABELS = 3

_SAID, _QUOTED, _SIGNATURE = range(3)


@dataclass(frozen=True, slots=True)
class CutText:
    """A text in three: together they hold every line that is not blank, each in its order."""

    said: str
    quoted: str
    signature: str | None


@dataclass(frozen=True, slots=True)
class _Mark:
    """Lines `start` to `end` (not included) announce a repeated mail; `is_attribution` for "On … wrote:"."""

    start: int
    end: int
    is_attribution: bool


def cut_quotes(text: str, *, own_marker: str | None = None) -> CutText:
    """Cut `text` into what was said, what was quoted, and the signature.

    `own_marker` is the line our letters ask to write above; below it all is ours. `said` is blank only if `text` is.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = [_SAID] * len(lines)
    quoted = [bool(marks.QUOTED_LINE.match(line)) for line in lines]
    _place_own_letter(lines, place, own_marker)
    found = _marks(lines, quoted)
    _place_history(lines, place, quoted, found)
    _place_signature(lines, place, quoted)
    _place_attributed(lines, place, quoted, found)
    _place_trailing_quotes(lines, place, quoted, found)
    _place_signature(lines, place, quoted)
    if not any(line.strip() for line, where in zip(lines, place, strict=True) if where == _SAID):
        return CutText(said=_joined(lines), quoted="", signature=None)
    for index in range(1, len(lines)):
        if not lines[index].strip():
            place[index] = place[index - 1]
    parts = [_joined([line for line, where in zip(lines, place, strict=True) if where == one]) for one in range(3)]
    return CutText(said=parts[_SAID], quoted=parts[_QUOTED], signature=parts[_SIGNATURE] or None)


def _joined(lines: Sequence[str]) -> str:
    """The lines without the blank ones at both ends; indentation and what is between stay as they are."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return "\n".join(line.rstrip() for line in lines[filled[0] : filled[-1] + 1]) if filled else ""


def _place_own_letter(lines: list[str], place: list[int], own_marker: str | None) -> None:
    if not own_marker:
        return
    wanted = " ".join(own_marker.split()).casefold()
    for index in range(_first_word(lines, ()) + 1, len(lines)):
        if wanted in " ".join(lines[index].split()).casefold():
            place[index:] = [_QUOTED] * (len(lines) - index)
            return


def _first_word(lines: Sequence[str], found: Sequence[_Mark]) -> int:
    """The first line that is neither blank, quoted, nor announces a repeated mail; past the end when there is none."""
    announced = _announced(found)
    for index, line in enumerate(lines):
        is_word = line.strip() and index not in announced and not marks.ONLY_SYMBOLS.match(line)
        if is_word and not marks.QUOTED_LINE.match(line) and not _is_attribution(line):
            return index
    return len(lines)


def _announced(found: Sequence[_Mark]) -> set[int]:
    return {index for mark in found for index in range(mark.start, mark.end)}


def _marks(lines: list[str], quoted: list[bool]) -> list[_Mark]:
    """Every announcement of a repeated mail outside `>` quotes, in order."""
    found: list[_Mark] = []
    index = 0
    while index < len(lines):
        mark = None
        if not quoted[index] and lines[index].strip():
            mark = _header_block(lines, index) or _delimiter(lines, index) or _attribution(lines, quoted, index)
        if mark:
            found.append(mark)
            index = mark.end
        else:
            index += 1
    return found


def _delimiter(lines: list[str], index: int) -> _Mark | None:
    line = lines[index][:LONGEST_LINE_READ]
    if marks.ORIGINAL_MESSAGE.match(line) or marks.FORWARDED.match(line):
        return _Mark(index, index + 1, is_attribution=False)
    if marks.WORDS_BETWEEN_DASHES.match(line) and any(
        marks.label_kind(below) == "from" for below in lines[index + 1 : index + 4]
    ):
        return _Mark(index, index + 1, is_attribution=False)
    return None


def _header_block(lines: list[str], start: int) -> _Mark | None:
    """From, sent, to, subject as Outlook repeats them, with or without a rule above."""
    first = start
    if marks.RULE.match(lines[start][:LONGEST_LINE_READ]):
        first = next((at for at in range(start + 1, min(start + 4, len(lines))) if lines[at].strip()), start)
    if marks.label_kind(lines[first][:LONGEST_LINE_READ]) != "from":
        return None
    kinds = {"from"}
    end = first + 1
    strangers = 0
    for index in range(first + 1, min(first + LONGEST_HEADER_BLOCK_LINES, len(lines))):
        kind = marks.label_kind(lines[index][:LONGEST_LINE_READ])
        if kind:
            kinds.add(kind)
            end, strangers = index + 1, 0
        elif lines[index].strip():
            # A long list of receivers goes on in the next line.
            strangers += 1
        if strangers > 1 or (kind == "from" and index > first):
            break
    enough = len(kinds) >= FEWEST_LABELS and kinds & {"date", "subject"}
    return _Mark(start, end, is_attribution=False) if enough else None


def _attribution(lines: list[str], quoted: list[bool], start: int) -> _Mark | None:
    """Words like "On … wrote:", on one line or broken over several."""
    line = lines[start][:LONGEST_LINE_READ]
    if _is_attribution(line) or _is_bare_attribution(lines, start):
        return _Mark(start, start + 1, is_attribution=True)
    if not (marks.ATTRIBUTION_START.match(line) or marks.HAS_ADDRESS.search(line)):
        return None
    if not any(marks.HAS_MOMENT.search(one[:LONGEST_LINE_READ]) for one in lines[start : start + 2]):
        return None
    joined = line
    for end in range(start + 1, min(start + LONGEST_ATTRIBUTION_LINES, len(lines))):
        is_answer = quoted[end] and not marks.WROTE_ALONE.match(lines[end])
        begins_anew = marks.ATTRIBUTION_START.match(lines[end]) and _is_attribution(lines[end])
        joined = f"{joined} {lines[end].strip()}"
        if is_answer or begins_anew or len(joined) > LONGEST_ATTRIBUTION:
            break
        if _is_attribution(joined):
            return _Mark(start, end + 1, is_attribution=True)
    return None


def _is_attribution(line: str) -> bool:
    """Does the line end like an attribution, and name a moment or an address?"""
    if len(line) > LONGEST_ATTRIBUTION or marks.QUOTED_LINE.match(line):
        return False
    has_moment = bool(marks.HAS_MOMENT.search(line))
    if marks.WROTE_AT_END.search(line):
        return has_moment or bool(marks.HAS_ADDRESS.search(line))
    if marks.ATTRIBUTION_START.match(line) and has_moment:
        return bool(marks.WROTE_THEN_NAME.search(line)) or (
            bool(marks.ADDRESS_AT_END.search(line)) and line.rstrip()[-1] in ":："
        )
    return False


def _is_bare_attribution(lines: list[str], index: int) -> bool:
    """Moment and address without verb or colon, counted only when quoted lines follow at once."""
    if not (
        marks.ATTRIBUTION_START.match(lines[index]) and marks.ADDRESS_AT_END.search(lines[index][:LONGEST_LINE_READ])
    ):
        return False
    below = next((line for line in lines[index + 1 : index + 3] if line.strip()), "")
    return bool(
        marks.HAS_MOMENT.search(lines[index]) and (marks.QUOTED_LINE.match(below) or marks.BARRED_LINE.match(below))
    )


def _place_history(lines: list[str], place: list[int], quoted: list[bool], found: list[_Mark]) -> None:
    """Below the first mark that has words above it and no `>` lines below it, all is history."""
    first_word = _first_word(lines, found)
    for mark in found:
        if first_word > mark.start:
            continue
        if mark.is_attribution:
            below = next((index for index in range(mark.end, len(lines)) if lines[index].strip()), None)
            if below is not None and (quoted[below] or marks.BARRED_LINE.match(lines[below])):
                if marks.BARRED_LINE.match(lines[below]):
                    _quote_bars(lines, quoted, below)
                continue
        place[mark.start :] = [_QUOTED] * (len(lines) - mark.start)
        return


def _quote_bars(lines: list[str], quoted: list[bool], start: int) -> None:
    """Lines with a bar in front are a quote where an attribution stands above them; elsewhere they may be a table."""
    for index in range(start, len(lines)):
        if lines[index].strip() and not marks.BARRED_LINE.match(lines[index]):
            return
        quoted[index] = bool(lines[index].strip())


def _place_attributed(lines: list[str], place: list[int], quoted: list[bool], found: list[_Mark]) -> None:
    """Attributions with `>` lines below and answers among them: the attribution goes, the answered quotes stay.

    One block of quotes above the only answer goes too: it is the earlier mail, not a line that is answered.
    """
    first_word = _first_word(lines, found)
    standing = [mark for mark in found if mark.is_attribution and place[mark.start] == _SAID]
    for mark in standing:
        place[mark.start : mark.end] = [_QUOTED] * (mark.end - mark.start)
    leading = [mark for mark in standing if mark.start < first_word]
    if not leading:
        return
    begin = block = leading[-1].end
    while block < len(lines) and (quoted[block] or not lines[block].strip()):
        block += 1
    below = [index for index in range(block, len(lines)) if lines[index].strip() and place[index] == _SAID]
    last_word = max((index for index in below if not quoted[index]), default=-1)
    if below and not any(quoted[index] for index in below if index < last_word):
        place[begin:block] = [_QUOTED] * (block - begin)


def _place_trailing_quotes(lines: list[str], place: list[int], quoted: list[bool], found: list[_Mark]) -> None:
    """Quotes below the last own word are repetition, with their attribution."""
    announced = _announced([mark for mark in found if mark.is_attribution])
    for index in range(len(lines) - 1, -1, -1):
        if place[index] != _SAID or not lines[index].strip():
            continue
        if not quoted[index] and index not in announced:
            return
        place[index] = _QUOTED


def _place_signature(lines: list[str], place: list[int], quoted: list[bool]) -> None:
    """The last own lines from a delimiter, a rule or a "Sent from my phone" on; and symbols below the last word."""
    _place_symbols(lines, place)
    own = _own_lines(lines, place)
    for position in range(len(own) - 1, max(0, len(own) - 1 - LONGEST_SIGNATURE_LINES), -1):
        index = own[position]
        if quoted[index]:
            break
        if _begins_signature(lines, index, [lines[at] for at in own[position + 1 :]]):
            for at in own[position:]:
                place[at] = _SIGNATURE
            break
    _place_symbols(lines, place)


def _place_symbols(lines: list[str], place: list[int]) -> None:
    own = _own_lines(lines, place)
    while len(own) > 1 and marks.ONLY_SYMBOLS.match(lines[own[-1]]):
        place[own.pop()] = _SIGNATURE


def _own_lines(lines: list[str], place: list[int]) -> list[int]:
    return [index for index, where in enumerate(place) if where == _SAID and lines[index].strip()]


def _begins_signature(lines: list[str], index: int, below: list[str]) -> bool:
    line = lines[index][:LONGEST_LINE_READ]
    if marks.SIGNATURE_DELIMITER.match(line):
        return True
    if marks.SENT_FROM.match(line):
        return len(below) <= FEWEST_LABELS
    # A rule right under a line is a heading's underline.
    return bool(
        marks.RULE.match(line)
        and not lines[index - 1].strip()
        and len(below) <= LONGEST_RULED_SIGNATURE_LINES
        and all(len(one) <= WIDEST_SIGNATURE for one in below)
        and not any(re.match(r"\s*(?:[-*•]|\d+[.)])\s", one) for one in below)
    )

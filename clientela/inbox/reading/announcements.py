"""Where a mail program announces the mail it repeats: "On … wrote:", "Original message", From and Sent and Subject.

Lines are given as `quote_marks.plain_line` leaves them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from clientela.inbox.reading import quote_marks as marks
from clientela.inbox.reading.quote_labels import is_any_label, label_kind, labelled
from clientela.inbox.reading.signature_marks import RULE

LONGEST_ATTRIBUTION_LINES = 6
LONGEST_ATTRIBUTION = 400
LONGEST_END, LONGEST_END_WITH_BRACKETS = 40, 140
LONGEST_BARE_NAME = 80
LONGEST_HEADER_BLOCK_LINES = 14
FEWEST_LABELS = 3
# After so many lines of a mail that announce nothing, attributions broken over several lines are not looked for.
MOST_IN_VAIN = 2_000
COLONS = frozenset(":：")


@dataclass(frozen=True, slots=True)
class Announcement:
    """Lines `start` to `end` (not included) announce a repeated mail; `is_attribution` for "On … wrote:"."""

    start: int
    end: int
    is_attribution: bool


def announcements(lines: Sequence[str], quoted: Sequence[bool], fenced: Sequence[bool]) -> list[Announcement]:
    """Every announcement of a repeated mail outside `>` quotes and code fences, in order."""
    found: list[Announcement] = []
    index = in_vain = 0
    while index < len(lines):
        mark = None
        if lines[index].strip() and not fenced[index]:
            mark = _announcement(lines, quoted, index, is_broken_looked_for=in_vain < MOST_IN_VAIN)
            in_vain = 0 if mark else in_vain + 1
        if mark:
            found.append(mark)
            index = mark.end
        else:
            index += 1
    return found


def _announcement(
    lines: Sequence[str], quoted: Sequence[bool], index: int, *, is_broken_looked_for: bool
) -> Announcement | None:
    if quoted[index]:
        is_arrows = marks.ARROWS.match(lines[index]) and marks.HAS_MOMENT.search(lines[index])
        return Announcement(index, index + 1, is_attribution=False) if is_arrows else None
    found = header_block(lines, index) or _delimiter(lines, index) or _attribution(lines, quoted, index)
    return found or (_broken_attribution(lines, quoted, index) if is_broken_looked_for else None)


def _delimiter(lines: Sequence[str], index: int) -> Announcement | None:
    line = lines[index]
    if marks.ORIGINAL_MESSAGE.match(line) or marks.FORWARDED.match(line):
        return Announcement(index, index + 1, is_attribution=False)
    if marks.WORDS_BETWEEN_DASHES.match(line) and (
        any(label_kind(below) == "from" for below in lines[index + 1 : index + 4])
        or _is_strange_block(lines, index + 1)
    ):
        return Announcement(index, index + 1, is_attribution=False)
    return None


def header_block(lines: Sequence[str], start: int) -> Announcement | None:
    """From, sent, to, subject as Outlook and others repeat them, in any order, with or without a rule above."""
    first = start
    if RULE.match(lines[start]):
        first = next((at for at in range(start + 1, min(start + 4, len(lines))) if lines[at].strip()), start)
        if _is_strange_block(lines, first):
            return Announcement(start, first + FEWEST_LABELS, is_attribution=False)
    begun = label_kind(lines[first])
    if begun not in {"from", "date", "subject", "to"}:
        return None
    kinds: set[str] = set()
    has_address = False
    end = first
    strangers = 0
    for index in range(first, min(first + LONGEST_HEADER_BLOCK_LINES, len(lines))):
        kind = label_kind(lines[index])
        if strangers > 1 or (kind == "from" and "from" in kinds):
            break
        if kind:
            kinds.add(kind)
            has_address = has_address or bool(kind in {"from", "to"} and marks.HAS_ADDRESS.search(lines[index]))
            end, strangers = index + 1, 0
        elif lines[index].strip():
            # A long list of receivers goes on in the next line; a header that begins with another name has none.
            strangers += 1 if begun == "from" else FEWEST_LABELS
    is_whole = len(kinds) >= FEWEST_LABELS and ("subject" in kinds or has_address)
    is_short = begun == "from" and kinds >= {"from", "date"} and has_address and _names_moment(lines[first:end])
    return Announcement(start, end, is_attribution=False) if "from" in kinds and (is_whole or is_short) else None


def _names_moment(lines: Sequence[str]) -> bool:
    found = [labelled(line) for line in lines]
    return any(one is not None and one[0] == "date" and bool(marks.HAS_DAY.search(one[1])) for one in found)


def _is_strange_block(lines: Sequence[str], first: int) -> bool:
    """Three headers in a language nobody taught us: names with colons, an address and a moment among their values."""
    block = [line for line in lines[first : first + FEWEST_LABELS + 1] if is_any_label(line)]
    told = " ".join(block)
    is_block = len(block) >= FEWEST_LABELS and all(is_any_label(line) for line in lines[first : first + FEWEST_LABELS])
    return is_block and bool(marks.HAS_ADDRESS.search(told)) and bool(marks.HAS_MOMENT.search(told))


def _attribution(lines: Sequence[str], quoted: Sequence[bool], start: int) -> Announcement | None:
    """Words like "On … wrote:" on one line."""
    if is_attribution(lines[start]) or _is_bare_attribution(lines, start):
        return Announcement(start, start + 1 + _goes_on(lines, quoted, start), is_attribution=True)
    return None


def _broken_attribution(lines: Sequence[str], quoted: Sequence[bool], start: int) -> Announcement | None:
    """The same broken over several lines."""
    line = lines[start]
    begins = marks.ATTRIBUTION_START.match(line)
    if not (begins or marks.HAS_ADDRESS.search(line) or marks.HAS_DAY.search(line)):
        return None
    if not any(marks.HAS_MOMENT.search(one) for one in lines[start : start + 2]):
        return None
    has_address = bool(marks.HAS_ADDRESS.search(line))
    if not begins and not has_address and line.rstrip()[-1] in ".!?":
        return None
    joined = line
    for end in range(start + 1, min(start + LONGEST_ATTRIBUTION_LINES, len(lines))):
        is_answer = quoted[end] and not marks.WROTE_ALONE.match(lines[end])
        # Yahoo's words go on behind the verb, which may stand in the line below the address.
        may_end = _may_end(lines[end]) or bool(marks.COLON_INSIDE.search(lines[end]))
        begins_anew = (
            may_end
            and not (has_address and not marks.HAS_ADDRESS.search(lines[end]))
            and marks.ATTRIBUTION_START.match(lines[end])
            and is_attribution(lines[end])
        )
        joined = f"{joined} {lines[end].strip()}"
        if is_answer or begins_anew or len(joined) > LONGEST_ATTRIBUTION:
            break
        if may_end and is_attribution(joined):
            return Announcement(start, end + 1, is_attribution=True)
    return None


@lru_cache(maxsize=64)
def _may_end(line: str) -> bool:
    """Can an attribution end in this line? Asked first: the other questions take longer."""
    return bool(
        line.rstrip()[-1:] in COLONS
        or _says_wrote(line)
        or ("@" in line and marks.WROTE_THEN_WORDS.search(line))
        or marks.MESSAGE_OF_DAY.match(line)
    )


def _goes_on(lines: Sequence[str], quoted: Sequence[bool], start: int) -> int:
    """One when the line below ends what this one began: the name behind the verb, or the moment in brackets."""
    if lines[start].rstrip()[-1:] in COLONS or start + 1 >= len(lines) or quoted[start + 1]:
        return 0
    below = lines[start + 1].strip()
    if lines[start].lstrip()[:2] == "--" == below[:2] and not below.strip("-"):
        return 1
    return int(below[-1:] in COLONS and is_attribution(f"{lines[start]} {below}"))


def is_attribution(line: str) -> bool:
    """Does the line end like an attribution, and name a moment or an address?"""
    if len(line) > LONGEST_ATTRIBUTION or not _may_end(line):
        return False
    if marks.QUOTED_LINE.match(line) or marks.SENTENCE_INSIDE.search(line):
        return False
    has_moment = bool(marks.HAS_MOMENT.search(line))
    has_address = "@" in line and bool(marks.HAS_ADDRESS.search(line))
    if not (has_moment or has_address):
        return False
    begins = has_moment and bool(marks.ATTRIBUTION_START.match(line))
    if _says_wrote(line) or marks.MESSAGE_OF_DAY.match(line):
        return True
    if begins and marks.WROTE_THEN_WORDS.search(line):
        return True
    return line.rstrip()[-1:] in COLONS and (
        bool(has_moment and marks.WROTE_THEN_MOMENT.match(line))
        or bool(has_address and marks.QUOTING_WHOM.match(line))
        or bool(marks.MOMENT_THEN_NAME.match(line))
        or bool(begins and (marks.WROTE_THEN_NAME.search(line) or marks.ADDRESS_AT_END.search(line)))
        or _names_who_and_when(line)
    )


def _says_wrote(line: str) -> bool:
    """Does a verb of writing stand at the end, with nothing behind it but the moment in brackets?"""
    longest = LONGEST_END_WITH_BRACKETS if ")" in line[-LONGEST_END:] else LONGEST_END
    return bool(marks.WROTE_AT_END.search(line, max(0, len(line) - longest)))


def _names_who_and_when(line: str) -> bool:
    """An address in brackets, a day and a time of day before a colon: an attribution in whatever language."""
    return bool(
        "@" in line
        and marks.HAS_ADDRESS_IN_BRACKETS.search(line)
        and marks.HAS_DAY.search(line)
        and marks.HAS_CLOCK.search(line)
    )


def _is_bare_attribution(lines: Sequence[str], index: int) -> bool:
    """What counts only when quoted lines follow at once: a name and a verb; a moment and an address without a verb."""
    line = lines[index]
    if len(line) > LONGEST_ATTRIBUTION:
        return False
    is_named = len(line) <= LONGEST_BARE_NAME and bool(
        marks.WROTE_AT_END.search(line) or marks.QUOTING_WHOM.match(line)
    )
    is_dated = bool(
        marks.ATTRIBUTION_START.match(line) and marks.ADDRESS_AT_END.search(line) and marks.HAS_MOMENT.search(line)
    )
    if not (is_named or is_dated) or (is_named and re.search(r"[.!?]\s", line.rstrip(" :"))):
        return False
    below = next((one for one in lines[index + 1 : index + 3] if one.strip()), "")
    return bool(marks.QUOTED_LINE.match(below) or marks.BARRED_LINE.match(below))

"""Where a mail's signature begins: below two dashes, a rule, a phone's "Sent from", a notice, or a name card.

Lines are given as `quote_marks.plain_line` leaves them.
"""

from collections.abc import Sequence

from clientela.inbox.reading import signature_marks as marks

LONGEST_SIGNATURE_LINES = 30
LONGEST_RULED_SIGNATURE_LINES = 8
LONGEST_NAME_CARD_LINES = 10
WIDEST_SIGNATURE = 90
WIDEST_NAME_CARD = 60
FEWEST_CONTACTS = 2
LONGEST_BELOW_SENT_FROM_LINES = 3
MOST_TURNS = 4


def signature_lines(lines: Sequence[str], own: Sequence[int], is_barrier: Sequence[bool]) -> list[int]:
    """Which of the writer's own lines are signature, with the symbols below the last word.

    `own` are the numbers of their filled lines, in order. A quoted line or one of code (`is_barrier`) ends the search
    upwards, and the first own line is never signature.
    """
    left = list(own)
    found: list[int] = []
    for _turn in range(MOST_TURNS):
        while len(left) > 1 and marks.ONLY_SYMBOLS.match(lines[left[-1]]) and not is_barrier[left[-1]]:
            found.append(left.pop())
        position = _beginning(lines, left, is_barrier)
        if position is None:
            break
        found.extend(left[position:])
        left = left[:position]
    return sorted(found)


def _beginning(lines: Sequence[str], own: Sequence[int], is_barrier: Sequence[bool]) -> int | None:
    """The place among `own` where the last signature begins."""
    for position in range(len(own) - 1, max(0, len(own) - 1 - LONGEST_SIGNATURE_LINES), -1):
        if is_barrier[own[position]]:
            return None
        below = [lines[at] for at in own[position + 1 :]]
        if _begins_signature(lines, own[position], below):
            return position
        if _begins_name_card(lines[own[position]], below):
            # The name below the greeting stays: it says who writes.
            return position + 2
    return None


def _begins_signature(lines: Sequence[str], index: int, below: Sequence[str]) -> bool:
    line = lines[index]
    if marks.SIGNATURE_DELIMITER.match(line):
        return True
    starts_paragraph = not lines[index - 1].strip() or bool(marks.ONLY_SYMBOLS.match(lines[index - 1]))
    if starts_paragraph and marks.NOTICE.match(line.lstrip(" *_>")):
        return True
    if len(below) <= LONGEST_BELOW_SENT_FROM_LINES and _is_added_line(line):
        return True
    if marks.SHORT_RULE.match(line):
        return bool(below) and starts_paragraph and len(below) <= LONGEST_RULED_SIGNATURE_LINES and _is_card(below)
    # A rule right under a line is a heading's underline.
    return bool(
        marks.RULE.match(line)
        and not lines[index - 1].strip()
        and len(below) <= LONGEST_RULED_SIGNATURE_LINES
        and all(len(one) <= WIDEST_SIGNATURE for one in below)
        and not any(marks.LIST_ITEM.match(one) for one in below)
    )


def _is_added_line(line: str) -> bool:
    """Is this a line that a telephone, a mail program or a virus scanner adds?"""
    bare = marks.WEB_ADDRESS.sub("", line)
    bare = bare.strip(marks.AROUND)
    if not bare:
        # Nothing but a web address in brackets is the picture of an advertisement.
        return "<http" in line
    return bool(marks.SENT_FROM.match(bare) or marks.ADVERTISEMENT.match(bare))


def _is_card(below: Sequence[str]) -> bool:
    return not any(
        len(one) > WIDEST_NAME_CARD or marks.SENTENCE.match(one) or marks.LIST_ITEM.match(one) for one in below
    )


def _begins_name_card(line: str, below: Sequence[str]) -> bool:
    """A greeting, a name, and below them telephone, address and web page."""
    if not FEWEST_CONTACTS < len(below) <= LONGEST_NAME_CARD_LINES or not marks.FAREWELL.match(line.strip()):
        return False
    contacts = sum(1 for one in below[1:] if marks.CONTACT.match(one.strip(" *_|")))
    return contacts >= FEWEST_CONTACTS and _is_card(below)

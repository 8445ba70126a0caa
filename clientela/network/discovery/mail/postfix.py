"""The log of a Postfix: who wrote is in one line, to whom in others; its queue id brings them together. Pure Python.

From a mail: `cleanup` names its number, `qmgr` who wrote, `smtp`, `lmtp`, `local`, `virtual` or `pipe` to whom it went
and what became of it, and `qmgr` that it left. A content filter that hands a mail back gives it a second id and keeps
its number. Everything else in the log is passed over.
"""

import re
from typing import Final

from clientela.network.discovery.mail.heads import HEAD, Clock
from clientela.network.discovery.mail.joining import BROKEN, LOST, NO_MOMENT, NO_SENDER, SENT, Joining

# host postfix/qmgr[123]: 4Xyz: … and host postfix/qmgr 123 - - 4Xyz: … (RFC 5424)
LINE: Final = re.compile(
    rb"(\S+) ([^\s/\[]+)/([\w/.-]+)(?:\[\d+\]:| \d+ \S+ (?:-|\[[^\]]*\])) ([0-9A-Za-z]{6,24}): ?(?=[\w-]+[ =]|removed)"
)
AGENTS: Final = frozenset(
    {b"qmgr", b"nqmgr", b"oqmgr", b"cleanup", b"smtpd", b"smtp", b"lmtp", b"local", b"virtual", b"pipe", b"pickup",
     b"error", b"bounce", b"discard", b"relay"}
)  # fmt: skip
# A whole line: how it begins (1), the server (2), its part (3), the queue id (4), and one of: the mail's number (5),
# who wrote (6) and the size (7), to whom (8), what was written to (9), what became of it (10) and why (11), that it
# left (12), a delivery that is broken off (13). Of no interest: its beginning alone; without even that: nothing.
WANTED: Final = re.compile(
    rb"(?:("
    + re.sub(rb"(?<!\\)\((?!\?)", rb"(?:", HEAD.pattern)
    + rb")(?:(\S+ [^\s/\[]+)/([\w/.-]+)(?:\[\d+\]:| \d+ \S+ (?:-|\[[^\]\n]*\])) ([0-9A-Za-z]{6,24}): ?(?:"
    rb"message-id=[ \t]*<?([^<>\s]*)"
    rb"|from=<([^>\n]*)>(?:, size=(\d+))?"
    rb"|to=<([^>\n]*)>,(?: orig_to=<([^>\n]*)>,)? [^\n]*?\bstatus=([\w-]+)(?: \(([^\n]*))?"
    rb"|(removed)|(to=<)))?)?[^\n]*\n"
)
NUMBER, SENDER, SIZE, LEFT, BROKEN_OFF = 5, 6, 7, 12, 13  # groups; the last one that a line has tells what it is
GONE: Final = frozenset({b"bounced", b"expired"})
# What a filter says of what it took and threw away; what was sent on under another id comes again under that one.
THROWN_AWAY, SENT_ON = b"Ok, discarded", b"forwarded as "


class Postfix:
    """Reads the lines of a Postfix, one after another."""

    def __init__(self, joining: Joining, clock: Clock) -> None:
        self._joining = joining
        self._clock = clock

    def take(self, block: bytes, number: int) -> int:
        """Read whole lines, the first of which has this number; return the number of the line after them."""
        joining, said, moment = self._joining, b"", ""
        for found in WANTED.finditer(block):
            kind = found.lastindex
            if kind is None:
                if found[0].strip():
                    joining.note(NO_MOMENT, number)
                number += 1
                continue
            if found[1] != said:  # a server writes many lines a second
                said = found[1]
                moment = self._clock.text_of(said)
            if not moment:
                joining.note(NO_MOMENT, number)
            elif kind != 1 and found[4] != b"NOQUEUE":
                self._line(found, kind, moment, number)
            number += 1
        return number

    def _line(self, found: re.Match[bytes], kind: int, moment: str, number: int) -> None:
        key = found[2] + b" " + found[4]
        if kind == LEFT:
            self._joining.end(key)
        elif kind == NUMBER:
            self._number(key, found[NUMBER], moment)
        elif kind in {SENDER, SIZE}:
            self._sender(key, found[SENDER], found[SIZE] or b"", moment)
        elif kind == BROKEN_OFF:
            self._joining.note(BROKEN, number)
        else:
            self._delivery(found, key, number)

    def _number(self, key: bytes, message: bytes, moment: str) -> None:
        mail = self._joining.mail(key) if self._joining.is_open(key) else None
        # Whose sender is known has been through here: the id is that of a new mail.
        if mail is None or mail.sender is not None:
            self._joining.begin(key, moment, message=message.decode(errors="replace"))

    def _sender(self, key: bytes, sender: bytes, size: bytes, moment: str) -> None:
        mail = self._joining.mail(key) if self._joining.is_open(key) else None
        # What waits comes here again each time it is tried; another sender or size is another mail.
        if mail is None or (
            mail.sender is not None and (mail.size != size or mail.sender != sender.decode(errors="replace").lower())
        ):
            mail = self._joining.begin(key, moment)
        if mail.sender is None:
            mail.size = size
            self._joining.name_sender(mail, sender)

    def _delivery(self, found: re.Match[bytes], key: bytes, number: int) -> None:
        to, written_to, status, why = found.group(8, 9, 10, 11)
        why = why or b""
        if status != b"sent" and status not in GONE:
            return  # it is tried again, or was only a question whether it could be
        if why.startswith(SENT_ON):
            return
        mail = self._joining.mail(key)
        if mail is None:
            self._joining.note(NO_SENDER, number)
            return
        is_lost = status in GONE or THROWN_AWAY in why or found[3].endswith(b"discard")
        readers = [one.decode(errors="replace").lower() for one in (written_to, to) if one]
        if readers:
            self._joining.deliver(mail, number, readers, LOST if is_lost else SENT)


def looks_like_postfix(line: bytes) -> bool:
    """Whether a line is one of Postfix."""
    read = Clock.first(line)
    found = LINE.match(line, read) if read else None
    return found is not None and found[3].rpartition(b"/")[2] in AGENTS

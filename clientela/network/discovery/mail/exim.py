"""The main log of an Exim: `<=` came in, `=>` and `->` delivered, `**` lost; the id brings them together. Pure Python.

Also as syslog writes it. Subjects, where they are logged, are not looked at.
"""

import re
from typing import Final

from clientela.network.discovery.mail.heads import HEAD, Clock
from clientela.network.discovery.mail.joining import BROKEN, LOST, NO_MOMENT, NO_SENDER, SENT, Joining

SYSLOG: Final = re.compile(rb"\S+ \S*exim\S*?(?:\[\d+\])?: (?:\[\d+[^\]]*\] )?")
LINE: Final = re.compile(
    rb"(?:\[\d+\] )?([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (<=|=>|->|>>|\*\*|Completed)(?: |$)"
)
NUMBER: Final = re.compile(rb" id=(\S+)")
SUBJECT: Final = b' T="'
ENDS: Final = re.compile(rb" [A-Z]{1,3}=|: (?!<)|$")  # fields begin, or the reason
NAMES: Final = re.compile(rb"<([^>]*)>")


class Exim:
    """Reads the lines of an Exim, one after another."""

    def __init__(self, joining: Joining, clock: Clock) -> None:
        self._joining = joining
        self._clock = clock

    def take(self, block: bytes, number: int) -> int:
        """Read whole lines, the first of which has this number; return the number of the line after them."""
        for line in block.split(b"\n")[:-1]:
            if line.strip():
                self._line(line, number)
            number += 1
        return number

    def _line(self, line: bytes, number: int) -> None:
        read = self._clock.read(line)
        if read is None:
            self._joining.note(NO_MOMENT, number)
            return
        if not (b" <= " in line or b" => " in line or b" -> " in line or b" Completed" in line or b" ** " in line
                or b" >> " in line):  # fmt: skip
            return
        moment, place = read
        if syslog := SYSLOG.match(line, place):
            place = syslog.end()
            if HEAD.match(line[place:]) and (own := self._clock.read(line[place:])):
                moment, place = own[0], place + own[1]
        found = LINE.match(line, place)
        if found is None:
            return
        key, flag, rest = found[1], found[2], line[found.end() :].rstrip()
        if flag == b"<=":
            self._came_in(key, rest, moment)
        elif flag == b"Completed":
            self._joining.end(key)
        else:
            self._delivery(key, rest, moment, number, flag)

    def _came_in(self, key: bytes, rest: bytes, moment: str) -> None:
        fields = rest.partition(SUBJECT)[0]
        numbered = NUMBER.search(fields)
        message = numbered[1].decode(errors="replace") if numbered else ""
        mail = self._joining.mail(key) if self._joining.is_open(key) else None
        if mail is None or mail.sender is not None:
            mail = self._joining.begin(key, moment, message=message)
        elif message:
            mail.message = message
        sender = fields.partition(b" ")[0]
        self._joining.name_sender(mail, b"" if sender == b"<>" else sender.strip(b"<>"))

    def _delivery(self, key: bytes, rest: bytes, moment: str, number: int, flag: bytes) -> None:
        mail = self._joining.mail(key)
        if mail is None:
            if flag != b">>":
                self._joining.note(NO_SENDER, number)
                return
            mail = self._joining.begin(key, moment)  # handed on while it came in: who wrote stands in the next line
        ends = ENDS.search(rest)
        names = rest[: ends.start()] if ends else rest
        said = [*NAMES.findall(names), names.partition(b" ")[0].rstrip(b":")]
        readers = [one.decode(errors="replace").lower() for one in said if b"@" in one]
        if not readers:
            self._joining.note(BROKEN, number)
            return
        is_lost = flag == b"**" or names.startswith(b":blackhole:")
        self._joining.deliver(mail, number, readers, LOST if is_lost else SENT)


def looks_like_exim(line: bytes) -> bool:
    """Whether a line is one of Exim."""
    place = Clock.first(line)
    if not place:
        return False
    if syslog := SYSLOG.match(line, place):
        place = syslog.end()
        place += Clock.first(line[place:])
    return LINE.match(line, place) is not None

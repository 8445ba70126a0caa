"""What a message may not be, looked at before it is taken: pure, over the bytes as they came over the wire."""

import re

from clientela.inbox.receiver.limits import Limits

# A dot alone on a line whose ends are not both CR LF: another server may take it for the end of the message, and what
# follows for one more, in our name (SMTP smuggling). To us it never is the end.
_FALSE_END = re.compile(rb"[\r\n]\.[\r\n]")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_HOP = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADER = b"\r\n\r\n"


def refusal_of(wire: bytes, *, limits: Limits) -> str:
    """Return the answer that refuses a message, or "" if it may be taken.

    `wire`: from the CR LF before its first line to the one before the final dot, dots still doubled.
    """
    if _FALSE_END.search(wire):
        return "550 5.5.2 A line with only a dot must end, and be ended before, by CR LF"
    end = wire.find(_END_OF_HEADER)
    header = wire if end < 0 else wire[:end]
    if len(header) > limits.header_bytes:
        return f"552 5.3.4 Its header is larger than {limits.header_bytes} bytes"
    if _BARE.search(header):
        # We and whoever checked it before us would see different fields in it.
        return "550 5.5.2 Lines of the header must end by CR LF"
    if sum(1 for _ in _HOP.finditer(header)) > limits.hops:
        return "554 5.4.6 It has gone through too many servers and runs in a circle"
    return ""


def without_doubled_dots(wire: bytes) -> bytes:
    """Return the message as it was written: `wire` without the CR LF before it and the dots added for the way."""
    return wire[2:] if b"\r\n." not in wire else wire.replace(b"\r\n.", b"\r\n")[2:]

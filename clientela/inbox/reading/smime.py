"""The words inside an S/MIME part that is signed but not encrypted (RFC 8551): they need no key to be read.

Only the way down to the content is walked; the signature is not checked, and whoever wants to check it has the file.
"""

_SEQUENCE, _OID, _OCTETS, _CONTEXT_0 = 0x30, 0x06, 0x04, 0xA0
_CONSTRUCTED = 0x20
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_END = b"\0\0"
DEEPEST = 20
MOST_PIECES = 100_000
_SHORT_LENGTH, _ENDLESS = 0x7F, 0x80


class _NotSignedError(Exception):
    """The data is no signed content, or broken."""


def signed_content(data: bytes) -> bytes | None:
    """The mail part that `data` (PKCS #7, as BER or DER) signs; None when it is not signed data or holds no content."""
    try:
        position = _into(data, 0, _SEQUENCE)
        position = _past_name(data, position, _SIGNED_DATA)
        position = _into(data, position, _CONTEXT_0)
        position = _into(data, position, _SEQUENCE)
        # Version and digest algorithms.
        position = _past(data, _past(data, position, 0), 0)
        position = _into(data, position, _SEQUENCE)
        position = _past_name(data, position, _DATA)
        position = _into(data, position, _CONTEXT_0)
        pieces: list[bytes] = []
        _collect(data, position, pieces, 0)
    except (_NotSignedError, IndexError):
        return None
    return b"".join(pieces)


def _head(data: bytes, position: int) -> tuple[int, int, int | None]:
    """Tag, where the value begins, and its length; None for one that ends with a mark."""
    tag, length = data[position], data[position + 1]
    position += 2
    if length == _ENDLESS:
        return tag, position, None
    if length > _SHORT_LENGTH:
        count = length & _SHORT_LENGTH
        if count > len("\0\0\0\0"):
            raise _NotSignedError
        length = int.from_bytes(data[position : position + count], "big")
        position += count
    if position + length > len(data):
        raise _NotSignedError
    return tag, position, length


def _into(data: bytes, position: int, wanted: int) -> int:
    tag, begin, _length = _head(data, position)
    if tag != wanted:
        raise _NotSignedError
    return begin


def _past_name(data: bytes, position: int, name: bytes) -> int:
    tag, begin, length = _head(data, position)
    if tag != _OID or data[begin : begin + (length or 0)] != name:
        raise _NotSignedError
    return begin + len(name)


def _past(data: bytes, position: int, depth: int) -> int:
    """Where the next value begins."""
    _tag, begin, length = _head(data, position)
    if length is not None:
        return begin + length
    if depth > DEEPEST:
        raise _NotSignedError
    while data[begin : begin + 2] != _END:
        begin = _past(data, begin, depth + 1)
    return begin + 2


def _collect(data: bytes, position: int, pieces: list[bytes], depth: int) -> int:
    """Put the bytes of an octet string, which may be cut into pieces, into `pieces`; where the next value begins."""
    tag, begin, length = _head(data, position)
    if tag & ~_CONSTRUCTED != _OCTETS or depth > DEEPEST or len(pieces) > MOST_PIECES:
        raise _NotSignedError
    if not tag & _CONSTRUCTED:
        pieces.append(data[begin : begin + (length or 0)])
        return begin + (length or 0)
    end = None if length is None else begin + length
    while begin != end and not (end is None and data[begin : begin + 2] == _END):
        begin = _collect(data, begin, pieces, depth + 1)
    return begin if end is not None else begin + 2

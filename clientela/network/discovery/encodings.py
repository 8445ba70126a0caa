"""In which encoding a file was written: found by its first bytes, or by the first that no UTF-8 has."""

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from clientela.network.discovery.packed import PACKED_ERRORS, opened, packed_problem

SAMPLE_BYTES = 1 << 18
NEAR_BYTES = 20_000  # around the first byte that is no UTF-8
FAR_ENCODINGS = frozenset({"cp1251", "cp1253", "cp932", "shift_jis", "gb18030", "big5", "euc_jp", "euc_kr"})
# What the letters ż ł ą ś ź ş ţ of cp1250 look like in cp1252, where hardly a word has them.
UNWESTERN = re.compile(r"[¿³¹œŸþ¯Œ£¥Þ]|(?<=[^\W\dNn])º|(?<![\d])ª")  # but Nº 1, 2ª
# Of plain text in UTF-16 every other byte is zero.
WIDE_SHARE = 0.7


def encoding_of(path: Path) -> str:
    """Find the encoding by the beginning of the file. Raises LogProblemError for one that cannot be opened."""
    stream, inner = opened(path, lambda _: None)
    try:
        sample = stream.read(SAMPLE_BYTES)
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, 0) from error
    finally:
        inner.close()
    return encoding_of_start(sample)


def encoding_of_start(start: bytes) -> str:
    """Find the encoding by the first bytes of a file."""
    sample = start[:SAMPLE_BYTES]
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := wide_encoding(sample):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        return guessed_encoding(sample)
    return "utf-8-sig"


def wide_encoding(start: bytes) -> str:
    """Name the order of the bytes of a UTF-16 that does not begin with its mark; "" where it is none."""
    even, odd = start[0:4096:2], start[1:4096:2]
    if odd and odd.count(0) >= WIDE_SHARE * len(odd) and not even.count(0):
        return "utf-16-le"
    if odd and even.count(0) >= WIDE_SHARE * len(even) and not odd.count(0):
        return "utf-16-be"
    return ""


def encoding_farther_on(path: Path) -> str:
    """Find the encoding of a file whose beginning was plain, around the first byte that is no UTF-8."""
    stream, inner = opened(path, lambda _: None)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    before = b""
    try:
        while chunk := stream.read(1 << 20):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                around = before + error.object + stream.read(NEAR_BYTES)
                place = len(before) + error.start
                return guessed_encoding(around[max(0, place - NEAR_BYTES) : place + NEAR_BYTES])
            before = chunk[-NEAR_BYTES:]
    except PACKED_ERRORS as error:
        raise packed_problem(path, error, 0) from error
    finally:
        inner.close()
    return "latin-1"  # reads every byte


def guessed_encoding(sample: bytes) -> str:
    """Guess an old encoding by the lines that need one. Between Central and Western Europe the letters decide."""
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    best = from_bytes(telling).best()
    if best is not None and best.encoding in FAR_ENCODINGS and not best.percent_chaos:
        return best.encoding
    try:
        western = telling.decode("cp1252")
    except UnicodeDecodeError:
        western = "¿"
    encoding = "cp1250" if UNWESTERN.search(western) else "cp1252"
    try:
        telling.decode(encoding)
    except UnicodeDecodeError:
        return "latin-1"  # reads every byte
    return encoding

"""Bytes into text when nobody can be trusted about the character set.

Mail programs declare one character set and send another. Order of belief: valid UTF-8 with letters beyond ASCII is
UTF-8 whatever was declared (by chance it almost never is); then the declared set, widened to what people mean by it
(ISO-8859-1 is Windows-1252, GB2312 is GB18030); then, where that gives words no language has ("Ma³gorzata"), the one of
the neighbouring sets whose letters all belong to one alphabet. Only long texts are left to statistics.
"""

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

REPLACEMENT = "\ufffd"
LONGEST_GUESS_BYTES = 20_000
LONGEST_READ_BYTES = 200_000
LONGEST_TELLING_BYTES = 8_000
# So few broken bytes among valid UTF-8 are damage on the way, not another character set.
DAMAGED_SHARE = 0.1
# Two-byte text can be valid UTF-8 by chance for a letter or three, not for four.
ENOUGH_FOR_UTF8 = 4
# The statistical guess needs this many bytes beyond ASCII, and this share of all: below, it answers at random.
FEWEST_TO_GUESS = 12
GUESS_SHARE = 0.3

# What people mean when they declare the key. Values are Python codecs.
_MEANT = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "7bit": "utf-8",
    "8bit": "utf-8",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "cp1255",
    "iso-8859-8-e": "cp1255",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "big5": "cp950",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "koi8-r": "koi8_u",
}
# Codecs of Python that turn text into other text or never end: no mail is written in them.
_NOT_CHARACTER_SETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
# Sets in which a letter takes two bytes or an escape.
_MULTIBYTE = re.compile(r"gb|cp9(?:32|49|50)|big5|euc|shift|iso2022|hz|utf-?(?:7|16|32)", re.IGNORECASE)
# Sets whose plain bytes below 128 are not plain letters: ASCII bytes do not mean ASCII text.
_ESCAPING = re.compile(r"iso2022|hz|utf-?(?:7|16|32)", re.IGNORECASE)

# Sets tried when the declared one gives odd text, the likelier first; and those only a long text can tell apart.
_NEIGHBOURS = ("cp1252", "cp1250", "iso8859_2", "cp1251", "koi8_u")
_FARTHER = ["cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"]

# Letters beyond a-z of the languages that people write to us in. One text keeps to one row; a wrong set does not.
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "äöüß",
        "àâæçèéêëîïôœùûüÿ",
        "áéíñóúüºª",
        "ăâîșțşţ",
        "ąćęłńóśźż",
        "áâãàçéêíóôõúüºª",
        "àèéìíîòóùú",
        "àçèéíïòóúü",
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüű",
        "čćđšž",
        "åäöæøé",
        "áðéíóúýþæö",
        "äöõüšž",
        "ąčęėįšųūž",
        "āčēģīķļņšūž",
        "éèëïöüáíó",
        "çğıöşüâîûİ",
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґђјљњћџ",
        "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
    )
)

# Signs of a wrong set: undefined or control bytes, a symbol inside or after a word, a capital after a small letter.
_ODD = re.compile(
    r"[\x80-\x9f\ufffd]"
    r"|(?<=[^\W\d_])[\u00a1-\u00b4\u00b6-\u00bf\u02c7\u02d8-\u02dd\u2020-\u2022\u2030"
    r"\u2122\u20ac\u00d7\u00f7](?=[^\W\d_])"
    r"|(?<=[^\W\d_])[\u00b1\u00b6\u00bc\u00be\u00a6\u00af]"
    r"|(?<=[a-z\u0430-\u044f])[\u00c0-\u00de\u0410-\u042f]"
)

# "M黱chen": a Chinese, Japanese or Korean letter between two Latin ones.
_MIXED_SCRIPTS = re.compile(r"[a-z][\u3400-\u9fff\uac00-\ud7a3\uff61-\uff9f][a-z]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
# What stands between letters beyond ASCII, their neighbours left: it is the same in every set.
_ASCII_BETWEEN = re.compile(rb"(?<=[\x00-\x7f])[\x00-\x7f]+(?=[\x00-\x7f])")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """`text` as the database can hold it: no NUL or other control, no lone surrogate, lines ended by one newline."""
    if text.isprintable():
        return text  # as nearly every header line is
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    return _SURROGATES.sub(REPLACEMENT, _CONTROLS.sub("", text))


def decode_text(raw: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of `raw`, and a sentence when the declared character set was not what it was written in.

    Never raises. Bytes that no set explains become the replacement character.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    codec = _codec(declared)
    if raw.isascii() and not (codec and _ESCAPING.search(codec)):
        return raw.decode("ascii"), None
    text = _strictly(raw, "utf-8")
    if codec and _MULTIBYTE.search(codec) and (text is None or _letters_beyond_ascii(text) < ENOUGH_FOR_UTF8):
        declared_text = _strictly(raw, codec)
        if declared_text is not None and not _MIXED_SCRIPTS.search(declared_text):
            return declared_text, None
    if text is not None:
        lied = codec is not None and codec != "utf-8"
        return text, f"declared as {declared}, written in utf-8" if lied else None
    if codec == "utf-8" and not (declared or "").lower().startswith(("us-", "asc", "ansi", "7", "8")):
        text = raw.decode("utf-8", "replace")
        if text.count(REPLACEMENT) <= DAMAGED_SHARE * _letters_beyond_ascii(text):
            return text, "some bytes were damaged on the way"
    return _best_of_single_bytes(raw, declared, codec)


def _codec(declared: str | None) -> str | None:
    """The Python codec for a declared character set, or None when there is no such set."""
    name = re.sub(r"[^a-z0-9_.:-]", "", (declared or "").lower())
    name = _MEANT.get(name, name)
    if not name or name.replace("_", "-") in _NOT_CHARACTER_SETS:
        return None
    try:
        # An empty string would be decoded without looking the codec up.
        b"a".decode(name)
    except LookupError:
        # Windows-1252 is also written cp-1252, win1252, x-cp1252, windows1252.
        page = re.fullmatch(r"(?:x-)?(?:cp|win|windows|ibm|ansi)[-_]?(\d{3,4})", name)
        return f"cp{page[1]}" if page and _strictly(b"a", f"cp{page[1]}") else None
    except UnicodeError:
        return name
    return name


def _letters_beyond_ascii(text: str) -> int:
    return sum(1 for letter in text if not letter.isascii())


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _best_of_single_bytes(raw: bytes, declared: str | None, codec: str | None) -> tuple[str, str | None]:
    candidates = list(_NEIGHBOURS)
    if codec and codec != "utf-8" and not _MULTIBYTE.search(codec):
        candidates.insert(0, codec)
    telling = _ASCII_BETWEEN.sub(b"", raw[:LONGEST_READ_BYTES])[:LONGEST_TELLING_BYTES]
    best = _least_odd(telling, candidates)
    if _oddness(telling, best) > 0 and len(_BEYOND_ASCII.findall(raw)) >= max(FEWEST_TO_GUESS, len(raw) * GUESS_SHARE):
        guess = from_bytes(raw[:LONGEST_GUESS_BYTES], cp_isolation=_FARTHER).best()
        if guess and guess.encoding in _FARTHER:
            best = guess.encoding
    if best == codec:
        return raw.decode(best, "replace"), None
    said = f"declared as {declared}" if declared else "no character set declared"
    return raw.decode(best, "replace"), f"{said}, read as {best.replace('_', '-')}"


def _least_odd(raw: bytes, candidates: list[str]) -> str:
    """The first of the least odd: the declared set keeps its place unless another one explains more letters."""
    best, least = candidates[0], _oddness(raw, candidates[0])
    for candidate in candidates[1:]:
        oddness = _oddness(raw, candidate) if least else 0
        if oddness < least:
            best, least = candidate, oddness
    return best


def _oddness(raw: bytes, codec: str) -> int:
    """How many characters no single language explains, when `raw` is read as `codec`."""
    text = raw.decode(codec, "replace")
    counted = Counter(text)
    beyond = {letter: count for letter, count in counted.items() if not letter.isascii() and letter.isalpha()}
    strange = sum(beyond.values()) - max(
        sum(count for letter, count in beyond.items() if letter in alphabet) for alphabet in _ALPHABETS
    )
    return strange + len(_ODD.findall(text))

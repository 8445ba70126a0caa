"""Bytes to text, and never to the wrong text: what cannot be told for certain is refused, with both readings shown.

UTF-8 and UTF-16 prove themselves. The two Windows code pages of our languages do not: nearly every byte means
something in both. They are told apart by what is written in our languages and nowhere near them: a sign such as ³ or £
inside a word is no word, so 0xB3 there is ł; Polish never writes ń or ś before a vowel, and Spanish writes ñ only
there; ă before a consonant and ţ inside a word are Romanian. One kind of proof decides; none, or both, decide nothing.
"""

import codecs
import re
from dataclasses import dataclass

from clientela.directory.rules.people_file.problems import Problem, UnreadableFileError

CODE_PAGES = ("windows-1250", "windows-1252")
ENCODINGS = ("utf-8", "utf-16", *CODE_PAGES)

_MARKS = (
    (codecs.BOM_UTF32_LE, ""),  # looks like UTF-16 and is not, so it is asked first
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # what spreadsheets save when nobody says CSV
_VOWELS = frozenset("aeiouyáéíóúăâîąęAEIOUYÁÉÍÓÚĂÂÎĄĘ")
# Signs that stand beside letters in any language: hyphens, apostrophes, quotes, the no-break space, the degree.
_BESIDE_LETTERS = frozenset("\u00a0–—‘’‚“”„«»…·°")
_BEFORE_LETTERS = frozenset("¿¡")
_UTF_8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_LETTERS_AROUND = 12


@dataclass(frozen=True)
class Decoded:
    """The text and the encoding it was in."""

    text: str
    encoding: str


def decoded(content: bytes, encoding: str = "") -> Decoded:
    """The text of a file. `encoding` is what its giver says; without it, it is found.

    Raises UnreadableFileError: nothing is ever replaced or guessed.
    """
    if encoding:
        return _as_told(content, encoding)
    if content.startswith(_WORKBOOKS):
        raise UnreadableFileError(Problem("workbook"))
    for mark, marked_encoding in _MARKS:
        if content.startswith(mark):
            if not marked_encoding:
                raise UnreadableFileError(Problem("unknown_encoding"))
            return _strictly(content, marked_encoding)
    if b"\0" in content:
        return _utf_16_without_a_mark(content)
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _by_code_page(content, error.start)


def _as_told(content: bytes, encoding: str) -> Decoded:
    if encoding not in ENCODINGS:
        raise UnreadableFileError(Problem("unknown_encoding", values={"encoding": encoding}))
    return _strictly(content, "utf-8-sig" if encoding == "utf-8" else encoding)


def _strictly(content: bytes, encoding: str) -> Decoded:
    if encoding == "utf-8-sig":
        content, encoding = content.removeprefix(codecs.BOM_UTF8), "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            Problem("not_in_encoding", line=_line(content, error.start), values={"encoding": encoding})
        ) from error
    return Decoded(text, encoding)


def _utf_16_without_a_mark(content: bytes) -> Decoded:
    # In our languages nearly every second byte is zero, and the side it is on tells the order of the bytes.
    on_even, on_odd = content[::2].count(0), content[1::2].count(0)
    if len(content) % 2 or max(on_even, on_odd) * 4 < len(content) or min(on_even, on_odd) * 8 > len(content):
        raise UnreadableFileError(Problem("unknown_encoding"))
    text = _strictly(content, "utf-16-le" if on_odd > on_even else "utf-16-be").text
    if not all(letter.isprintable() or letter.isspace() for letter in text):
        raise UnreadableFileError(Problem("unknown_encoding"))
    return Decoded(text, "utf-16")


def _by_code_page(content: bytes, first_odd_byte: int) -> Decoded:
    if len(b"".join(_UTF_8_SEQUENCE.findall(content))) * 2 > len(_HIGH_BYTE.findall(content)):
        # UTF-8 with a damaged spot: any code page would turn all the rest into gibberish.
        raise UnreadableFileError(
            Problem("not_in_encoding", line=_line(content, first_odd_byte), values={"encoding": "utf-8"})
        )
    readings = {page: text for page in CODE_PAGES if (text := _sensible(content, page)) is not None}
    if not readings:
        raise UnreadableFileError(Problem("unknown_encoding", line=_line(content, first_odd_byte)))
    if len(readings) == 1:
        ((page, text),) = readings.items()
        return Decoded(text, page)
    central, western = (readings[page] for page in CODE_PAGES)
    differing = [index for index, letter in enumerate(central) if letter != western[index]]
    if not differing:
        return Decoded(central, CODE_PAGES[0])
    votes = {vote for index in differing if (vote := _page_by_letter(central, western, index))}
    if len(votes) == 1:
        page = votes.pop()
        return Decoded(readings[page], page)
    where = differing[0]
    raise UnreadableFileError(
        Problem(
            "ambiguous_encoding",
            line=central.count("\n", 0, where) + 1,
            values={"one": _around(central, where), "other": _around(western, where)},
        )
    )


def _sensible(content: bytes, page: str) -> str | None:
    """The text in this code page, or None if a byte has no meaning in it or a sign stands inside a word."""
    try:
        text = content.decode(page)
    except UnicodeDecodeError:
        return None
    padded = f" {text} "
    for before, letter, after in zip(padded, padded[1:], padded[2:], strict=False):
        if letter.isascii() or letter in _BESIDE_LETTERS:
            continue
        if not letter.isprintable():
            return None
        inside_a_word = before.isalpha() or (after.isalpha() and letter not in _BEFORE_LETTERS)
        if inside_a_word and not letter.isalpha():
            return None
        if letter in "ªº" and after.isalpha():
            return None
    return text


def _page_by_letter(central: str, western: str, index: int) -> str:
    """Which code page the differing letter at `index` proves, or "" if it proves nothing."""
    before, after = central[index - 1 : index], central[index + 1 : index + 2]
    in_central, in_western = central[index].lower(), western[index].lower()
    is_before_a_vowel = after in _VOWELS and after != ""
    ends_the_word = not after.isalpha()
    proofs = {
        "ń": CODE_PAGES[1] if is_before_a_vowel else CODE_PAGES[0],
        "ś": "" if is_before_a_vowel else CODE_PAGES[0],
        "ź": CODE_PAGES[0] if before.islower() and western[index] == "Ÿ" else "",
        "ć": CODE_PAGES[0] if ends_the_word and before.isalpha() else "",
        "ă": CODE_PAGES[0] if not is_before_a_vowel and not ends_the_word else "",
        "ţ": CODE_PAGES[0] if before.isalpha() else "",
    }
    if in_western in {"ª", "º"}:
        # "Mª" and "1º" are Spanish, the end of "Mureş" is not.
        return CODE_PAGES[0] if central[max(index - 2, 0) : index].isalpha() and index > 1 else CODE_PAGES[1]
    return proofs.get(in_central, "")


def _around(text: str, index: int) -> str:
    """The word that stands at `index`."""
    start = max(0, index - _LETTERS_AROUND)
    before = re.search(r"\w*$", text[start:index])
    after = re.match(r"\w+", text[index : index + _LETTERS_AROUND])
    return (before.group() if before else "") + (after.group() if after else text[index])


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1

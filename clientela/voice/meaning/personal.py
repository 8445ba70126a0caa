"""Personal data in free text, found so that it can be offered for masking: where it stands, and of what kind.

Numbers with check digits are taken only when they are right. Street addresses and telephone numbers are found by how
they are usually written, so some are missed, and now and then a number is taken for one: a person looks before masking.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from clientela.voice.meaning.words import folded

BLOT: Final = "[•••]"


class Personal(StrEnum):
    """What kind of personal data."""

    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    CNP = "cnp"
    PESEL = "pesel"
    DNI = "dni"
    NIE = "nie"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` to before `end` of a text."""

    start: int
    end: int
    kind: Personal


_MAIL_BEFORE = re.compile(r"[\w.+\-]{1,64}\Z")
_MAIL_AFTER = re.compile(r"[^\W_](?:[\w\-]{0,62}\.){1,8}[^\W\d_]{2,24}")
_AT_REACH = 64
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]{1,4}){3,8}(?![^\W_])")
_IBAN_LENGTHS: Final = {"RO": 24, "PL": 28, "ES": 24, "PT": 25, "GB": 22, "DE": 22, "FR": 27, "IT": 27, "MD": 24}
_IBAN_SHORTEST, _IBAN_LONGEST = 15, 34
# Digits with what people put between them; a plus or a bracket may stand before.
_DIGITS = re.compile(r"(?<![^\W_])(?:\+|\()?\d(?:[ .\-/()]{0,2}\d){6,22}(?![^\W_])")
_DNI = re.compile(r"(?<![^\W_])(?:\d{1,2}\.?\d{3}\.?\d{3})[ \-]?[A-Za-z](?![^\W_])")
_NIE = re.compile(r"(?<![^\W_])[XYZxyz][ \-]?\d{7}[ \-]?[A-Za-z](?![^\W_])")
_CONTROL_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
# A number that follows one of these words is no telephone.
_OTHER_NUMBER = re.compile(
    r"(?:order|invoice|ticket|number|comand\w{0,4}|factur\w{0,4}|bon\w{0,4}|tichet\w{0,4}|awb|zam[oó]wieni\w{0,3}|"
    r"faktur\w{0,3}|paczk\w{0,3}|pedido|encomenda|fatura|c[oó]digo|cod|kod|code|ref\w{0,9}|seri\w{0,4}|#)"
    r"(?:\s{0,2}(?:nr|no|number|num|n[ºo°]|numer\w{0,3}|num[aă]r\w{0,3}|n[uú]mero|de|al|of)?[\s.:#№]{0,3}){1,2}\Z",
    re.IGNORECASE,
)
_WORD_REACH = 40
_DATE = re.compile(r"\d{1,4}([./\-])\d{1,2}\1\d{1,4}(?:[ T]?\d{0,2}[.:]?\d{0,2})?\Z")
_STREETS = re.compile(
    r"(?<![^\W_])(?:"
    r"(?:str(?:ada|\.)|bd\.|b-dul|bulevardul|bulevardul|aleea|calea|șos\.|soseaua|șoseaua|intrarea|"
    r"ul\.|ulica|ulicy|aleja|alei|al\.|osiedle|os\.|pl\.|plac|"
    r"calle|c/|avda\.?|avenida|av\.|plaza|paseo|rua|travessa|praça|largo)"
    r"\s{0,2}(?:[^\W\d_][\w.'’\-]{0,30}[ ]{1,2}){0,4}?[^\W\d_][\w.'’\-]{0,30}"
    r",?\s{0,2}(?:nr\.?|no\.?|n[ºo°]\.?|numărul|número)?\s{0,2}\d{1,4}[A-Za-z]?(?:/\d{1,4})?"
    r"(?:,?\s{0,2}(?:bl|sc|et|ap|m|lok|piso|andar)\.?\s{0,2}[\w]{1,4}){0,4}"
    r"|\d{1,4}[A-Za-z]?\s(?:[A-Z][\w'’]{1,20}\s){1,3}(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Close|Square)"
    r")(?![^\W_])",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST_NAME: Final = 3


def personal_data(text: str, *, names: Iterable[str] = ()) -> tuple[Span, ...]:
    """Find personal data. `names`: of the house's people; each part of a name counts where it is capitalised.

    Spans do not overlap and come in order. Any string is accepted; the time grows with its length only.
    """
    taken: list[Span] = []
    is_taken = bytearray(len(text))
    for find in (_mails, _ibans, _identity_cards, _numbers, _addresses, _names(names)):
        for span in find(text):
            if not any(is_taken[span.start : span.end]):
                is_taken[span.start : span.end] = b"\x01" * (span.end - span.start)
                taken.append(span)
    return tuple(sorted(taken))


def masked(text: str, spans: Sequence[Span]) -> str:
    """The text with each of these spans blotted out."""
    parts: list[str] = []
    start = 0
    for span in sorted(spans):
        parts += [text[start : span.start], BLOT]
        start = max(start, span.end)
    return "".join([*parts, text[start:]])


def _mails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        after = _MAIL_AFTER.match(text, at + 1)
        before = _MAIL_BEFORE.search(text, max(0, at - _AT_REACH), at) if after else None
        if before and after:
            yield Span(before.start(), after.end(), Personal.EMAIL)
        at = text.find("@", at + 1)


def _ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        plain = re.sub(r"[ \-]", "", found.group()).upper()
        longest = _IBAN_LENGTHS.get(plain[:2], len(plain))
        if len(plain) >= longest and _is_iban(plain[:longest]):
            yield Span(found.start(), _end_of(text, found.start(), longest), Personal.IBAN)


def _is_iban(plain: str) -> bool:
    if not (_IBAN_SHORTEST <= len(plain) <= _IBAN_LONGEST and plain.isascii() and plain.isalnum()):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _end_of(text: str, start: int, signs: int) -> int:
    """Where the so-manieth letter or digit from `start` on ends."""
    at = start
    while signs:
        signs -= text[at].isalnum()
        at += 1
    return at


def _identity_cards(text: str) -> Iterator[Span]:
    for pattern, kind in ((_NIE, Personal.NIE), (_DNI, Personal.DNI)):
        for found in pattern.finditer(text):
            plain = re.sub(r"[ .\-]", "", found.group()).upper()
            digits = plain[:-1].translate(str.maketrans("XYZ", "012"))
            if digits.isascii() and _CONTROL_LETTERS[int(digits) % len(_CONTROL_LETTERS)] == plain[-1]:
                yield Span(*found.span(), kind)


def _numbers(text: str) -> Iterator[Span]:
    for found in _DIGITS.finditer(text):
        plain = "".join(str(int(sign)) for sign in found.group() if sign.isdigit() and sign.isdecimal())
        kind = next((kind for kind, is_one in _WITH_CHECKS if is_one(plain)), None)
        if kind is None and _is_phone(found.group(), plain, text[max(0, found.start() - _WORD_REACH) : found.start()]):
            kind = Personal.PHONE
        if kind is not None:
            yield Span(*found.span(), kind)


def _is_phone(written: str, plain: str, before: str) -> bool:
    if _DATE.match(written) or _OTHER_NUMBER.search(before):
        return False
    if written.startswith("+") or (plain.startswith("00") and plain[2] != "0"):
        return 9 <= len(plain) <= 16  # noqa: PLR2004 - E.164 with the country, and the two zeros
    if plain.startswith("0"):
        return len(plain) in {10, 11}
    return len(plain) == 9 and plain[0] in "456789"  # noqa: PLR2004 - Poland, Spain and Portugal


def _is_card(plain: str) -> bool:
    if not 13 <= len(plain) <= 19 or plain[0] not in "3456" or len(set(plain)) == 1:  # noqa: PLR2004 - ISO 7812
        return False
    doubled = [int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(plain))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004 - Luhn's sum of digits


def _is_cnp(plain: str) -> bool:
    if len(plain) != 13 or plain[0] == "0":  # noqa: PLR2004 - the length of a CNP
        return False
    century = {"1": 1900, "2": 1900, "3": 1800, "4": 1800}.get(plain[0], 2000)
    check = sum(int(sign) * int(weight) for sign, weight in zip(plain, "279146358279", strict=False)) % 11
    return _is_day(century + int(plain[1:3]), int(plain[3:5]), int(plain[5:7])) and int(plain[12]) == check % 10 + (
        check == 10  # noqa: PLR2004 - ten is written as one
    )


def _is_pesel(plain: str) -> bool:
    if len(plain) != 11:  # noqa: PLR2004 - the length of a PESEL
        return False
    century, month = divmod(int(plain[2:4]), 20)
    year = (1900, 2000, 2100, 2200, 1800)[century] + int(plain[:2])
    check = sum(int(sign) * int(weight) for sign, weight in zip(plain, "1379137913", strict=False))
    return _is_day(year, month, int(plain[4:6])) and int(plain[10]) == -check % 10


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_WITH_CHECKS: Final[tuple[tuple[Personal, Callable[[str], bool]], ...]] = (
    (Personal.CNP, _is_cnp),
    (Personal.PESEL, _is_pesel),
    (Personal.CARD, _is_card),
)


def _addresses(text: str) -> Iterator[Span]:
    for found in _STREETS.finditer(text):
        yield Span(*found.span(), Personal.ADDRESS)


def _names(names: Iterable[str]) -> Callable[[str], Iterator[Span]]:
    parts = {folded(part) for name in names for part in _NAME_WORD.findall(name) if len(part) >= _SHORTEST_NAME}

    def find(text: str) -> Iterator[Span]:
        open_span: Span | None = None
        for word in _NAME_WORD.finditer(text) if parts else ():
            is_name = word.group()[0].isupper() and folded(word.group()) in parts
            if open_span is not None and is_name and text[open_span.end : word.start()] in {" ", "-", "\u00a0"}:
                open_span = Span(open_span.start, word.end(), Personal.NAME)
                continue
            if open_span is not None:
                yield open_span
            open_span = Span(*word.span(), Personal.NAME) if is_name else None
        if open_span is not None:
            yield open_span

    return find

"""Names and addresses brought to one form, so that they sort, are found and are told apart."""

import re
import unicodedata

# Letters that do not fall apart into a base letter and a mark.
_WHOLE_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "þ": "th"})
_SPACES = re.compile(r"\s+")
_NOT_DIALLED = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
# One @, no spaces or controls, a domain with a dot. Anything stricter refuses addresses that work.
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]]+@[^\s@<>(),;:\"\[\]]+\.[^\s@<>(),;:\"\[\].]{2,}")
_PHONE = re.compile(r"\+?[0-9*#]{3,20}")
LONGEST_EMAIL = 320
LONGEST_KEY = 60
_KEY_BREAK = re.compile(r"[^a-z0-9]+")


def name_key(name: str) -> str:
    """The name folded for sorting and finding: no marks, no capitals, single spaces.

    "Lucía  Ștefan" → "lucia stefan". At most 200 characters.
    """
    folded = unicodedata.normalize("NFKD", name.casefold()).translate(_WHOLE_LETTERS)
    without_marks = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _SPACES.sub(" ", without_marks).strip()[:200]


def clean_name(name: str) -> str:
    """The name as it is shown: composed letters (NFC), single spaces, no invisible control characters."""
    visible = "".join(
        letter for letter in name if unicodedata.category(letter) not in {"Cc", "Cs"} or letter in "\t\n\r"
    )
    return _SPACES.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def first_name(name: str) -> str:
    """The first word of a person's name."""
    return name.partition(" ")[0]


def email_key(address: str) -> str:
    """An e-mail address in the form it is compared in: trimmed, lower case."""
    return address.strip().lower()


def phone_key(number: str) -> str:
    """A phone number as it is dialled: digits, and a leading + for 00 or + ("0040 (721) 55-12" → "+407215512")."""
    dialled = _NOT_DIALLED.sub("", number)
    return "+" + dialled[2:] if dialled.startswith("00") else dialled


def is_email(address: str) -> bool:
    """Whether this can be an e-mail address."""
    return len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) is not None


def is_phone(dialled: str) -> bool:
    """Whether this, as it is dialled, can be a phone number; short inside numbers too."""
    return _PHONE.fullmatch(dialled) is not None


def department_key(name: str) -> str:
    """A key made of a name: folded, words joined by hyphens ("Obsługa Klienta" → "obsluga-klienta")."""
    return _KEY_BREAK.sub("-", name_key(name)).strip("-")[:LONGEST_KEY].strip("-")

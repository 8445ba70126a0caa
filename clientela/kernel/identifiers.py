"""References that people read aloud and type: R-7KX2-4.

The alphabet is Crockford's base 32: no I, L, O or U, so nothing is mistaken for a figure and little is spelt. The
number of the row is scrambled, so a reference does not tell how many there are; each number gives another reference,
four signs for the first 1,048,576 and one more sign whenever those are used up. The last sign is a check.
"""

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST = 4
LONGEST = 8
BITS_A_SIGN = 5

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_MISREAD = str.maketrans("ILO", "110")
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212-"  # a mail program may make any of these of the one we write
_BETWEEN = re.compile(rf"[\s{_DASHES}]")
_TYPED = re.compile(rf"#?R([0-9A-Z]{{{SHORTEST},{LONGEST}}})([0-9A-Z])")
# In running text both dashes are asked for: without them, one word in thirty that begins with R would be taken for one.
_IN_TEXT = re.compile(
    rf"(?<![\w{_DASHES}])[Rr][{_DASHES}]([0-9A-Za-z]{{{SHORTEST},{LONGEST}}})[{_DASHES}]([0-9A-Za-z])(?![\w{_DASHES}])"
)

# Odd numbers with well-mixed bits: multiplying by one, modulo a power of two, loses nothing.
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA6B)


def reference_of(number: int) -> str:
    """The reference of row `number`, from 0 on. Raises ValueError below 0, and beyond eight signs (about 10¹²)."""
    signs, first = SHORTEST, 0
    while number - first >= 1 << signs * BITS_A_SIGN:
        first += 1 << signs * BITS_A_SIGN
        signs += 1
    if number < 0 or signs > LONGEST:
        raise ValueError(f"There is no reference for {number}.")
    scrambled = _scrambled(number - first, bits=signs * BITS_A_SIGN)
    shifts = range((signs - 1) * BITS_A_SIGN, -1, -BITS_A_SIGN)
    body = "".join(ALPHABET[scrambled >> shift & 31] for shift in shifts)
    return f"R-{body}-{check_sign(body)}"


def normal_reference(text: str) -> str | None:
    """`text` as a reference, however it was typed: lower case, O for 0, I or L for 1, with or without dashes.

    None if it is not one, or if a sign was mistyped or two signs were swapped: the check sign notices every such slip.
    """
    typed = _TYPED.fullmatch(_BETWEEN.sub("", text).upper())
    return _checked(*typed.groups()) if typed else None


def references_in(text: str) -> list[str]:
    """Every reference in `text`, each once, in the order in which they appear. Only those written with both dashes."""
    found = (_checked(body, check) for body, check in _IN_TEXT.findall(text))
    return list(dict.fromkeys(reference for reference in found if reference))


def check_sign(body: str) -> str:
    """The sign that makes the sum zero in the field of 32 elements; each sign weighs eight times the one to its right.

    All weights differ and none is zero, so one wrong sign, or any two signs that changed places, always show.
    """
    total = 0
    for sign in body:
        total ^= _VALUES[sign]
        for _ in range(3):
            total = _doubled(total)
    return ALPHABET[total]


def _checked(body: str, check: str) -> str | None:
    body, check = body.upper().translate(_MISREAD), check.upper().translate(_MISREAD)
    if not _VALUES.keys() >= set(body + check) or check_sign(body) != check:
        return None
    return f"R-{body}-{check}"


def _doubled(value: int) -> int:
    # Multiplication by x in GF(2⁵) modulo x⁵ + x² + 1. Its 31 elements but zero are all powers of any one but 1.
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _scrambled(number: int, *, bits: int) -> int:
    mask = (1 << bits) - 1
    for multiplier in _MULTIPLIERS:
        number = number * multiplier & mask
        number ^= number >> bits // 2  # each step can be undone, so no two numbers meet
    return number

"""Senders who look like somebody else: one of us by name, or a domain a letter away from ours or the customer's own.

Nothing is refused because of it; the agent is told. A person's eye takes "раypal" for "paypal", so addresses are
compared by how they look (the confusables of Unicode's TR 39 that mail really uses), with punycode undone.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum


class LooksLike(StrEnum):
    """In what a sender looks like another."""

    NAME = "name"  # the display name of one of us, at an address that is none of ours
    ADDRESS_IN_NAME = "address_in_name"  # the display name is an address, and another one than the sender's
    DOMAIN = "domain"  # a domain that is nearly one of those we know


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Whom a sender looks like (`of`: a name, an address or a domain), and in what."""

    why: LooksLike
    of: str


# What looks like an ASCII letter or figure, beyond accents: Cyrillic, Greek, a few others, and figures for letters.
_SAME_LOOK = str.maketrans(
    {
        sign: letter
        for letter, signs in {
            "a": "аαɑ",
            "b": "вьβ",
            "c": "сϲ",
            "d": "ԁ",
            "e": "еε3",
            "g": "ɡ",
            "h": "һн",
            "i": "іıι",
            "j": "ј",
            "k": "кκ",
            "l": "ӏ1ɩǀ|",
            "m": "м",
            "n": "пη",
            "o": "оο0σ",
            "p": "рρ",
            "q": "ԛ",
            "r": "г",
            "s": "ѕ5",
            "t": "тτ",
            "u": "υ",
            "v": "ν",
            "w": "ԝω",
            "x": "хχ",
            "y": "уγ",
        }.items()
        for sign in signs
    }
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"))
_ADDRESS = re.compile(r"[^\s<>@\"',;()]+@[^\s<>@\"',;()]+\.[^\s<>@\"',;()]+")
_LABELS = re.compile(r"[.\-_]")
SHORTEST_NEAR = 6  # below it, one letter more or less is another name and not a trap
WORDS_OF_A_NAME = 2  # "Ana" is many people; "Ana Ionescu" is one of us


def look_alike_of(
    name: str, address: str, *, our_names: Collection[str], our_domains: Collection[str], known_domains: Collection[str]
) -> LookAlike | None:
    """Whom the sender looks like, or None.

    `our_names`: people and departments of ours. `our_domains`: of our own addresses. `known_domains`: those of the
    customers of the requests that the mail names. A sender whose domain is exactly one of these looks like nobody.
    """
    domain = address.rpartition("@")[2].lower()
    is_ours = any(domain == ours.lower() or domain.endswith(f".{ours.lower()}") for ours in our_domains)
    if not address or is_ours:
        return None
    shown = _ADDRESS.search(name)
    if shown and shown[0].lower() != address.lower() and shown[0].rpartition("@")[2].lower() != domain:
        return LookAlike(LooksLike.ADDRESS_IN_NAME, shown[0])
    near = _near(domain, [*our_domains, *known_domains])
    if near is not None:
        return LookAlike(LooksLike.DOMAIN, near)
    words = _words(name)
    called = next((ours for ours in our_names if len(_words(ours)) >= WORDS_OF_A_NAME and _words(ours) == words), None)
    return None if called is None else LookAlike(LooksLike.NAME, called)


def looks(text: str) -> str:
    """The text as an eye takes it in: two that look alike give the same. Punycode is undone."""
    plain = eye_key(_readable(text))
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain


def eye_key(text: str) -> str:
    """The text in small ASCII letters where it looks like them: "Аnа Іonesсu" in Cyrillic is "ana ionescu"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_SAME_LOOK)


def _near(domain: str, known: Iterable[str]) -> str | None:
    """The known domain that this one is nearly: it looks the same, or one letter is missing, added, changed or swapped,
    or a known one stands in front ("clientela.test.evil.example").
    """
    if not domain:
        return None
    for other in dict.fromkeys(one.lower() for one in known):
        if not other or other == domain or domain.endswith(f".{other}") or other.endswith(f".{domain}"):
            continue
        if looks(domain) == looks(other) or domain.startswith((f"{other}.", f"{other}-")):
            return other
        first, mine = looks(_registered(other)), looks(_registered(domain))
        # The same name under another ending is often its owner's too: only a slip in the name itself tells.
        if len(first) >= SHORTEST_NEAR and _registered(other) != _registered(domain) and _is_one_slip(first, mine):
            return other
    return None


def _registered(domain: str) -> str:
    """The label that people know a domain by: the longest of those before the last."""
    labels = domain.split(".")[:-1] or domain.split(".")
    return _readable(max(labels, key=len))


def _readable(text: str) -> str:
    labels = []
    for label in text.split("."):
        if label.lower().startswith("xn--"):
            with suppress(UnicodeError):  # what is no punycode stays as it is
                labels.append(label.encode("ascii").decode("idna"))
                continue
        labels.append(label)
    return ".".join(labels)


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one letter is missing, added or changed, or two neighbours changed places."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (
            len(left) > 1 and left[0] == right[1] and left[1] == right[0] and left[2:] == right[2:]
        )
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", looks(name)))

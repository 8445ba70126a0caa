"""Which language a text is in: the one of most of its words, and whether another one has a good part of them."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from clientela.kernel.languages import FEWEST_WORDS, detect_language
from clientela.voice.meaning.letters import LONGEST_READ, likeliest_language
from clientela.voice.meaning.sentences import sentences_in
from clientela.voice.meaning.words import LANGUAGES

_WORD = re.compile(r"[^\W\d_]+")
# A part this long can be told by itself; below, half of what is called a foreign language is a name or a guess.
_FEWEST_WORDS: Final = 5
_GOOD_PART: Final = 0.25
_MOST_PARTS: Final = 60
_UNKNOWN: Final = ""
# From where on what the letters say of our own languages counts: where the detector is unsure or names another of them,
# and, far later, where it names a language that we have no sentences of.
_KNOWN_LETTERS: Final = 0.8
_CLEAR_LEAD: Final = 0.3
_NEARLY_ALL_LETTERS: Final = 0.9
_LARGE_LEAD: Final = 0.8
# Two words are told only where every sign speaks for one language; the detector wants three.
_FEWEST_TOLD: Final = 2
_PLAIN_LETTERS: Final = 0.95
_PLAIN_LEAD: Final = 1.0


@dataclass(frozen=True)
class LanguageRead:
    """The language as a BCP-47 tag, and whether a quarter of the words or more are in another one."""

    language: str
    is_mixed: bool


def read_language(text: str, *, channel_language: str) -> LanguageRead:
    """Read the language. Where the words tell nothing, as one alone does, it is that of the way the text came."""
    whole = _language_of(text, fallback=channel_language)
    counts: Counter[str] = Counter()
    for part in sentences_in(text)[:_MOST_PARTS]:
        size = len(_WORD.findall(part))
        found = _language_of(part, fallback=_UNKNOWN) if size >= _FEWEST_WORDS else _UNKNOWN
        if found:
            counts[found] += size
    if len(counts) < 2:  # noqa: PLR2004 - two languages make a mixture
        return LanguageRead(whole, is_mixed=False)
    (first, _), (_, second) = counts.most_common(2)
    if second < _GOOD_PART * sum(counts.values()):
        return LanguageRead(whole, is_mixed=False)
    return LanguageRead(first, is_mixed=True)


def _language_of(text: str, *, fallback: str) -> str:
    """The detector's answer, unless the letters say better. One word tells nothing."""
    told = detect_language(text, fallback=_UNKNOWN)
    words = len(_WORD.findall(text[:LONGEST_READ]))
    if not told and words < _FEWEST_TOLD:
        return fallback
    guess = likeliest_language(text)
    known, lead = _KNOWN_LETTERS, _CLEAR_LEAD
    if told and told not in LANGUAGES:
        known, lead = _NEARLY_ALL_LETTERS, _LARGE_LEAD
    elif words < FEWEST_WORDS:
        known, lead = _PLAIN_LETTERS, _PLAIN_LEAD
    if guess.known >= known and guess.lead >= lead:
        return guess.language
    return told or fallback


def has_letters(text: str) -> bool:
    """Tell whether there is a letter in it: numbers, signs and little pictures alone say nothing of a subject."""
    return _WORD.search(text) is not None

"""Which language a text is in: the one of most of its words, and whether another one has a good part of them."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from clientela.kernel.languages import detect_language
from clientela.voice.meaning.sentences import sentences_in

_WORD = re.compile(r"[^\W\d_]+")
# A part this long can be told by itself; below, half of what is called a foreign language is a name or a guess.
_FEWEST_WORDS: Final = 5
_GOOD_PART: Final = 0.25
_MOST_PARTS: Final = 60
_UNKNOWN: Final = ""


@dataclass(frozen=True)
class LanguageRead:
    """The language as a BCP-47 tag, and whether a quarter of the words or more are in another one."""

    language: str
    is_mixed: bool


def read_language(text: str, *, channel_language: str) -> LanguageRead:
    """Read the language. Where fewer than three words tell nothing, it is that of the way the text came."""
    whole = detect_language(text, fallback=channel_language)
    counts: Counter[str] = Counter()
    for part in sentences_in(text)[:_MOST_PARTS]:
        size = len(_WORD.findall(part))
        found = detect_language(part, fallback=_UNKNOWN) if size >= _FEWEST_WORDS else _UNKNOWN
        if found:
            counts[found] += size
    if len(counts) < 2:  # noqa: PLR2004 - two languages make a mixture
        return LanguageRead(whole, is_mixed=False)
    (first, _), (_, second) = counts.most_common(2)
    if second < _GOOD_PART * sum(counts.values()):
        return LanguageRead(whole, is_mixed=False)
    return LanguageRead(first, is_mixed=True)


def has_letters(text: str) -> bool:
    """Tell whether there is a letter in it: numbers, signs and little pictures alone say nothing of a subject."""
    return _WORD.search(text) is not None

"""Texts as they are kept and searched."""

import re
import unicodedata
from collections.abc import Sequence

LONGEST_TITLE = 200
LONGEST_TEXT = 2_000_000
MOST_WORDS = 12
SHORTEST_BEGINNING = 3

_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
# What a database text cannot hold: NUL, and half of a pair that stands alone.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# A link in a letter that lets in whoever holds it: to a status page or a person's own (/p/), to a rating (/r/), to the
# questions of a survey (/s/).
_KEY = re.compile(
    r"(https?://[^\s\"'<>]+?/[prs]/)[A-Za-z0-9_-]+(?::|%3A)[A-Za-z0-9_-]{20,}(?:/\d{1,2})?", re.IGNORECASE
)


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot hold, with plain line ends, at most two million characters."""
    return _UNSTORABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")[:LONGEST_TEXT]


def storable_line(text: str, longest: int) -> str:
    """The text in one line, single spaces, at most `longest` characters."""
    return _SPACES.sub(" ", _UNSTORABLE.sub("", text)).strip()[:longest].rstrip()


def without_keys(text: str) -> str:
    """The text without the keys in our letters' links: "https://service.test/p/…".

    They were given to the reader of a letter and to nobody else, and come back to us in what readers quote. Whatever
    host they name: the installation may have moved since, and its keys still work.
    """
    return _KEY.sub(r"\1…", text)


def title_of(title: str, text: str) -> str:
    """A title for a request: the one given, else the beginning of the text cut at a word; "" if there is nothing."""
    line = storable_line(title, LONGEST_TITLE)
    if line:
        return line
    first = storable_line(text, LONGEST_TITLE)
    longest = 80
    if len(first) <= longest:
        return first
    return first[:longest].rpartition(" ")[0] + "…" if " " in first[:longest] else first[:longest] + "…"


def search_words(words: str) -> str:
    """What was typed as a tsquery's text: every word must begin a word of the text. "" if no word was typed.

    "Żelazka  d'or!" → "zelazka:* & d & or". A word of one or two letters must stand whole: half of all words begin
    with it, and the index would walk through all of them. At most twelve words count. Letters that do not fall apart
    (ł, đ) are left to the database, which folds texts and queries alike.
    """
    typed = _WORD.findall(_folded(words))[:MOST_WORDS]
    return " & ".join(word if len(word) < SHORTEST_BEGINNING else f"{word}:*" for word in typed)


def excerpt(text: str, words: Sequence[str], *, longest: int = 160) -> str:
    """The passage of `text` around the first word that begins with one of `words` (folded), at most `longest` letters.

    Without such a word it is the beginning of the text.
    """
    line = _SPACES.sub(" ", text).strip()
    at = next((word.start() for word in _WORD.finditer(line) if _folded(word.group()).startswith(tuple(words))), 0)
    start = 0 if at <= longest // 3 else line.rfind(" ", 0, at - longest // 4) + 1
    passage = line[start : start + longest]
    return ("…" if start else "") + passage.rstrip() + ("…" if start + longest < len(line) else "")


def _folded(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))

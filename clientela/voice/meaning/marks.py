"""Polish typed without its marks, as on many telephones, given them back before the encoder reads it.

The encoder knows "się" far better than "sie"; without marks it tells Polish feelings worse by three in a hundred. Of
the other languages it reads bare words nearly as well, so they stay as they are. Nobody sees the text that comes out:
it may guess a rare word wrong.

`examples/marks_pl.txt` holds the whole words with marks among the pieces of the encoder's own vocabulary, where that
vocabulary finds them likelier than the bare ones; `tools/encode_examples.py` writes it.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from clientela.voice.meaning.letters import likeliest_language

POLISH_MARKS: Final = "ąćęłńóśźż"
_BARE: Final = str.maketrans(POLISH_MARKS, "acelnoszz")
_HAS_MARKS = re.compile(f"[{POLISH_MARKS}]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
# As for telling languages: most of the letters are those of Polish sentences, and Polish is clearly ahead.
_KNOWN_LETTERS: Final = 0.8
_CLEAR_LEAD: Final = 0.3
_FEWEST_WORDS: Final = 2


def bare(text: str) -> str:
    """Polish in small letters without its marks."""
    return text.lower().translate(_BARE)


def with_marks(text: str) -> str:
    """The text as it is, unless it is Polish without any mark: then its common words have theirs."""
    if _HAS_MARKS.search(text) or len(text.split(maxsplit=1)) < _FEWEST_WORDS:
        return text
    guess = likeliest_language(text)
    if guess.language != "pl" or guess.known < _KNOWN_LETTERS or guess.lead < _CLEAR_LEAD:
        return text
    return _WORD.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    word = found.group()
    marked = _words().get(word.lower(), "")
    if not marked:
        return word
    if word.islower():
        return marked
    return marked.upper() if word.isupper() and len(word) > 1 else marked.capitalize()


@cache
def _words() -> dict[str, str]:
    told = files(__package__).joinpath("examples", "marks_pl.txt").read_text(encoding="utf-8")
    return {bare(word): word for word in told.split()}

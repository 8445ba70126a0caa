"""The order of names in a list, as the reader's own alphabet has it: Ș after S, Ł after L, Á with A."""

import unicodedata

# Letters with a mark that stand by themselves, behind the bare letter; all others stand with it.
_OWN_LETTERS = {"ro": "ăâîșț", "pl": "ąćęłńóśźż", "es": "ñ"}
_STROKES = str.maketrans("łøđ", "lod")
_BEHIND = "\uffff"


def alphabetical(name: str, *, language: str | None) -> tuple[str, str]:
    """Return the key by which `name` is sorted for a reader of `language` ("pl"; None: letters without a language)."""
    folded = unicodedata.normalize("NFC", name.casefold())
    own = _OWN_LETTERS.get(language or "", "")
    return "".join(_bare(letter) + (_BEHIND if letter in own else "") for letter in folded), folded


def _bare(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter.translate(_STROKES))
    return "".join(part for part in parts if not unicodedata.combining(part))

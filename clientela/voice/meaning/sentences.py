"""A text cut into sentences, well enough to show one of them."""

import re
from typing import Final

LONGEST_CUT: Final = 20_000
_LONGEST_SENTENCE: Final = 400

_ABBREVIATED: Final = """mr mrs ms dr st no nr vs etc e.g i.e
    approx tel str bl sc ap dl dna d-na d-l dvs p ul al os inż mgr prof tzn np
    itd itp m.in ok godz zł pl sr sra srta d dª ud uds av avda c pág ej eng exmo exma sto ltd inc"""
_ABBREVIATIONS: Final = frozenset(_ABBREVIATED.split())
_END = re.compile(r"[.!?…]+[\"'”»)\]]*\s+|[\r\n]+")


def sentences_in(text: str) -> list[str]:
    """The sentences of a text in order, without empty ones. Of a very long text the beginning is cut.

    A line break ends a sentence; a full stop does after a word that is no abbreviation and before no small letter,
    unless the whole text is written without capitals.
    """
    text = text[:LONGEST_CUT]
    is_small = text == text.lower()
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if end.group()[0] == "." and not _ends(text, start, end, is_small=is_small):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    return [told[:_LONGEST_SENTENCE] for part in found if (told := " ".join(part.split()))]


def _ends(text: str, start: int, end: re.Match[str], *, is_small: bool) -> bool:
    before = text[start : end.start()].rsplit(None, 1)
    word = before[-1].lower().lstrip("(\"'„“«") if before else ""
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    after = text[end.end() : end.end() + 1]
    return is_small or not after.islower()

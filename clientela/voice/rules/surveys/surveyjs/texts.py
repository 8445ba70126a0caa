"""Texts in several languages as SurveyJS keeps them: a string, or {"default": ..., "pl": ...}."""

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from clientela.voice.rules.surveys.definition import LONGEST_PROSE, Texts

_TAGS: Final = re.compile(r"<[^>]*>")
_LINE_TAGS: Final = re.compile(r"<(?:br|/p|/h\d|/div|/li)\b[^>]*>", re.IGNORECASE)
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_MOST_LANGUAGES: Final = 50


def read_texts(given: Any, *, main: str) -> dict[str, str]:
    """The texts by language; `main` is what "default" means. Anything else than text is none."""
    if isinstance(given, str | int | float) and not isinstance(given, bool):
        given = {"default": str(given)}
    if not isinstance(given, Mapping):
        return {}
    found: dict[str, str] = {}
    for name, text in list(given.items())[:_MOST_LANGUAGES]:
        language = main if name == "default" else str(name).split("-")[0].lower()
        if isinstance(text, str) and text.strip() and _LANGUAGE.fullmatch(language):
            found.setdefault(language, _UNSTORABLE.sub("", text)[: 2 * LONGEST_PROSE])
    return found


def read_html(given: Any, *, main: str) -> dict[str, str]:
    """Texts that may hold HTML, as plain text."""
    plain = {
        language: html.unescape(_TAGS.sub("", _LINE_TAGS.sub("\n", text))).strip()
        for language, text in read_texts(given, main=main).items()
    }
    return {language: _UNSTORABLE.sub("", text) for language, text in plain.items() if text}


def written_texts(texts: Texts, *, main: str) -> Any:
    """The texts as SurveyJS keeps them: a string where there is only the main language."""
    if set(texts) == {main}:
        return texts[main]
    return {"default" if language == main else language: text for language, text in texts.items()}


def written_html(texts: Texts, *, main: str) -> Any:
    """The same for a place where SurveyJS shows HTML."""
    escaped = {language: html.escape(text, quote=False) for language, text in texts.items()}
    return written_texts(escaped, main=main)

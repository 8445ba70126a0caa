"""What every description has: keys, words by language, and how one that cannot be used is told."""

import re
from collections.abc import Mapping, Sequence

_KEY = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")
AUDIENCES = frozenset({"inside", "outside", "both", "groups"})


class DefinitionError(Exception):
    """A service is described in a way that cannot be used. `place` names the part, `fault` what is wrong with it."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}")
        self.place = place
        self.fault = fault


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text for a reader of `language`, else the English one, else any; "" when there is none."""
    for code in (language, "en", *texts):
        if texts.get(code):
            return texts[code]
    return ""


def checked_texts(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The texts of a service by language, each with title, summary and what_happens. One title is needed at least."""
    kept = {
        language: {name: str(words.get(name, "")).strip() for name in ("title", "summary", "what_happens")}
        for language, words in texts.items()
    }
    if not kept:
        raise DefinitionError("texts", "empty")
    for language, words in kept.items():
        if not words["title"]:
            raise DefinitionError(f"texts.{language}.title", "empty")
    return kept


def key_of(row: Mapping[str, object], place: str) -> str:
    """The key of a row. Raises DefinitionError where it is none."""
    key = row.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise DefinitionError(f"{place}.key", "not_a_key")
    return key


def key_or_nothing(given: object, place: str) -> str:
    """The key of a service as it was given; "" for none. Raises DefinitionError where it is no text."""
    if given is None:
        return ""
    if not isinstance(given, str):
        raise DefinitionError(place, "not_a_key")
    return given.strip()


def texts_of(given: object, place: str) -> dict[str, str]:
    """Words by language. Raises DefinitionError where there are none."""
    texts = {language: str(text).strip() for language, text in given.items()} if isinstance(given, Mapping) else {}
    if not any(texts.values()):
        raise DefinitionError(place, "empty")
    return texts


def require_once(keys: Sequence[str], place: str) -> None:
    """Let no key stand twice. Raises DefinitionError naming the first that does."""
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise DefinitionError(f"{place}.{twice[0]}", "twice")

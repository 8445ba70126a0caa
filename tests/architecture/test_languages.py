"""Four complete languages: every sentence of the source is in every catalogue, with plurals and placeholders."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from clientela.command.languages import collected_sentences

PACKAGE = Path(__file__).resolve().parents[2] / "clientela"
TRANSLATED = ("ro", "pl", "es")
PLURALS = {"ro": 3, "pl": 3, "es": 2}
# The names by which sentences are found in the source: under another one they would stay English without a word.
NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")


def catalogue(language: str) -> Catalog:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_written_in_the_language(language: str) -> None:
    known = catalogue(language)
    missing = []
    for message in collected_sentences():
        if not message.id:
            continue
        translated = known.get(message.id, context=message.context)
        strings = translated.string if translated else ""
        whole = strings if isinstance(strings, tuple) else (strings,)
        needed = PLURALS[language] if isinstance(message.id, tuple) else 1
        if len(whole) < needed or not all(whole):
            missing.append(message.id)
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
        wrong += [text for text in strings if text and set(PLACEHOLDER.findall(text)) - wanted]
        if len(ids) == 1:
            wrong += [text for text in strings if text and set(PLACEHOLDER.findall(text)) != wanted]
    assert wrong == []


def test_every_sentence_stands_where_the_collector_finds_it() -> None:
    """It reads no sentence inside an f-string, and none behind a name that it does not know."""
    hidden = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                hidden += [
                    f"{path.relative_to(PACKAGE)}:{one.lineno}"
                    for one in ast.walk(node)
                    if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in NAMES
                    if one.args and isinstance(one.args[0], ast.Constant)
                ]
            elif isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                hidden += [
                    f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    for one in node.names
                    if one.name in NAMES and (one.asname or one.name) not in NAMES
                ]
    assert hidden == []


def test_romanian_is_written_with_commas_below() -> None:
    cedillas = [message.string for message in catalogue("ro") if re.search("[şţŞŢ]", str(message.string))]
    assert cedillas == []


def test_the_source_quotes_in_the_english_way() -> None:
    foreign = [message.id for message in collected_sentences() if set("«»„") & set(str(message.id))]
    assert foreign == []


@pytest.mark.parametrize(("language", "outer", "foreign"), [("ro", "„”", "“"), ("pl", "„”", "“"), ("es", "«»", "„")])
def test_a_translation_quotes_in_the_way_of_its_language(language: str, outer: str, foreign: str) -> None:
    wrong = []
    for message in catalogue(language):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in strings:
            quotes = [sign for sign in text or "" if sign in "«»„“”"]
            is_paired = quotes.count(outer[0]) == quotes.count(outer[1])
            if message.id and (foreign in quotes or not is_paired or (quotes and quotes[0] != outer[0])):
                wrong.append(text)
    assert wrong == []

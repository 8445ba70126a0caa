"""The catalogues of the four languages: collect every sentence of the source, update the files, compile them.

Works without Django being set up and without GNU gettext on the machine.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
TRANSLATED = ("ro", "pl", "es")
PYTHON_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

app = typer.Typer(help="The catalogues of the four languages.", no_args_is_help=True)


def _sources() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE).parts
        if path.suffix not in {".py", ".html", ".txt"} or {"migrations", "static", "locale"} & set(inside):
            continue
        if path.suffix == ".py" or "templates" in inside or "letters" in inside:
            yield path


def collected_sentences() -> Catalog:
    """Return every sentence marked for translation in modules, templates and letters, with where it stands."""
    catalog = Catalog(project="Clientela", charset="utf-8")
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(PACKAGE.parent).as_posix()
        if path.suffix != ".py":
            # What is left of a template looks like Python, but for its indentation.
            text = "\n".join(line.strip() for line in templatize(text, origin=place).splitlines())
        found = extract_python(io.BytesIO(text.encode()), PYTHON_KEYWORDS, ["Translators:"], {"encoding": "utf-8"})
        for _line, keyword, messages, comments in found:
            context, ids = _message_of(str(keyword), messages)
            if ids is not None:
                catalog.add(ids, locations=[(place, 0)], auto_comments=list(comments or ()), context=context)
    return catalog


def _message_of(keyword: str, messages: object) -> tuple[str | None, str | tuple[str, str] | None]:
    parts = list(messages) if isinstance(messages, tuple | list) else [messages]
    strings = [part for part in parts if isinstance(part, str)]
    context = strings.pop(0) if keyword.startswith(("pgettext", "npgettext")) and strings else None
    if not strings or not strings[0]:
        return context, None
    if keyword.startswith(("ngettext", "npgettext")):
        return context, (strings[0], strings[1])
    return context, strings[0]


def catalogue_path(language: str) -> Path:
    """Return the catalogue file of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def compile_catalogues() -> list[Path]:
    """Write the compiled catalogue of every language whose source is newer. Return those written."""
    written = []
    for language in TRANSLATED:
        source = catalogue_path(language)
        compiled = source.with_suffix(".mo")
        if not source.exists() or (compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime):
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=language)
        # Another process may read it at this moment, so it appears whole or not at all.
        draft = compiled.with_suffix(".mo.new")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.replace(compiled)
        written.append(compiled)
    return written


@app.command("update")
def update() -> None:
    """Bring new sentences of the source into the catalogues, and drop those that nobody says any more."""
    template = collected_sentences()
    for language in TRANSLATED:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = Catalog(locale=language, project="Clientela", charset="utf-8")
        if path.exists():
            with path.open("rb") as file:
                catalog = read_po(file, locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=120, omit_header=False, sort_output=True, include_lineno=False)
        missing = sum(1 for message in catalog if message.id and not _is_written(message.string))
        typer.echo(f"{language}: {len(catalog)} sentences, {missing} not written yet")


@app.command("compile")
def compile_all(*, quiet: Annotated[bool, typer.Option(help="Say nothing when all is well.")] = False) -> None:
    """Compile the catalogues that changed."""
    for path in compile_catalogues():
        if not quiet:
            typer.echo(path.relative_to(PACKAGE.parent).as_posix())


def _is_written(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)

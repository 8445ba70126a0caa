"""The pages of `docs/manual`, turned from Markdown into HTML. They are ours, so nothing in them is from outside."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "manual"
FIRST = "README"
LANGUAGE = "en"


@dataclass(frozen=True)
class ManualPage:
    """One page: what it is called, and what it says below that."""

    name: str  # "" for the first page
    title: str
    html: SafeString


@dataclass(frozen=True)
class Entry:
    """A page in the list of pages."""

    name: str
    title: str


@lru_cache(maxsize=64)
def manual_page(name: str) -> ManualPage | None:
    """Return the page, or None when there is no such page. `name` is a slug; "" is the first page."""
    path = FOLDER / f"{name or FIRST}.md"
    if name == FIRST or not path.is_file():
        return None
    return _made(name, path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def manual_entries() -> tuple[Entry, ...]:
    """Return every page but the first, by title."""
    names = sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != FIRST)
    found = [Entry(name, page.title) for name in names if (page := manual_page(name)) is not None]
    return tuple(sorted(found, key=lambda entry: entry.title.casefold()))


def _made(name: str, text: str) -> ManualPage:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    title = name
    if len(tokens) > 1 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = tokens[1].content
        tokens = tokens[3:]
    _name_headings(tokens)
    for token in tokens:
        _lead_links(token.children or [])
    html = reader.renderer.render(tokens, reader.options, {})
    return ManualPage(name, title, mark_safe(html))  # noqa: S308 - our own words, and raw HTML in them is escaped


def _lead_links(children: list[Token]) -> None:
    """Lead links into the product; what they name outside the manual is for who has the source, and stays words."""
    is_outside = False
    for child in children:
        if child.type == "link_open":
            link = str(child.attrGet("href") or "")
            is_outside = link.startswith("../")
            child.attrSet("href", _address(link))
        if child.type in {"link_open", "link_close"} and is_outside:
            child.type, child.tag, child.nesting, child.content = "text", "", 0, ""


def _name_headings(tokens: list[Token]) -> None:
    """Give each heading an id, so that links lead to it."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slugify(tokens[place + 1].content))


def _address(link: str) -> str:
    """Return where a link of the manual leads in the product: `mail.md#replies` becomes `/manual/mail#replies`."""
    target, mark, anchor = link.partition("#")
    if not target.endswith(".md") or "/" in target:
        return link
    page = target.removesuffix(".md")
    return f"/manual/{'' if page == FIRST else page}{mark}{anchor}"

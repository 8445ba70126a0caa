"""HTML from outside: as plain text that can be read, and as HTML that can be shown.

Both start with nh3, whose parser is the one browsers agree on: what comes out is well formed whatever went in.
"""

import html as entities
import re
from html.parser import HTMLParser

import nh3

from clientela.inbox.reading.announcements import announcements
from clientela.inbox.reading.quote_marks import plain_line

LONGEST_HTML = 1_000_000
MOST_TURNS = 4
# nh3 needs time in the square of the depth: 10,000 take 0.3 s, 200,000 take 100 s. Real mail stays under 200.
DEEPEST_HTML = 5_000
DEEPEST_QUOTE = 20
DEEPEST_LIST = 10
LINES_LOOKED_AT = 20
MOST_SIGNATURES = 20
# The parser compares each attribute of an element with all the others.
LONGEST_TAG = 20_000
MOST_ATTRIBUTES = 500
# Longer addresses are tracking, not reading.
LONGEST_LINK = 300
RULE = "_" * 32

_SHOWN_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span"),
    *("strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "select",
}
_SHOWN_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_PICTURE = re.compile(r"(?:cid:|https?://[^\s/]+)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)

_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table"}
_LISTS = {"ul", "ol"}
_LINES = {"div", "li", "tr", "dt", "dd", "hr", "caption", "section", "article", "header", "footer", "address", "center"}
_READ_ATTRIBUTES = {"*": {"style", "hidden", "class", "id"}, "a": {"href"}, "img": {"alt"}, "ol": {"start"}}
_VOID = {"br", "hr", "img"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
# What mail programs call the element that holds the signature; the text then begins with two dashes, as in plain mail.
_SIGNATURE = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_signature|moz-signature|signature|applemailsignature|ms-outlook-mobile-signature"
    r"|protonmail_signature_block|zimbra-?signature|e?mail-?signature)(?:\s|$)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{LONGEST_TAG},}}")
_NEVER_CLOSED = {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "p", "li", "td", "tr", "th"}


def sanitise(html: str) -> str:
    """HTML that may be shown to people: no script, style or form; links open apart.

    Pictures inside the mail keep their `cid:` address, for the page to replace. So do pictures from elsewhere: the
    frame's content policy must block them until somebody asks for them. Sanitising twice changes nothing.
    """
    if _is_bottomless(html):
        return f"<pre>{entities.escape(_without_tags(html))}</pre>"
    safe = _cleaned(html[:LONGEST_HTML])
    # What a parser moves out of a table it may move again when it reads its own words: until it stands still.
    for _turn in range(MOST_TURNS):
        again = _cleaned(safe)
        if again == safe:
            break
        safe = again
    return safe


def _cleaned(html: str) -> str:
    safe = nh3.clean(
        html,
        tags=_SHOWN_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_SHOWN_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )
    # A parser drops the newline after <pre>, one more each time it is read.
    return re.sub(r"(<pre[^<>]*>)\n+", r"\1", safe)


def text_of_html(html: str) -> str:
    """HTML as plain text: paragraphs, lists, one line a table row, `>` before quotes, links with their address.

    What the sender's mail program would not have shown (styles, scripts, hidden elements) is left out.
    """
    if _is_bottomless(html):
        return _without_tags(html)
    tidy = nh3.clean(
        html[:LONGEST_HTML],
        tags=_PARAGRAPHS | _LINES | {"a", "br", "img", "td", "th", "tbody", "thead", "tfoot", "span", "font"},
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_READ_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(tidy)
    reader.close()
    return reader.text()


def _safe_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value.strip() if tag == "img" and _PICTURE.match(value.strip()) else None
    if attribute == "href":
        # A relative address would lead into our own pages.
        return value if _LINK.match(value.strip()) else None
    return value


def _is_bottomless(html: str) -> bool:
    """Would the parser need minutes: for elements inside elements, or for one with thousands of attributes?"""
    for long in _LONG_TAG.finditer(html, 0, LONGEST_HTML):
        # A picture may stand in one attribute, as long as it likes.
        if len(re.sub(r"\"[^\"]*\"|'[^']*'", "", long[0]).split()) > MOST_ATTRIBUTES:
            return True
    depth = 0
    for tag in _TAG.finditer(html, 0, LONGEST_HTML):
        if tag[2].lower() not in _NEVER_CLOSED:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > DEEPEST_HTML:
                return True
    return False


def _without_tags(html: str) -> str:
    text = entities.unescape(re.sub(r"<[^<>]*>", " ", html[:LONGEST_HTML]))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


class _Reader(HTMLParser):
    """Writes the lines of a tidy document, as nh3 leaves it: every tag closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._preformatted = 0
        self._hidden = 0
        self._open: list[tuple[bool, bool]] = []
        self._signatures: list[list[int]] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, int]] = []

    def text(self) -> str:
        self._end_line()
        for begins, ends in reversed(self._signatures):
            if self._is_written_below(ends):
                # Somebody wrote below their signature: it must not take their words with it.
                del self._lines[begins]
        text = "\n".join(self._lines) + "\n"
        # A quote ends with its last words, not with an empty quoted line.
        text = re.sub(r"(?:^>[> ]*\n)+(?!>)", "\n", text, flags=re.MULTILINE)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            hidden = "hidden" in given or bool(_HIDDEN.search(given.get("style", "")))
            signature = not self._hidden and bool(_SIGNATURE.search(f"{given.get('class', '')} {given.get('id', '')}"))
            self._open.append((hidden, signature))
            self._hidden += hidden
            if signature and not hidden:
                self._begin_signature()
        if self._hidden:
            return
        if tag in _PARAGRAPHS and not (tag in _LISTS and self._lists):
            self._paragraph()
        elif tag in _PARAGRAPHS | _LINES:
            self._end_line()
        self._begin(tag, given)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._end_line(even_empty=True)
        elif tag == "hr":
            self._lines.append(self._prefix() + RULE)
        elif tag == "img" and given.get("alt", "").strip():
            self._line.append(f"[{' '.join(given['alt'].split())}]")
        elif tag == "a":
            self._links.append((given.get("href", ""), len(self._line)))
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._preformatted += 1
        elif tag in _LISTS:
            start = given.get("start", "")
            self._lists.append(
                (int(start) if start.isdecimal() and len(start) < len("1000000") else 1) if tag == "ol" else None
            )
        elif tag == "li":
            self._begin_item()
        elif tag in {"td", "th"} and "".join(self._line).strip():
            self._line.append(" | ")

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self._line.append(
            "  " * max(0, min(len(self._lists), DEEPEST_LIST) - 1) + ("- " if number is None else f"{number}. ")
        )
        if number is not None:
            self._lists[-1] = number + 1

    def handle_endtag(self, tag: str) -> None:
        was_hidden = self._hidden > 0
        if self._open:
            hidden, signature = self._open.pop()
            self._hidden -= hidden
            if signature and self._signatures and not was_hidden:
                self._end_line()
                self._signatures[-1][1] = len(self._lines)
        if was_hidden:
            return
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        if tag in _PARAGRAPHS and not (tag in _LISTS and len(self._lists) > 1):
            self._paragraph()
        elif tag in _PARAGRAPHS | _LINES:
            self._end_line()
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag in _LISTS and self._lists:
            self._lists.pop()

    def _begin_signature(self) -> None:
        self._end_line()
        last = next((line for line in reversed(self._lines[-LINES_LOOKED_AT:]) if line.strip()), "")
        if last.strip() not in {"", "--"} and len(self._signatures) < MOST_SIGNATURES:
            self._signatures.append([len(self._lines), len(self._lines)])
            self._lines.append(self._prefix() + "--")

    def _is_written_below(self, ends: int) -> bool:
        """Are there words below the signature that are neither a quote nor announce one?"""
        below = [plain_line(line) for line in self._lines[ends : ends + LINES_LOOKED_AT] if line.strip()]
        if not below or below[0].startswith(">"):
            return False
        found = announcements(below, [line.startswith(">") for line in below], [False] * len(below))
        return not found or found[0].start > 0

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._preformatted:
            first, *rest = data.split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line(even_empty=True)
                self._line.append(line)
            return
        words = re.sub(r"[ \t\r\n]+", " ", data)
        if words == " " and not self._line:
            return
        self._line.append(words)

    def _end_link(self, address: str, start: int) -> None:
        shown = "".join(self._line[start:]).strip()
        bare = re.sub(r"^(?:mailto|tel):", "", address, flags=re.IGNORECASE).strip()
        if not bare or len(bare) > LONGEST_LINK or re.sub(r"\W", "", bare.lower()) in re.sub(r"\W", "", shown.lower()):
            return
        if re.sub(r"^https?://(?:www\.)?|/$", "", bare) == re.sub(r"^www\.|/$", "", shown):
            return
        self._line.append(f" ({bare})" if shown else bare)

    def _prefix(self) -> str:
        return "> " * min(self._quotes, DEEPEST_QUOTE)

    def _paragraph(self) -> None:
        self._end_line()
        if self._lines and self._lines[-1].strip("> "):
            # Between a quote and what follows it, the blank line belongs to neither.
            self._lines.append(self._prefix().rstrip() if self._lines[-1].startswith(">") and self._quotes else "")

    def _end_line(self, *, even_empty: bool = False) -> None:
        line = "".join(self._line)
        self._line = []
        line = line.rstrip() if self._preformatted else _spaced_once(line)
        if line.strip() or even_empty:
            self._lines.append((self._prefix() + line).rstrip())


def _spaced_once(line: str) -> str:
    """One space between words; the indentation of list items stays."""
    indentation = re.match(r" *(?=- |\d+\. )", line)
    kept = indentation[0] if indentation else ""
    return kept + " ".join(line.replace("\u200b", "").replace("\u00ad", "").replace("\u034f", "").split())

"""What was said and done on a request, and the place to write."""

from datetime import datetime
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clientela.web.components import words as say
from clientela.web.components.marks import moment
from clientela.web.components.reader import reader_of

PANELS = "panels_of_the_composer"


def message(
    context: Context,
    content: SafeString,
    name: str,
    at: datetime,
    *,
    ours: bool = False,
    language: str = "",
    channel: str = "",
    to: str = "",
    extra: str = "",
    **more: Any,
) -> SafeString:
    """One message: who, when, how, in which language, and the words."""
    reader = reader_of(context)
    # The reader's own language needs no saying; the attribute is there for screen readers all the same.
    spoken = say.language_name(language, language=reader.language) if language and language != reader.language else ""
    return render_to_string(
        "components/message.html",
        {
            "content": content,
            "name": name,
            "initials": say.initials(name),
            "when": moment(context, at),
            "ours": ours,
            "language": language,
            "language_words": spoken,
            "channel": channel,
            "to": to,
            "extra": extra,
            "id": more.get("id", ""),
        },
    )


def note(
    context: Context, content: SafeString, name: str, at: datetime, *, department: str = "", **more: Any
) -> SafeString:
    """What only colleagues may read: dashed frame, lock, and the words."""
    return render_to_string(
        "components/note.html",
        {
            "content": content,
            "name": name,
            "department": department,
            "when": moment(context, at),
            "id": more.get("id", ""),
        },
    )


def event(context: Context, content: SafeString, icon_name: str, at: datetime) -> SafeString:
    """A line between messages: what happened."""
    return render_to_string(
        "components/event.html", {"content": content, "icon_name": icon_name, "when": moment(context, at)}
    )


def history_line(context: Context, content: SafeString, at: datetime, *, who: str = "") -> SafeString:
    """A line of a thing's history, a fact of the journal each."""
    return render_to_string(
        "components/history_line.html", {"content": content, "who": who, "when": moment(context, at)}
    )


def attachment(context: Context, name: str, size_bytes: int, url: str) -> dict[str, str]:
    """A file that came with a message."""
    return {"name": name, "size": say.bytes_in_words(size_bytes, language=reader_of(context).language), "url": url}


class ComposerNode(Node):
    """`{% composer "What to write" current="note" %}` around its panels."""

    def __init__(self, label: FilterExpression, options: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.label = label
        self.options = options
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Collect the panels, then write their tabs and them."""
        options = {name: value.resolve(context) for name, value in self.options.items()}
        panels: list[dict[str, Any]] = []
        with context.push(**{PANELS: panels}):
            around = self.nodelist.render(context)
        names = [panel["name"] for panel in panels]
        current = options.get("current") or ""
        return render_to_string(
            "components/composer.html",
            {
                "label": self.label.resolve(context),
                "panels": panels,
                "current": current if current in names else next(iter(names), ""),
                "around": around,
            },
        )


def composer(parser: Parser, token: Token) -> ComposerNode:
    """Parse the composer's label and options."""
    name, *bits = token.split_contents()
    if not bits:
        raise TemplateSyntaxError(f"{name} needs its label: what the tabs are for.")
    label = parser.compile_filter(bits[0])
    options = token_kwargs(bits[1:], parser)
    nodelist = parser.parse(("endcomposer",))
    parser.delete_first_token()
    return ComposerNode(label, options, nodelist)


def panel(context: Context, content: SafeString, name: str, words: str, *, icon: str = "", key: str = "") -> SafeString:
    """One thing that can be written; it shows inside the composer around it. `key` opens it from the keyboard."""
    panels = context.get(PANELS)
    if panels is None:
        raise TemplateSyntaxError("A panel stands inside a composer.")
    panels.append({"name": name, "words": words, "icon": icon, "key": key, "content": content})
    return SafeString("")


def letter_frame(url: str, title: str = "", name: str | int = "") -> dict[str, str]:
    """A letter as it was written, in a frame that may run nothing and reach nothing.

    A link with the target `letter-<name>` opens in it.
    """
    named = f"letter-{name}" if name else ""
    return {"url": url, "title": title or _("The letter as it was written"), "name": named}

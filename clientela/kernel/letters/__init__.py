"""Letters from templates, in the reader's language and zone.

A letter is a folder with `subject.txt`, `body.txt` and `body.html`; the last extends `frame.html`, which lies beside
this module, and fills its blocks `body` and, if it has something to say there, `footer`. HTML is escaped, text is not.
A name that the context does not have raises: no letter goes out with a hole in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.template import Context, Engine
from django.template.base import Node
from django.utils import timezone, translation

FRAME_FOLDER = Path(__file__).parent

_THREE_LINE_ENDS = re.compile(r"\n\s*\n\s*\n+")
_SPACES_AT_THE_END = re.compile(r"[ \t]+$", re.MULTILINE)


class MissingWordError(Exception):
    """A template asked for something that the letter was not given."""


@dataclass(frozen=True)
class RenderedLetter:
    """A letter in words: the subject on one line, the text, and the same as HTML."""

    subject: str
    text: str
    html: str


class _Words(Context):
    """The names a letter was given. One that is not there raises, also where Django would take it for empty."""

    def __getitem__(self, key: int | str | Node) -> object:
        try:
            return super().__getitem__(key)
        except KeyError:
            raise MissingWordError(f"The letter was not given «{key}».") from None


class _Missing(str):
    """What a template shows for a part that a thing does not have: an exception. Django fills the name in with `%`."""

    __slots__ = ()

    def __mod__(self, name: object) -> str:
        raise MissingWordError(f"The letter was not given «{name}».")


def render_letter(
    folder: Path, name: str, *, language: str, zone: str, context: Mapping[str, object]
) -> RenderedLetter:
    """The letter `name` of `folder`, in `language` ("ro"), moments in `zone` ("Europe/Bucharest").

    Raises MissingWordError when a template asks for what `context` does not have, TemplateDoesNotExist for a letter
    that lacks one of its three parts.
    """
    words = {**context, "letter_language": language}
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        subject = _rendered(folder, f"{name}/subject.txt", words)
        text = _rendered(folder, f"{name}/body.txt", words)
        html = _rendered(folder, f"{name}/body.html", {**words, "letter_subject": " ".join(subject.split())})
    text = _THREE_LINE_ENDS.sub("\n\n", _SPACES_AT_THE_END.sub("", text))
    return RenderedLetter(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html.strip() + "\n")


def _rendered(folder: Path, name: str, words: Mapping[str, object]) -> str:
    is_html = name.endswith(".html")
    template = _engine(folder, is_html=is_html).get_template(name)
    return str(template.render(_Words(dict(words), autoescape=is_html)))


@cache
def _engine(folder: Path, *, is_html: bool) -> Engine:
    return Engine(
        dirs=[str(folder), str(FRAME_FOLDER)],
        autoescape=is_html,
        builtins=["django.templatetags.i18n", "django.templatetags.l10n", "django.templatetags.tz"],
        string_if_invalid=_Missing("%s"),
    )

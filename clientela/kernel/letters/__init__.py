"""Letters from templates, in the reader's language and zone.

A letter is a folder with `subject.txt`, `body.txt` and `body.html`; the last extends `frame.html`, which lies beside
this module, and fills its blocks `body` and, if it has something to say there, `footer`. HTML is escaped, text is not.
A name that the context does not have raises: no letter goes out with a hole in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from django.template import Context, Engine
from django.template.base import Node
from django.utils import timezone, translation
from django.utils.html import conditional_escape

FRAME_FOLDER = Path(__file__).parent

_THREE_LINE_ENDS = re.compile(r"\n\s*\n\s*\n+")
# Where a word is filled in later: between two characters that mean nothing and that no escaping changes, after letters
# that nobody outside this process can write.
_BEGIN, _END = "\ue000", "\ue001"
_NOBODYS_WORD = token_hex(8)
_STOOD_IN = re.compile(f"{_BEGIN}{_NOBODYS_WORD}([a-z_]+){_END}")
_SUBJECT = "letter_subject"
_FORMS_KEPT = 200
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
    folder: Path,
    name: str,
    *,
    language: str,
    zone: str,
    context: Mapping[str, object],
    words: Mapping[str, str] | None = None,
) -> RenderedLetter:
    """The letter `name` of `folder`, in `language` ("ro"), moments in `zone` ("Europe/Bucharest").

    `words` are more of its context, for letters that are written by the thousand: texts that the templates write down
    as they are, without a filter, and ask at most whether they are empty. Letters that differ only in these are worked
    out once; then all of `context` must be hashable.

    Raises MissingWordError when a template asks for what it was not given, TemplateDoesNotExist for a letter that lacks
    one of its three parts.
    """
    wanted = _Wanted(folder, name, language, zone)
    form = None
    if words is not None:
        filled = frozenset(word for word, text in words.items() if text)
        form = _kept_form(wanted, frozenset(context.items()), frozenset(words), filled)
    letter = _from_templates(wanted, {**context, **(words or {})}) if form is None else _filled(form, words or {})
    text = _THREE_LINE_ENDS.sub("\n\n", _SPACES_AT_THE_END.sub("", letter.text))
    return RenderedLetter(letter.subject, text.strip() + "\n", letter.html.strip() + "\n")


@dataclass(frozen=True)
class _Wanted:
    folder: Path
    name: str
    language: str
    zone: str


def _from_templates(wanted: _Wanted, context: Mapping[str, object], *, subject_in_html: str = "") -> RenderedLetter:
    given = {**context, "letter_language": wanted.language}
    with translation.override(wanted.language), timezone.override(ZoneInfo(wanted.zone)):
        subject = " ".join(_rendered(wanted, "subject.txt", given).split())
        text = _rendered(wanted, "body.txt", given)
        html = _rendered(wanted, "body.html", {**given, _SUBJECT: subject_in_html or subject})
    return RenderedLetter(subject, text, html)


@lru_cache(_FORMS_KEPT)
def _kept_form(
    wanted: _Wanted, context: frozenset[tuple[str, object]], words: frozenset[str], filled: frozenset[str]
) -> RenderedLetter | None:
    """The letter with stand-ins for those `words` that are `filled`; the others say nothing.

    None where a template does more with a word than write it down: then each letter is worked out by itself.
    """
    given = {**dict(context), **{word: _stand_in(word) if word in filled else "" for word in words}}
    form = _from_templates(wanted, given, subject_in_html=_stand_in(_SUBJECT))
    left = "".join(_STOOD_IN.sub("", part) for part in (form.subject, form.text, form.html))
    return None if _BEGIN in left or _END in left else form


def _filled(form: RenderedLetter, words: Mapping[str, str]) -> RenderedLetter:
    subject = " ".join(_STOOD_IN.sub(lambda place: words[place[1]], form.subject).split())
    text = _STOOD_IN.sub(lambda place: words[place[1]], form.text)
    in_html = {**words, _SUBJECT: subject}
    html = _STOOD_IN.sub(lambda place: conditional_escape(in_html[place[1]]), form.html)
    return RenderedLetter(subject, text, html)


def _stand_in(word: str) -> str:
    return f"{_BEGIN}{_NOBODYS_WORD}{word}{_END}"


def _rendered(wanted: _Wanted, part: str, words: Mapping[str, object]) -> str:
    is_html = part.endswith(".html")
    template = _engine(wanted.folder, is_html=is_html).get_template(f"{wanted.name}/{part}")
    return str(template.render(_Words(dict(words), autoescape=is_html)))


@cache
def _engine(folder: Path, *, is_html: bool) -> Engine:
    return Engine(
        dirs=[str(folder), str(FRAME_FOLDER)],
        autoescape=is_html,
        builtins=["django.templatetags.i18n", "django.templatetags.l10n", "django.templatetags.tz"],
        string_if_invalid=_Missing("%s"),
    )

"""What stands below the map in a file: which days, what each shade means, and what the numbers are.

A picture that is sent on has no page around it, so it says this itself.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from babel.dates import format_interval
from django.utils.translation import gettext as _

from clientela.web.components.reader import page_language
from clientela.web.components.words import locale_of, one_stop
from clientela.web.map.layout.parts import EDGE, LEFT
from clientela.web.map.lettering import width_of
from clientela.web.map.sheet import BESIDE, Key, Legend
from clientela.web.map.showing import MapShown

ROW = 22.0
ABOVE, BELOW = 20.0, 12.0
APART = 20.0  # from the words of one sign to the next sign
SURPRISE, SILENT, TRACED = "surprise", "silent", "traced"  # signs that are no shade


def legend_of(shown: MapShown) -> Legend:
    """Return it, placed below the drawing, within its width."""
    top = shown.layout.height + ABOVE
    room = shown.layout.width - EDGE
    keys: list[Key] = []
    x, y = LEFT, top
    for sign, words in _signs(shown):
        wide = BESIDE + width_of(words)
        if x > LEFT and x + wide > room:
            x, y = LEFT, y + ROW
        keys.append(Key(sign, words, x, y))
        x += wide + APART
    y += ROW if keys else 0.0
    notes = []
    for line in _folded(_sentences(shown), room - LEFT):
        notes.append((y, line))
        y += ROW
    return Legend(tuple(keys), LEFT, tuple(notes), y - ROW + BELOW)


def _signs(shown: MapShown) -> Iterator[tuple[str, str]]:
    """The shades that were chosen, and the signs that are on the map, with their words."""
    for band in shown.shading.legend:
        yield band.tone, str(band.words)
    if shown.surprises:
        yield SURPRISE, _("nobody declared it")
    if shown.silent and shown.chosen.colour != "origin":
        yield SILENT, _("never happens")
    if shown.has_traced:
        yield TRACED, _("known from event logs or mail alone")


def _sentences(shown: MapShown) -> list[str]:
    found = shown.found
    days = format_interval(
        found.since.date(),
        max(found.since, found.until - timedelta(microseconds=1)).date(),
        "yMMMd",
        locale=locale_of(page_language()),
    )
    title = _("Service map")
    return [
        one_stop(f"{title}: {days}."),
        str(shown.sizing.sentence),
        _("The number beside a name: the requests served, or asked by customers outside."),
    ]


def _folded(sentences: Sequence[str], room: float) -> Iterator[str]:
    """Fill lines with words, as wide as there is room."""
    line = ""
    for word in " ".join(sentences).split(" "):
        longer = f"{line} {word}".lstrip()
        if line and width_of(longer) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line

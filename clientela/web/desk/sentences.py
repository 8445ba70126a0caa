"""Sentences with values put in, and moments as the page tells them."""

from dataclasses import dataclass
from datetime import datetime

from django.template import Context
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from clientela.directory.policies import Viewer
from clientela.web.components import words
from clientela.web.components.marks import moment as moment_mark
from clientela.web.components.reader import reader_of


def sentence(template: str, **values: str | int) -> SafeString:
    """A translated sentence with its values put in, each escaped unless it is safe HTML already."""
    return SafeString(
        escape(template)
        % {name: conditional_escape(str(value) if isinstance(value, int) else value) for name, value in values.items()}
    )


@dataclass(frozen=True)
class Teller:
    """Tells moments and stretches of time to one reader, as of the page's moment."""

    viewer: Viewer
    at: datetime

    def moment(self, moment: datetime) -> str:
        """`today 15:00`."""
        reader = reader_of(self._context)
        return words.moment_in_words(moment, now=self.at, zone=reader.zone, language=reader.language)

    def exact(self, moment: datetime) -> SafeString:
        """`today 15:00`, in bold, with the exact moment in reach."""
        return format_html("<strong>{}</strong>", moment_mark(self._context, moment))

    def time(self, seconds: float, *, day_seconds: int = 0) -> str:
        """`2 h 10 min`; with `day_seconds`, what is longer in working days."""
        language = reader_of(self._context).language
        return words.working_duration_in_words(seconds, language=language, day_seconds=day_seconds)

    def stretch(self, seconds: float) -> SafeString:
        """`2 h 10 min`, kept on one line."""
        return format_html('<span class="c-nb">{}</span>', self.time(seconds))

    def figure(self, figure: float) -> str:
        """A figure with as many digits as mean something."""
        return words.number_in_words(float(f"{figure:.2g}"), language=reader_of(self._context).language)

    def is_today(self, moment: datetime) -> bool:
        """Whether the moment falls on the reader's today."""
        zone = reader_of(self._context).zone
        return moment.astimezone(zone).date() == self.at.astimezone(zone).date()

    @property
    def _context(self) -> Context:
        return Context({"viewer": self.viewer, "at": self.at})

"""Voices as rows of a table, a few hundred at a time: a file of a million voices is never held as a whole."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from clientela.directory.policies import Viewer
from clientela.voice.queries.voices import Place, VoiceFilters, VoiceGlimpse, voices_page

AT_ONCE = 500
VOICE_COLUMNS = (
    "said_at",
    "side",
    "kind",
    "department",
    "service",
    "request",
    "who",
    "measure",
    "score",
    "feeling",
    "feeling_by",
    "subjects",
    "language",
    "text",
)


def voice_rows(viewer: Viewer, filters: VoiceFilters) -> Iterator[tuple[object, ...]]:
    """The voices that the viewer may read, the newest first. Raises HiddenError at once, before the first row."""
    anonymous = _("anonymous")
    first = voices_page(viewer, filters, limit=AT_ONCE)

    def rows() -> Iterator[tuple[object, ...]]:
        page = first
        while True:
            for voice in page.voices:
                yield _row(voice, anonymous)
            after: Place | None = page.next_after
            if after is None:
                return
            page = voices_page(viewer, filters, after=after, limit=AT_ONCE)

    return rows()


def _row(voice: VoiceGlimpse, anonymous: str) -> tuple[object, ...]:
    names = [one.name for one in (voice.speaker, voice.rater) if one]
    return (
        # Of an anonymous voice only the day: its moment was rounded when it was heard, and no more is known.
        voice.said_at.date().isoformat() if voice.is_anonymous else voice.said_at.isoformat(timespec="seconds"),
        voice.side,
        voice.kind,
        voice.provider.name if voice.provider else "",
        voice.service,
        voice.reference,
        anonymous if voice.is_anonymous else ", ".join(names),
        voice.measure,
        "" if voice.score is None else voice.score,
        voice.feeling,
        voice.feeling_by,
        ", ".join(one.subject.key for one in voice.subjects),
        voice.language,
        voice.text,
    )

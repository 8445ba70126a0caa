"""The list of voices, the newest first."""

from dataclasses import dataclass

from clientela.directory.policies import Viewer
from clientela.voice.queries.voices.filtering import Place, VoiceFilters, newest_ids
from clientela.voice.queries.voices.glimpses import VoiceGlimpse, voice_glimpses

NOTHING_CHOSEN = VoiceFilters()


@dataclass(frozen=True)
class VoicesPage:
    """A page of voices. `next_after` continues; None: that was all."""

    voices: tuple[VoiceGlimpse, ...]
    next_after: Place | None


def voices_page(
    viewer: Viewer, filters: VoiceFilters = NOTHING_CHOSEN, *, after: Place | None = None, limit: int = 25
) -> VoicesPage:
    """Return the newest voices that match and that the viewer may read, from `after` on. A fixed number of statements.

    Raises HiddenError for a department whose voices the viewer does not read.
    """
    ids = newest_ids(viewer, filters, after=after, limit=limit + 1)
    shown = voice_glimpses(viewer, ids[:limit])
    last = shown[-1] if len(ids) > limit and shown else None
    return VoicesPage(shown, (last.said_at, last.id) if last else None)

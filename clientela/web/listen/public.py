"""What we heard: what the house shows to everybody of what it was told, and what it did about it."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from clientela.kernel.clock import now
from clientela.voice.queries.listening import PublicImprovement, PublicQuote, what_we_heard
from clientela.web.doors import for_everybody
from clientela.web.listen.comparing import Dot, dot
from clientela.web.listen.effect_words import EffectShown, effect_shown
from clientela.web.listen.figure_words import language_here
from clientela.web.listen.improvement_words import ImprovementShown, shown
from clientela.web.listen.voice_words import measure_words
from clientela.web.viewer import VisitorRequest


@dataclass(frozen=True)
class PublicShown:
    """One improvement in words. `what` in the reader's language where it was written in it."""

    row: ImprovementShown
    effect: EffectShown
    quote: PublicQuote | None
    what: str


@for_everybody
def heard(request: VisitorRequest) -> HttpResponse:
    """Show it, while the house publishes it; else the page does not exist."""
    at = now()
    found = what_we_heard(at=at)
    satisfied: Dot = dot(measure_words("csat"), found.satisfied)
    context = {
        "at": at,
        "place": "portal",
        "since": found.since,
        "satisfied": satisfied,
        "improvements": [_shown(one, today=localdate(at)) for one in found.improvements],
    }
    return render(request, "listen/heard.html", context)


def _shown(one: PublicImprovement, *, today: date) -> PublicShown:
    language = language_here()
    return PublicShown(
        row=shown(one.seen, language=language, today=today),
        effect=effect_shown(one.seen, one.effect),
        quote=one.quote,
        what=one.told_words.get(language) or one.seen.what,
    )

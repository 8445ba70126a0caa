"""Inside and outside side by side on the same scale: are colleagues served as well as customers outside?"""

from django.http import HttpResponse
from django.shortcuts import render

from clientela.kernel.clock import now
from clientela.voice.queries import parity as both_sides
from clientela.voice.queries.listening import departments_read_by
from clientela.web.doors import for_employees
from clientela.web.listen.comparing import departments_shown, difference_words, dot, parity_rows, parity_sentence
from clientela.web.listen.figure_words import language_here
from clientela.web.listen.trends import chart_sentences, scale_for, trend_shown
from clientela.web.listen.voice_words import measure_words
from clientela.web.viewer import KnownRequest


@for_employees
def parity(request: KnownRequest) -> HttpResponse:
    """Show both sides of the whole house, and of each department that the viewer reads."""
    at = now()
    found = both_sides(request.viewer, at=at)
    keys = {card.id: card.key for card in departments_read_by(request.viewer)}
    scale = scale_for(found.outside.weeks, found.inside.weeks)
    sides = (found.outside, found.inside)
    context = {
        "at": at,
        "place": "listen",
        "since": found.since,
        "sentence": parity_sentence(found.verdict),
        "difference": difference_words(found.difference),
        "totals": [(side.side, dot(measure_words("csat"), side.satisfied)) for side in sides],
        "trends": [
            (trend_shown(side.side, side.weeks, side.satisfied, scale=scale), chart_sentences(side.chart))
            for side in sides
        ],
        "rows": parity_rows(found.departments, keys),
        "compared": departments_shown(found.departments, found.departments_verdict),
        "is_empty": not any(side.counted[1] for side in sides),
        "language": language_here(),
    }
    return render(request, "listen/parity.html", context)

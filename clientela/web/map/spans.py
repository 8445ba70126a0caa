"""How far back the pages beside the map look, chosen from a few, and the words that say so."""

from datetime import timedelta

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.network.queries.lateness import CountedSpan
from clientela.web.components import words as say

SPANS = (4, 13, 26, 52)  # weeks, and the one that runs
USUAL_SPAN = 26


def weeks_in(given: QueryDict) -> int:
    """Return how many weeks are asked for; the usual ones for anything that is not offered."""
    asked = given.get("weeks", "")
    return int(asked) if asked in {str(one) for one in SPANS} else USUAL_SPAN


def span_words(span: CountedSpan) -> str:
    """Say which days are told of, and why they are fewer than asked for if they are."""
    language = get_language() or "en"
    first, last = (moment.date() for moment in (span.since, span.until - timedelta(microseconds=1)))
    words = {
        "since": say.whole_day(first, language=language),
        "until": say.whole_day(last, language=language),
        "share": say.share_in_words(span.counted_share, language=language),
    }
    if first > last:
        return _("The cases that have ended are being counted; %(share)s are done.") % words
    ended = _("Cases that ended from %(since)s to %(until)s.") % words
    if span.is_shortened:
        counted = _("Earlier ones are still being counted; %(share)s of all are done.") % words
        return f"{ended} {counted}"
    return ended


def several_small() -> str:
    """Name the small departments that count together."""
    return _("Several small departments")

"""How far back the pages beside the map look, chosen from a few, and the words that say so."""

from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clientela.web.components import words as say

SPANS = (4, 13, 26)  # weeks
USUAL_SPAN = 26


def weeks_in(given: QueryDict) -> int:
    """Return how many weeks are asked for; the usual ones for anything that is not offered."""
    asked = given.get("weeks", "")
    return int(asked) if asked in {str(one) for one in SPANS} else USUAL_SPAN


def span_words(since: datetime, until: datetime, *, is_shortened: bool, cases: int) -> str:
    """Say which days are told of, and why they are fewer than asked for if they are."""
    language = get_language() or "en"
    first, last = (moment.date() for moment in (since, until - timedelta(microseconds=1)))
    words = {
        "since": say.long_day(first, language=language),
        "until": say.long_day(last, language=language),
        "cases": say.number_in_words(cases, language=language),
    }
    if is_shortened:
        return _("The newest %(cases)s cases that ended, from %(since)s to %(until)s.") % words
    return _("Cases that ended from %(since)s to %(until)s.") % words

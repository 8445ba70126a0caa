"""Figures of what people said, in the reader's words."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clientela.voice.rules.figures.estimates import Estimate, Share, TooFew
from clientela.web.components import words as say


def share_values(share: Share) -> dict[str, str]:
    """A share and its interval in whole percent, and its n, for a sentence."""
    return {
        "share": say.share_in_words(share.value, language=language_here()),
        "low": f"{100 * share.low:.0f}",
        "high": f"{100 * share.high:.0f}",
        "n": number(share.n),
    }


def share_words(share: Estimate | TooFew) -> str:
    """`86 % (83–89), 214 answers`, or that there are too few of them."""
    if isinstance(share, TooFew):
        return too_few_words(share)
    values = {
        "share": say.share_in_words(share.value, language=language_here()),
        "range": share_range(share),
        "n": number(share.n),
    }
    return ngettext("%(share)s (%(range)s), %(n)s answer", "%(share)s (%(range)s), %(n)s answers", share.n) % values


def share_range(share: Estimate | TooFew) -> str:
    """`83–89`, in percent: where the truth lies with 95 % confidence."""
    return "" if isinstance(share, TooFew) else f"{100 * share.low:.0f}–{100 * share.high:.0f}"


def too_few_words(few: TooFew) -> str:
    """`too few to say: 3 answers`."""
    if not few.n:
        return _("no answers")
    return ngettext("too few to say: %(n)s answer", "too few to say: %(n)s answers", few.n) % {"n": number(few.n)}


def number(value: float) -> str:
    """A number as the reader's language groups its digits."""
    return say.number_in_words(value, language=language_here())


def language_here() -> str:
    """The language of the page."""
    return get_language() or "en"

"""The answers in words: how much it matters, how good it is."""

from django.utils.translation import gettext, gettext_lazy

from clientela.network.rules import Mean

MATTERS = (
    gettext_lazy("not at all"),
    gettext_lazy("a little"),
    gettext_lazy("somewhat"),
    gettext_lazy("a lot"),
    gettext_lazy("nothing goes without it"),
)
QUALITY = (
    gettext_lazy("very badly"),
    gettext_lazy("not well"),
    gettext_lazy("so-so"),
    gettext_lazy("well"),
    gettext_lazy("very well"),
)


def matters_words(mean: Mean | None) -> str:
    """Return the nearest answer of 0 to 4, in words."""
    return gettext("too few to say") if mean is None else str(MATTERS[round(mean.mean)])


def quality_words(mean: Mean | None) -> str:
    """Return the nearest answer of 1 to 5, in words."""
    return gettext("too few to say") if mean is None else str(QUALITY[round(mean.mean) - 1])

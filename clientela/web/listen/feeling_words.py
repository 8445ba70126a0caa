"""Feelings in the reader's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FEELINGS: dict[str, Promise] = {
    "negative": _("negative"),
    "mixed": _("mixed"),
    "neutral": _("neutral"),
    "positive": _("positive"),
    "cant_tell": _("can’t tell"),
}

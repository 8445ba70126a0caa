"""The row of places within Listen, as the viewer may go to them."""

from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.utils.translation import gettext_lazy as _

from clientela.directory.policies import Viewer
from clientela.voice.policies.heard import may_keep_subjects, may_see_parity, may_teach
from clientela.web.components.reader import viewer_of
from clientela.web.components.shell import address_of

# key, words, address
TABS = (
    ("home", _("Listen"), "listen:home"),
    ("mirror", _("My department’s mirror"), "listen:mirrors"),
    ("parity", _("Inside and outside"), "listen:parity"),
    ("improvements", _("Improvements"), "listen:improvements"),
    ("talks", _("Talks"), "listen:talks"),
    ("reviews", _("Reviews"), "listen:reviews"),
    ("surveys", _("Surveys"), "listen:surveys"),
)
QUIET = (
    ("subjects", _("Subjects"), "listen:subjects"),
    ("learning", _("What the machine has learned"), "listen:learning"),
)
NEEDS = {"parity": may_see_parity, "subjects": may_keep_subjects, "learning": may_teach}


@dataclass(frozen=True)
class Tab:
    """One place. `current`: "page" when it is the very page, "true" when the page lies below it, "" elsewhere."""

    words: str
    url: str
    current: str
    is_quiet: bool


def listen_tabs(context: Context, section: str = "") -> dict[str, Any]:
    """`{% listen_tabs "talks" %}`: `section` is the place that the page belongs to."""
    viewer = viewer_of(context)
    request = context.get("request")
    here = request.path if request is not None else ""
    tabs = [
        Tab(str(words), url, ("page" if url == here else "true") if key == section else "", is_quiet)
        for group, is_quiet in ((TABS, False), (QUIET, True))
        for key, words, name in group
        if (url := address_of(name)) and _may_go(viewer, key)
    ]
    return {"tabs": tabs}


def _may_go(viewer: Viewer | None, key: str) -> bool:
    if viewer is None:
        return False
    return key not in NEEDS or NEEDS[key](viewer).is_allowed

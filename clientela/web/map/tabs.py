"""The row of places around the service map, as far as they exist. A page adds its line here."""

from typing import Any

from django.template import Context
from django.utils.translation import gettext_lazy as _

from clientela.network.policies import may_bring_logs
from clientela.web.components.shell import address_of

# key, words, address; a place without an address is not shown
TABS = (
    ("map", _("Who serves whom"), "map:map"),
    ("paths", _("What stands behind it"), "map:paths"),
    ("travelling", _("How far lateness travels"), "map:travelling"),
    ("asking", _("What people say they need"), "map:asking"),
    ("logs", _("Event logs"), "map:logs"),
)


def map_tabs(context: Context, section: str = "") -> dict[str, Any]:
    """`{% map_tabs "paths" %}`: `section` is the place that the page belongs to."""
    request = context.get("request")
    here = request.path if request is not None else ""
    viewer = getattr(request, "viewer", None)
    sees_logs = viewer is not None and bool(may_bring_logs(viewer))
    return {
        "tabs": [
            {"words": words, "url": url, "current": ("page" if url == here else "true") if key == section else ""}
            for key, words, name in TABS
            if (key != "logs" or sees_logs) and (url := address_of(name))
        ]
    }

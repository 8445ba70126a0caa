"""Extra keywords of a tag, as attributes of the element it makes: `hx_post=url` is `hx-post="…"`."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# What the content policy would refuse anyway, said where it is written.
REFUSED_PREFIXES = ("on", "hx-on", "style")


class RefusedAttributeError(ValueError):
    """A template asks for an inline script or style."""


def attributes(given: dict[str, Any]) -> SafeString:
    """` a="1" b`, with underscores as hyphens; True stands alone, False, None and "" are left out."""
    pairs = []
    for keyword, value in given.items():
        name = keyword.rstrip("_").replace("_", "-")
        if name.startswith(REFUSED_PREFIXES):
            raise RefusedAttributeError(f"{name}: the content policy allows no inline script or style.")
        if value is True:
            pairs.append(format_html(" {}", name))
        elif value not in (False, None, ""):
            pairs.append(format_html(' {}="{}"', name, value))
    return format_html_join("", "{}", ((pair,) for pair in pairs))

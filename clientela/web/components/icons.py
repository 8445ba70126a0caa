"""Tabler's icons, drawn into the page: no request, and the colour of the text around them."""

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DRAWINGS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "tabler-icons.json"
ICON = (
    '<svg class="icon{small}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
    'stroke-linejoin="round"{meaning}>{shapes}</svg>'
)
INSIDE_RING = '<circle cx="8" cy="8" r="6.2"/><circle class="c-fill" cx="8" cy="8" r="2.4"/>'
OUTSIDE_RING = '<circle cx="6.4" cy="8" r="5.2"/><circle class="c-fill" cx="13.6" cy="3.4" r="2.2"/>'


class UnknownIconError(LookupError):
    """A template asks for an icon that is not vendored."""


@cache
def drawings() -> dict[str, SafeString]:
    """Name to shapes, read once; the file is ours and made by `make vendor`."""
    found: dict[str, str] = json.loads(DRAWINGS.read_text(encoding="utf-8"))
    return {name: mark_safe(shapes) for name, shapes in found.items()}  # noqa: S308 - vendored drawings, no input


def icon(name: str, *, small: bool = False, label: str = "") -> SafeString:
    """One icon. Silent beside a word; with `label` it stands alone and speaks for itself."""
    if name not in drawings():
        raise UnknownIconError(f"There is no icon {name}: add it to tools/vendor/vendor.json and run make vendor.")
    meaning = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(ICON, small=" icon-sm" if small else "", meaning=meaning, shapes=drawings()[name])


def relation_ring(*, is_inside: bool) -> SafeString:
    """The ring with its dot within (inside) or beyond (outside)."""
    ring = SafeString(INSIDE_RING if is_inside else OUTSIDE_RING)
    return format_html('<svg class="c-ring" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', ring)

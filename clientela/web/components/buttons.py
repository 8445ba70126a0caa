"""Buttons and links that look like buttons. One filled button a page: a verb and its object."""

from typing import Any

from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clientela.web.components.attributes import attributes
from clientela.web.components.icons import icon

# A "link" is a button in the middle of a sentence: it acts, and reads like the words around it.
KINDS = {"primary": "btn btn-primary", "plain": "btn", "quiet": "btn btn-ghost", "link": "c-act"}
# How a key is written on its cap, where it is not its own letter.
KEY_CAPS = {"Enter": "↵", "Escape": "Esc"}


def button(
    words: str,
    *,
    kind: str = "plain",
    href: str = "",
    icon_name: str = "",
    small: bool = False,
    wide: bool = False,
    disabled: bool = False,
    key: str = "",
    busy: str = "",
    type_: str = "submit",
    more: dict[str, Any] | None = None,
) -> SafeString:
    """A `<button>`, or a link where `href` says where it leads."""
    size = (" btn-sm" if small else "") + (" w-100" if wide else "")
    inside = format_html(
        "{}<span>{}</span>{}",
        icon(icon_name, small=small) if icon_name else "",
        words,
        format_html('<kbd aria-hidden="true">{}</kbd>', KEY_CAPS.get(key, key.upper())) if key else "",
    )
    extra = {"data_key": key, "data_key_words": words if key else "", "data_busy": busy, **(more or {})}
    extra_class = extra.pop("class", "")
    css = " ".join(filter(None, [f"{KINDS[kind]}{size}", extra_class]))
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, href, attributes(extra), inside)
    extra = {"type": type_, "disabled": disabled, **extra}
    return format_html('<button class="{}"{}>{}</button>', css, attributes(extra), inside)


def button_tag(words: str, **options: Any) -> SafeString:
    """`{% button "Ask Maintenance" kind="primary" %}`. Keywords that are not options become attributes."""
    return button(words, **sorted_options(options))


def sorted_options(given: dict[str, Any]) -> dict[str, Any]:
    """A tag's keywords, parted into the options of `button` and attributes (`more`)."""
    known = {"kind", "href", "small", "wide", "disabled", "key", "busy"}
    options = {name: value for name, value in given.items() if name in known}
    options["icon_name"] = given.get("icon", "")
    options["type_"] = given.get("type", "submit")
    options["more"] = {name: value for name, value in given.items() if name not in {*known, "icon", "type"}}
    return options


def post_button(context: Context, words: str, url: str, **options: Any) -> SafeString:
    """A form of one button: an act is a POST, also without the script. `values` go along as hidden fields.

    htmx attributes stand on the form, so that both ways send the same.
    """
    values = options.pop("values", {}) or {}
    form_attributes = {name: options.pop(name) for name in list(options) if name.startswith(("hx_", "data_form_"))}
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', values.items())
    return format_html(
        '<form class="c-inline" method="post" action="{}"{}>{}{}{}</form>',
        url,
        attributes(form_attributes),
        format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', context.get("csrf_token", "")),
        hidden,
        button(words, **sorted_options({"busy": _("One moment…"), **options})),
    )


def older_newer(older_url: str = "", newer_url: str = "") -> dict[str, str]:
    """Two links through a list that is read from the newest: no page numbers, as new rows would shift them."""
    return {"older_url": older_url, "newer_url": newer_url}

"""The shell around every page: places, theme, languages, the name over the door."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from clientela.web.components import words as say
from clientela.web.components.icons import icon
from clientela.web.components.parts import Place
from clientela.web.components.reader import viewer_of

THEMES = {"auto": (_("As the device"), "device-desktop"), "light": (_("Light"), "sun"), "dark": (_("Dark"), "moon")}
THEME_COOKIE = "theme"

# key, words, icon, address, who sees it (any of these), stays in the bar when there is little room
PLACES = (
    ("my_day", _("My day"), "sun", "desk:my_day", "is_employee", True),
    ("requests", _("Requests"), "inbox", "desk:requests", "is_employee", True),
    ("people", _("People"), "users", "directory:people", "is_employee", False),
    ("map", _("Map"), "sitemap", "map:map", "is_employee", True),
    ("listen", _("Listen"), "ear", "listen:home", "is_employee", True),
    ("insight", _("Insight"), "bulb", "insight:home", "is_employee", False),
    ("letters", _("Letters"), "mail", "settings:letters", "is_administrator is_owner", False),
    ("settings", _("Settings"), "settings", "settings:home", "is_administrator", False),
    ("portal", _("Portal"), "message", "portal:home", "", False),
)


def address_of(name: str) -> str:
    """The address of a page by its name, "" while the page is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def places_of(context: Context) -> list[Place]:
    """The places this viewer may go to, as the navigation shows them."""
    viewer, here = viewer_of(context), context.get("place", "")
    return [
        Place(
            key=key,
            words=str(words),
            icon=shown,
            url=url,
            is_often=is_often,
            is_here=key == here,
            count=count,
            count_words=_put_aside_words(count),
        )
        for key, words, shown, name, needs, is_often in PLACES
        if (url := address_of(name)) and (not needs or any(getattr(viewer, need, False) for need in needs.split()))
        for count in [_put_aside(context) if key == "settings" else 0]
    ]


def _put_aside(context: Context) -> int:
    """How many mails were put aside, as the page knows it; a page without it says nothing."""
    counted = context.get("put_aside_count")
    return counted() if callable(counted) else 0


def _put_aside_words(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)s mail is put aside", "%(n)s mails are put aside", count) % {"n": count}


def theme_of(request: HttpRequest | None) -> str:
    """The theme that this browser asked for, `auto` when it never did."""
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return chosen if chosen in THEMES else "auto"


def page_theme(context: Context) -> str:
    """`light`, `dark` or `auto`, for the root of the page."""
    return theme_of(context.get("request"))


def theme_choices(context: Context) -> dict[str, Any]:
    """Three buttons of which one is pressed; a form, so that it works without the script."""
    current = page_theme(context)
    return {
        "action": address_of("shell:theme"),
        "next": _address_of_page(context),
        "themes": [
            {"name": name, "words": words, "icon": icon(shown, small=True), "is_current": name == current}
            for name, (words, shown) in THEMES.items()
        ],
    }


def language_choices(context: Context) -> dict[str, Any]:
    """The product's languages by their own names."""
    return {
        "action": address_of("shell:language"),
        "next": _address_of_page(context),
        "current_name": say.own_language_name(get_language() or "en"),
        "languages": [
            {"code": code, "name": say.own_language_name(code), "is_current": code == get_language()}
            for code, _name in settings.LANGUAGES
        ],
    }


def organisation_name(context: Context) -> str:
    """The name over the door: the organisation's, as the page or the settings give it."""
    return str(context.get("organisation_name") or getattr(settings, "ORGANISATION_NAME", "") or "Clientela")


def _address_of_page(context: Context) -> str:
    request = context.get("request")
    return request.get_full_path() if request is not None else "/"

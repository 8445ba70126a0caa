"""Who reads the page, when and where: what the tags need to speak."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template import Context
from django.utils import timezone, translation


class PageWithoutMomentError(LookupError):
    """A page shows times but its view did not say when it is."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The language and zone to write in."""

    language: str
    zone: ZoneInfo


def zone_named(zone: ZoneInfo | str) -> ZoneInfo:
    """A zone, given as one or by its name."""
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def page_language() -> str:
    """The code of the language that the page is written in."""
    return translation.get_language() or "en"


def viewer_of(context: Context) -> Any | None:
    """The viewer whom the page is made for, None for a stranger."""
    request = context.get("request")
    return context.get("viewer") or getattr(request, "viewer", None)


def reader_of(context: Context) -> Reader:
    """The active language, and the zone: of the page (`zone` in its context), else of the viewer, else the active."""
    zone = context.get("zone") or getattr(viewer_of(context), "zone", None) or timezone.get_current_timezone_name()
    return Reader(language=page_language(), zone=zone_named(zone))


def moment_of_page(context: Context) -> datetime:
    """The `at` of the view. A page reads the clock once, at its door."""
    at = context.get("at")
    if at is None:
        raise PageWithoutMomentError("This page shows times: its view must give `at` to the template.")
    moment: datetime = at
    return moment

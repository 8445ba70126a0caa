"""Render a line of template the way a page does, for one viewer at one moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

BUCHAREST = ZoneInfo("Europe/Bucharest")
SATURDAY_NOON = datetime(2026, 11, 21, 12, 50, tzinfo=BUCHAREST)


@dataclass(frozen=True)
class Reader:
    """As much of a viewer as the parts look at."""

    name: str = "Ana Ionescu"
    first_name: str = "Ana"
    is_employee: bool = True
    is_administrator: bool = False
    is_owner: bool = False
    zone: ZoneInfo = BUCHAREST
    language: str = "en"


def request_of(viewer: Reader | None, path: str = "/") -> HttpRequest:
    """A request that can carry messages and knows its viewer."""
    request = RequestFactory().get(path)
    request.viewer = viewer
    request._messages = CookieStorage(request)
    return request


def rendered(source: str, *, viewer: Reader | None = Reader(), **context: Any) -> str:
    """What a template of one line becomes."""
    request = context.pop("request", None) or request_of(viewer)
    given = {"request": request, "viewer": viewer, "at": SATURDAY_NOON, "csrf_token": "token", **context}
    return Template("{% load clientela %}" + source).render(Context(given))

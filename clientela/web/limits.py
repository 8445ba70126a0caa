"""What is refused before it is read: more than a message may hold, and signs that no text can hold."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

from clientela.web.errors import bad_request

FORM_BYTES = 256 * 1024  # what a form adds to its message and files: the names of its fields, the lines between them


class LimitsMiddleware:
    """Answer 413 to a body larger than a message may be, and 400 to an address with a NUL in it.

    Django would put files of any size into a temporary folder, a stranger's too, before any view could say no; and
    PostgreSQL refuses a NUL in whatever it is asked. Stands where the language is known and nothing has read the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what may be read."""
        if _size_bytes(request) > settings.MESSAGE_LIMIT_BYTES + FORM_BYTES:
            limit = filesizeformat(settings.MESSAGE_LIMIT_BYTES)
            return render(
                request, "413.html", {"size": filesizeformat(_size_bytes(request)), "limit": limit}, status=413
            )
        if "\0" in request.path or any("\0" in value for values in request.GET.lists() for value in values[1]):
            return bad_request(request, BadRequest("A NUL in the address."))
        return self.get_response(request)


def _size_bytes(request: HttpRequest) -> int:
    """The size that the browser gives. Without one there is no body: the server reads none."""
    given = str(request.META.get("CONTENT_LENGTH") or "")
    return int(given) if given.isdecimal() else 0

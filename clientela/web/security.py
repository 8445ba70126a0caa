"""The headers that keep a page to itself: nothing inline, nothing from elsewhere, no frame around it."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)


def policy(sources: dict[str, str]) -> str:
    """A content policy in the header's own writing."""
    return "; ".join(f"{kind} {allowed}".strip() for kind, allowed in sources.items())


PAGE_POLICY = policy(
    {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
)
_LETTER_SOURCES = {
    "default-src": "'none'",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}
# A letter from outside, shown inside our page: it may draw its own words and pictures we already hold, no more.
LETTER_POLICY = policy(_LETTER_SOURCES)
# The same when its reader asked for the pictures that lie with others; still no script, no style, no font of theirs.
LETTER_WITH_PICTURES_POLICY = policy({**_LETTER_SOURCES, "img-src": "'self' data: https: http:"})
# A file from outside, opened in the browser: it runs nothing and reaches nothing, whatever it turns out to be.
FILE_POLICY = policy({"default-src": "'none'", "sandbox": "", "frame-ancestors": "'none'"})
UNUSED_POWERS = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in UNUSED_POWERS),
}


def as_framed_letter(response: Response) -> Response:
    """Let this response stand in a frame of ours, sandboxed: for a letter's HTML, already cleaned."""
    response["Content-Security-Policy"] = LETTER_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def as_file_from_outside(response: Response) -> Response:
    """Serve a file that somebody sent us, so that opening it can do no harm."""
    response["Content-Security-Policy"] = FILE_POLICY
    return response


class SecurityHeadersMiddleware:
    """Give every response the headers it does not have. A view that needs another policy says so in its response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then close the doors."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

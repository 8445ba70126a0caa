"""What never reaches a view: more than a message may hold, and signs that no text can hold."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from clientela.impact.policies.case_files import may_bring_case_files
from clientela.network.policies import may_allow_mail, may_bring_logs

CASE_FILES = 3  # the cases, how well each served, and who depends on whom: they may come together
FORM_BYTES = 256 * 1024  # what a form adds to its message and files: the names of its fields, the lines between them


class LimitsMiddleware:
    """Answer 413 to a body larger than a message may be, and take NULs out of what an address asks.

    Django would put files of any size into a temporary folder, a stranger's too, before any view could say no; and
    PostgreSQL refuses a NUL in whatever it is asked. Stands where the language is known and nothing has read the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what may be read."""
        longest = _longest_bytes(request)
        if _size_bytes(request) > longest + FORM_BYTES:
            limit = filesizeformat(longest)
            return render(
                request, "413.html", {"size": filesizeformat(_size_bytes(request)), "limit": limit}, status=413
            )
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            asked = request.GET.copy()
            for name, values in request.GET.lists():
                asked.setlist(name, [value.replace("\0", "") for value in values])
            request.GET = asked  # type: ignore[assignment]  # the question without what nobody can type; views only read
        return self.get_response(request)


def _longest_bytes(request: HttpRequest) -> int:
    """A message's size, or that of a log, a mail record or cases from elsewhere where who may brings them in."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return int(settings.MESSAGE_LIMIT_BYTES)
    if request.path == reverse("map:logs") and may_bring_logs(viewer):
        return int(settings.LOG_LIMIT_BYTES)
    if request.path == reverse("map:mail") and may_allow_mail(viewer):
        return int(settings.LOG_LIMIT_BYTES)
    if request.path.startswith(reverse("insight:case_files")) and may_bring_case_files(viewer):
        # Larger than any one of them, so that the form can say beside the field which file is too large.
        return CASE_FILES * int(settings.CASE_FILE_LIMIT_BYTES)
    return int(settings.MESSAGE_LIMIT_BYTES)


def _size_bytes(request: HttpRequest) -> int:
    """The size that the browser gives. Without one there is no body: the server reads none."""
    given = str(request.META.get("CONTENT_LENGTH") or "")
    return int(given) if given.isdecimal() else 0

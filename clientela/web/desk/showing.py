"""The page of a request, who else looks at it, and what came with its messages."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from clientela.inbox import queries as inbox
from clientela.kernel.clock import now
from clientela.requests import actions, queries
from clientela.requests.queries.lookers import lookers_at
from clientela.web.desk.acts.doing import request_at
from clientela.web.desk.framing import framed, pictures_in_place
from clientela.web.desk.page import show_request
from clientela.web.doors import for_employees
from clientela.web.downloads import as_download
from clientela.web.security import LETTER_WITH_PICTURES_POLICY, as_file_from_outside, as_framed_letter
from clientela.web.viewer import KnownRequest


@for_employees
def show(request: KnownRequest, reference: str) -> HttpResponse:
    """Show a request with everything about it."""
    return show_request(request, reference)


@require_POST
@for_employees
def lookers(request: KnownRequest, reference: str) -> HttpResponse:
    """Note that the viewer has the page open, and tell who else has."""
    at = now()
    found = request_at(reference, at=at)
    actions.look_at_request(by=request.viewer, at=at, request_id=found.id)
    others = lookers_at(found.id, besides=request.viewer.person_id, at=at)
    return render(request, "desk/lookers.html", {"at": at, "lookers": others})


@for_employees
def file(request: KnownRequest, attachment_id: int) -> HttpResponseBase:
    """Hand out a file, always as a download."""
    return as_file_from_outside(as_download(queries.attachment_to_download(request.viewer, attachment_id)))


@for_employees
def mail(request: KnownRequest, message_id: int) -> HttpResponse:
    """Show the whole mail behind a message: in place when the page asks for it, else on a page of its own."""
    whole = inbox.whole_mail(request.viewer, message_id)
    found = queries.message_shown(request.viewer, message_id)
    context = {
        "at": now(),
        "place": "requests",
        "mail": whole,
        "reference": found.reference,
        "said": found,
        "language": found.language,
    }
    template = "desk/whole_mail.html" if "HX-Request" in request.headers else "desk/mail.html"
    return render(request, template, context)


@for_employees
def letter_html(request: KnownRequest, message_id: int) -> HttpResponse:
    """Show a mail as it was written, for a frame that runs nothing and fetches nothing but pictures one asked for."""
    shows_elsewhere = request.GET.get("pictures") == "1"
    html = queries.message_html(request.viewer, message_id)
    pictures = pictures_in_place(queries.inline_files(message_id))
    # It was cleaned when it came in; the frame and its policy stand guard all the same.
    safe = SafeString(framed(html, pictures, shows_elsewhere=shows_elsewhere))
    response = as_framed_letter(render(request, "desk/letter.html", {"html": safe}))
    # Whoever holds a picture must not learn which page it was shown on.
    response["Referrer-Policy"] = "no-referrer"
    if shows_elsewhere:
        response["Content-Security-Policy"] = LETTER_WITH_PICTURES_POLICY
    return response

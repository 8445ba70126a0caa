"""The manual's pages, as colleagues read them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from clientela.kernel.clock import now
from clientela.web.doors import for_employees
from clientela.web.manual.pages import LANGUAGE, manual_entries, manual_page
from clientela.web.viewer import KnownRequest


@for_employees
def manual(request: KnownRequest, name: str = "") -> HttpResponse:
    """Show a page of the manual beside the list of all."""
    page = manual_page(name)
    if page is None:
        raise Http404
    context = {
        "at": now(),
        "page": page,
        "entries": manual_entries(),
        "written_in": LANGUAGE,
        "is_in_own_language": (get_language() or LANGUAGE) == LANGUAGE,
    }
    return render(request, "manual/page.html", context)

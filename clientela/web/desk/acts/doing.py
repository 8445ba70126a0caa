"""How an act is done from the page of a request, and what happens when it cannot be."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clientela.catalogue.queries import AnswersNotAcceptedError
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.policies import HiddenError, require
from clientela.promises.actions import NoCalendarError, PromiseError
from clientela.requests import queries
from clientela.requests.actions import RequestError
from clientela.requests.policies import Access
from clientela.requests.queries import RequestOfMail, RequestPage
from clientela.requests.rules import Verb
from clientela.web.components.toasts import say
from clientela.web.desk.forms import DeskForm
from clientela.web.desk.page import Trouble, show_request
from clientela.web.viewer import KnownRequest

REFUSALS = (RequestError, PromiseError, NoCalendarError, AnswersNotAcceptedError)
BACK_TO_THE_DAY = "my_day"


def request_at(reference: str, *, at: datetime) -> RequestOfMail:
    """The request of an address, by its reference however typed. Who may do what is decided by the act itself."""
    found = queries.request_of_reference(normal_reference(reference) or "", at=at)
    if found is None:
        raise HiddenError(f"There is no request {reference}.")
    return found


def page_to_serve(request: KnownRequest, reference: str, verb: Verb, *, at: datetime) -> RequestPage:
    """The page whose colleagues, departments and services a form chooses from. Raises NotAllowedError, HiddenError."""
    page = queries.request_page(request.viewer, reference, at=at)
    if page.access is not Access.FULL:
        require(page.verdicts[verb])
    return page


def back(request: KnownRequest, reference: str, *, anchor: str = "") -> HttpResponse:
    """Go where the act was done: to My day, or to the page of the request."""
    if request.POST.get("next") == BACK_TO_THE_DAY:
        return redirect("desk:my_day")
    return redirect(reverse("desk:request", args=[reference]) + anchor)


def do(
    request: KnownRequest,
    reference: str,
    act: Callable[[], object],
    *,
    at: datetime,
    words: str,
    undo_url: str = "",
) -> HttpResponse:
    """Do what one button says. If somebody was faster, the page as it stands now says so."""
    try:
        act()
    except REFUSALS as error:
        return show_request(request, reference, at=at, trouble=Trouble({}, sentence=str(error)))
    say(request, words, undo_url=undo_url)
    return back(request, reference)


def do_with_form(
    request: KnownRequest,
    reference: str,
    form: DeskForm,
    act: Callable[[], object],
    *,
    at: datetime,
    words: str,
    panel: str = "",
    draft: str = "",
    undo_url: str = "",
    anchor: str = "",
    department_id: int | None = None,
    leaves: bool = False,
) -> HttpResponse:
    """Do what a form asks for; `leaves` when afterwards the page may be the viewer's no longer.

    What does not pass comes back beside its field, with everything that was written.
    """
    if form.is_valid():
        try:
            act()
        except REFUSALS as error:
            form.refuse(str(error))
        else:
            say(request, words, draft=draft, undo_url=undo_url)
            return redirect("desk:my_day") if leaves else back(request, reference, anchor=anchor)
    trouble = Trouble({form.key: form}, panel=panel)
    return show_request(request, reference, at=at, trouble=trouble, department_id=department_id)

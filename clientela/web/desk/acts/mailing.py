"""Where a mail belongs: joined to another request or kept apart, its first sender made the customer, two made one."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clientela.directory.actions import NobodyBehindAddressError, WrongValueError
from clientela.inbox.actions import (
    NothingForwardedError,
    join_what_perhaps_belongs,
    keep_apart,
    make_forwarded_sender_customer,
)
from clientela.kernel.clock import now
from clientela.kernel.identifiers import normal_reference
from clientela.kernel.policies import HiddenError
from clientela.requests import actions
from clientela.requests.actions import DifferentCustomersError
from clientela.web.components.toasts import say
from clientela.web.desk import forms
from clientela.web.desk.acts.doing import REFUSALS, do, request_at
from clientela.web.desk.page import Trouble, show_request
from clientela.web.doors import for_employees
from clientela.web.viewer import KnownRequest

MAIL_REFUSALS = (*REFUSALS, NothingForwardedError, NobodyBehindAddressError, WrongValueError)


@require_POST
@for_employees
def join(request: KnownRequest, reference: str, raw_id: int) -> HttpResponse:
    """What the mail opened goes on with the request it perhaps belongs to."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.JoinForm(request.POST, raw_id=raw_id)
    form.full_clean()  # one box to tick, so nothing in it can be wrong
    try:
        join_what_perhaps_belongs(
            by=request.viewer, at=at, raw_id=raw_id, is_same_customer=form.cleaned_data["is_same_customer"]
        )
    except DifferentCustomersError as error:
        form.refuse(str(error))
        return show_request(request, found.reference, at=at, trouble=Trouble({form.key: form}))
    except MAIL_REFUSALS as error:
        return show_request(request, found.reference, at=at, trouble=Trouble({}, sentence=str(error)))
    words = _("They are one now. What is said here goes on there.")
    say(request, words, undo_url=reverse("desk:unmerge", args=[found.reference]))
    return redirect("desk:request", found.reference)


@require_POST
@for_employees
def apart(request: KnownRequest, reference: str, raw_id: int) -> HttpResponse:
    """The mail is a matter of its own."""
    return _decided(request, reference, raw_id, keep_apart, _("It is a matter of its own."))


@require_POST
@for_employees
def make_customer(request: KnownRequest, reference: str, raw_id: int) -> HttpResponse:
    """Who wrote what was forwarded is the customer, and gets the answers."""
    words = _("They are the customer now. Answers go to them.")
    return _decided(request, reference, raw_id, make_forwarded_sender_customer, words)


@require_POST
@for_employees
def merge(request: KnownRequest, reference: str) -> HttpResponse:
    """Two requests turn out to be one: this one goes on in the other."""
    at = now()
    found = request_at(reference, at=at)
    form = forms.MergeForm(request.POST)
    if form.is_valid():
        into = normal_reference(form.cleaned_data["into"])
        try:
            actions.merge_requests(
                by=request.viewer,
                at=at,
                request_id=found.id,
                into_reference=into or "",
                is_same_customer=form.cleaned_data["is_same_customer"],
            )
        except HiddenError:
            # Of the other one, else the page below does not exist either.
            form.refuse(_("There is no request with this reference. It looks like R-7KX2-4."))
        except REFUSALS as error:
            form.refuse(str(error))
        else:
            words = _("%(reference)s goes on here.") % {"reference": found.reference}
            say(request, words, undo_url=reverse("desk:unmerge", args=[found.reference]))
            return redirect("desk:request", into)
    return show_request(request, found.reference, at=at, trouble=Trouble({form.key: form}))


@require_POST
@for_employees
def unmerge(request: KnownRequest, reference: str) -> HttpResponse:
    """They are two after all."""
    at = now()
    found = request_at(reference, at=at)
    return do(
        request,
        found.reference,
        lambda: actions.unmerge_request(by=request.viewer, at=at, request_id=found.id),
        at=at,
        words=_("They are two again."),
    )


def _decided(
    request: KnownRequest,
    reference: str,
    raw_id: int,
    act: Callable[..., object],
    words: str,
) -> HttpResponse:
    """Do what an agent decided about a mail; if it cannot be, the page as it stands now says why."""
    at = now()
    found = request_at(reference, at=at)
    try:
        act(by=request.viewer, at=at, raw_id=raw_id)
    except MAIL_REFUSALS as error:
        return show_request(request, found.reference, at=at, trouble=Trouble({}, sentence=str(error)))
    say(request, words)
    return redirect("desk:request", found.reference)

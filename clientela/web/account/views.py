"""The door: employees log in, customers come in by a link from a letter."""

from django.contrib.auth import login, logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from clientela.directory.actions.access import person_of_access_token, send_access_link
from clientela.kernel.clock import now
from clientela.kernel.identifiers import reference_of
from clientela.requests.letters import read_status_token
from clientela.web.account.forms import LinkForm, LogInForm
from clientela.web.doors import for_everybody
from clientela.web.viewer import SESSION_CUSTOMER, VisitorRequest


@for_everybody
def front_door(request: VisitorRequest) -> HttpResponse:
    """Lead everybody to where they live: agents to My day, customers to the portal, strangers to the log-in."""
    if request.viewer is None:
        return redirect("account:login")
    return redirect("desk:my_day" if request.viewer.is_employee else "portal:home")


@sensitive_post_parameters("password")
@never_cache
@for_everybody
def log_in(request: VisitorRequest) -> HttpResponse:
    """Let an employee in. Too many wrong passwords close the door for a while (django-axes)."""
    form = LogInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect(_wanted(request))
    status = 422 if form.is_bound else 200
    return render(request, "account/login.html", {"form": form, "next": _wanted(request), "at": now()}, status=status)


@require_POST
@for_everybody
def log_out(request: VisitorRequest) -> HttpResponse:
    """Forget who is looking."""
    logout(request)
    return redirect("account:login")


@for_everybody
def ask_for_link(request: VisitorRequest) -> HttpResponse:
    """Send a customer a link. The answer is the same for a known and an unknown address, so that nobody can try out."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    at = now()
    if request.method == "POST" and form.is_valid():
        send_access_link(address=form.cleaned_data["address"], at=at)
        return render(request, "account/link_sent.html", {"address": form.cleaned_data["address"], "at": at})
    return render(request, "account/link.html", {"form": form, "at": at}, status=422 if form.is_bound else 200)


@never_cache
@for_everybody
def come_in_by_letter(request: VisitorRequest, token: str) -> HttpResponse:
    """Let a customer in by the link of a letter, as a customer only, even if they work here."""
    at = now()
    status_link = read_status_token(token, at=at)
    person_id = status_link.person_id if status_link else person_of_access_token(token, at=at)
    if person_id is None:
        return render(request, "account/link_expired.html", {"form": LinkForm(), "at": at}, status=410)
    # An employee who is logged in stays logged in when the link is their own; a session never holds two people.
    if request.viewer is None or request.viewer.person_id != person_id:
        logout(request)
        request.session[SESSION_CUSTOMER] = person_id
    if status_link is not None:
        return redirect("portal:status", reference=reference_of(status_link.request_id))
    return redirect("portal:home")


def _wanted(request: VisitorRequest) -> str:
    """Return where the visitor was going; never another site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return reverse("account:front")

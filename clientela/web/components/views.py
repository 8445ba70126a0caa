"""The shell's own pages: the theme, the language, and the living page of all parts."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clientela.kernel.clock import now
from clientela.web.components import samples
from clientela.web.components.shell import THEME_COOKIE, THEMES
from clientela.web.doors import for_administrators, for_everybody
from clientela.web.viewer import SESSION_LANGUAGE, VisitorRequest

YEAR_SECONDS = 365 * 24 * 3600


def back_to(request: HttpRequest) -> str:
    """Where the form stood; never another site."""
    address = request.POST.get("next", "/")
    if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return address
    return "/"


@for_everybody
@require_POST
def choose_theme(request: VisitorRequest) -> HttpResponse:
    """Keep the theme in this browser. What is not a theme changes nothing."""
    response = redirect(back_to(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        # The script reads and writes it too, so that the page changes without a journey.
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=False
        )
    return response


@for_everybody
@require_POST
def choose_language(request: VisitorRequest) -> HttpResponse:
    """Speak another language from now on in this session. What is not one of ours changes nothing."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        request.session[SESSION_LANGUAGE] = language
    return redirect(back_to(request))


@for_administrators
def states(request: VisitorRequest) -> HttpResponse:
    """Every part of every page in every state, for those who build and look after it."""
    at = now()
    return render(request, "states.html", {"at": at, **samples.states(at=at, form_data=request.POST or None)})

"""Who is looking: `request.viewer` is the employee logged in, a customer let in by a letter's link, or nobody."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.inbox.queries import put_aside_count
from clientela.kernel.clock import now
from clientela.kernel.languages import LANGUAGES, product_language
from clientela.kernel.policies import HiddenError

SESSION_CUSTOMER = "customer_person_id"  # set by a magic link: a customer's view, never an employee's
SESSION_LANGUAGE = "language"  # what the visitor chose


class VisitorRequest(HttpRequest):
    """An HTTP request that knows who is looking."""

    viewer: Viewer | None


class KnownRequest(VisitorRequest):
    """An HTTP request that has come through a door: somebody is looking, and we know who."""

    viewer: Viewer


class ViewerMiddleware:
    """Find out who is looking and speak their language. Two statements for an employee, none for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        """Set `request.viewer` and activate the language: the visitor's choice, theirs by record, the browser's."""
        request.viewer = _viewer_of(request)
        zone = request.viewer.zone if request.viewer is not None else settings.TIME_ZONE
        with translation.override(language_for(request)), timezone.override(zone):
            request.LANGUAGE_CODE = translation.get_language()
            if request.viewer is not None:
                # What is asked for this viewer (the names of services) comes in the language of the page around it.
                request.viewer = replace(request.viewer, language=request.LANGUAGE_CODE)
            return self.get_response(request)


def _viewer_of(request: HttpRequest) -> Viewer | None:
    at = now()
    try:
        if request.user.is_authenticated:
            return directory.viewer_of(request.user.person_id, at=at)
        customer = request.session.get(SESSION_CUSTOMER)
        return None if customer is None else directory.customer_viewer_of(customer, at=at)
    except HiddenError:
        return None  # erased while the session lasted: nobody is there any more


def language_for(request: VisitorRequest) -> str:
    """Return the language to speak, one of the product's four."""
    chosen = request.session.get(SESSION_LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    if request.viewer is not None:
        return product_language(request.viewer.language)
    return translation.get_language_from_request(request)


def page_context(request: VisitorRequest) -> dict[str, object]:
    """What every template knows."""
    viewer = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "product_languages": LANGUAGES,
        # Asked only where the navigation is drawn, and only for who looks after the mail.
        "put_aside_count": partial(put_aside_count, viewer) if isinstance(viewer, Viewer) else None,
    }

"""Who may come in at which page. What is shown inside is decided by the contexts' policies."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from clientela.kernel.policies import HiddenError, NotAllowedError
from clientela.web.errors import not_allowed, not_found
from clientela.web.viewer import KnownRequest, VisitorRequest

P = ParamSpec("P")
View = Callable[Concatenate[VisitorRequest, P], HttpResponseBase]
KnownView = Callable[Concatenate[KnownRequest, P], HttpResponseBase]


def for_employees(view: KnownView[P]) -> View[P]:
    """Let colleagues in; send a stranger to the log-in; for a customer let in by a letter the page does not exist."""

    @wraps(view)
    def door(request: VisitorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.viewer is None:
            return redirect_to_login(request.get_full_path())
        if not request.viewer.is_employee:
            raise Http404
        return view(cast("KnownRequest", request), *args, **kwargs)

    door.door = "employees"  # type: ignore[attr-defined]  # read by the permission table's test
    return door


def for_administrators(view: KnownView[P]) -> View[P]:
    """Let administrators in; for everybody else the page does not exist."""

    @wraps(view)
    def door(request: VisitorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.viewer is None:
            return redirect_to_login(request.get_full_path())
        if not request.viewer.is_administrator:
            raise Http404
        return view(cast("KnownRequest", request), *args, **kwargs)

    door.door = "administrators"  # type: ignore[attr-defined]  # read by the permission table's test
    return door


def for_known(view: KnownView[P]) -> View[P]:
    """Let in everybody we know: colleagues, and customers let in by a letter."""

    @wraps(view)
    def door(request: VisitorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.viewer is None:
            return redirect_to_login(request.get_full_path())
        return view(cast("KnownRequest", request), *args, **kwargs)

    door.door = "known"  # type: ignore[attr-defined]  # read by the permission table's test
    return door


def for_everybody(view: View[P]) -> View[P]:
    """Let anybody in. Said aloud, so that no page is open by mistake."""

    @wraps(view)
    def door(request: VisitorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    door.door = "everybody"  # type: ignore[attr-defined]  # read by the permission table's test
    return door


class RefusalMiddleware:
    """Turn a policy's refusal into a page: what may not be seen does not exist (404), what may not be done says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the policies; everything else is Django's."""
        if isinstance(exception, HiddenError):
            return not_found(request, exception)
        if isinstance(exception, NotAllowedError):
            return not_allowed(request, exception)
        return None

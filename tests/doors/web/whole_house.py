"""A house with every place in it, so that the shell can be seen whole whatever pages there are."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def page(request: HttpRequest) -> HttpResponse:
    """Nothing but an address."""
    return HttpResponse(request.path)


urlpatterns = [
    path("", include("clientela.web.components.urls")),
    path("", include(([path("day", page, name="my_day"), path("requests", page, name="requests")], "desk"))),
    path("", include(([path("people", page, name="people")], "directory"))),
    path("", include(([path("map", page, name="map")], "map"))),
    path("", include(([path("settings", page, name="home"), path("letters", page, name="letters")], "settings"))),
    path("", include(([path("ask", page, name="home")], "portal"))),
    path("", include(([path("in", page, name="login"), path("out", page, name="logout")], "account"))),
]

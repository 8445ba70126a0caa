"""Every address of the pages. Each row here has a row in the permission table of the architecture tests."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("clientela.web.account.urls")),
    path("", include("clientela.web.components.urls")),
    path("", include("clientela.web.portal.urls")),
    path("map/", include("clientela.web.map.urls")),
    path("insight/", include("clientela.web.insight.urls")),
    path("", include("clientela.web.listen.urls")),
    path("manual/", include("clientela.web.manual.urls")),
    path("people/", include("clientela.web.directory.urls")),
    path("settings/", include("clientela.web.settings.urls")),
    path("desk/", include("clientela.web.desk.urls")),
]

handler400 = "clientela.web.errors.bad_request"
handler403 = "clientela.web.errors.not_allowed"
handler404 = "clientela.web.errors.not_found"

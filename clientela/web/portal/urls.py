"""The portal's addresses: what can I ask, how does it stand, how did it go."""

from django.urls import path

from clientela.web.portal import rating, refusing, views

app_name = "portal"
urlpatterns = [
    path("portal/", views.home, name="home"),
    path("portal/ask/<slug:key>", views.ask, name="ask"),
    path("portal/requests/", views.my_requests, name="requests"),
    path("portal/requests/<str:reference>", views.status, name="status"),
    path("portal/requests/<str:reference>/write", views.write, name="write"),
    path("portal/requests/<str:reference>/done", views.done, name="done"),
    path("portal/requests/<str:reference>/files/<int:attachment_id>", views.attachment, name="attachment"),
    path("r/<str:token>/<int:score>", rating.rate, name="rate"),
    path("r/<str:token>", rating.comment, name="rating"),
    path("u/<str:token>", refusing.refuse, name="refuse"),
]

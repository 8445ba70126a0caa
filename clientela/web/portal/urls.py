"""The portal's addresses: what can I ask, how does it stand, how did it go."""

from django.urls import path

from clientela.web.portal import rating, refusing, views
from clientela.web.portal.surveys import views as surveys

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
    path("s/open/<str:link_key>", surveys.open_link, name="open_survey"),
    path("s/<str:token>", surveys.answer, name="survey"),
    path("s/<str:token>/decline", surveys.decline, name="survey_decline"),
    path("s/<str:token>/<int:score>", surveys.click, name="survey_click"),
    path("u/<str:token>", refusing.refuse, name="refuse"),
]

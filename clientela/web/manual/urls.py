"""The manual's addresses."""

from django.urls import path

from clientela.web.manual import views

app_name = "manual"
urlpatterns = [
    path("", views.manual, name="manual"),
    path("<slug:name>", views.manual, name="page"),
]

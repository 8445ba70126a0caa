"""The service map's addresses."""

from django.urls import path

from clientela.web.map import views

app_name = "map"
urlpatterns = [
    path("", views.service_map, name="map"),
    path("lines.csv", views.lines_as_csv, name="csv"),
]

"""The shell's addresses."""

from django.urls import path

from clientela.web.components import views

app_name = "shell"
urlpatterns = [
    path("theme", views.choose_theme, name="theme"),
    path("language", views.choose_language, name="language"),
    path("states", views.states, name="states"),
]

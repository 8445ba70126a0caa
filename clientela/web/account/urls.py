"""Coming in and going out."""

from django.urls import path

from clientela.web.account import views

app_name = "account"
urlpatterns = [
    path("", views.front_door, name="front"),
    path("login", views.log_in, name="login"),
    path("logout", views.log_out, name="logout"),
    path("link", views.ask_for_link, name="link"),
    path("p/<str:token>", views.come_in_by_letter, name="letter"),
]

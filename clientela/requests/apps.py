from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "clientela.requests"
    label = "requests"

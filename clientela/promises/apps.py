from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "clientela.promises"
    label = "promises"

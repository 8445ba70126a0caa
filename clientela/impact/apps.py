from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "clientela.impact"
    label = "impact"

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages by place. No tables of its own: screens compose, contexts hold."""

    name = "clientela.web"
    label = "web"

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "clientela.inbox"
    label = "inbox"

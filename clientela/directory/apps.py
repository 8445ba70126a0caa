from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Django's name for this room."""

    name = "clientela.directory"
    label = "directory"

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "clientela.kernel"
    label = "kernel"

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "clientela.network"
    label = "network"

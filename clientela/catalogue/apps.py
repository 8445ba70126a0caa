from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "clientela.catalogue"
    label = "catalogue"

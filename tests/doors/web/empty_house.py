"""Addresses of a house without pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

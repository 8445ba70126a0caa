"""Foreign keys point downward, and every table belongs to a room."""

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

# From the bottom up: a table may point to its own room and to those before it.
ROOMS = ("kernel", "directory", "promises", "catalogue", "requests", "voice", "network", "impact", "inbox")


def test_foreign_keys_point_downward() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField)
        and ROOMS.index(field.related_model._meta.app_label) > ROOMS.index(model._meta.app_label)
    ]
    assert upward == []


def test_the_web_stores_nothing_and_the_network_only_its_own_answers() -> None:
    stored = [model._meta.label for model in apps.get_models() if model._meta.app_label in {"web", "network"}]
    assert sorted(stored) == [
        "network.AskedPair",
        "network.AskedWord",
        "network.CaseWeek",
        "network.DeclaredLine",
        "network.DependenceInvitation",
        "network.DependenceRound",
        "network.DependenceSheet",
        "network.EdgeWeek",
        "network.EndedCase",
        "network.EventLog",
        "network.HopWeek",
        "network.LatenessCount",
        "network.LatenessWeek",
        "network.LogDecision",
        "network.LogEdge",
        "network.LogTeam",
        "network.MailAllowance",
        "network.MailTrace",
        "network.MailWeek",
        "network.MapDrawing",
        "network.PassageWeek",
        "network.WhatIf",
    ]

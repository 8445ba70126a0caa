"""Every service in a line, retired ones too: what pages about past work need to name it and to know its promise."""

from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from clientela.catalogue.models import ServiceVersion
from clientela.catalogue.rules import in_language


@dataclass(frozen=True)
class ServiceInBrief:
    """The newest version of a service, worded for the reader."""

    service_id: int
    key: str
    title: str
    owner_id: int
    terms_id: int


def services_in_brief(*, language: str) -> list[ServiceInBrief]:
    """Return every service by its id. One statement."""
    rows = (
        ServiceVersion.objects.annotate(
            age=Window(RowNumber(), partition_by=F("service_id"), order_by=F("number").desc())
        )
        .filter(age=1)
        .order_by("service_id")
        .values_list("service_id", "service__key", "texts", "service__owner_id", "terms_id")
    )
    return [
        ServiceInBrief(
            service_id=number,
            key=key,
            title=in_language({code: words.get("title", "") for code, words in texts.items()}, language),
            owner_id=owner_id,
            terms_id=terms_id,
        )
        for number, key, texts, owner_id, terms_id in rows
    ]

"""A service as it is described, whole and in every language: for those who change it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clientela.catalogue.models import ServiceVersion
from clientela.catalogue.policies import may_offer_service
from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, require_seen


@dataclass(frozen=True)
class ServiceDescribed:
    """The newest version of a service. `texts`, `fields` and `plan` as in models.ServiceVersion."""

    key: str
    owner_id: int
    audience: str
    texts: dict[str, dict[str, str]]
    fields: tuple[dict[str, Any], ...]
    plan: tuple[dict[str, Any], ...]
    terms_key: str
    takes_mail: bool
    is_bought: bool
    group_ids: tuple[int, ...]
    next_review_on: date | None
    finishes_by_itself: bool
    retired_at: datetime | None
    version_number: int
    made_at: datetime


def service_described(viewer: Viewer, key: str) -> ServiceDescribed:
    """The service `key` for one who may change it. Two statements. Raises HiddenError for everybody else."""
    version = (
        ServiceVersion.objects.select_related("service", "terms").filter(service__key=key).order_by("-number").first()
    )
    if version is None:
        raise HiddenError(f"There is no service {key}.")
    service = version.service
    require_seen(may_offer_service(viewer, owner_id=service.owner_id))
    return ServiceDescribed(
        key=service.key,
        owner_id=service.owner_id,
        audience=service.audience,
        texts=version.texts,
        fields=tuple(version.fields),
        plan=tuple(version.plan),
        terms_key=version.terms.key,
        takes_mail=service.takes_mail,
        is_bought=service.is_bought,
        group_ids=tuple(sorted(service.groups.values_list("id", flat=True))),
        next_review_on=service.next_review_on,
        finishes_by_itself=version.finishes_by_itself,
        retired_at=service.retired_at,
        version_number=version.number,
        made_at=version.made_at,
    )

"""What can be done with the catalogue: offer, change and retire a service.

A change of words, form, plan, terms or of how it finishes is a new version; requests keep the version they asked with.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clientela.catalogue.models import Service, ServiceVersion
from clientela.catalogue.policies import may_offer_service
from clientela.catalogue.queries.needs import ServicesKnown, services_known
from clientela.catalogue.rules import (
    AUDIENCES,
    CircleError,
    DefinitionError,
    PlannedStep,
    checked_texts,
    fields_from_json,
    plan_from_json,
    require_needs,
)
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.constraints import violated_constraint
from clientela.kernel.journal import record, thing
from clientela.kernel.policies import HiddenError, require
from clientela.promises import queries as promises

# What is wrong with a description, by the fault that the rules found.
_FAULTS = {
    "empty": gettext_lazy("%(place)s is empty. Write it in at least one language."),
    "unknown": gettext_lazy("%(place)s is not a kind of field. Choose text, number, date, choice, file or the like."),
    "not_a_key": gettext_lazy("%(place)s is not a key. Use small letters, digits and hyphens."),
    "not_wanted": gettext_lazy("%(place)s does not belong to this kind of field. Leave it out."),
    "not_a_number": gettext_lazy("%(place)s is not a number. Write it in digits."),
    "not_a_date": gettext_lazy("%(place)s is not a date. Write it as year-month-day."),
    "twice": gettext_lazy("%(place)s stands twice. Give each its own key."),
    "unknown_service": gettext_lazy(
        "%(place)s names a service that does not exist. Name one that another department offers, or leave it out."
    ),
    "own_service": gettext_lazy(
        "%(place)s names a service of the same department. Name one of another department, or leave it out."
    ),
    "retired": gettext_lazy("%(place)s names a service that is no longer offered. Name another one, or leave it out."),
    "not_offered": gettext_lazy(
        "%(place)s names a service that is not offered to this department. Name another one, or leave it out."
    ),
}
_CIRCLE = gettext_lazy("%(place)s closes a circle in which each needs the next: %(circle)s. Leave one of them out.")
VERSIONED = ("texts", "fields", "plan", "terms_id", "finishes_by_itself")


class ServiceError(Exception):
    """A service that cannot be offered as described. `field` names the part; the message says why and what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def offer_service(
    *,
    by: Viewer,
    at: datetime,
    key: str,
    owner_key: str,
    audience: str,
    texts: Mapping[str, Mapping[str, str]],
    fields: Sequence[Mapping[str, Any]] = (),
    plan: Sequence[Mapping[str, Any]] = (),
    terms_key: str,
    takes_mail: bool = False,
    group_ids: Collection[int] = (),
    next_review_on: date | None = None,
    finishes_by_itself: bool = False,
    is_bought: bool = False,
) -> int:
    """Offer a new service of the department `owner_key` and return its id.

    `finishes_by_itself`: a request of it is resolved without a hand when all that it waited for is done.
    `is_bought`: who asks from outside pays for it, so that coming back is worth something.
    A step of the plan may name the service of another department that it `needs`, by its key.
    Raises ServiceError naming the part at fault: above all a service without an owner, whom nobody would answer for.
    """
    owner_id = _owner_id(owner_key)
    require(may_offer_service(by, owner_id=owner_id))
    _require_audience(audience, group_ids)
    if not key:
        raise ServiceError("key", _("The service has no key. Give it one, for example repair-appliance."))
    content = _content(
        texts=texts, fields=fields, plan=plan, terms_key=terms_key, finishes_by_itself=finishes_by_itself
    )
    _require_needs(content["plan"], key=key, owner_id=owner_id)
    try:
        with transaction.atomic():
            service = Service.objects.create(
                key=key,
                owner_id=owner_id,
                audience=audience,
                takes_mail=takes_mail,
                is_bought=is_bought,
                next_review_on=next_review_on,
            )
    except IntegrityError as error:
        raise _taken(error, key=key) from error
    service.groups.set(group_ids)
    ServiceVersion.objects.create(service=service, number=1, made_at=at, **content)
    record(
        verb="service_offered",
        by=by.person_id,
        at=at,
        about=[thing("service", service.pk), thing("party", owner_id)],
        key=key,
        version=1,
    )
    return service.pk


@transaction.atomic
def change_service(
    *,
    by: Viewer,
    at: datetime,
    key: str,
    audience: str,
    texts: Mapping[str, Mapping[str, str]],
    fields: Sequence[Mapping[str, Any]],
    plan: Sequence[Mapping[str, Any]],
    terms_key: str,
    takes_mail: bool,
    group_ids: Collection[int] = (),
    next_review_on: date | None = None,
    finishes_by_itself: bool = False,
    is_bought: bool = False,
) -> int:
    """Describe the service anew, whole, and return the id of its newest version.

    A new version is made only if words, form, plan, terms or how it finishes differ. Raises ServiceError, HiddenError.
    """
    service = _locked(key)
    require(may_offer_service(by, owner_id=service.owner_id))
    _require_audience(audience, group_ids)
    content = _content(
        texts=texts, fields=fields, plan=plan, terms_key=terms_key, finishes_by_itself=finishes_by_itself
    )
    _require_needs(content["plan"], key=key, owner_id=service.owner_id)
    service.audience = audience
    service.takes_mail = takes_mail
    service.is_bought = is_bought
    service.next_review_on = next_review_on
    try:
        with transaction.atomic():
            service.save(update_fields=["audience", "takes_mail", "is_bought", "next_review_on"])
    except IntegrityError as error:
        raise _taken(error, key=key) from error
    service.groups.set(group_ids)
    newest = ServiceVersion.objects.filter(service=service).order_by("-number")[0]
    if any(getattr(newest, name) != content[name] for name in VERSIONED):
        newest = ServiceVersion.objects.create(service=service, number=newest.number + 1, made_at=at, **content)
    record(
        verb="service_changed",
        by=by.person_id,
        at=at,
        about=[thing("service", service.pk), thing("party", service.owner_id)],
        key=key,
        version=newest.number,
    )
    return newest.pk


@transaction.atomic
def retire_service(*, by: Viewer, at: datetime, key: str) -> None:
    """Offer the service no longer. Requests already asked go on as they were promised. Twice is the same as once."""
    service = _locked(key)
    require(may_offer_service(by, owner_id=service.owner_id))
    if service.retired_at is not None:
        return
    service.retired_at = at
    service.save(update_fields=["retired_at"])
    about = [thing("service", service.pk), thing("party", service.owner_id)]
    record(verb="service_retired", by=by.person_id, at=at, about=about, key=key)


def _locked(key: str) -> Service:
    service = Service.objects.select_for_update().filter(key=key).first()
    if service is None:
        raise HiddenError(f"There is no service {key}.")
    return service


def _owner_id(owner_key: str) -> int:
    if not owner_key:
        raise ServiceError(
            "owner_key", _("The service has no owner. Name the department that answers for it and its promises.")
        )
    owner = directory.department_by_key(owner_key)
    if owner is None:
        raise ServiceError(
            "owner_key",
            _("There is no department “%(key)s” to own the service. Choose one of the departments.")
            % {"key": owner_key},
        )
    return owner.id


def _require_audience(audience: str, group_ids: Collection[int]) -> None:
    if audience not in AUDIENCES:
        raise ServiceError(
            "audience", _("Say who may ask for the service: inside, outside, both, or only named groups.")
        )
    if audience == Service.Audience.GROUPS and not group_ids:
        raise ServiceError(
            "group_ids", _("The service is for named groups, and none is named. Choose at least one group.")
        )


def _content(
    *,
    texts: Mapping[str, Mapping[str, str]],
    fields: Sequence[Mapping[str, Any]],
    plan: Sequence[Mapping[str, Any]],
    terms_key: str,
    finishes_by_itself: bool,
) -> dict[str, Any]:
    terms_id = promises.terms_by_key(terms_key)
    if terms_id is None:
        raise ServiceError(
            "terms_key",
            _("There are no terms “%(key)s”. Choose the promised times from Settings, Terms.") % {"key": terms_key},
        )
    try:
        kept_texts = checked_texts(texts)
        fields_from_json(fields)
        plan_from_json(plan)
    except DefinitionError as error:
        raise ServiceError(error.place, _fault_in_words(error)) from error
    return {
        "texts": kept_texts,
        "fields": [dict(row) for row in fields],
        "plan": [_step_as_kept(row) for row in plan],
        "terms_id": terms_id,
        "finishes_by_itself": finishes_by_itself,
    }


def _step_as_kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """A step that needs nothing says nothing of it, so that saying so in two ways makes no new version."""
    return {name: value for name, value in row.items() if name != "needs" or value}


def _require_needs(rows: Sequence[Mapping[str, Any]], *, key: str, owner_id: int) -> None:
    """Let a plan name only services that the department may ask for. Three statements where it names any, else none."""
    plan: Sequence[PlannedStep] = plan_from_json(rows)
    if not any(step.needs for step in plan):
        return
    # Two plans that are written at once could close a circle of which neither sees the other half.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue: one plan names services at a time'))")
    known = services_known()
    try:
        require_needs(plan, key=key, owner_id=owner_id, known=known.services)
    except DefinitionError as error:
        raise ServiceError(error.place, _fault_in_words(error, known)) from error


def _fault_in_words(error: DefinitionError, known: ServicesKnown | None = None) -> str:
    if isinstance(error, CircleError):
        language = get_language() or "en"
        titles = (known.title_of(key, language) if known is not None else key for key in error.circle)
        return str(_CIRCLE) % {"place": error.place, "circle": " → ".join(titles)}
    return str(_FAULTS[error.fault]) % {"place": error.place}


def _taken(error: IntegrityError, *, key: str) -> ServiceError:
    if violated_constraint(error) == "one_mail_service_an_owner":
        return ServiceError(
            "takes_mail",
            _("Mail to this department already opens another service. Let that one take no mail first."),
        )
    return ServiceError("key", _("There is already a service “%(key)s”. Give this one another key.") % {"key": key})

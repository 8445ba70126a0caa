"""What can be asked for: by whom, of whom, with what to bring."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from clientela.catalogue.models import Service, ServiceVersion
from clientela.catalogue.policies import audiences_open_to, may_ask_for
from clientela.catalogue.rules import Field, fields_from_json, in_language, plan_from_json
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.kernel.policies import HiddenError, Verdict


@dataclass(frozen=True)
class ServiceGlimpse:
    """A service in a line of the catalogue, worded for the reader."""

    key: str
    version_id: int
    title: str
    summary: str
    is_for_inside: bool  # colleagues may ask for it as colleagues
    is_for_outside: bool
    owner_id: int
    terms_id: int
    is_bought: bool = False  # customers outside pay for it


@dataclass(frozen=True)
class DepartmentServices:
    """What one department offers the viewer, by title."""

    department_id: int
    name: str
    place: str
    services: tuple[ServiceGlimpse, ...]


@dataclass(frozen=True)
class ChoiceSeen:
    """One answer to choose from, worded for the reader."""

    key: str
    label: str


@dataclass(frozen=True)
class FieldSeen:
    """One thing to bring, worded for the reader. `kind` as in rules.FieldKind."""

    key: str
    kind: str
    label: str
    help: str
    is_required: bool
    choices: tuple[ChoiceSeen, ...]
    lowest: str
    highest: str
    longest: int | None


@dataclass(frozen=True)
class PlannedStepSeen:
    """One task of the plan, worded for the reader. `needs`: the key of the service it takes, "" for none."""

    key: str
    title: str
    is_shown_to_customer: bool
    needs: str = ""


@dataclass(frozen=True)
class ServiceSeen:
    """One version of a service with its form and plan, worded for the reader."""

    service_id: int
    key: str
    version_id: int
    version_number: int
    is_newest: bool
    title: str
    summary: str
    what_happens: str
    fields: tuple[FieldSeen, ...]
    plan: tuple[PlannedStepSeen, ...]
    owner_id: int
    terms_id: int
    audience: str
    takes_mail: bool
    next_review_on: date | None
    retired_at: datetime | None


@dataclass(frozen=True)
class ServiceToAsk:
    """What opening a request must know of the service: whose it is, its terms, its plan, and whether one may ask."""

    version_id: int
    key: str
    owner_id: int
    terms_id: int
    step_keys: tuple[str, ...]
    audience: str
    may_ask_from_inside: Verdict
    may_ask_from_outside: Verdict


@dataclass(frozen=True)
class ServiceThen:
    """What a history must know of a service version. `needs`: the services that steps take, by the steps' keys."""

    key: str
    owner_id: int
    terms_id: int
    step_keys: tuple[str, ...]
    finishes_by_itself: bool = False
    needs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ServiceRow:
    """A service in the list of Settings."""

    key: str
    title: str
    owner_id: int
    owner_name: str
    audience: str
    version_number: int
    takes_mail: bool
    next_review_on: date | None
    is_review_due: bool
    is_retired: bool
    is_bought: bool


def services_for(viewer: Viewer | None, *, language: str) -> tuple[DepartmentServices, ...]:
    """What the viewer may ask for, by department and title; None is a stranger outside. Two statements.

    An employee sees what is for colleagues and what is for customers outside, for many buy from us as well.
    """
    open_to = set(audiences_open_to(is_inside=False))
    parties: Collection[int] = ()
    if viewer is not None:
        parties = viewer.party_ids
        if viewer.is_employee or viewer.is_house:
            open_to |= audiences_open_to(is_inside=True)
    named = Exists(Service.groups.through.objects.filter(service_id=OuterRef("service_id"), group__parties__in=parties))
    rows = _newest().filter(
        Q(service__audience__in=open_to) | Q(service__audience=Service.Audience.GROUPS) & Q(named),
        service__retired_at__isnull=True,
    )
    by_department: dict[int, list[ServiceGlimpse]] = defaultdict(list)
    for version in rows:
        by_department[version.service.owner_id].append(_glimpse(version, language))
    return tuple(
        DepartmentServices(
            department_id=department.id,
            name=department.name_in(language),
            place=department.place,
            services=tuple(sorted(by_department[department.id], key=lambda service: (service.title, service.key))),
        )
        for department in directory.departments()
        if department.id in by_department
    )


def service_seen(*, language: str, key: str = "", version_id: int | None = None) -> ServiceSeen:
    """One service: its newest version by `key`, or exactly the version that a request was asked with. One statement.

    Raises HiddenError if there is none. Says nothing about who may ask; see `service_to_ask`.
    """
    rows = ServiceVersion.objects.select_related("service").annotate(
        is_newest=~Exists(ServiceVersion.objects.filter(service=OuterRef("service"), number__gt=OuterRef("number")))
    )
    chosen = rows.filter(pk=version_id) if version_id is not None else rows.filter(service__key=key, is_newest=True)
    version = chosen.first()
    if version is None:
        raise HiddenError(f"There is no service {key or version_id}.")
    words = _words(version, language)
    service = version.service
    return ServiceSeen(
        service_id=service.pk,
        key=service.key,
        version_id=version.pk,
        version_number=version.number,
        is_newest=version.is_newest,
        title=words["title"],
        summary=words["summary"],
        what_happens=words["what_happens"],
        fields=tuple(_field_seen(field, language) for field in fields_from_json(version.fields)),
        plan=tuple(
            PlannedStepSeen(step.key, in_language(step.titles, language), step.is_shown_to_customer, step.needs)
            for step in plan_from_json(version.plan)
        ),
        owner_id=service.owner_id,
        terms_id=version.terms_id,
        audience=service.audience,
        takes_mail=service.takes_mail,
        next_review_on=service.next_review_on,
        retired_at=service.retired_at,
    )


def service_to_ask(version_id: int, *, customer_id: int, asker_id: int) -> ServiceToAsk:
    """What opening a request of this version must know, for this customer and asker; see `services_to_ask`."""
    return services_to_ask([(version_id, customer_id, asker_id)])[0]


def services_to_ask(asked: Collection[tuple[int, int, int]]) -> list[ServiceToAsk]:
    """What opening requests must know: one for each version, customer and asker (ids), in their order.

    One statement, and one more where a service is for named groups. Raises HiddenError if there is no such version.
    """
    rows = ServiceVersion.objects.select_related("service").in_bulk({version_id for version_id, _, _ in asked})
    grouped = {row.service_id for row in rows.values() if row.service.audience == Service.Audience.GROUPS}
    named: set[tuple[int, int]] = set()
    if grouped:
        links = Service.groups.through.objects.filter(
            service_id__in=grouped, group__parties__in={party for _, *parties in asked for party in parties}
        )
        named = set(links.values_list("service_id", "group__parties"))
    plans = {number: tuple(step.key for step in plan_from_json(row.plan)) for number, row in rows.items()}
    found = []
    for version_id, customer_id, asker_id in asked:
        version = rows.get(version_id)
        if version is None:
            raise HiddenError(f"There is no service version {version_id}.")
        is_named = not named.isdisjoint({(version.service_id, customer_id), (version.service_id, asker_id)})
        found.append(
            ServiceToAsk(
                version_id=version.pk,
                key=version.service.key,
                owner_id=version.service.owner_id,
                terms_id=version.terms_id,
                step_keys=plans[version_id],
                audience=version.service.audience,
                may_ask_from_inside=may_ask_for(version.service, is_inside=True, is_in_a_named_group=is_named),
                may_ask_from_outside=may_ask_for(version.service, is_inside=False, is_in_a_named_group=is_named),
            )
        )
    return found


def past_services(version_ids: Collection[int]) -> dict[int, ServiceThen]:
    """What a history must know of these versions, by id. One statement."""
    rows = ServiceVersion.objects.select_related("service").filter(pk__in=set(version_ids))
    plans = [(version, plan_from_json(version.plan)) for version in rows]
    return {
        version.pk: ServiceThen(
            key=version.service.key,
            owner_id=version.service.owner_id,
            terms_id=version.terms_id,
            step_keys=tuple(step.key for step in plan),
            finishes_by_itself=version.finishes_by_itself,
            needs={step.key: step.needs for step in plan if step.needs},
        )
        for version, plan in plans
    }


def mail_service_of(department_id: int) -> int | None:
    """The newest version of the service that mail to this department opens, or None if it takes no mail."""
    return (
        ServiceVersion.objects.filter(
            service__owner=department_id, service__takes_mail=True, service__retired_at__isnull=True
        )
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )


def mail_services() -> dict[int, int]:
    """The newest version of the service that mail opens, by each department that takes mail. One statement."""
    rows = (
        ServiceVersion.objects.filter(service__takes_mail=True, service__retired_at__isnull=True)
        .order_by("service__owner_id", "-number")
        .distinct("service__owner_id")
    )
    return dict(rows.values_list("service__owner_id", "pk"))


def newest_versions(service_ids: Collection[int]) -> dict[int, int]:
    """The newest version of each of these services that are still offered, by the service's id. One statement."""
    rows = (
        ServiceVersion.objects.filter(service__in=set(service_ids), service__retired_at__isnull=True)
        .order_by("service_id", "-number")
        .distinct("service_id")
    )
    return dict(rows.values_list("service_id", "pk"))


def terms_of_version(version_id: int) -> int:
    """The id of the terms that a service version promises by."""
    return ServiceVersion.objects.values_list("terms_id", flat=True).get(pk=version_id)


def services_of_versions() -> dict[int, int]:
    """Every version's service, by the version's id."""
    return dict(ServiceVersion.objects.values_list("pk", "service_id"))


def finishes_by_itself(version_id: int) -> bool:
    """Whether a request of this version is resolved without a hand when all that it waited for is done."""
    return ServiceVersion.objects.values_list("finishes_by_itself", flat=True).get(pk=version_id)


def service_glimpses(version_ids: Collection[int], *, language: str) -> dict[int, ServiceGlimpse]:
    """These versions of services in a line, by id. One statement."""
    rows = ServiceVersion.objects.select_related("service").filter(pk__in=set(version_ids))
    return {version.pk: _glimpse(version, language) for version in rows}


def services_page(*, at: datetime, language: str) -> tuple[ServiceRow, ...]:
    """Every service, retired ones last, by owner and title, for Settings. Two statements."""
    rows = list(_newest())
    names = {department.id: department.name_in(language) for department in directory.departments()}
    seen = [
        ServiceRow(
            key=version.service.key,
            title=_words(version, language)["title"],
            owner_id=version.service.owner_id,
            owner_name=names[version.service.owner_id],
            audience=version.service.audience,
            version_number=version.number,
            takes_mail=version.service.takes_mail,
            next_review_on=version.service.next_review_on,
            is_review_due=version.service.next_review_on is not None and version.service.next_review_on <= at.date(),
            is_retired=version.service.retired_at is not None,
            is_bought=version.service.is_bought,
        )
        for version in rows
    ]
    return tuple(sorted(seen, key=lambda row: (row.is_retired, row.owner_name, row.title)))


def _newest() -> QuerySet[ServiceVersion]:
    return (
        ServiceVersion.objects.select_related("service")
        .annotate(age=Window(RowNumber(), partition_by=F("service_id"), order_by=F("number").desc()))
        .filter(age=1)
    )


def _words(version: ServiceVersion, language: str) -> Mapping[str, str]:
    texts: Mapping[str, Mapping[str, str]] = version.texts
    return {
        name: in_language({code: words.get(name, "") for code, words in texts.items()}, language)
        for name in ("title", "summary", "what_happens")
    }


def _glimpse(version: ServiceVersion, language: str) -> ServiceGlimpse:
    words = _words(version, language)
    audience = version.service.audience
    return ServiceGlimpse(
        key=version.service.key,
        version_id=version.pk,
        title=words["title"],
        summary=words["summary"],
        is_for_inside=audience in {*audiences_open_to(is_inside=True), Service.Audience.GROUPS},
        is_for_outside=audience in {*audiences_open_to(is_inside=False), Service.Audience.GROUPS},
        owner_id=version.service.owner_id,
        terms_id=version.terms_id,
        is_bought=version.service.is_bought,
    )


def _field_seen(field: Field, language: str) -> FieldSeen:
    return FieldSeen(
        key=field.key,
        kind=field.kind.value,
        label=in_language(field.labels, language),
        help=in_language(field.help, language),
        is_required=field.is_required,
        choices=tuple(ChoiceSeen(choice.key, in_language(choice.labels, language)) for choice in field.choices),
        lowest=field.lowest,
        highest=field.highest,
        longest=field.longest,
    )

"""Where mail to an address of ours leads."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from clientela.catalogue import queries as catalogue
from clientela.directory import queries as directory
from clientela.directory.policies import Viewer
from clientela.directory.queries import DepartmentCard
from clientela.inbox.models import MailAddress
from clientela.inbox.policies import may_handle_mail
from clientela.inbox.rules.addresses import AddressTried, addresses_to_try, is_catch_all, is_postmaster
from clientela.kernel.policies import require_seen


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where mail to an address leads. No `service_version_id`: this department takes no mail yet, and it is put aside.

    `sub_address`: what stood behind the + of the address ("repair" of care+repair@), or "".
    """

    department: DepartmentCard
    service_version_id: int | None
    sub_address: str = ""
    is_catch_all: bool = False  # nobody has given this very address a place

    @property
    def department_id(self) -> int:
        """Who serves whoever writes there."""
        return self.department.id


@dataclass(frozen=True, slots=True)
class MailAddressRow:
    """One address at which we take mail, for Settings. `id` is None for those that departments have by themselves.

    `service_key` and `service_title` are "" where it leads to a department, whose mail service is then opened.
    """

    id: int | None
    address: str
    department_id: int
    department_name: str
    service_key: str
    service_title: str
    is_catch_all: bool
    takes_mail: bool  # False: nothing is offered there that mail could open, so mail to it is put aside


def place_of_address(address: str) -> MailPlace | None:
    """Where mail to this address leads, or None if it is none of ours. At most five statements."""
    return places_of_addresses([address]).get(address)


def places_of_addresses(addresses: Collection[str]) -> dict[str, MailPlace]:
    """Where mail to each of these addresses leads; those that are none of ours are left out. At most five statements.

    An address that was defined goes before a department's own; both go before what they are without the part behind
    the +; then comes the postmaster, whom our mail domain always has; the catch-all of the domain is last.
    """
    wanted = {address: addresses_to_try(address) for address in addresses}
    tried = {one.address for some in wanted.values() for one in some}
    if not tried:
        return {}
    places = _Places(tried)
    found = {address: places.first_of(some) for address, some in wanted.items()}
    return {address: place for address, place in found.items() if place is not None}


def default_mail_place() -> MailPlace | None:
    """Where mail goes that names no address of ours: the first department that takes mail. Two statements.

    The first is one that serves customers from outside, by its key. None if no department takes mail.
    """
    return _default(directory.departments(), catalogue.mail_services())


def mail_addresses(viewer: Viewer) -> tuple[MailAddressRow, ...]:
    """Every address at which we take mail, for Settings, by address; a department's own addresses after the defined.

    At most seven statements. Raises HiddenError for who does not look after the mail.
    """
    require_seen(may_handle_mail(viewer))
    defined = list(MailAddress.objects.select_related("service"))
    departments = {card.id: card for card in directory.departments()}
    services = catalogue.mail_services()
    versions = _versions_of(defined)
    titles = catalogue.service_glimpses(versions.values(), language=viewer.language) if versions else {}
    rows = []
    for row in defined:
        department = departments[_department_of(row)]
        version_id = None if row.service_id is None else versions.get(row.service_id)
        rows.append(
            MailAddressRow(
                id=row.pk,
                address=row.address,
                department_id=department.id,
                department_name=department.name_in(viewer.language),
                service_key="" if row.service is None else row.service.key,
                service_title="" if version_id is None else titles[version_id].title,
                is_catch_all=is_catch_all(row.address),
                takes_mail=version_id is not None or department.id in services,
            )
        )
    taken = {row.address for row in rows}
    rows += [
        MailAddressRow(
            id=None,
            address=address,
            department_id=department_id,
            department_name=departments[department_id].name_in(viewer.language),
            service_key="",
            service_title="",
            is_catch_all=False,
            takes_mail=department_id in services,
        )
        for address, department_id in directory.addresses_of_departments()
        if address not in taken
    ]
    return tuple(sorted(rows, key=lambda row: (row.id is None, row.address)))


class _Places:
    """What the database knows of some addresses, asked once."""

    def __init__(self, tried: Collection[str]) -> None:
        self._defined = {
            row.address: row for row in MailAddress.objects.select_related("service").filter(address__in=tried)
        }
        self._own = directory.departments_of_addresses(tried)
        self._services = catalogue.mail_services()
        self._versions = _versions_of(self._defined.values())
        is_more_asked = bool(self._defined) or any(is_postmaster(address) for address in tried)
        self._departments = {card.id: card for card in directory.departments()} if is_more_asked else {}

    def first_of(self, tried: Collection[AddressTried]) -> MailPlace | None:
        """Return the place of the first of these that has one."""
        for one in tried:
            place = self._place_of(one)
            if place is not None:
                return place
        return None

    def _place_of(self, one: AddressTried) -> MailPlace | None:
        defined = self._defined.get(one.address)
        if defined is not None:
            department = self._departments[_department_of(defined)]
            own = self._services.get(department.id)
            # A service that is no longer offered leaves its address to the department that offered it.
            version_id = own if defined.service_id is None else self._versions.get(defined.service_id, own)
            return MailPlace(department, version_id, one.sub_address, is_catch_all=is_catch_all(defined.address))
        if one.address in self._own:
            department = self._own[one.address]
            return MailPlace(department, self._services.get(department.id), one.sub_address)
        if is_postmaster(one.address, of=settings.MAIL_DOMAIN):
            return _default(self._departments.values(), self._services)
        return None


def _default(departments: Iterable[DepartmentCard], services: Mapping[int, int]) -> MailPlace | None:
    first = min(
        (card for card in departments if card.id in services),
        key=lambda card: (not card.serves_outside, card.key),
        default=None,
    )
    return None if first is None else MailPlace(first, services[first.id])


def _department_of(defined: MailAddress) -> int:
    # The database keeps that it leads to exactly one of the two.
    owner: int | None = defined.department_id if defined.service is None else defined.service.owner_id
    if owner is None:
        raise ValueError(f"{defined.address} leads nowhere.")
    return owner


def _versions_of(defined: Iterable[MailAddress]) -> dict[int, int]:
    wanted = {row.service_id for row in defined if row.service_id is not None}
    return catalogue.newest_versions(wanted) if wanted else {}

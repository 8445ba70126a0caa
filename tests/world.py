"""The cast: a small organisation, Casa Lavora, whose people recur in every test so that a test reads like a story.

Departments: Care (serves outside), Workshop and below it Workshop Warsaw, IT, Maintenance, HR, Management.
Everybody is a `Viewer` as of `World.at`, so they stand where an action takes `by`: `open_request(by=world.ana, …)`.
The rows are written straight into the tables, as if they had always been there: the journal is empty at first.
"""

from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

import pytest

from clientela.directory import queries, rules
from clientela.directory.models import (
    Account,
    ContactPoint,
    Department,
    Membership,
    Organisation,
    Party,
    Person,
    Representation,
)
from clientela.directory.policies import Viewer

DOMAIN = "casa-lavora.test"
LONG_AGO = datetime(2020, 1, 1, 9, 0, tzinfo=UTC)
HIRED_ON = date(2020, 1, 1)

# key, name, its names elsewhere, language, zone, place, parent, serves outside


class _Department(NamedTuple):
    key: str
    name: str
    names: dict[str, str]
    language: str
    zone: str
    place: str
    parent: str = ""
    serves_outside: bool = False


class _Person(NamedTuple):
    key: str
    name: str
    language: str
    zone: str
    place: str
    department: str = ""  # none: somebody outside
    role: str = "head"


BUCHAREST = "Europe/Bucharest"
WARSAW = "Europe/Warsaw"
MADRID = "Europe/Madrid"

DEPARTMENTS = (
    _Department(
        "care",
        "Customer Care",
        {"ro": "Relații cu clienții", "pl": "Obsługa Klienta", "es": "Atención al cliente"},
        "en",
        BUCHAREST,
        "Bucharest",
        serves_outside=True,
    ),
    _Department(
        "workshop", "Workshop", {"ro": "Atelier", "pl": "Warsztat", "es": "Taller"}, "en", BUCHAREST, "Bucharest"
    ),
    _Department(
        "workshop-warsaw", "Workshop Warsaw", {"pl": "Warsztat Warszawa"}, "pl", WARSAW, "Warsaw", parent="workshop"
    ),
    _Department("it", "IT", {}, "en", BUCHAREST, "Bucharest"),
    _Department("maintenance", "Maintenance", {"ro": "Întreținere", "es": "Mantenimiento"}, "en", WARSAW, "Warsaw"),
    _Department("hr", "Human Resources", {"pl": "Kadry", "es": "Recursos humanos"}, "en", WARSAW, "Warsaw"),
    _Department("management", "Management", {}, "en", BUCHAREST, "Bucharest"),
)

PEOPLE = (
    _Person("ana", "Ana Ionescu", "ro", BUCHAREST, "Bucharest", "care"),
    _Person("radu", "Radu Popa", "ro", BUCHAREST, "Bucharest", "care", "member"),
    _Person("piotr", "Piotr Zieliński", "pl", WARSAW, "Warsaw", "workshop-warsaw", "member"),
    _Person("stefan", "Ștefan Munteanu", "ro", BUCHAREST, "Bucharest", "workshop"),
    _Person("ioana", "Ioana Stan", "en", BUCHAREST, "Bucharest", "it"),
    _Person("tomasz", "Tomasz Wójcik", "pl", WARSAW, "Warsaw", "maintenance"),
    _Person("magda", "Magda Kowalska", "pl", WARSAW, "Warsaw", "hr"),
    _Person("vera", "Vera Dobre", "en", BUCHAREST, "Bucharest", "it", "member"),
    _Person("carmen", "Carmen Ruiz", "es", MADRID, "Madrid", "management"),
    _Person("zofia", "Zofia Nowak", "pl", WARSAW, "Warsaw"),
    _Person("lucia", "Lucía Herrero", "es", MADRID, "Madrid"),
    _Person("mihai", "Mihai Stoica", "ro", BUCHAREST, "Ploiești"),
)
WORKS_HERE = frozenset(person.key for person in PEOPLE if person.department)


class World:
    """The cast on a Monday morning: 23 November 2026, 10:00 in Bucharest, 9:00 in Warsaw and Madrid.

    The rows are there from the start; every other part is built when it is first used. Employees are themselves with
    all their rights; outside people are customers only, as a link in a letter lets them in. After changing rights, ask
    `world.again("ana")` for a new one.
    """

    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    # --- people who work at Casa Lavora

    @cached_property
    def ana(self) -> Viewer:
        """Heads Care in Bucharest."""
        return self.again("ana")

    @cached_property
    def radu(self) -> Viewer:
        """Works in Care, and buys from us too: see `radu_at_home`."""
        return self.again("radu")

    @cached_property
    def radu_at_home(self) -> Viewer:
        """Radu as a customer: what he buys is his own business."""
        return queries.customer_viewer_of(self.id_of("radu"), at=self.at)

    @cached_property
    def piotr(self) -> Viewer:
        """Works in Workshop Warsaw, below Workshop."""
        return self.again("piotr")

    @cached_property
    def stefan(self) -> Viewer:
        """Heads Workshop, and so sees Workshop Warsaw below it."""
        return self.again("stefan")

    @cached_property
    def ioana(self) -> Viewer:
        """Heads IT."""
        return self.again("ioana")

    @cached_property
    def tomasz(self) -> Viewer:
        """Heads Maintenance in Warsaw."""
        return self.again("tomasz")

    @cached_property
    def magda(self) -> Viewer:
        """Heads Human Resources."""
        return self.again("magda")

    @cached_property
    def vera(self) -> Viewer:
        """The administrator; works in IT."""
        return self.again("vera")

    @cached_property
    def carmen(self) -> Viewer:
        """The owner."""
        return self.again("carmen")

    # --- people outside

    @cached_property
    def zofia(self) -> Viewer:
        """A customer in Warsaw who writes Polish."""
        return self.again("zofia")

    @cached_property
    def lucia(self) -> Viewer:
        """A customer in Madrid who writes Spanish."""
        return self.again("lucia")

    @cached_property
    def mihai(self) -> Viewer:
        """Acts for the company Delta Instal."""
        return self.again("mihai")

    # --- departments and organisations

    @cached_property
    def care(self) -> queries.DepartmentCard:
        """Customer Care: serves outside customers."""
        return self.department("care")

    @cached_property
    def workshop(self) -> queries.DepartmentCard:
        """Workshop, with Workshop Warsaw below it."""
        return self.department("workshop")

    @cached_property
    def workshop_warsaw(self) -> queries.DepartmentCard:
        """Workshop Warsaw."""
        return self.department("workshop-warsaw")

    @cached_property
    def it(self) -> queries.DepartmentCard:
        """IT."""
        return self.department("it")

    @cached_property
    def maintenance(self) -> queries.DepartmentCard:
        """Maintenance."""
        return self.department("maintenance")

    @cached_property
    def hr(self) -> queries.DepartmentCard:
        """Human Resources."""
        return self.department("hr")

    @cached_property
    def management(self) -> queries.DepartmentCard:
        """Management: only Carmen."""
        return self.department("management")

    @cached_property
    def delta(self) -> queries.PartyCard:
        """Delta Instal SRL, a company that buys; Mihai acts for it."""
        return queries.party_cards([self.id_of("delta")])[self.id_of("delta")]

    # --- asking for somebody by key

    def again(self, key: str, *, at: datetime | None = None) -> Viewer:
        """This person as of `at`, read afresh: an employee with all rights, an outside person as a customer."""
        made_by = queries.viewer_of if key in WORKS_HERE else queries.customer_viewer_of
        return made_by(self.id_of(key), at=at or self.at)

    def id_of(self, key: str) -> int:
        """The party id of a person, a department or "delta"."""
        return self._ids[key]

    def address_of(self, key: str) -> str:
        """The e-mail address of a person: at Casa Lavora for those who work there, at example.test for others."""
        return f"{key}@{DOMAIN if key in WORKS_HERE else 'example.test'}"

    def account_of(self, key: str) -> Account:
        """The login of an employee, for `client.force_login`. It has no usable password until a test sets one."""
        return Account.objects.get(person_id=self.id_of(key))

    def department(self, key: str) -> queries.DepartmentCard:
        """A department, read afresh."""
        found = queries.department_by_id(self.id_of(key))
        assert found is not None
        return found

    # --- building

    @cached_property
    def _ids(self) -> dict[str, int]:
        departments = {row.key: _party("department", row) for row in DEPARTMENTS}
        people = {row.key: _party("person", row) for row in PEOPLE}
        delta = _party("organisation", _Person("delta", "Delta Instal SRL", "ro", BUCHAREST, "Ploiești"))
        Party.objects.bulk_create([*departments.values(), *people.values(), delta])
        ids = {key: party.pk for key, party in (departments | people | {"delta": delta}).items()}
        Department.objects.bulk_create(
            Department(
                party_id=ids[row.key],
                key=row.key,
                names=row.names,
                parent_id=ids.get(row.parent),
                serves_outside=row.serves_outside,
            )
            for row in DEPARTMENTS
        )
        Person.objects.bulk_create(
            Person(party_id=ids[row.key], short_name=rules.first_name(row.name)) for row in PEOPLE
        )
        Organisation.objects.create(party_id=ids["delta"])
        Membership.objects.bulk_create(
            Membership(person_id=ids[row.key], department_id=ids[row.department], role=row.role, starts_on=HIRED_ON)
            for row in PEOPLE
            if row.department
        )
        Representation.objects.create(
            person_id=ids["mihai"], organisation_id=ids["delta"], title="Manager", starts_on=date(2024, 3, 1)
        )
        addresses = {row.key: self.address_of(row.key) for row in PEOPLE} | {"delta": "office@delta.test"}
        ContactPoint.objects.bulk_create(
            ContactPoint(party_id=ids[key], kind="email", value=address, is_main=True, added_at=LONG_AGO)
            for key, address in addresses.items()
        )
        Account.objects.bulk_create(
            Account(
                person_id=ids[key],
                email=self.address_of(key),
                password="!",
                is_administrator=key == "vera",
                is_owner=key == "carmen",
            )
            for key in WORKS_HERE
        )
        return ids


def _party(kind: str, row: _Department | _Person) -> Party:
    return Party(
        kind=kind,
        name=row.name,
        name_key=rules.name_key(row.name),
        language=row.language,
        zone=row.zone,
        place=row.place,
        created_at=LONG_AGO,
    )


@pytest.fixture
def world(db: None) -> World:
    """The cast, in this test's own transaction (or database, for a test marked transaction=True)."""
    cast = World()
    cast.id_of("ana")  # everybody is there before the test begins, also for a test that mentions none of them
    return cast

"""What the directory knows already, and what a plan says will become of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from clientela.directory.rules.people_file.problems import Problem

RowStatus = Literal["created", "changed", "unchanged", "error"]


@dataclass(frozen=True)
class KnownDepartment:
    """A department that exists. No parent: ""."""

    id: int
    key: str
    name: str
    parent_key: str
    language: str
    zone: str
    place: str


@dataclass(frozen=True)
class KnownMembership:
    """A membership that exists; both days included."""

    id: int
    department_key: str
    role: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class KnownPerson:
    """A person who exists. `emails` are in the form rules.email_key gives; no number: ""."""

    id: int
    name: str
    short_name: str
    language: str
    zone: str
    place: str
    employee_number: str = ""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    memberships: tuple[KnownMembership, ...] = ()


@dataclass(frozen=True)
class KnownPeople:
    """What the directory knows of everybody a file mentions.

    `taken_emails` are addresses that lead to a department or an organisation, with its name. Where the file and the
    directory say nothing of language and zone, the defaults are taken; "" means that there is none.
    """

    departments: dict[str, KnownDepartment] = field(default_factory=dict)
    by_email: dict[str, KnownPerson] = field(default_factory=dict)
    by_number: dict[str, KnownPerson] = field(default_factory=dict)
    taken_emails: dict[str, str] = field(default_factory=dict)
    default_language: str = "en"
    default_zone: str = ""


@dataclass(frozen=True)
class Change:
    """One thing that becomes different. `what` is department, person or membership; an empty `field` means: is made."""

    what: Literal["department", "person", "membership"]
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class DepartmentPlan:
    """A department to make (`id` is None) or to change, with everything it will be."""

    id: int | None
    key: str
    name: str
    parent_key: str
    language: str
    zone: str
    place: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class MembershipPlan:
    """A membership to make (`id` is None), or one to give other days or another role."""

    id: int | None
    department_key: str
    role: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class PersonPlan:
    """A person to make (`id` is None) or to change, with everything they will be.

    `changed` names the fields that differ; `email` and `phone` are set only if they are to be added.
    """

    id: int | None
    name: str
    short_name: str
    language: str
    zone: str
    place: str
    employee_number: str
    email: str
    phone: str
    changed: tuple[str, ...]
    memberships: tuple[MembershipPlan, ...]


@dataclass(frozen=True)
class RowPlan:
    """What becomes of one row. `name` is whom it is about."""

    line: int
    status: RowStatus
    name: str = ""
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ImportPlan:
    """Exactly what applying the file does. Departments come with parents before children."""

    rows: tuple[RowPlan, ...]
    departments: tuple[DepartmentPlan, ...]
    people: tuple[PersonPlan, ...]

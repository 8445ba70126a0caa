"""A file of people before it is applied: exactly what will come of it, row by row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from django.db.models.functions import Lower

from clientela.directory import rules
from clientela.directory.models import ContactPoint, Department, Membership, Party, PeopleImport, Person
from clientela.directory.policies import Viewer, may_manage_directory
from clientela.directory.queries.people_file_words import change_words, problem_words
from clientela.directory.rules.people_file import (
    ImportPlan,
    KnownDepartment,
    KnownMembership,
    KnownPeople,
    KnownPerson,
    PeopleRow,
    Problem,
    RowStatus,
    UnreadableFileError,
    decoded,
    plan_of,
    rows_of,
)
from clientela.kernel.policies import HiddenError, require

ROWS_A_STATEMENT = 500
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class RowSeen:
    """What becomes of one row, in words: `changes` or, for a row that is left out, `errors`."""

    line: int
    status: RowStatus
    name: str
    changes: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class PeoplePreview:
    """What applying the file will do. With an `error` the file as a whole cannot be used and there are no rows."""

    import_id: int
    file_name: str
    given_at: datetime
    applied_at: datetime | None
    encoding: str
    unused_columns: tuple[str, ...]
    error: str
    rows: tuple[RowSeen, ...]
    row_counts: dict[RowStatus, int]
    new_people: int
    changed_people: int
    new_departments: int
    changed_departments: int


@dataclass(frozen=True)
class PeopleImportSeen:
    """A file that was given."""

    id: int
    file_name: str
    given_at: datetime
    given_by_id: int | None
    applied_at: datetime | None


@dataclass(frozen=True)
class PlannedImport:
    """A plan with what it was made from."""

    plan: ImportPlan
    encoding: str
    unused_columns: tuple[str, ...]


def people_import_preview(import_id: int, *, viewer: Viewer, at: datetime) -> PeoplePreview:
    """What the file will create, change and leave alone, and what is wrong with which row. Nothing is written.

    Three statements and four more for every 500 people. Raises NotAllowedError, HiddenError.
    """
    require(may_manage_directory(viewer))
    given = PeopleImport.objects.filter(id=import_id).first()
    if given is None:
        raise HiddenError(f"There is no import {import_id}.")
    try:
        planned = planned_import(given, today=rules.day_in_zone(at, viewer.zone))
    except UnreadableFileError as error:
        return _preview(given, error=problem_words(error.problem, given.file_name))
    return _preview(given, planned=planned)


def people_imports(*, viewer: Viewer, limit: int = 20) -> list[PeopleImportSeen]:
    """The files given last, newest first. One statement. Raises NotAllowedError."""
    require(may_manage_directory(viewer))
    rows = PeopleImport.objects.order_by("-given_at", "-id").values_list(
        "id", "file_name", "given_at", "given_by_id", "applied_at"
    )
    return [PeopleImportSeen(*row) for row in rows[:limit]]


def planned_import(given: PeopleImport, *, today: date) -> PlannedImport:
    """Read the file and plan it against what the directory knows now. Raises UnreadableFileError."""
    text = decoded(bytes(given.content), given.encoding)
    read = rows_of(text.text)
    known = _known_people(read.rows, default_language=given.default_language, default_zone=given.default_zone)
    return PlannedImport(
        plan=plan_of(read, known, today=today), encoding=text.encoding, unused_columns=read.unknown_columns
    )


def row_counts(plan: ImportPlan) -> dict[RowStatus, int]:
    """How many rows there are of each status."""
    counted = Counter(row.status for row in plan.rows)
    return {status: counted[status] for status in ("created", "changed", "unchanged", "error")}


def error_words(problems: Sequence[Problem], file_name: str) -> tuple[str, ...]:
    """The problems of a row as sentences that name file, line and column."""
    return tuple(problem_words(problem, file_name) for problem in problems)


def in_batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """The items, at most `ROWS_A_STATEMENT` at a time."""
    iterator = iter(items)
    while batch := list(islice(iterator, ROWS_A_STATEMENT)):
        yield batch


def _preview(given: PeopleImport, *, planned: PlannedImport | None = None, error: str = "") -> PeoplePreview:
    plan = planned.plan if planned else ImportPlan((), (), ())
    return PeoplePreview(
        import_id=given.pk,
        file_name=given.file_name,
        given_at=given.given_at,
        applied_at=given.applied_at,
        encoding=planned.encoding if planned else "",
        unused_columns=planned.unused_columns if planned else (),
        error=error,
        rows=tuple(
            RowSeen(
                line=row.line,
                status=row.status,
                name=row.name,
                changes=tuple(change_words(change) for change in row.changes),
                errors=error_words(row.problems, given.file_name),
            )
            for row in plan.rows
        ),
        row_counts=row_counts(plan),
        new_people=sum(person.id is None for person in plan.people),
        changed_people=sum(person.id is not None for person in plan.people),
        new_departments=sum(department.id is None for department in plan.departments),
        changed_departments=sum(department.id is not None for department in plan.departments),
    )


def _known_people(rows: Sequence[PeopleRow], *, default_language: str, default_zone: str) -> KnownPeople:
    numbers = {row.employee_number for row in rows if row.employee_number}
    addresses = {rules.email_key(row.email) for row in rows if row.email}
    people_ids: set[int] = set()
    taken: dict[str, str] = {}
    for batch in in_batches(sorted(numbers)):
        people_ids.update(Person.objects.filter(employee_number__in=batch).values_list("party_id", flat=True))
    for batch in in_batches(sorted(addresses)):
        owners = (
            ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL)
            .annotate(key=Lower("value"))
            .filter(key__in=batch)
            .values_list("key", "party_id", "party__kind", "party__name")
        )
        for key, party_id, kind, name in owners:
            if kind == Party.Kind.PERSON:
                people_ids.add(party_id)
            else:
                taken[key] = name
    people = [person for batch in in_batches(sorted(people_ids)) for person in _known_batch(batch)]
    return KnownPeople(
        departments=_known_departments(),
        by_email={address: person for person in people for address in person.emails},
        by_number={person.employee_number: person for person in people if person.employee_number},
        taken_emails=taken,
        default_language=default_language,
        default_zone=default_zone,
    )


def _known_departments() -> dict[str, KnownDepartment]:
    rows = Department.objects.values_list(
        "party_id", "key", "party__name", "parent__key", "party__language", "party__zone", "party__place"
    )
    return {
        row[1]: KnownDepartment(row[0], row[1], row[2], row[3] or "", language=row[4], zone=row[5], place=row[6])
        for row in rows
    }


def _known_batch(ids: Sequence[int]) -> Iterator[KnownPerson]:
    emails: dict[int, set[str]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    memberships: dict[int, list[KnownMembership]] = defaultdict(list)
    for party_id, kind, value in ContactPoint.objects.filter(party_id__in=ids).values_list("party_id", "kind", "value"):
        if kind == ContactPoint.Kind.EMAIL:
            emails[party_id].add(rules.email_key(value))
        else:
            phones[party_id].add(value)
    spans = Membership.objects.filter(person_id__in=ids).order_by("starts_on", "id")
    for span in spans.values_list("id", "department__key", "role", "starts_on", "ends_on", "person_id"):
        memberships[span[5]].append(KnownMembership(*span[:5]))
    rows = Person.objects.filter(party_id__in=ids).values_list(
        "party_id", "party__name", "short_name", "party__language", "party__zone", "party__place", "employee_number"
    )
    for row in rows:
        yield KnownPerson(
            *row[:6],
            employee_number=row[6] or "",
            emails=frozenset(emails[row[0]]),
            phones=frozenset(phones[row[0]]),
            memberships=tuple(memberships[row[0]]),
        )

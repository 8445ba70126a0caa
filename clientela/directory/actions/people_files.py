"""Importing people and departments from a file: kept byte for byte first, then applied in one transaction."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from clientela.directory import rules
from clientela.directory.actions.checking import WrongValueError, usable_language, usable_zone
from clientela.directory.models import ContactPoint, Department, Membership, Party, PeopleImport, Person
from clientela.directory.policies import Viewer, may_manage_directory
from clientela.directory.queries.people_file_words import problem_words
from clientela.directory.queries.people_files import (
    ROWS_A_STATEMENT,
    error_words,
    in_batches,
    planned_import,
    row_counts,
)
from clientela.directory.rules.people_file import (
    ENCODINGS,
    DepartmentPlan,
    ImportPlan,
    PersonPlan,
    RowStatus,
    UnreadableFileError,
)
from clientela.kernel.journal import FactToRecord, record, record_many, thing
from clientela.kernel.policies import HiddenError, require

MOST_BYTES = 20 * 1024 * 1024
_IN_LINE = "SELECT pg_advisory_xact_lock(hashtext('directory: one file of people at a time'))"
_PARTY_FIELDS = ("name", "language", "zone", "place")


class UnusableFileError(Exception):
    """The file as a whole cannot be used. The message names file, line, column and remedy."""


class DirectoryChangedError(Exception):
    """Somebody else wrote the same people at the same moment; nothing of the file was applied."""


@dataclass(frozen=True)
class AppliedImport:
    """What came of a file: rows by status, and a sentence for each row that was left out."""

    row_counts: dict[RowStatus, int]
    left_out: tuple[str, ...]


@transaction.atomic
def give_people_file(
    *,
    by: Viewer,
    at: datetime,
    file_name: str,
    content: bytes,
    encoding: str = "",
    default_language: str = "",
    default_zone: str = "",
) -> int:
    """Keep a file of people as it is and return the import's id; `queries.people_import_preview` says what it will do.

    `encoding` is one of rules.people_file.ENCODINGS, or "" to find it. Where neither a row nor its department says the
    language or the zone, the defaults hold (those of `by`, if not given). The same file waiting already is the same
    import. Raises NotAllowedError, WrongValueError.
    """
    require(may_manage_directory(by))
    if len(content) > MOST_BYTES:
        limit_mb = MOST_BYTES // 1024 // 1024
        raise WrongValueError("content", _("The file is larger than %(limit)d MB.") % {"limit": limit_mb})
    if encoding and encoding not in ENCODINGS:
        raise WrongValueError("encoding", _("This can be one of: %(allowed)s.") % {"allowed": ", ".join(ENCODINGS)})
    zone = default_zone or ("" if by.is_house else by.zone)
    given = {
        "file_name": rules.clean_name(PurePath(file_name).name)[:200] or "people.csv",
        "sha256": hashlib.sha256(content).hexdigest(),
        "encoding": encoding,
        "default_language": usable_language(default_language or by.language),
        "default_zone": usable_zone(zone) if zone else "",
    }
    waiting = PeopleImport.objects.filter(applied_at__isnull=True, **given).values_list("id", flat=True).first()
    if waiting is not None:
        return waiting
    row = PeopleImport.objects.create(content=content, given_at=at, given_by_id=by.person_id, **given)
    record(verb="people_file_given", by=by.person_id, at=at, about=[thing("people_import", row.pk)])
    return row.pk


@transaction.atomic
def apply_people_file(
    *, by: Viewer, at: datetime, import_id: int, on_progress: Callable[[int, int], None] | None = None
) -> AppliedImport:
    """Create and change what the file says, in one transaction; rows with errors are left out and named.

    Applying it again changes nothing. Nobody is taken out of the directory because a file does not name them.
    `on_progress` is told how many people of how many are written. A constant number of statements for every 500 rows.
    Raises NotAllowedError, HiddenError, UnusableFileError, DirectoryChangedError.
    """
    require(may_manage_directory(by))
    with connection.cursor() as cursor:
        cursor.execute(_IN_LINE)
    given = PeopleImport.objects.select_for_update().filter(id=import_id).first()
    if given is None:
        raise HiddenError(f"There is no import {import_id}.")
    try:
        plan = planned_import(given, today=rules.day_in_zone(at, by.zone)).plan
    except UnreadableFileError as error:
        raise UnusableFileError(problem_words(error.problem, given.file_name)) from error
    try:
        with transaction.atomic():
            _Writing(by=by, at=at, import_id=import_id).write(plan, on_progress)
    except IntegrityError as error:
        raise DirectoryChangedError(
            _("Somebody changed the directory at the same moment. Nothing of the file was applied; try again.")
        ) from error
    PeopleImport.objects.filter(id=import_id).update(applied_at=at)
    counts = row_counts(plan)
    about = [thing("people_import", import_id)]
    record(verb="people_file_applied", by=by.person_id, at=at, about=about, row_counts=counts)
    left_out = [sentence for row in plan.rows for sentence in error_words(row.problems, given.file_name)]
    return AppliedImport(row_counts=counts, left_out=tuple(left_out))


class _Writing:
    """Writes one plan: departments, then people, at most `ROWS_A_STATEMENT` rows a statement."""

    def __init__(self, *, by: Viewer, at: datetime, import_id: int) -> None:
        self._by = by.person_id
        self._at = at
        self._import_id = import_id
        self._departments: dict[str, int] = {}
        self._facts: list[FactToRecord] = []

    def write(self, plan: ImportPlan, on_progress: Callable[[int, int], None] | None) -> None:
        self._departments = dict(Department.objects.values_list("key", "party_id"))
        self._make_departments([department for department in plan.departments if department.id is None])
        self._change_departments([department for department in plan.departments if department.id is not None])
        written = 0
        for batch in in_batches(plan.people):
            self._write_people(batch)
            written += len(batch)
            if on_progress is not None:
                on_progress(written, len(plan.people))
        record_many(self._facts)

    def _make_departments(self, plans: Sequence[DepartmentPlan]) -> None:
        parties = [self._new_party(Party.Kind.DEPARTMENT, plan) for plan in plans]
        Party.objects.bulk_create(parties, batch_size=ROWS_A_STATEMENT)
        self._departments |= {plan.key: party.pk for plan, party in zip(plans, parties, strict=True)}
        Department.objects.bulk_create(
            (
                Department(party=party, key=plan.key, parent_id=self._departments.get(plan.parent_key))
                for plan, party in zip(plans, parties, strict=True)
            ),
            batch_size=ROWS_A_STATEMENT,
        )
        for party in parties:
            self._fact("department_registered", party.pk)

    def _change_departments(self, plans: Sequence[DepartmentPlan]) -> None:
        self._update_parties(plans)
        moved = [
            Department(party_id=plan.id, parent_id=self._departments.get(plan.parent_key))
            for plan in plans
            if plan.id is not None and "parent_key" in plan.changed
        ]
        # One after the other, moves that end in a tree can pass through a circle; so everybody lets go first.
        for batch in in_batches(moved):
            Department.objects.filter(party_id__in=[row.party_id for row in batch]).update(parent=None)
        Department.objects.bulk_update(moved, ["parent"], batch_size=ROWS_A_STATEMENT)
        for plan in plans:
            if plan.id is not None:
                self._fact("department_changed", plan.id, fields=list(plan.changed))

    def _write_people(self, plans: Sequence[PersonPlan]) -> None:
        new = [plan for plan in plans if plan.id is None]
        parties = [self._new_party(Party.Kind.PERSON, plan) for plan in new]
        Party.objects.bulk_create(parties)
        Person.objects.bulk_create(
            Person(party=party, short_name=plan.short_name, employee_number=plan.employee_number or None)
            for plan, party in zip(new, parties, strict=True)
        )
        changed = [plan for plan in plans if plan.id is not None]
        self._update_parties(changed)
        Person.objects.bulk_update(
            [
                Person(party_id=plan.id, short_name=plan.short_name, employee_number=plan.employee_number or None)
                for plan in changed
                if plan.id is not None and {"short_name", "employee_number"} & set(plan.changed)
            ],
            ["short_name", "employee_number"],
        )
        ids = [(plan, party.pk) for plan, party in zip(new, parties, strict=True)]
        ids += [(plan, plan.id) for plan in changed if plan.id is not None]
        self._write_contact_points(ids)
        self._write_memberships(ids)
        for plan, person_id in ids:
            if plan.id is None:
                self._fact("person_registered", person_id)
            elif fields := [*plan.changed, *(name for name in ("email", "phone") if getattr(plan, name))]:
                self._fact("person_changed", person_id, fields=fields)

    def _write_contact_points(self, people: Sequence[tuple[PersonPlan, int]]) -> None:
        has_main = set(
            ContactPoint.objects.filter(
                party_id__in=[person_id for plan, person_id in people if plan.id is not None], is_main=True
            ).values_list("party_id", "kind")
        )
        ContactPoint.objects.bulk_create(
            ContactPoint(
                party_id=person_id, kind=kind, value=value, is_main=(person_id, kind) not in has_main, added_at=self._at
            )
            for plan, person_id in people
            for kind, value in (("email", plan.email), ("phone", plan.phone))
            if value
        )

    def _write_memberships(self, people: Sequence[tuple[PersonPlan, int]]) -> None:
        rows = [
            Membership(
                id=span.id,
                person_id=person_id,
                department_id=self._departments[span.department_key],
                role=span.role,
                starts_on=span.starts_on,
                ends_on=span.ends_on,
            )
            for plan, person_id in people
            for span in plan.memberships
        ]
        # A membership that ends makes room for the one that follows it.
        kept = [row for row in rows if row.pk is not None]
        Membership.objects.bulk_update(kept, ["role", "starts_on", "ends_on"])
        started = Membership.objects.bulk_create(row for row in rows if row.pk is None)
        for row in kept:
            self._fact("membership_changed", row.person_id, row.department_id, membership_id=row.pk)
        for row in started:
            self._fact("membership_started", row.person_id, row.department_id, membership_id=row.pk, role=row.role)

    def _new_party(self, kind: Party.Kind, plan: DepartmentPlan | PersonPlan) -> Party:
        return Party(
            kind=kind,
            name=plan.name,
            name_key=rules.name_key(plan.name),
            language=plan.language,
            zone=plan.zone,
            place=plan.place,
            created_at=self._at,
        )

    def _update_parties(self, plans: Sequence[DepartmentPlan] | Sequence[PersonPlan]) -> None:
        rows = [
            Party(
                id=plan.id,
                name=plan.name,
                name_key=rules.name_key(plan.name),
                language=plan.language,
                zone=plan.zone,
                place=plan.place,
            )
            for plan in plans
            if set(_PARTY_FIELDS) & set(plan.changed)
        ]
        Party.objects.bulk_update(rows, [*_PARTY_FIELDS, "name_key"], batch_size=ROWS_A_STATEMENT)

    def _fact(self, verb: str, *party_ids: int, **data: object) -> None:
        about = [*(thing("party", party_id) for party_id in party_ids), thing("people_import", self._import_id)]
        self._facts.append(FactToRecord(verb=verb, by=self._by, at=self._at, about=about, data=data))

"""The people a file speaks of: known again by number or address, never by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from clientela.directory.rules.names import email_key, first_name
from clientela.directory.rules.people_file.known import (
    Change,
    DepartmentPlan,
    KnownMembership,
    KnownPeople,
    KnownPerson,
    MembershipPlan,
    PersonPlan,
)
from clientela.directory.rules.people_file.problems import Problem
from clientela.directory.rules.people_file.rows import PeopleRow

_DAY = timedelta(days=1)
_SAID_OF_A_PERSON = ("name", "short_name", "email", "phone", "language", "zone", "place", "employee_number")
_KEPT_OF_A_PERSON = ("name", "short_name", "language", "zone", "place", "employee_number")
_CEDILLA = str.maketrans("ŞşŢţ", "ȘșȚț")


@dataclass
class _Draft:
    """One person, as far as the rows read until now have said."""

    known: KnownPerson | None
    first_line: int
    department_key: str  # of the first row: a new person's language and zone come from there
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    memberships: dict[str, tuple[str, date | None, int]] = field(default_factory=dict)  # role, start, line
    membership_plans: list[MembershipPlan] = field(default_factory=list)

    def value(self, name: str) -> str:
        return self.said.get(name, ("", 0))[0]


@dataclass
class PeoplePlanned:
    """The people to make or change, what each line changes, and the problems of rows that cannot be followed."""

    plans: list[PersonPlan]
    changes: dict[int, list[Change]]
    new_lines: frozenset[int]  # rows that make a person
    problems: dict[int, Problem]


def people_planned(
    rows: Sequence[PeopleRow], departments: Mapping[str, DepartmentPlan], known: KnownPeople, today: date
) -> PeoplePlanned:
    """Work out the people of these rows. Rows with a problem must be left out and the rest planned again."""
    problems: dict[int, Problem] = {}
    changes: dict[int, list[Change]] = {}
    finder = _Finder(known)
    for row in rows:
        if not row.person_name:
            continue
        found = finder.draft_of(row)
        problem = found if isinstance(found, Problem) else _note(found, row, changes, today)
        if problem is not None:
            problems[row.line] = problem
    plans: list[PersonPlan] = []
    for draft in finder.drafts:
        plan = _plan(draft, departments, known)
        if not plan.zone:
            problems[draft.first_line] = Problem("zone_missing", draft.first_line, "zone", {"name": plan.name})
        if plan.id is None or plan.changed or plan.email or plan.phone or plan.memberships:
            plans.append(plan)
        _tell(draft, plan, changes)
    new_lines = frozenset(draft.first_line for draft in finder.drafts if draft.known is None)
    return PeoplePlanned(plans, changes, new_lines, problems)


class _Finder:
    """Knows people again by employee number and address, among those in the directory and those of earlier rows."""

    def __init__(self, known: KnownPeople) -> None:
        self._known = known
        self._by_id: dict[int, _Draft] = {}
        self._by_number: dict[str, _Draft] = {}
        self._by_email: dict[str, _Draft] = {}
        self.drafts: list[_Draft] = []

    def draft_of(self, row: PeopleRow) -> _Draft | Problem:
        """The person of this row, new if nobody has this number or this address."""
        address = email_key(row.email)
        if address in self._known.taken_emails:
            values = {"value": row.email, "name": self._known.taken_emails[address]}
            return Problem("email_taken", row.line, "email", values)
        by_number = self._by_number.get(row.employee_number) or self._drafted(
            row, self._known.by_number.get(row.employee_number)
        )
        by_email = self._by_email.get(address) or self._drafted(row, self._known.by_email.get(address))
        if by_number is not None and by_email is not None and by_number is not by_email:
            values = {"value": row.email, "name": _name(by_email), "other": _name(by_number)}
            return Problem("two_people", row.line, "email", values)
        draft = by_number or by_email or self._new(_Draft(None, row.line, row.department_key))
        has = (draft.known.employee_number if draft.known else "") or draft.value("employee_number")
        if row.employee_number and has and has != row.employee_number:
            values = {"value": row.employee_number, "name": _name(draft), "earlier": has}
            return Problem("number_differs", row.line, "employee_number", values)
        if row.employee_number:
            self._by_number[row.employee_number] = draft
        if address:
            self._by_email[address] = draft
        return draft

    def _drafted(self, row: PeopleRow, known: KnownPerson | None) -> _Draft | None:
        if known is None:
            return None
        if known.id not in self._by_id:
            self._by_id[known.id] = self._new(_Draft(known, row.line, row.department_key))
        return self._by_id[known.id]

    def _new(self, draft: _Draft) -> _Draft:
        self.drafts.append(draft)
        return draft


def _note(draft: _Draft, row: PeopleRow, changes: dict[int, list[Change]], today: date) -> Problem | None:
    """Remember what the row says of its person; a row that contradicts an earlier one is the problem."""
    says = {
        "name": row.person_name,
        "short_name": row.short_name,
        "email": row.email,
        "phone": row.phone,
        "language": row.language,
        "zone": row.zone,
        "place": row.place,
        "employee_number": row.employee_number,
    }
    for name, value in says.items():
        earlier, line = draft.said.get(name, (value, row.line))
        if value and not _same(name, earlier, value):
            values = {"name": _name(draft), "value": value, "earlier": earlier, "other_line": str(line)}
            return Problem("person_differs", row.line, "person_name" if name == "name" else name, values)
    told = draft.memberships.get(row.department_key)
    if told is not None:
        role, starts_on, line = told
        if (row.role and row.role != role) or (row.starts_on and row.starts_on != starts_on):
            values = {"name": row.person_name, "key": row.department_key, "other_line": str(line)}
            return Problem("membership_differs", row.line, "role", values)
    else:
        planned = _memberships(draft, row, today)
        if isinstance(planned, Problem):
            return planned
        plans, what_changes = planned
        draft.memberships[row.department_key] = (row.role, row.starts_on, row.line)
        draft.membership_plans += plans
        changes.setdefault(row.line, []).extend(what_changes)
    for name, value in says.items():
        if value:
            draft.said.setdefault(name, (value, row.line))
    return None


def _memberships(draft: _Draft, row: PeopleRow, today: date) -> tuple[list[MembershipPlan], list[Change]] | Problem:
    """What the row makes of the person's membership in its department.

    A membership that lasts goes on; another role ends it yesterday and begins anew today. The first day in the file is
    the first day of the whole unbroken time in the department, so that a change of role is not undone by the next run.
    """
    key = row.department_key
    spans = sorted(
        (span for span in (draft.known.memberships if draft.known else ()) if span.department_key == key),
        key=lambda span: span.starts_on,
    )
    lasting = next((span for span in spans if span.ends_on is None or span.ends_on >= today), None)
    if lasting is None:
        starts_on = row.starts_on or today
        if any(span.ends_on is not None and span.ends_on >= starts_on for span in spans):
            return _overlap(row, spans[-1])
        made = MembershipPlan(None, key, row.role or "member", starts_on, None)
        return [made], [Change("membership", "", "", key)]
    plans: dict[int | None, MembershipPlan] = {}
    changes: list[Change] = []
    if row.role and row.role != lasting.role:
        changes.append(Change("membership", "role", lasting.role, row.role))
        if lasting.starts_on >= today:
            plans[lasting.id] = MembershipPlan(lasting.id, key, row.role, lasting.starts_on, lasting.ends_on)
        else:
            plans[lasting.id] = MembershipPlan(lasting.id, key, lasting.role, lasting.starts_on, today - _DAY)
            plans[None] = MembershipPlan(None, key, row.role, today, lasting.ends_on)
    stretch = _unbroken(spans, lasting)
    first = stretch[0]
    if row.starts_on and row.starts_on != first.starts_on:
        before = spans[: spans.index(first)]
        last_day = plans[first.id].ends_on if first.id in plans else first.ends_on
        if any(span.ends_on is not None and span.ends_on >= row.starts_on for span in before):
            return _overlap(row, before[-1])
        if last_day is not None and last_day < row.starts_on:
            return _overlap(row, first)
        role = plans[first.id].role if first.id in plans else first.role
        plans[first.id] = MembershipPlan(first.id, key, role, row.starts_on, last_day)
        changes.append(Change("membership", "starts_on", first.starts_on.isoformat(), row.starts_on.isoformat()))
    return list(plans.values()), changes


def _unbroken(spans: Sequence[KnownMembership], last: KnownMembership) -> list[KnownMembership]:
    """The memberships up to `last` that follow one another without a free day."""
    stretch = [last]
    for span in reversed(spans[: spans.index(last)]):
        if span.ends_on is None or span.ends_on + _DAY != stretch[0].starts_on:
            break
        stretch.insert(0, span)
    return stretch


def _overlap(row: PeopleRow, span: KnownMembership) -> Problem:
    values = {
        "name": row.person_name,
        "key": row.department_key,
        "starts_on": span.starts_on.isoformat(),
        "ends_on": span.ends_on.isoformat() if span.ends_on else "",
    }
    return Problem("membership_overlaps", row.line, "starts_on", values)


def _plan(draft: _Draft, departments: Mapping[str, DepartmentPlan], known: KnownPeople) -> PersonPlan:
    now = draft.known
    if now is not None:
        wanted = {
            name: value
            if (value := draft.value(name)) and not _same(name, value, getattr(now, name))
            else getattr(now, name)
            for name in _KEPT_OF_A_PERSON
        }
        return PersonPlan(
            id=now.id,
            **wanted,
            email="" if email_key(draft.value("email")) in now.emails else draft.value("email"),
            phone="" if draft.value("phone") in now.phones else draft.value("phone"),
            changed=tuple(name for name, value in wanted.items() if value != getattr(now, name)),
            memberships=tuple(draft.membership_plans),
        )
    home = departments.get(draft.department_key)
    return PersonPlan(
        id=None,
        name=draft.value("name"),
        short_name=draft.value("short_name") or first_name(draft.value("name")),
        language=draft.value("language") or (home.language if home else known.default_language),
        zone=draft.value("zone") or (home.zone if home else "") or known.default_zone,
        place=draft.value("place") or (home.place if home else ""),
        employee_number=draft.value("employee_number"),
        email=draft.value("email"),
        phone=draft.value("phone"),
        changed=(),
        memberships=tuple(draft.membership_plans),
    )


def _tell(draft: _Draft, plan: PersonPlan, changes: dict[int, list[Change]]) -> None:
    """Say which line makes or changes what of the person."""
    if draft.known is None:
        changes.setdefault(draft.first_line, []).insert(0, Change("person", "", "", plan.name))
        return
    for name in plan.changed:
        change = Change("person", name, str(getattr(draft.known, name)), str(getattr(plan, name)))
        changes.setdefault(draft.said[name][1], []).append(change)
    for name, value in (("email", plan.email), ("phone", plan.phone)):
        if value:
            changes.setdefault(draft.said[name][1], []).append(Change("person", name, "", value))


def _same(name: str, one: str, other: str) -> bool:
    if name == "email":
        return email_key(one) == email_key(other)
    # Windows-1250 has only the old ş and ţ; a name does not change because of it.
    return one.translate(_CEDILLA) == other.translate(_CEDILLA)


def _name(draft: _Draft) -> str:
    return draft.value("name") or (draft.known.name if draft.known else "")

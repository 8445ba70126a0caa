"""The departments a file speaks of: defined by its rows together, checked as a tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clientela.directory.rules.people_file.known import Change, DepartmentPlan, KnownDepartment, KnownPeople
from clientela.directory.rules.people_file.problems import Problem
from clientela.directory.rules.people_file.rows import PeopleRow


@dataclass
class _Said:
    """What the rows of one department say of it: each value, and the line that said it first."""

    first_line: int
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)  # of its first people, for a department that is new

    def value(self, name: str) -> str:
        return self.values.get(name, ("", 0))[0]


@dataclass
class DepartmentsPlanned:
    """The departments as they will be, and the problems of rows that cannot be followed, by line."""

    plans: dict[str, DepartmentPlan]  # every department a good row is about, also those that stay as they are
    changes: dict[int, list[Change]]  # by the line that causes them
    problems: dict[int, Problem]


def departments_planned(rows: Sequence[PeopleRow], known: KnownPeople) -> DepartmentsPlanned:
    """Work out the departments of these rows. Rows with a problem must be left out and the rest planned again."""
    problems: dict[int, Problem] = {}
    said: dict[str, _Said] = {}
    for row in rows:
        entry = said.setdefault(row.department_key, _Said(row.line))
        if problem := _note(entry, row):
            problems[row.line] = problem
    bad = _bad_departments(said, known.departments)
    for row in rows:
        problem = bad.get(row.department_key)
        if problem is None or row.line in problems:
            continue
        is_about_the_parent = problem.column == "parent_key"
        if is_about_the_parent and not row.parent_key:
            if row.department_key in known.departments:
                continue  # the department stays where it stands; this row is not to blame
            line = said[row.department_key].values["parent_key"][1]
            values = {"key": row.department_key, "other_line": str(line)}
            problems[row.line] = Problem("department_left_out", row.line, "department_key", values)
        else:
            problems[row.line] = Problem(problem.code, row.line, problem.column, problem.values)
    plans = {key: _plan(key, said, known) for key in said if key not in bad}
    for row in rows:
        plan = plans.get(row.department_key)
        if plan is not None and not plan.zone:
            problems.setdefault(row.line, Problem("zone_missing", row.line, "zone", {"name": plan.name}))
    return DepartmentsPlanned(plans, _changes(plans, said, known.departments), problems)


def in_tree_order(plans: Mapping[str, DepartmentPlan]) -> list[DepartmentPlan]:
    """Parents before children."""
    ordered: dict[str, DepartmentPlan] = {}

    def place(plan: DepartmentPlan) -> None:
        branch: list[DepartmentPlan] = []
        next_plan: DepartmentPlan | None = plan
        while next_plan is not None and next_plan.key not in ordered:
            branch.append(next_plan)
            next_plan = plans.get(next_plan.parent_key)
        for entry in reversed(branch):
            ordered[entry.key] = entry

    for plan in plans.values():
        place(plan)
    return list(ordered.values())


def _note(entry: _Said, row: PeopleRow) -> Problem | None:
    """Remember what the row says of its department; a row that contradicts an earlier one is the problem."""
    says = {"department_name": row.department_name, "parent_key": row.parent_key}
    about_itself = {"language": row.language, "zone": row.zone, "place": row.place}
    if row.person_name:
        for name, value in about_itself.items():
            if value:
                entry.hints.setdefault(name, value)
    else:
        says |= about_itself
    for name, value in says.items():
        earlier, line = entry.values.get(name, (value, row.line))
        if value and earlier != value:
            values = {"key": row.department_key, "value": value, "earlier": earlier, "other_line": str(line)}
            return Problem("department_differs", row.line, name, values)
    for name, value in says.items():
        if value:
            entry.values.setdefault(name, (value, row.line))
    return None


def _bad_departments(said: Mapping[str, _Said], known: Mapping[str, KnownDepartment]) -> dict[str, Problem]:
    """The departments that cannot be as the file says, each with its first problem."""
    bad: dict[str, Problem] = {}
    for key, entry in said.items():
        if key not in known and not entry.value("department_name"):
            bad[key] = Problem("department_unknown", column="department_key", values={"key": key})
    while True:
        fresh = _bad_parents(said, known, bad) or _circles(said, known, bad)
        if not fresh:
            return bad
        bad |= fresh


def _bad_parents(
    said: Mapping[str, _Said], known: Mapping[str, KnownDepartment], bad: Mapping[str, Problem]
) -> dict[str, Problem]:
    fresh: dict[str, Problem] = {}
    for key, entry in said.items():
        parent = entry.value("parent_key")
        if key in bad or not parent:
            continue
        if parent not in known and (parent not in said or parent in bad or parent in fresh):
            fresh[key] = Problem("parent_unknown", column="parent_key", values={"key": key, "parent": parent})
    return fresh


def _circles(
    said: Mapping[str, _Said], known: Mapping[str, KnownDepartment], bad: Mapping[str, Problem]
) -> dict[str, Problem]:
    above = {key: department.parent_key for key, department in known.items()}
    above |= {
        key: entry.value("parent_key") for key, entry in said.items() if key not in bad and entry.value("parent_key")
    }
    fresh: dict[str, Problem] = {}
    finished: set[str] = set()
    for start in above:
        path: list[str] = []
        on_path: set[str] = set()
        key = start
        while key and key not in finished and key not in on_path:
            path.append(key)
            on_path.add(key)
            key = above.get(key, "")
        if key in on_path:
            circle = path[path.index(key) :]
            words = " → ".join([*circle, circle[0]])
            for member in circle:
                if member in said and said[member].value("parent_key") and member not in bad:
                    fresh[member] = Problem("circle", column="parent_key", values={"key": member, "circle": words})
        finished |= on_path
    return fresh


def _plan(key: str, said: Mapping[str, _Said], known: KnownPeople) -> DepartmentPlan:
    entry = said[key]
    now = known.departments.get(key)
    if now is not None:
        wanted = {
            "name": entry.value("department_name") or now.name,
            "parent_key": entry.value("parent_key") or now.parent_key,
            "language": entry.value("language") or now.language,
            "zone": entry.value("zone") or now.zone,
            "place": entry.value("place") or now.place,
        }
        changed = tuple(name for name, value in wanted.items() if value != getattr(now, name))
        return DepartmentPlan(id=now.id, key=key, changed=changed, **wanted)
    return DepartmentPlan(
        id=None,
        key=key,
        name=entry.value("department_name"),
        parent_key=entry.value("parent_key"),
        language=_inherited("language", key, said, known) or known.default_language,
        zone=_inherited("zone", key, said, known) or known.default_zone,
        place=entry.value("place") or entry.hints.get("place", ""),
        changed=(),
    )


def _inherited(name: str, key: str, said: Mapping[str, _Said], known: KnownPeople) -> str:
    """What a new department says of itself, or its first people say, or the nearest department above it says."""
    seen: set[str] = set()
    while key and key not in seen:
        seen.add(key)
        now = known.departments.get(key)
        if now is not None:
            return str(getattr(now, name))
        entry = said.get(key)
        if entry is None:
            return ""
        value = entry.value(name) or entry.hints.get(name, "")
        if value:
            return value
        key = entry.value("parent_key")
    return ""


def _changes(
    plans: Mapping[str, DepartmentPlan], said: Mapping[str, _Said], known: Mapping[str, KnownDepartment]
) -> dict[int, list[Change]]:
    changes: dict[int, list[Change]] = {}
    for key, plan in plans.items():
        entry = said[key]
        if plan.id is None:
            changes.setdefault(entry.first_line, []).append(Change("department", "", "", plan.name))
        for name in plan.changed:
            line = entry.values["department_name" if name == "name" else name][1]
            before = str(getattr(known[key], name))
            changes.setdefault(line, []).append(Change("department", name, before, str(getattr(plan, name))))
    return changes

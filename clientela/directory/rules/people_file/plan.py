"""From rows to a plan: exactly what applying the file will create and change, row by row."""

from datetime import date

from clientela.directory.rules.people_file.departments import DepartmentsPlanned, departments_planned, in_tree_order
from clientela.directory.rules.people_file.known import Change, ImportPlan, KnownPeople, RowPlan, RowStatus
from clientela.directory.rules.people_file.people import PeoplePlanned, people_planned
from clientela.directory.rules.people_file.problems import Problem
from clientela.directory.rules.people_file.rows import PeopleRow, RowsRead


def plan_of(read: RowsRead, known: KnownPeople, *, today: date) -> ImportPlan:
    """Plan the file against what the directory knows. Memberships that begin without a day begin `today`.

    A row with a problem is left out whole, and what hangs on it too, each with its own problem: so rows are planned
    again without those that had one, until none has.
    """
    problems: dict[int, list[Problem]] = {}
    for problem in read.problems:
        problems.setdefault(problem.line, []).append(problem)
    rows = list(read.rows)
    while True:
        departments = departments_planned(rows, known)
        people = people_planned(rows, departments.plans, known, today) if not departments.problems else None
        if people is not None and not people.problems:
            break
        fresh = people.problems if people is not None else departments.problems
        for line, problem in fresh.items():
            problems[line] = [problem]
        rows = [row for row in rows if row.line not in fresh]
    wanted = [plan for plan in in_tree_order(departments.plans) if plan.id is None or plan.changed]
    by_line = {row.line: row for row in rows}
    return ImportPlan(
        rows=tuple(
            RowPlan(line, "error", problems=tuple(problems[line]))
            if line in problems
            else _row_plan(by_line[line], departments, people)
            for line in read.lines
        ),
        departments=tuple(wanted),
        people=tuple(people.plans),
    )


def _row_plan(row: PeopleRow, departments: DepartmentsPlanned, people: PeoplePlanned) -> RowPlan:
    changes: list[Change] = [*departments.changes.get(row.line, ()), *people.changes.get(row.line, ())]
    makes_its_subject = row.line in people.new_lines or (
        not row.person_name and any(change.what == "department" and not change.field for change in changes)
    )
    status: RowStatus = "created" if makes_its_subject else "changed" if changes else "unchanged"
    name = row.person_name or departments.plans[row.department_key].name
    return RowPlan(row.line, status, name, tuple(changes))

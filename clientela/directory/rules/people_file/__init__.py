"""A file of people and departments: from bytes to a plan of exactly what will be created and changed. Pure."""

from clientela.directory.rules.people_file.columns import NAMES, NAMES_IN_PARTS, ONE_OF, REQUIRED
from clientela.directory.rules.people_file.decoding import ENCODINGS, Decoded, decoded
from clientela.directory.rules.people_file.known import (
    Change,
    DepartmentPlan,
    ImportPlan,
    KnownDepartment,
    KnownMembership,
    KnownPeople,
    KnownPerson,
    MembershipPlan,
    PersonPlan,
    RowPlan,
    RowStatus,
)
from clientela.directory.rules.people_file.plan import plan_of
from clientela.directory.rules.people_file.problems import Problem, UnreadableFileError
from clientela.directory.rules.people_file.rows import MOST_ROWS, PeopleRow, RowsRead, rows_of

__all__ = [
    "ENCODINGS",
    "MOST_ROWS",
    "NAMES",
    "NAMES_IN_PARTS",
    "ONE_OF",
    "REQUIRED",
    "Change",
    "Decoded",
    "DepartmentPlan",
    "ImportPlan",
    "KnownDepartment",
    "KnownMembership",
    "KnownPeople",
    "KnownPerson",
    "MembershipPlan",
    "PeopleRow",
    "PersonPlan",
    "Problem",
    "RowPlan",
    "RowStatus",
    "RowsRead",
    "UnreadableFileError",
    "decoded",
    "plan_of",
    "rows_of",
]

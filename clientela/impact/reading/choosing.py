"""Whether the columns and options that somebody chose can be: each mistake has its own code. Nothing heavy here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clientela.impact.reading.problems import CasesProblemError
from clientela.impact.reading.roles import CASES, CROSSWALK, INSIDE, ROLES_OF, SHARES, WORSE_ROLES, By
from clientela.network.discovery.naming import listed

MOST_OUTCOMES: Final = 6
MOST_LAG: Final = 12
MOST_WORTHWHILE: Final = 10.0


@dataclass(frozen=True)
class Choice:
    """What was chosen: `roles` by part, `outcomes`, `options` (of `CaseOptions`); and of each part that there is, its
    `columns` and what its file is called.
    """

    roles: Mapping[str, Mapping[str, str]]
    outcomes: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    files: Mapping[str, str]
    options: Mapping[str, Any]


def checked_choice(choice: Choice) -> dict[str, dict[str, str]]:
    """Return the roles that have a column, part by part. Raises CasesProblemError."""
    named = {part: _named(choice, part) for part in choice.columns}
    _check_outcomes(choice, named[CASES])
    called = choice.files[CASES]
    needed: dict[str, tuple[str, ...]] = {CASES: ("period", "supplier")}
    if CROSSWALK in named:
        if named[CASES].get("supplier"):
            raise CasesProblemError(
                f"{called}: rows name their supplier, and the crosswalk links units to suppliers. Take one of both.",
                "two_ways", file=called,
            )  # fmt: skip
        if INSIDE not in named:
            raise CasesProblemError(
                f"{called}: with a crosswalk, the suppliers' quality is in a file of its own. Bring that too.",
                "no_inside", file=called,
            )  # fmt: skip
        named[CASES].pop("weight", None)
        needed |= {CASES: ("period", "unit"), CROSSWALK: ROLES_OF[CROSSWALK]}
    if INSIDE in named:
        needed[INSIDE] = ("supplier", "period", "quality")
    else:
        needed[CASES] = (*needed[CASES], "quality")
    for part, roles in needed.items():
        missing = [role for role in roles if role not in named[part]]
        if missing:
            file, columns = choice.files[part], choice.columns[part]
            raise CasesProblemError(
                f"{file}: no column was chosen for {' and '.join(missing)}. The columns are: {listed(columns)}.",
                "no_role", file=file, roles=missing, columns=list(columns),
            )  # fmt: skip
    _check_options(choice)
    return named


def _named(choice: Choice, part: str) -> dict[str, str]:
    named = {role: name for role, name in choice.roles.get(part, {}).items() if name and role != "outcome"}
    file, columns = choice.files[part], choice.columns[part]
    for role, name in named.items():
        if role not in ROLES_OF[part]:
            raise CasesProblemError(f"{file}: there is no role “{role}”.", "wrong_option", file=file, name=role)
        if name not in columns:
            raise _no_column(choice, part, role, name)
    return named


def _check_outcomes(choice: Choice, roles: Mapping[str, str]) -> None:
    file = choice.files[CASES]
    if not choice.outcomes:
        raise CasesProblemError(f"{file}: no outcome was chosen.", "no_outcome", file=file)
    if len(choice.outcomes) > MOST_OUTCOMES:
        raise CasesProblemError(
            f"{file}: at most {MOST_OUTCOMES} outcomes are worked out at once.",
            "too_many_outcomes", file=file, most=MOST_OUTCOMES,
        )  # fmt: skip
    for name in choice.outcomes:
        if name not in choice.columns[CASES]:
            raise _no_column(choice, CASES, "outcome", name)
        used = [role for role, column in roles.items() if column == name]
        if used or choice.outcomes.count(name) > 1:
            raise CasesProblemError(
                f"{file}: the outcome “{name}” was chosen twice, or for something else too. Each stands for one thing.",
                "used_twice", file=file, name=name,
            )  # fmt: skip


def _check_options(choice: Choice) -> None:
    options = choice.options
    fits = {
        "period_by": options["period_by"] in set(By),
        "shares": options["shares"] in SHARES,
        "worse": set(options["worse"]) <= {*WORSE_ROLES, *choice.outcomes},
        "lag": 0 <= options["lag"] <= MOST_LAG,
        "worthwhile": 0 < options["worthwhile"] <= MOST_WORTHWHILE,
    }
    wrong = [name for name, is_right in fits.items() if not is_right]
    if wrong:
        raise CasesProblemError(
            f"{wrong[0]} cannot be “{options[wrong[0]]}”.",
            "wrong_option", file=choice.files[CASES], name=wrong[0],
        )  # fmt: skip


def _no_column(choice: Choice, part: str, role: str, name: str) -> CasesProblemError:
    file, columns = choice.files[part], choice.columns[part]
    return CasesProblemError(
        f"{file}: there is no column “{name}” for {role}. The columns are: {listed(columns)}.",
        "no_column", file=file, name=name, role=role, columns=list(columns),
    )  # fmt: skip

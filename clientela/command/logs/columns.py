"""Which column of a log holds what, for a replay or a forecast: told by `--columns`, or found by usual names."""

from collections.abc import Sequence

from clientela.network.discovery import naming
from clientela.network.discovery.naming import (
    column_by_name,
    column_told,
    in_words,
    listed,
    plain,
    plain_names,
)
from clientela.network.discovery.problems import LogProblemError

ROLES = (
    "case", "activity", "moment", "end", "team", "resource", "priority", "transition", "due", "parent",
)  # fmt: skip
NEEDED = ("case", "activity", "moment")

# Two moments in one row: when a piece of work began, and when it was done. Found together or not at all.
BEGUN = ("start timestamp", "start time", "started at", "start date", "begin", "start")
DONE = ("end timestamp", "complete timestamp", "end time", "completed at", "end date", "finish", "finish time", "end")


def told_columns(words: str) -> dict[str, str]:
    """Read `case=Case ID,activity=Activity,…`. A column whose name has a comma stands in double quotes."""
    return naming.told_columns(words, ROLES)


def found_columns(
    told: dict[str, str], names: Sequence[str], *, where: str, sure: dict[str, str] | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Say which column holds which role, and which roles were found and not told.

    What is told must be there. When nothing is told every role is looked for; when something is told, only what is
    needed (case, activity, moment) is looked for beside it: a column left out was meant to be left out. `sure` are
    names that a format itself gives to a role; they are taken first where something has to be found.
    """
    by_plain = plain_names(names)
    columns = {role: column_told(name, role, names, where=where) for role, name in told.items()}
    found: list[str] = []
    if not told and "moment" not in (sure or {}):
        columns |= _begun_and_done(by_plain)
        found += columns
    for role in ROLES if not told else NEEDED:
        if role in columns:
            continue
        name = column_by_name(role, by_plain, taken=list(columns.values()), sure=(sure or {}).get(role, ""))
        if name:
            columns[role] = name
            found.append(role)
    missing = [role for role in NEEDED if role not in columns]
    if missing:
        raise LogProblemError(
            f"{where}: no column was found for {in_words(missing)}. The columns are: {listed(names)}. "
            f"Tell which is which: --columns {','.join(f'{role}=…' for role in NEEDED)}."
        )
    return columns, tuple(found)


def _begun_and_done(by_plain: dict[str, str]) -> dict[str, str]:
    begun, done = (
        next((by_plain[plain(usual)] for usual in usuals if plain(usual) in by_plain), "") for usuals in (BEGUN, DONE)
    )
    return {"moment": begun, "end": done} if begun and done else {}
